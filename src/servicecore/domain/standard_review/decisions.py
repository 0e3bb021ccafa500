"""What can be decided about a standard in use: that it stays, or what it is revised to."""

from __future__ import annotations

from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..days import day_of, must_be_a_date
from ..refusals import must_be_told
from ..reminders import on_its_day, passed, settled, told, told_to
from ..sla import State, Terms
from ..spans import Span
from . import events, refusals
from .events import StandardReviewEvent, StandardReviewPlanned
from .review import StandardReview

REVIEW = "standard_review"  #: The reminder.
_CLAUSE = "om2025:4.1b"


def plan(
    review_id: str,
    *,
    in_force: str,
    due_on: date,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[StandardReviewEvent]:
    """Expect that a standard in use is looked at on a day (om2025:4.1b)."""
    must_be_told(review_id=review_id, in_force=in_force)
    must_be_a_date(due_on=due_on)
    first = _planned(
        review_id, 1, in_force=in_force, due_on=due_on, standard=standard, calendar=calendar, at=at
    )
    return [first]


def hold(
    review: StandardReview,
    *,
    by: str,
    finding: str,
    revised_to: str | None = None,
    again_after: Span,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[StandardReviewEvent]:
    """Put on record what was found, and what the standard was *revised_to*, if it was.

    It is looked at once more *again_after* that day.

    Raises:
        BeforeReviewPlannedError: If it is said to have been held before the last one.
        SameVersionError: If the standard was revised to what it is.
    """
    must_be_told(by=by, finding=finding)
    since = review.held[-1].at if review.held else review.planned_at
    if at < since:
        msg = (
            f"review {review.number} of {review.id} has been planned since {since.isoformat()}, "
            f"so it cannot have been held at {at.isoformat()}"
        )
        raise refusals.BeforeReviewPlannedError(msg)
    if revised_to is not None:
        must_be_told(revised_to=revised_to)
    if revised_to == review.in_force:
        msg = f"{review.id} is {revised_to} already; a revision has a version of its own"
        raise refusals.SameVersionError(msg)
    held = events.StandardReviewHeld(
        review_id=review.id,
        number=review.number,
        by=by,
        finding=finding,
        revised_to=revised_to,
        readings=settled(review.reminders, state=State.MET),
        at=at,
    )
    following = _planned(
        review.id,
        review.number + 1,
        in_force=revised_to or review.in_force,
        due_on=again_after.after(day_of(at, calendar)),
        standard=review.standard,
        calendar=calendar,
        at=at,
    )
    return [held, following]


def remind_if_due(
    review: StandardReview,
    /,
    *,
    at: datetime,
    terms: Terms,  # noqa: ARG001  # one signature for all
) -> list[StandardReviewEvent]:
    """Put on record that the standard is to be looked at, and that it was not, once each."""
    return [
        events.StandardReviewDue(
            review_id=review.id,
            to=told_to(rung),
            **told(reading, rung, clause=_CLAUSE, at=at),
        )
        for reading, rung in passed(review.reminders, at)
    ]


def _planned(
    review_id: str,
    number: int,
    *,
    in_force: str,
    due_on: date,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> StandardReviewPlanned:
    return StandardReviewPlanned(
        review_id=review_id,
        number=number,
        in_force=in_force,
        due_on=due_on,
        standard=standard,
        calendar=calendar.reference,
        readings=(on_its_day(REVIEW, due_on, calendar, round_=number),),
        at=at,
    )
