"""Time travel, causes, samples and checks, from a shell."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from .. import arguments
from ..arguments import Groups
from ..desks import ensure_subject, log_for
from ..files import text_of
from ..outcome import FINE, FOUND_SOMETHING, UNSEALED, NotFoundError
from ..output import answer, leaves, say_line, table, warn
from ..progress import progress
from . import keys

if TYPE_CHECKING:
    from ...audit.causes import Link
    from ...audit.seals import Seals
    from ...audit.travel import Change
    from ...domain.events import Recorded
    from ...storage import EventLog

_COUNT = 25
_NOTHING = "-"


def add(commands: Groups) -> None:
    """Add the commands that look into what was recorded."""
    shown = arguments.command(
        commands, "show", "show a case as it stood, or as it was known", run=show
    )
    compared = arguments.command(
        commands, "diff", "tell what changed a case, and by which event", run=diff
    )
    followed = arguments.command(
        commands, "trace", "tell how one fact of a case came about", run=trace
    )
    for parser in (shown, compared, followed):
        parser.add_argument("subject", metavar="SUBJECT", help="such as ticket/T-1")
        parser.add_argument(
            "--at", type=arguments.moment, metavar="WHEN", help="only what had happened by then"
        )
    known, told = arguments.moment_or_position, "only what was on record by then or there"
    followed.add_argument("fact", metavar="FACT", help="such as level; audit show lists them all")
    for parser in (shown, followed):
        parser.add_argument("--as-known", type=known, metavar="WHEN", help=told)
    compared.add_argument("--since", type=known, metavar="WHEN", required=True, help=told)
    compared.add_argument("--until", type=known, metavar="WHEN", help=f"{told}; default: now")
    caused = arguments.command(commands, "why", "tell why an event happened", run=why)
    caused.add_argument("event", metavar="EVENT", help="such as ticket/T-1#3")
    checked = arguments.command(commands, "fsck", "check that the log is sound", run=fsck)
    arguments.takes_jsonl(checked)
    drawn = arguments.command(
        commands, "sample", "draw a sample of cases, decided by a checkpoint", run=sample
    )
    drawn.add_argument("-n", type=arguments.count, default=_COUNT, metavar="N", help="how many")
    drawn.add_argument("--kind", metavar="KIND", help="only of one kind, such as ticket")
    drawn.add_argument(
        "--checkpoint", metavar="FILE", help="the one that decides; default: the newest"
    )
    keys.takes_verifier(drawn)
    keys.takes_seals(drawn)
    for parser in (shown, compared, followed, caused, checked, drawn):
        arguments.takes_place(parser)


# --- Time travel -----------------------------------------------------------------------


def show(args: argparse.Namespace) -> int:
    """Tell how a case stood at a moment, as far as it was known at another."""
    from ...audit.travel import facts, stood
    from ...desk.extension import Known

    with log_for(args) as log:
        ensure_subject(log, args.subject)
        history = _history(log, args, args.as_known)
    state = facts(stood(history, Known.of().fold_of(args.subject)))
    last = history[-1]
    document = {
        "subject": args.subject,
        "version": last.version,
        "event": last.id,
        "recorded_at": last.recorded_at,
        "state": state,
    }
    title = f"{args.subject} after {len(history)} events, the last {last.id}"
    rows = sorted(leaves("", state), key=lambda row: "." in row[0])  # Plain facts come first.
    return answer(args, document, title, "", table(rows, head=("fact", "value")))


def _history(
    log: EventLog, args: argparse.Namespace, known: datetime | int | None
) -> list[Recorded]:
    history = _cut(log, args, known)
    if not history:
        msg = f"nothing is on record of {args.subject!r} by then"
        raise NotFoundError(msg)
    return history


def _cut(log: EventLog, args: argparse.Namespace, known: datetime | int | None) -> list[Recorded]:
    from ..telling import impersonal

    position, moment = (known, None) if isinstance(known, int) else (None, known)
    history = log.history(
        args.subject, upto_occurred=args.at, upto_position=position, upto_recorded=moment
    )
    return list(map(impersonal, history))


def diff(args: argparse.Namespace) -> int:
    """Tell each fact of a case that has changed, and the event that changed it."""
    from ...audit.travel import differences
    from ...desk.extension import Known

    with log_for(args) as log:
        ensure_subject(log, args.subject)
        before = _cut(log, args, args.since)
        after = _history(log, args, args.until)
    found = list(differences(before, after, Known.of().fold_of(args.subject)))
    rows = [row for each in found for row in _changed(each)]
    told = table(rows, head=("fact", "before", "after", "by")) if rows else "nothing changed"
    return answer(args, {"subject": args.subject, "changes": found}, told)


def _changed(change: Change) -> Iterator[tuple[str, str, str, str]]:
    """Yield each part of a fact that is another one now."""
    before = dict(leaves(change.field, change.before))
    after = dict(leaves(change.field, change.after))
    for name in dict.fromkeys([*before, *after]):
        was, is_now = before.get(name, _NOTHING), after.get(name, _NOTHING)
        if was != is_now:
            yield name, was, is_now, change.event


def trace(args: argparse.Namespace) -> int:
    """Tell every value that one fact of a case had, and the event that made it so."""
    from ...audit.refusals import UnknownFactError
    from ...audit.travel import course_of
    from ...desk.extension import Known

    with log_for(args) as log:
        ensure_subject(log, args.subject)
        history = _history(log, args, args.as_known)
    try:
        found = course_of(args.fact, history, Known.of().fold_of(args.subject))
    except UnknownFactError as error:
        raise NotFoundError(str(error)) from None
    document = {"subject": args.subject, "fact": args.fact, "course": found}
    rows = [
        (each.occurred_at.isoformat(), part, told, each.event, each.actor)
        for each in found
        for part, told in [*leaves(args.fact, each.after)] or [(args.fact, _NOTHING)]
    ]
    return answer(args, document, table(rows, head=("since", "fact", "value", "by", "who")))


# --- Causes ----------------------------------------------------------------------------


def why(args: argparse.Namespace) -> int:
    """Tell why an event happened, back to the command that began it."""
    from ...audit.causes import why as chain_of
    from ...audit.refusals import BrokenChainError, UnknownEventIdError

    with log_for(args) as log:
        try:
            chain = chain_of(log, args.event)
        except UnknownEventIdError as error:
            raise NotFoundError(str(error)) from None
        except BrokenChainError as error:
            warn(str(error))
            return FOUND_SOMETHING
    return answer(args, {"event": args.event, "chain": chain}, *_because(chain))


def _because(chain: Iterable[Link]) -> Iterator[str]:
    for n, link in enumerate(chain):
        yield ("because of " if n else "") + _sentence(link)
        inputs = {name: value for name, value in link.inputs.items() if name != "at"}
        yield from (f"    {name}: {told}" for name, told in leaves("", inputs))


def _sentence(link: Link) -> str:
    rule = f" by {link.rule}" if link.rule else ""
    version = f" version {link.rule_version}" if link.rule_version else ""
    clause = f" under {link.clause}" if link.clause else ""
    command = f", command {link.command_id}" if link.command_id else ""
    at = link.occurred_at.isoformat(timespec="seconds")
    return f"{link.event} {link.name} at {at}, {link.actor}{rule}{version}{clause}{command}"


# --- Checks ----------------------------------------------------------------------------


def fsck(args: argparse.Namespace) -> int:
    """Check that the log is sound in itself."""
    from ...audit import checking

    found = []
    with log_for(args) as log, progress("fsck") as advance:
        for each in checking.fsck(log, progress=advance):
            found.append(each)
            if args.jsonl:
                say_line(each)
        head = log.head()
    if not args.jsonl:
        flaws = [str(each) for each in found]
        sound = f"the log is sound, up to position {head}; {UNSEALED}"
        document = {"sound": not found, "head": head, "flaws": found}
        answer(args, document, *(flaws or [sound]))
    return FOUND_SOMETHING if found else FINE


def sample(args: argparse.Namespace) -> int:
    """Draw cases by a checkpoint, so that neither side chose them."""
    from ...audit import sampling
    from ...audit.notes import open_checkpoint

    verifier = keys.verifier_of(args)
    with log_for(args) as log, keys.seals_for(args, log) as seals:
        note = text_of(args.checkpoint) if args.checkpoint else _newest_note(seals)
        drawn = sampling.sample(log, open_checkpoint(note, verifier), args.n, kind=args.kind)
    return answer(args, drawn, *drawn.drawn)


def _newest_note(seals: Seals) -> str:
    if (newest := seals.latest()) is not None:
        return newest.note
    msg = "nothing is sealed yet, so nothing can be drawn by a checkpoint"
    raise NotFoundError(msg)
