"""What can happen to the regular review of a service standard."""

from __future__ import annotations

from datetime import date, datetime

from ..case import LevelEvent
from ..events import event, fact
from ..moments import instant
from ..people import Level
from ..sla import Reading


@fact
class _Fact:
    """Something that happened to the review of the standard *review_id*."""

    review_id: str
    at: datetime = instant()


@event("standard_review.planned")
class StandardReviewPlanned(_Fact):
    """The standard, now *in_force*, will be looked at on *due_on* (om2025:4.1b)."""

    number: int
    in_force: str
    due_on: date
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("standard_review.due")
class StandardReviewDue(LevelEvent):
    """The day came on which the standard is to be looked at; or it went by without that."""

    review_id: str
    to: Level


@event("standard_review.held")
class StandardReviewHeld(_Fact):
    """The standard was looked at; it stays, or was *revised_to* a version of its own."""

    number: int
    by: str
    finding: str
    revised_to: str | None = None
    readings: tuple[Reading, ...] = ()


StandardReviewEvent = StandardReviewPlanned | StandardReviewDue | StandardReviewHeld
