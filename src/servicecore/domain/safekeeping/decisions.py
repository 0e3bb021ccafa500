"""What can be decided about the safekeeping of records: a copy is expected, and was made."""

from __future__ import annotations

from datetime import datetime

from ..calendar import WorkingCalendar
from ..days import day_of
from ..refusals import must_be_told
from ..reminders import on_its_day, passed, settled, told, told_to
from ..sla import State, Terms
from ..spans import Span
from . import events, refusals
from .events import CopyExpected, SafekeepingEvent
from .safekeeping import Safekeeping

#: The sorts of copies; under the same names, standards say how often each is made.
SORTS = ("backup", "archive")
COPY = "copy"  #: The reminder.
_CLAUSE = "om2025:4.3e"


def expect(
    safekeeping_id: str, *, every: Span, standard: str, calendar: WorkingCalendar, at: datetime
) -> list[SafekeepingEvent]:
    """Expect that a copy is made *every* so often, the first so long after this (om2025:4.3e).

    Raises:
        UnknownCopyError: If it is to be neither a backup nor an archive.
    """
    if safekeeping_id not in SORTS:
        msg = f"records are kept safe by {' or '.join(SORTS)}, got {safekeeping_id!r} ({_CLAUSE})"
        raise refusals.UnknownCopyError(msg)
    return [_expected(safekeeping_id, 1, every=every, standard=standard, calendar=calendar, at=at)]


def record(
    safekeeping: Safekeeping,
    *,
    by: str,
    kept_at: str,
    up_to: int,
    head: int,
    every: Span,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[SafekeepingEvent]:
    """Put on record that a copy was made, and expect the next one.

    Args:
        safekeeping: Of which sort it is.
        by: Who made it.
        kept_at: Where it lies.
        up_to: The position in the log of the last event in it.
        head: The position of the last event there is.
        every: How long after it the next one is made at the latest.
        calendar: Where days begin and end.
        at: When it was made.

    Raises:
        CopiesInOrderError: If it is older than the last one, or holds what is not on record.
    """
    must_be_told(by=by, kept_at=kept_at)
    _must_be_in_order(safekeeping, at)
    if not isinstance(up_to, int) or not 0 <= up_to <= head:
        msg = f"the log goes up to position {head}, so no {safekeeping.id} holds it to {up_to!r}"
        raise refusals.CopiesInOrderError(msg)
    made = events.CopyMade(
        safekeeping_id=safekeeping.id,
        number=safekeeping.number,
        by=by,
        kept_at=kept_at,
        up_to=up_to,
        readings=settled(safekeeping.reminders, state=State.MET),
        at=at,
    )
    following = _expected(
        safekeeping.id,
        safekeeping.number + 1,
        every=every,
        standard=safekeeping.standard,
        calendar=calendar,
        at=at,
    )
    return [made, following]


def remind_if_due(
    safekeeping: Safekeeping,
    /,
    *,
    at: datetime,
    terms: Terms,  # noqa: ARG001  # one signature for all
) -> list[SafekeepingEvent]:
    """Put on record that a copy is to be made, and that it was not, once each."""
    return [
        events.CopyDue(
            safekeeping_id=safekeeping.id,
            to=told_to(rung),
            **told(reading, rung, clause=_CLAUSE, at=at),
        )
        for reading, rung in passed(safekeeping.reminders, at)
    ]


def _must_be_in_order(safekeeping: Safekeeping, at: datetime) -> None:
    last = safekeeping.made[-1].at if safekeeping.made else at
    if at < last:
        msg = (
            f"the last {safekeeping.id} was made at {last.isoformat()}, "
            f"so none can be recorded for {at.isoformat()}"
        )
        raise refusals.CopiesInOrderError(msg)


def _expected(
    safekeeping_id: str,
    number: int,
    *,
    every: Span,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> CopyExpected:
    due_on = every.after(day_of(at, calendar))
    return CopyExpected(
        safekeeping_id=safekeeping_id,
        number=number,
        due_on=due_on,
        standard=standard,
        calendar=calendar.reference,
        readings=(on_its_day(COPY, due_on, calendar, round_=number),),
        at=at,
    )
