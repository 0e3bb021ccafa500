"""Evidence for somebody outside, from a shell."""

# ruff: noqa: PLC0415  # --help must not wait for the package that computes.

from __future__ import annotations

import argparse
from pathlib import Path

from .. import arguments
from ..arguments import Groups
from ..desks import ensure_subject, log_for
from ..files import text_of
from ..output import answer
from . import keys


def add(commands: Groups) -> None:
    """Add the command about evidence."""
    made = arguments.command(commands, "bundle", "make evidence of whole histories", run=bundle)
    made.add_argument("subjects", nargs="+", metavar="SUBJECT", help="such as ticket/T-1")
    made.add_argument("--out", metavar="FILE", type=Path, required=True, help="a zip file")
    made.add_argument(
        "--checkpoint",
        metavar="PATH",
        type=Path,
        help="prove under this published one, or the newest in a folder; any key may sign then",
    )
    arguments.takes_dry_run(made)
    keys.takes_signer(made)
    keys.takes_verifier(made)
    keys.takes_seals(made)
    arguments.takes_place(made)


def bundle(args: argparse.Namespace) -> int:
    """Make a bundle that can be checked with nothing but the key."""
    from ...audit.bundle import make_bundle, make_bundle_under

    signer, verifier = keys.signer_of(args), None
    with log_for(args) as log, keys.seals_for(args, log) as seals:
        for subject in args.subjects:
            ensure_subject(log, subject)
        if args.checkpoint:
            note, verifier = _published(args.checkpoint), keys.verifier_of(args)
            data = make_bundle_under(note, log, args.subjects, signer, verifier=verifier)
        else:
            data = make_bundle(log, args.subjects, signer, seals=seals)
    if not args.dry_run:
        args.out.write_bytes(data)
    document = {"dry_run": args.dry_run, "file": args.out, "bytes": len(data)}
    document |= {"maker_key": str(signer.verifier)} if verifier else {}
    document |= {"verifier_key": str(verifier or signer.verifier)}
    done = "would be written to" if args.dry_run else "are in"
    told = f"{len(data)} bytes {done} {args.out}; send the key another way: {signer.verifier}"
    return answer(args, document, told)


def _published(path: Path) -> str:
    """Return the note of a checkpoint, or of the newest in a folder."""
    return text_of(str(path / "checkpoint" if path.is_dir() else path))
