"""A history as one reads it: a line for each event, with its moment and its facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..domain.events import Recorded

_LONGEST = 60  #: Characters of one fact; what is longer is cut.
_INDENT = "  "


def timeline(history: Iterable[Any]) -> str:
    """Return *history*, plain events or recorded ones, as lines of text.

    >>> from servicecore.testing.desks import MONDAY
    >>> from servicecore.domain.ticket import TicketAnswered
    >>> print(timeline([TicketAnswered(ticket_id="T-1", by="Lin", is_first=True, at=MONDAY)]))
    Mon 2025-03-03 01:00:00Z  TicketAnswered  ticket_id='T-1' by='Lin' is_first=True
    """
    return "\n".join(_line(each) for each in history) or "nothing"


def in_order(history: Iterable[Any]) -> list[Any]:
    """Return *history* by the moments of its events; what happened at once keeps its order."""
    return sorted(history, key=lambda each: _event(each).at)


def differences(expected: Any, got: Any) -> Iterator[str]:
    """Yield each fact in which two events of a kind differ."""
    for field in attrs.fields(type(expected)):
        wanted, found = getattr(expected, field.name), getattr(got, field.name)
        if wanted != found:
            yield f"{field.name}: expected {told(wanted)}, got {told(found)}"


def indented(text: str) -> str:
    """Return *text* a step to the right."""
    return "\n".join(_INDENT + line for line in text.splitlines())


def _line(each: Any) -> str:
    event = _event(each)
    facts = " ".join(_facts(event))
    who = f"{each.id} by {each.provenance.actor}  " if isinstance(each, Recorded) else ""
    return f"{_moment(event.at)}  {who}{type(event).__name__}  {facts}".rstrip()


def _event(each: Any) -> Any:
    return each.event if isinstance(each, Recorded) else each


def _facts(event: Any) -> Iterator[str]:
    for field in attrs.fields(type(event)):
        value = getattr(event, field.name)
        if field.name != "at" and value not in (None, (), ""):
            yield f"{field.name}={told(value)}"


def told(value: Any) -> str:
    """Return a fact as one reads it, cut where it grows long."""
    match value:
        case datetime():
            return _moment(value)
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case tuple() if value and hasattr(value[0], "clock"):
            return f"({', '.join(f'{each.clock} due {_moment(each.due)}' for each in value)})"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _moment(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%a %Y-%m-%d %H:%M:%S}Z"
