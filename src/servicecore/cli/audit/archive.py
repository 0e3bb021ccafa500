"""``servicecore audit archive``: old records leave the log for an archive, and come back."""

# ruff: noqa: PLC0415  # --help must not wait for the package that computes.

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ...exchange.plain import plain
from .. import arguments
from ..arguments import Groups
from ..desks import desk_for, desk_to_change
from ..files import file_to_change
from ..output import answer, done, table
from . import keys

if TYPE_CHECKING:
    from ...audit.archiving import Moved


def add(audit: Groups) -> None:
    """Add the commands about archives."""
    commands = arguments.group(audit, "archive", "take old records out of the log, and back")
    listed = arguments.command(commands, "due", "tell which records may leave", run=due)
    held = arguments.command(commands, "holds", "tell which records have to stay", run=holds)
    kept = arguments.command(commands, "hold", "keep records in the log", run=hold)
    freed = arguments.command(commands, "release", "end a hold", run=release)
    for parser in (kept, freed):
        parser.add_argument("name", metavar="HOLD", help="what the hold is called")
        parser.add_argument("--reason", required=True, metavar="WHY", help="for what reason")
    kept.add_argument("histories", nargs="+", metavar="SUBJECT", help="such as ticket/T-1")
    made = arguments.command(commands, "make", "write what may leave to a Parquet file", run=make)
    checked = arguments.command(commands, "verify", "check an archive by itself", run=verify)
    taken = arguments.command(
        commands, "prune", "remove from the log what an archive holds", run=prune
    )
    back = arguments.command(commands, "restore", "put back what was removed", run=restore)
    for parser in (made, checked, taken, back):
        parser.add_argument("file", metavar="FILE", type=Path, help="such as 2022.parquet")
    made.add_argument("--only", nargs="+", metavar="SUBJECT", help="only these records")
    taken.add_argument(
        "--kept-at", metavar="WHERE", help="where the archive will be kept; default: where it is"
    )
    for parser in (made, checked, taken):
        keys.takes_verifier(parser)
    keys.takes_seals(made)
    for parser in (kept, freed, taken, back):
        parser.add_argument("--by", required=True, metavar="WHO", help="who does it")
    for parser in (kept, freed, made, taken, back):
        arguments.takes_dry_run(parser)
    for parser in (listed, held, kept, freed, made, taken, back):
        arguments.takes_place(parser)


# --- What may leave, and what may not ------------------------------------------------------


def due(args: argparse.Namespace) -> int:
    """Tell which records nobody has to keep in the log any more."""
    with desk_for(args) as desk:
        found = desk.retention.due()
    rows = [(e.subject, e.closed_at.date().isoformat(), e.kept_until.isoformat()) for e in found]
    head = ("record", "closed", "kept through")
    return answer(args, found, table(rows, head=head) if rows else "nothing may leave the log")


def holds(args: argparse.Namespace) -> int:
    """Tell which records somebody needs."""
    with desk_for(args) as desk:
        found = desk.retention.holds()
    rows = [(name, e.by, e.reason, ", ".join(e.histories)) for name, e in found.items()]
    head = ("hold", "by", "reason", "records")
    return answer(args, found, table(rows, head=head) if rows else "nothing is held")


def hold(args: argparse.Namespace) -> int:
    """Keep records in the log until somebody releases them."""
    with desk_to_change(args) as desk:
        receipt = desk.retention.hold(
            args.name, histories=args.histories, by=args.by, reason=args.reason, actor=args.by
        )
    document = {"hold": args.name, "position": None if args.dry_run else receipt.position}
    return done(args, document, f"{args.name} holds {len(args.histories)} records")


def release(args: argparse.Namespace) -> int:
    """End a hold."""
    with desk_to_change(args) as desk:
        receipt = desk.retention.release_hold(
            args.name, by=args.by, reason=args.reason, actor=args.by
        )
    document = {"hold": args.name, "position": None if args.dry_run else receipt.position}
    return done(args, document, f"{args.name} is released")


# --- Out of the log, and back ----------------------------------------------------------------


def make(args: argparse.Namespace) -> int:
    """Write an archive; the log stays as it is."""
    verifier = keys.verifier_of(args)
    with (
        desk_for(args) as desk,
        keys.seals_for(args, desk.log) as seals,
        file_to_change(args, args.file) as file,
    ):
        archive = desk.retention.archive(file, verifier=verifier, histories=args.only, seals=seals)
    document = {"archive": archive.name, "file": args.file, "events": archive.events}
    return done(
        args, document, f"{args.file} holds {archive.events} events; the log still holds them"
    )


def verify(args: argparse.Namespace) -> int:
    """Check that every event of an archive is what was sealed."""
    from ...audit.archiving import verify_archive
    from ...storage import Archive

    verdict = verify_archive(Archive(args.file), keys.verifier_of(args))
    document = {
        "archive": verdict.archive,
        "sha256": verdict.sha256,
        "events": verdict.events,
        "histories": verdict.histories,
        "size": verdict.size,
        "root": verdict.root.hex(),
    }
    count, size = len(verdict.histories), verdict.size
    told = f"{count} histories, {verdict.events} events, as sealed under {size} events"
    return answer(args, document, told)


def prune(args: argparse.Namespace) -> int:
    """Remove from the log what an archive holds."""
    verifier = keys.verifier_of(args)
    with desk_to_change(args) as desk:
        moved = desk.retention.prune(args.file, verifier=verifier, by=args.by, kept_at=args.kept_at)
    return _answer_with(args, moved, "left the log; their places and hashes stay")


def restore(args: argparse.Namespace) -> int:
    """Put back into the log what was removed from it."""
    with desk_to_change(args) as desk:
        moved = desk.retention.restore(args.file, by=args.by)
    return _answer_with(args, moved, "stand in the log again")


def _answer_with(args: argparse.Namespace, moved: Moved, what: str) -> int:
    told = f"{moved.histories} histories of {moved.archive}, {moved.events} events, {what}"
    return done(args, plain(moved), told)
