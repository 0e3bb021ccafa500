"""Keys, seals, checkpoints and witnesses, from a shell."""

# ruff: noqa: PLC0415  # --help must not wait for the package that computes.

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from .. import arguments
from ..arguments import Groups
from ..desks import log_for, log_to_change
from ..files import file_to_change, write_secret
from ..outcome import FINE, FOUND_SOMETHING, NotFoundError
from ..output import answer, done, refused, say_line, to_the_minute
from ..progress import progress
from . import keys

if TYPE_CHECKING:
    from ...audit.sealer import Sealer, SealStatus
    from ...audit.seals import Seal
    from ...audit.verifying import Verdict
    from ...storage import EventLog


def add(commands: Groups) -> None:
    """Add the commands about seals."""
    _add_key(commands)
    sealed = arguments.command(commands, "seal", "seal what was recorded", run=seal)
    watched = arguments.command(commands, "watch", "seal what comes in, until stopped", run=watch)
    for parser in (sealed, watched):
        keys.takes_signer(parser)
        keys.takes_kept(parser)
        parser.add_argument(
            "--quick",
            action="store_true",
            help="trust what was sealed before; else all of it is read once more first",
        )
    counted = arguments.command(
        commands, "heads", "put on record how long each history is", run=heads
    )
    counted.add_argument(
        "subject", nargs="?", metavar="SUBJECT", help="prove it for this one instead"
    )
    arguments.takes_place(counted)
    told = arguments.command(commands, "status", "tell how much is not sealed yet", run=status)
    checked = arguments.command(commands, "verify", "compare the log with its seals", run=verify)
    keys.takes_kept(checked)
    arguments.takes_jsonl(checked)
    out = arguments.command(
        commands, "publish", "publish the newest checkpoint in a folder", run=publish
    )
    out.add_argument("folder", metavar="FOLDER", type=Path, help="where others can read it")
    for parser in (sealed, counted, out):
        arguments.takes_dry_run(parser)
    for parser in (checked, out):
        keys.takes_verifier(parser)
    for parser in (sealed, watched, told, checked, out):
        keys.takes_seals(parser)
        arguments.takes_place(parser)
    _add_witness(commands)


def _add_key(commands: Groups) -> None:
    made = arguments.command(commands, "key", "make a key that signs", run=key)
    made.add_argument("name", metavar="NAME", help="of the log, such as service.example/log")
    made.add_argument("--out", metavar="FILE", type=Path, required=True, help="keep it secret")
    made.add_argument("--witness", action="store_true", help="a key for a witness")


def _add_witness(commands: Groups) -> None:
    seen = arguments.command(
        commands, "witness", "sign a published checkpoint if the log only grew", run=witness
    )
    seen.add_argument("folder", metavar="FOLDER", type=Path, help="where checkpoints are published")
    seen.add_argument(
        "--state", metavar="FILE", type=Path, required=True, help="the last checkpoint seen"
    )
    keys.takes_signer(seen)
    keys.takes_verifier(seen)
    arguments.takes_dry_run(seen)


# --- Keys ------------------------------------------------------------------------------


def key(args: argparse.Namespace) -> int:
    """Make a key that signs, and tell the key that checks what it signs."""
    from ...audit.keys import COSIGNATURE, ED25519, Signer

    signer = Signer.generate(args.name, kind=COSIGNATURE if args.witness else ED25519)
    write_secret(args.out, signer.to_text())
    verifier = str(signer.verifier)
    return answer(args, {"name": signer.name, "verifier_key": verifier, "file": args.out}, verifier)


# --- Seals -----------------------------------------------------------------------------


def seal(args: argparse.Namespace) -> int:
    """Seal what was recorded; refuse if it is not what was sealed before."""
    from ...audit.refusals import SealError

    if args.dry_run:
        return status(args)
    with _sealer(args) as sealer:
        try:
            sealed = sealer.seal()
        except SealError as error:
            return refused(args, error)
    if sealed is None:
        nothing = {"size": 0, "root": None, "sealed_at": None, "checkpoint": None}
        return answer(args, nothing, "nothing is on record, so nothing is sealed")
    document = {**_seal(sealed), "checkpoint": sealed.note}
    return answer(args, document, sealed.note.rstrip("\n"))


@contextmanager
def _sealer(args: argparse.Namespace) -> Iterator[Sealer]:
    from ...audit.sealer import Sealer

    signer = keys.signer_of(args)
    with log_for(args) as log, keys.seals_for(args, log) as seals:
        kept = keys.kept_of(args, signer.verifier)
        yield Sealer(log, signer, seals=seals, kept=kept, reads_all=not args.quick)


def heads(args: argparse.Namespace) -> int:
    """Put on record how long each history is, or prove it of one."""
    if args.subject:
        with log_for(args) as log:
            return answer(args, *_proved(log, args.subject))
    with log_to_change(args) as log:
        return done(args, *_recorded(log, dry_run=args.dry_run))


def _proved(log: EventLog, subject: str) -> tuple[dict[str, Any], str]:
    from ...audit.heads import prove_head

    proof = prove_head(log, subject)
    proof.verify()
    facts = {
        "subject": proof.subject,
        "version": proof.version,
        "size": proof.size,
        "leaf": proof.leaf.hex(),
        "index": proof.index,
        "histories": proof.histories,
        "hashes": [each.hex() for each in proof.hashes],
        "root": proof.root.hex(),
    }
    return facts, f"{proof.subject} had {proof.version} events when the log had {proof.size}"


def _recorded(log: EventLog, *, dry_run: bool) -> tuple[dict[str, Any], str]:
    from ...audit.heads import record_heads

    receipt = record_heads(log)
    (recorded,) = receipt.events
    facts = {
        "position": None if dry_run else receipt.position,
        "root": recorded.root,
        "size": recorded.size,
        "histories": recorded.histories,
    }
    return facts, f"{recorded.histories} histories of {recorded.size} events: {recorded.root}"


def watch(args: argparse.Namespace) -> int:
    """Seal what comes in, and tell of each seal, until stopped."""
    from ...audit.refusals import SealError

    with _sealer(args) as sealer:
        try:
            sealer.watch(Event(), tell=lambda sealed: say_line(_seal(sealed)))
        except SealError as error:
            return refused(args, error)
    return FINE


def _seal(sealed: Seal) -> dict[str, Any]:
    return {"size": sealed.size, "root": sealed.root.hex(), "sealed_at": sealed.sealed_at}


def status(args: argparse.Namespace) -> int:
    """Tell how much is sealed, and how long the oldest unsealed event has been on record."""
    from ...audit.sealer import status_of

    with log_for(args) as log, keys.seals_for(args, log) as seals:
        found = status_of(log, seals)
    return answer(args, found, _sentence(found))


def _sentence(found: SealStatus) -> str:
    if not found.unsealed:
        return f"all {found.size} events are sealed"
    lag = to_the_minute(found.lag)
    return f"{found.size} events are sealed, {found.unsealed} are not, the oldest for {lag}"


def verify(args: argparse.Namespace) -> int:
    """Compare the log with its seals, and with checkpoints that were kept elsewhere."""
    from ...audit import verifying

    verifier = keys.verifier_of(args)
    with (
        log_for(args) as log,
        keys.seals_for(args, log) as seals,
        progress("verify") as advance,
    ):
        kept = keys.kept_of(args, verifier)
        verdict = verifying.verify(log, verifier, seals=seals, kept=kept, progress=advance)
    if args.jsonl:
        for each in verdict.flaws:
            say_line(each)
    else:
        answer(args, _document(verdict), *_told(verdict))
    return FINE if verdict.holds else FOUND_SOMETHING


def _document(verdict: Verdict) -> dict[str, Any]:
    return {
        "holds": verdict.holds,
        "size": verdict.size,
        "checkpoints": verdict.checkpoints,
        "unsealed": verdict.unsealed,
        "flaws": verdict.flaws,
        "root": verdict.root.hex(),
    }


def _told(verdict: Verdict) -> Iterator[str]:
    yield from map(str, verdict.flaws)
    if verdict.holds:
        yield f"{verdict.size} events are as they were sealed; {verdict.unsealed} are not sealed"


# --- Checkpoints elsewhere -----------------------------------------------------------------


def publish(args: argparse.Namespace) -> int:
    """Put the newest checkpoint into a folder, if it goes on from the last one there."""
    from ...audit import publishing
    from ...audit.refusals import WitnessError

    verifier = keys.verifier_of(args)
    with (
        log_for(args) as log,
        keys.seals_for(args, log) as seals,
        file_to_change(args, args.folder) as folder,
    ):
        try:
            checkpoint = publishing.publish(seals, verifier, folder)
        except WitnessError as error:
            return refused(args, error)
    if checkpoint is None:
        msg = "nothing is sealed yet, so there is nothing to publish"
        raise NotFoundError(msg)
    document = {"size": checkpoint.size, "root": checkpoint.root_hash.hex()}
    told = f"a checkpoint of {checkpoint.size} events is published in {args.folder}"
    return done(args, document, told)


def witness(args: argparse.Namespace) -> int:
    """Sign a published checkpoint, if the log only grew since the last one seen."""
    from ...audit import publishing
    from ...audit.refusals import WitnessError

    looked = int(datetime.now(timezone.utc).timestamp())
    signer = keys.signer_of(args, seconds=looked)
    verifier = keys.verifier_of(args)
    with file_to_change(args, args.folder) as folder, file_to_change(args, args.state) as state:
        try:
            note = publishing.witness(folder, verifier, signer, state=state)
        except WitnessError as error:
            return refused(args, error)
    document = {"checkpoint": note, "witness": str(signer.verifier)}
    return answer(args, {"dry_run": args.dry_run, **document}, note.rstrip("\n"))
