"""What stands on record, told as people tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from ..domain.events import CATALOGUE, Recorded
from ..domain.sla import Promise, Reading, State
from ..exchange.plain import plain
from ..storage.sealing import without_personal
from .output import in_one_line, to_the_minute, told_at, told_clock, words, wrapped
from .values import facts_of, in_words

_SENTENCES: Mapping[str, str] = {
    "ticket.opened": "{customer_id} asked for help ({channel}): {product} {model}, {fault}",
    "ticket.acknowledged": "the customer was told that the request arrived",
    "ticket.classified": "priority {priority}, {kind}",
    "ticket.priority_changed": "now priority {priority}: {reason}",
    "ticket.assigned": "{to} looks after it",
    "ticket.answered": "{by} answered",
    "ticket.message_received": "the customer wrote: {text}",
    "ticket.noted": "{by} noted: {text}",
    "ticket.diagnosed": "{by} found the cause: {finding}",
    "ticket.solution_offered": "{by} offered: {solution} ({responsible} sees to it)",
    "ticket.work_recorded": "{by} worked on it: {work}",
    "ticket.paused": "waits: {reason}",
    "ticket.resumed": "goes on",
    "ticket.resolved": "{by} solved it: {solution}",
    "ticket.confirmed": "the customer agrees that the fault is gone",
    "ticket.reopened": "taken up again: {reason}",
    "ticket.closed": "the loop is closed",
    "ticket.cancelled": "dropped: {reason}",
    "ticket.merged": "goes on in {into}",
    "ticket.absorbed": "goes on for {other} too",
    "ticket.split": "{into} goes on with a second request: {fault}",
    "ticket.terms_changed": "served under {standard} from now on: {reason}",
    "ticket.warned": "{clock} comes near: {to} was warned",
    "ticket.escalated": "{clock} is late: it went up to the {to}",
}
_SOON = timedelta(minutes=1)
_MARGIN = 38  #: Where the sentences of a history begin.


def name_of(event: Any) -> str:
    """Return the name under which *event* stands on record."""
    return CATALOGUE.name_of(type(event))


def short_name(event: Any) -> str:
    """Return that name in words, without the kind of case."""
    return words(name_of(event).partition(".")[2])


def impersonal(recorded: Recorded) -> Recorded:
    """Return a record without who customers are and what they said.

    That is told by ``privacy export``, which goes on record, and at the counters.
    """
    return attrs.evolve(recorded, event=without_personal(recorded.event))


def as_values(recorded: Recorded) -> dict[str, Any]:
    """Return a record as plain values."""
    return {
        "position": recorded.position,
        "subject": recorded.subject,
        "version": recorded.version,
        "name": name_of(recorded.event),
        "recorded_at": recorded.recorded_at,
        "event": plain(recorded.event),
        "provenance": {
            name: value for name, value in plain(recorded.provenance).items() if value is not None
        },
    }


def sentence(event: Any, zone: ZoneInfo) -> str:
    """Tell an event in a few words."""
    if template := _SENTENCES.get(name_of(event)):
        return in_one_line(template.format_map(_told(event))).rstrip(": ")
    told = (f"{words(name)} {in_words(value, zone)}" for name, value in facts_of(event))
    return in_one_line(", ".join(told))


def _told(event: Any) -> dict[str, Any]:
    told: dict[str, Any] = plain(event)
    for key in ("clock", "reason"):
        if isinstance(told.get(key), str):
            told[key] = words(told[key])
    if told.get("to") == "assignee":
        told["to"] = "whoever has it"
    return told


def story(history: Iterable[Recorded], zone: ZoneInfo) -> Iterator[str]:
    """Yield the lines of a history: what happened, what it promised, what it decided."""
    ended: set[tuple[str, int]] = set()
    for recorded in history:
        event = recorded.event
        first = f"{told_at(event.at, zone)}  {short_name(event):<16}"
        yield wrapped(
            sentence(event, zone) + _noticed_late(event, zone), indent=_MARGIN, first=first
        )
        for promise in getattr(event, "promises", ()):
            ended.discard((promise.clock, promise.round))
            yield f"      {told_promise(promise, zone)}"
        for reading in getattr(event, "readings", ()):
            if (reading.clock, reading.round) not in ended and (told := told_end(reading, zone)):
                ended.add((reading.clock, reading.round))
                yield f"      {told}"


def told_promise(promise: Promise, zone: ZoneInfo) -> str:
    """Tell what the customer was promised."""
    due = told_at(promise.due, zone)
    what = _clock("promised", promise.clock, promise.round)
    return f"{what} by {due}  {promise.within:<6} {promise.clause}"


def told_course(promise: Promise, reading: Reading, zone: ZoneInfo) -> str:
    """Tell how a promise stands: how its clock ended, or when it is due."""
    clock = _clock(reading.state.value, reading.clock, reading.round)
    told = told_end(reading, zone) or f"{clock} due {told_at(reading.due, zone)}"
    return f"{told}  ({promise.clause})"


def told_end(reading: Reading, zone: ZoneInfo) -> str:
    """Tell how a clock ended, or nothing while it runs."""
    spent = to_the_minute(reading.spent)
    match reading.state:
        case State.MET:
            return f"{_clock('kept', reading.clock, reading.round)} after {spent}"
        case State.MISSED:
            what = _clock("broken", reading.clock, reading.round)
            return f"{what} after {spent}, due {told_at(reading.due, zone)}"
        case State.CANCELLED:
            return _clock("dropped", reading.clock, reading.round).rstrip()
        case _:
            return ""


def _noticed_late(event: Any, zone: ZoneInfo) -> str:
    """Tell when a level was due, if it went on record well after that."""
    due = getattr(event, "due", None)
    return f" (due {told_at(due, zone)})" if due is not None and event.at - due > _SOON else ""


def _clock(state: str, name: str, round_: int) -> str:
    return f"{state:<9} {told_clock(name, round_):<18}"
