"""What can happen to the safekeeping of records: a copy is expected, falls due, is made."""

from __future__ import annotations

from datetime import date, datetime

from ..case import LevelEvent
from ..events import event, fact
from ..moments import instant
from ..people import Level
from ..sla import Reading


@fact
class _Fact:
    """Something that happened to the copies of one sort: ``backup``, or ``archive``."""

    safekeeping_id: str
    at: datetime = instant()


@event("safekeeping.copy_expected")
class CopyExpected(_Fact):
    """The *number*-th copy is to be made on *due_on* at the latest (om2025:4.3e)."""

    number: int
    due_on: date
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("safekeeping.copy_due")
class CopyDue(LevelEvent):
    """The last day for a copy came; or it went by without one."""

    safekeeping_id: str
    to: Level


@event("safekeeping.copy_made")
class CopyMade(_Fact):
    """A copy of all that is on record up to position *up_to* lies at *kept_at*."""

    number: int
    by: str
    kept_at: str
    up_to: int
    readings: tuple[Reading, ...] = ()


SafekeepingEvent = CopyExpected | CopyDue | CopyMade
