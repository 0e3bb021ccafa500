"""Which keys, seals and checkpoints a command works with."""

# ruff: noqa: PLC0415  # --help must not wait for the package that computes.

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..files import text_of
from ..outcome import UsageError

if TYPE_CHECKING:
    from ...audit.keys import Signer, Verifier
    from ...audit.notes import Checkpoint
    from ...audit.seals import Seals
    from ...storage import EventLog

SIGNER, VERIFIER = "SERVICECORE_SIGNER_KEY", "SERVICECORE_VERIFIER_KEY"


def takes_signer(parser: argparse.ArgumentParser) -> None:
    """Let a command say with which key it signs."""
    told = f"the file with the key that signs; else {SIGNER} holds the key"
    parser.add_argument("--key", metavar="FILE", help=told)


def takes_verifier(parser: argparse.ArgumentParser) -> None:
    """Let a command say with which key it checks signatures."""
    told = f"the key that checks signatures, or its file; else {VERIFIER}"
    parser.add_argument("--verifier", metavar="KEY", help=told)


def takes_seals(parser: argparse.ArgumentParser) -> None:
    """Let a command say where seals are."""
    parser.add_argument("--seals", metavar="URL", help="where seals are; default: beside the log")


def takes_kept(parser: argparse.ArgumentParser) -> None:
    """Let a command say which checkpoints were kept elsewhere."""
    parser.add_argument(
        "--kept",
        metavar="PATH",
        action="append",
        default=[],
        help="a checkpoint kept elsewhere, or a folder of published ones; may be repeated",
    )


def signer_of(args: argparse.Namespace, *, seconds: int | None = None) -> Signer:
    """Return the key that signs.

    Raises:
        UsageError: If nobody said which.
        NoteError: If what was given is not a key.
    """
    from ...audit.keys import Signer

    told = text_of(args.key) if args.key else os.environ.get(SIGNER, "")
    if not told.strip():
        msg = f"say which key signs: --key FILE, or {SIGNER}; 'servicecore audit key' makes one"
        raise UsageError(msg)
    return Signer.parse(told.strip(), seconds=seconds)


def verifier_of(args: argparse.Namespace) -> Verifier:
    """Return the key that checks signatures.

    Raises:
        UsageError: If nobody said which.
        NoteError: If what was given is not a key.
    """
    from ...audit.keys import Verifier

    told = args.verifier or os.environ.get(VERIFIER, "")
    if not told.strip():
        msg = (
            f"say whose signature counts: --verifier KEY, or {VERIFIER}; never take it from the log"
        )
        raise UsageError(msg)
    is_key = told.count("+") > 1 and not Path(told).exists()
    return Verifier.parse((told if is_key else text_of(told)).strip())


def kept_of(args: argparse.Namespace, verifier: Verifier) -> list[Checkpoint[str]]:
    """Return the checkpoints that were kept elsewhere.

    Raises:
        NoteError: If one is not signed by this key.
    """
    from ...audit.publishing import published

    return [each for path in args.kept for each in published(Path(path), verifier)]


@contextmanager
def seals_for(args: argparse.Namespace, log: EventLog) -> Iterator[Seals]:
    """Open the place where the seals of *log* are."""
    from ...audit.seals import Seals
    from ...storage import open_log

    if not args.seals:
        yield Seals(log.tables)
        return
    with open_log(args.seals) as elsewhere:
        yield Seals(elsewhere.tables)
