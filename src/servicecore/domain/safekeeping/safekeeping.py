"""The safekeeping of records as its history leaves it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from . import events
from .events import CopyMade, SafekeepingEvent


@attrs.frozen(kw_only=True)
class Safekeeping:
    """Which copies of one sort were made, and by when the next one is to be."""

    id: str
    number: int
    due_on: date
    standard: str
    calendar: str
    expected_at: datetime
    made: tuple[CopyMade, ...] = ()
    reminders: Reminders = ()


def evolve(safekeeping: Safekeeping | None, event: SafekeepingEvent) -> Safekeeping:
    """Return *safekeeping* as *event* leaves it; there is none before a copy is expected.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if safekeeping is None:
        return _begun(event)
    must_belong(event, "safekeeping_id", safekeeping.id, "the history of the safekeeping by")
    reminders = outstanding(safekeeping.reminders, event)
    return attrs.evolve(safekeeping, reminders=reminders, **_facts(safekeeping, event))


def _begun(event: SafekeepingEvent) -> Safekeeping:
    event = must_begin(event, events.CopyExpected, "a copy was expected")
    return Safekeeping(
        id=event.safekeeping_id,
        number=event.number,
        due_on=event.due_on,
        standard=event.standard,
        calendar=event.calendar,
        expected_at=event.at,
        reminders=outstanding((), event),
    )


def _facts(safekeeping: Safekeeping, event: SafekeepingEvent) -> dict[str, Any]:
    match event:
        case events.CopyDue():
            return {}
        case events.CopyMade(number=number) if number == safekeeping.number:
            return {"made": (*safekeeping.made, event)}
        case events.CopyExpected(number=number) if number == safekeeping.number + 1:
            return {"number": number, "due_on": event.due_on, "expected_at": event.at}
        case _:
            msg = f"{event} is out of turn: copy {safekeeping.number} is next"
            raise ImpossibleHistoryError(msg)
