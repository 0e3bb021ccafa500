"""What can be decided about a spare part as such: that we keep it, and when we need more.

How pieces come in, `purchasing` decides, how they go out, `issuing`, and what
becomes of the rest, `clearing`.
"""

from __future__ import annotations

from datetime import datetime

from ..calendar import WorkingCalendar
from ..days import beginning_of, day_of
from ..refusals import must_be_told
from ..reminders import Reminders, passed, reminder, told
from ..sla import Reading, RungReached, Terms
from ..spans import Span
from . import events
from .events import SparePartEvent
from .guards import must_be_a_level, must_be_after_registration
from .purchasing import EXPIRED, shelf_life_of
from .spare_part import Batch, SparePart

COUNT, DUE = "count", "due"  #: The reminder that the books are to be counted, and its level.
_CLAUSE = "pdr:3.4c"


def register(
    spare_part_id: str,
    *,
    name: str,
    reorder_level: int,
    count_months: int = 0,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[SparePartEvent]:
    """Begin the ledger of a part.

    Args:
        spare_part_id: Its number.
        name: What it is.
        reorder_level: More is asked for when no more than this is free.
        count_months: How often the books are counted; 0 if nobody is to be reminded.
        standard: Under which it is kept.
        calendar: Where days begin and end.
        at: When it is registered.

    Raises:
        BadQuantityError: If a number is not whole, or below 0.
    """
    must_be_told(spare_part_id=spare_part_id, name=name)
    must_be_a_level(spare_part_id, reorder_level=reorder_level, count_months=count_months)
    registered = events.SparePartRegistered(
        spare_part_id=spare_part_id,
        name=name,
        reorder_level=reorder_level,
        count_months=count_months,
        standard=standard,
        calendar=calendar.reference,
        readings=next_count(count_months, 1, calendar=calendar, at=at),
        at=at,
    )
    return [registered]


def set_reorder_level(
    part: SparePart, *, level: int, reason: str, at: datetime
) -> list[SparePartEvent]:
    """Ask for more sooner or later than before, as sales and repairs demand (pdr:3.4a)."""
    must_be_after_registration(part, at)
    must_be_a_level(part.id, level=level)
    must_be_told(reason=reason)
    if level == part.reorder_level:
        return []
    changed = events.SparePartReorderLevelSet(
        spare_part_id=part.id, level=level, reason=reason, at=at
    )
    return [changed]


def ask_for_more_if_low(part: SparePart, *, at: datetime) -> list[SparePartEvent]:
    """Ask for a reorder if the free stock is down to the reorder level (pdr:3.4a).

    It is asked for once until something is received, and not while something is
    on order.
    """
    if part.free > part.reorder_level or part.to_come or part.reorder_asked_at is not None:
        return []
    asked = events.SparePartReorderAsked(
        spare_part_id=part.id, free=part.free, level=part.reorder_level, at=at
    )
    return [asked]


def remind_if_due(part: SparePart, /, *, at: datetime, terms: Terms) -> list[SparePartEvent]:  # noqa: ARG001
    """Put on record which batches have expired, and that the books are to be counted, once each.

    What was set aside of an expired batch is released: nobody may use it.
    """
    return [
        event
        for reading, rung in passed(part.reminders, at)
        for event in _reminded(part, reading, rung, at=at)
    ]


def next_count(months: int, round_: int, *, calendar: WorkingCalendar, at: datetime) -> Reminders:
    """Return the reminder of the next count, if the books are counted regularly."""
    if not months:
        return ()
    due = beginning_of(Span(months=months).after(day_of(at, calendar)), calendar)
    return (reminder(COUNT, round_=round_, due=due, rungs={DUE: due}),)


# -------------------------------------------------------------------------------------


def _reminded(
    part: SparePart, reading: Reading, rung: RungReached, *, at: datetime
) -> list[SparePartEvent]:
    facts = told(reading, rung, clause=_CLAUSE, at=at)
    if reading.clock == COUNT:
        return [events.SparePartCountDue(spare_part_id=part.id, **facts)]
    batch = next(
        each for each in part.batches.values() if shelf_life_of(each.number) == reading.clock
    )
    expired = events.SparePartExpired(
        spare_part_id=part.id, batch=batch.number, to_clear=batch.on_hand, **facts
    )
    return [*_released(part, batch, at=at), expired]


def _released(part: SparePart, batch: Batch, *, at: datetime) -> list[SparePartEvent]:
    return [
        events.SparePartReleased(
            spare_part_id=part.id,
            batch=batch.number,
            quantity=pieces,
            ticket_id=ticket_id,
            reason=EXPIRED,
            at=at,
        )
        for ticket_id, pieces in batch.reserved.items()
    ]
