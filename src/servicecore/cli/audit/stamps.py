"""Time stamps of checkpoints by an authority outside, from a shell."""

# ruff: noqa: PLC0415  # --help must not wait for the package that computes.

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .. import arguments
from ..arguments import Groups
from ..files import must_be_new, text_of
from ..output import answer, refused
from . import keys

if TYPE_CHECKING:
    from ...audit.stamps import Stamp


def add(commands: Groups) -> None:
    """Add the commands about stamps."""
    asked = arguments.command(
        commands, "stamp-request", "write what to send to a time-stamp authority", run=request
    )
    made = arguments.command(commands, "stamp", "let an authority stamp a checkpoint", run=stamp)
    checked = arguments.command(
        commands, "verify-stamp", "tell by when a checkpoint existed", run=verify
    )
    for parser in (asked, made, checked):
        parser.add_argument("checkpoint", metavar="CHECKPOINT", help="a file with its signed note")
    checked.add_argument("stamp", metavar="STAMP", type=Path, help="what the authority answered")
    made.add_argument("--tsa", metavar="URL", required=True, help="where the authority is")
    for parser in (asked, made):
        parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="a new file")
    for parser in (made, checked):
        parser.add_argument(
            "--roots",
            metavar="PEM",
            type=Path,
            required=True,
            help="certificates of the authorities to trust",
        )
        keys.takes_verifier(parser)


def request(args: argparse.Namespace) -> int:
    """Write a request to a file, to be sent by other means."""
    from ...audit.stamps import stamp_request

    must_be_new(args.out)
    args.out.write_bytes(stamp_request(text_of(args.checkpoint)))
    return answer(args, {"file": args.out}, f"{args.out} can be sent to an authority")


def stamp(args: argparse.Namespace) -> int:
    """Ask an authority, check what it answers, and keep that."""
    from ...audit.stamps import fetch_stamp, stamp_request, verify_stamp

    note, size = _checkpoint(args)
    must_be_new(args.out)
    response = fetch_stamp(args.tsa, stamp_request(note))
    stamped = verify_stamp(note, response, roots=args.roots.read_bytes())
    args.out.write_bytes(response)
    return _answer_with(args, stamped, size)


def verify(args: argparse.Namespace) -> int:
    """Check a stamp that was kept."""
    from ...audit.refusals import StampError
    from ...audit.stamps import verify_stamp

    note, size = _checkpoint(args)
    try:
        stamped = verify_stamp(note, args.stamp.read_bytes(), roots=args.roots.read_bytes())
    except StampError as error:
        return refused(args, error)
    return _answer_with(args, stamped, size)


def _checkpoint(args: argparse.Namespace) -> tuple[str, int]:
    from ...audit.notes import open_checkpoint

    note = text_of(args.checkpoint)
    return note, open_checkpoint(note, keys.verifier_of(args)).size


def _answer_with(args: argparse.Namespace, stamped: Stamp, size: int) -> int:
    document = {
        "size": size,
        "at": stamped.at,
        "authority": stamped.authority,
        "serial": stamped.serial,
        "policy": stamped.policy,
    }
    told = f"{size} events were sealed by {stamped.at.isoformat()}, says {stamped.authority}"
    return answer(args, document, told)
