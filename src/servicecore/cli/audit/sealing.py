"""Keys, seals, checkpoints and witnesses, from a shell."""

# ruff: noqa: PLC0415  # --help must not wait for the package that computes.

from __future__ import annotations

import argparse
import os
from datetime import datetime, timezone
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from .. import arguments
from ..arguments import Groups
from ..desks import log_for
from ..outcome import FINE, FOUND_SOMETHING, CommandError, NotFoundError
from ..output import say, say_json, say_line, to_the_minute, warn
from ..progress import progress
from . import keys

if TYPE_CHECKING:
    from ...audit.sealer import SealStatus
    from ...audit.seals import Seal
    from ...storage import EventLog

_FOR_ITS_OWNER = 0o600


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
    arguments.takes_dry_run(sealed)
    counted = arguments.command(
        commands, "heads", "put on record how long each history is", run=heads
    )
    counted.add_argument("subject", nargs="?", metavar="SUBJECT", help="prove it of one, instead")
    arguments.takes_place(counted)
    told = arguments.command(commands, "status", "tell how much is not sealed yet", run=status)
    checked = arguments.command(commands, "verify", "compare the log with its seals", run=verify)
    keys.takes_kept(checked)
    arguments.takes_jsonl(checked)
    out = arguments.command(commands, "publish", "put the newest checkpoint elsewhere", run=publish)
    out.add_argument("folder", metavar="FOLDER", type=Path, help="where others can read it")
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


# --- Keys ------------------------------------------------------------------------------


def key(args: argparse.Namespace) -> int:
    """Make a key that signs, and tell the key that checks what it signs."""
    from ...audit.keys import COSIGNATURE, ED25519, Signer

    signer = Signer.generate(args.name, kind=COSIGNATURE if args.witness else ED25519)
    try:
        made = os.open(args.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FOR_ITS_OWNER)
    except FileExistsError:
        msg = f"{args.out} is there already; a key is never written over"
        raise CommandError(msg) from None
    with os.fdopen(made, "w", encoding="utf-8") as file:
        file.write(signer.to_text() + "\n")
    if args.json:
        say_json({"name": signer.name, "verifier_key": str(signer.verifier), "file": args.out})
    else:
        say(str(signer.verifier))
    return FINE


# --- Seals -----------------------------------------------------------------------------


def seal(args: argparse.Namespace) -> int:
    """Seal what was recorded; refuse if it is not what was sealed before."""
    from ...audit.refusals import SealError
    from ...audit.sealer import Sealer

    if args.dry_run:
        return status(args)
    signer = keys.signer_of(args)
    with log_for(args) as log, keys.seals_for(args, log) as seals:
        kept = keys.kept_of(args, signer.verifier)
        sealer = Sealer(log, signer, seals=seals, kept=kept, reads_all=not args.quick)
        try:
            sealed = sealer.seal()
        except SealError as error:
            return _refused(args, error)
    if args.json:
        say_json(
            {
                "size": sealed.size if sealed else 0,
                "root": sealed.root.hex() if sealed else None,
                "sealed_at": sealed.sealed_at if sealed else None,
                "checkpoint": sealed.note if sealed else None,
            }
        )
    else:
        say(sealed.note.rstrip("\n") if sealed else "nothing is on record, so nothing is sealed")
    return FINE


def _refused(args: argparse.Namespace, error: Exception) -> int:
    if args.json:
        say_json({"refused": str(error)})
    warn(str(error))
    return FOUND_SOMETHING


def heads(args: argparse.Namespace) -> int:
    """Put on record how long each history is, or prove it of one."""
    with log_for(args) as log:
        told, facts = _proved(log, args.subject) if args.subject else _recorded(log)
    if args.json:
        say_json(facts)
    else:
        say(told)
    return FINE


def _proved(log: EventLog, subject: str) -> tuple[str, dict[str, Any]]:
    from ...audit.heads import prove_head

    proof = prove_head(log, subject)
    proof.verify()
    facts = {"subject": proof.subject, "version": proof.version, "size": proof.size}
    facts |= {"leaf": proof.leaf.hex(), "index": proof.index, "histories": proof.histories}
    facts |= {"hashes": [each.hex() for each in proof.hashes], "root": proof.root.hex()}
    return f"{proof.subject} had {proof.version} events when the log had {proof.size}", facts


def _recorded(log: EventLog) -> tuple[str, dict[str, Any]]:
    from ...audit.heads import record_heads

    receipt = record_heads(log)
    (recorded,) = receipt.events
    facts = {"position": receipt.position, "root": recorded.root, "size": recorded.size}
    facts |= {"histories": recorded.histories}
    return f"{recorded.histories} histories of {recorded.size} events: {recorded.root}", facts


def watch(args: argparse.Namespace) -> int:
    """Seal what comes in, and tell of each seal, until stopped."""
    from ...audit.refusals import SealError
    from ...audit.sealer import Sealer

    signer = keys.signer_of(args)
    with log_for(args) as log, keys.seals_for(args, log) as seals:
        kept = keys.kept_of(args, signer.verifier)
        sealer = Sealer(log, signer, seals=seals, kept=kept, reads_all=not args.quick)
        try:
            sealer.watch(Event(), tell=_tell_of_a_seal)
        except SealError as error:
            return _refused(args, error)
    return FINE


def _tell_of_a_seal(sealed: Seal) -> None:
    say_line({"size": sealed.size, "root": sealed.root.hex(), "sealed_at": sealed.sealed_at})


def status(args: argparse.Namespace) -> int:
    """Tell how much is sealed, and how long the oldest unsealed event is on record."""
    from ...audit.sealer import status_of

    with log_for(args) as log, keys.seals_for(args, log) as seals:
        found = status_of(log, seals)
    if args.json:
        say_json(found)
    else:
        say(_sentence(found))
    return FINE


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
    if args.json:
        root = verdict.root.hex()
        say_json({"holds": verdict.holds, **_fields(verdict), "root": root})
    elif args.jsonl:
        for each in verdict.flaws:
            say_line(each)
    else:
        for each in verdict.flaws:
            say(str(each))
        if verdict.holds:
            say(f"{verdict.size} events are as they were sealed; {verdict.unsealed} are not sealed")
    return FINE if verdict.holds else FOUND_SOMETHING


def _fields(verdict: object) -> dict[str, object]:
    names = ("size", "checkpoints", "unsealed", "flaws")
    return {name: getattr(verdict, name) for name in names}


# --- Checkpoints elsewhere -----------------------------------------------------------------


def publish(args: argparse.Namespace) -> int:
    """Put the newest checkpoint into a folder, if it goes on from the last one there."""
    from ...audit import publishing
    from ...audit.refusals import WitnessError

    verifier = keys.verifier_of(args)
    with log_for(args) as log, keys.seals_for(args, log) as seals:
        try:
            checkpoint = publishing.publish(seals, verifier, args.folder)
        except WitnessError as error:
            return _refused(args, error)
    if checkpoint is None:
        msg = "nothing is sealed yet, so there is nothing to publish"
        raise NotFoundError(msg)
    if args.json:
        say_json({"size": checkpoint.size, "root": checkpoint.root_hash.hex()})
    else:
        say(f"a checkpoint of {checkpoint.size} events is published in {args.folder}")
    return FINE


def witness(args: argparse.Namespace) -> int:
    """Sign a published checkpoint, if the log only grew since the last one seen."""
    from ...audit import publishing
    from ...audit.refusals import WitnessError

    looked = int(datetime.now(timezone.utc).timestamp())
    signer = keys.signer_of(args, seconds=looked)
    try:
        note = publishing.witness(args.folder, keys.verifier_of(args), signer, state=args.state)
    except WitnessError as error:
        return _refused(args, error)
    if args.json:
        say_json({"checkpoint": note, "witness": str(signer.verifier)})
    else:
        say(note.rstrip("\n"))
    return FINE
