"""Evidence for somebody outside, from a shell."""

# ruff: noqa: PLC0415  # --help must not wait for the package that computes.

from __future__ import annotations

import argparse
from pathlib import Path

from .. import arguments
from ..arguments import Groups
from ..desks import ensure_subject, log_for
from ..outcome import FINE
from ..output import say, say_json
from . import keys


def add(commands: Groups) -> None:
    """Add the command about evidence."""
    made = arguments.command(commands, "bundle", "make evidence of whole histories", run=bundle)
    made.add_argument("subjects", nargs="+", metavar="SUBJECT", help="such as ticket/T-1")
    made.add_argument("--out", metavar="FILE", type=Path, required=True, help="a zip file")
    arguments.takes_dry_run(made)
    keys.takes_signer(made)
    keys.takes_seals(made)
    arguments.takes_place(made)


def bundle(args: argparse.Namespace) -> int:
    """Make a bundle that somebody can check who has nothing but the key."""
    from ...audit.bundle import make_bundle

    signer = keys.signer_of(args)
    with log_for(args) as log, keys.seals_for(args, log) as seals:
        for subject in args.subjects:
            ensure_subject(log, subject)
        data = make_bundle(log, args.subjects, signer, seals=seals)
    if not args.dry_run:
        args.out.write_bytes(data)
    if args.json:
        told = {"dry_run": args.dry_run, "file": args.out, "bytes": len(data)}
        say_json({**told, "verifier_key": str(signer.verifier)})
    else:
        done = "would be written to" if args.dry_run else "are in"
        say(f"{len(data)} bytes {done} {args.out}; send the key another way: {signer.verifier}")
    return FINE
