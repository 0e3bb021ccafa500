"""What can be decided about the review of a quarter: who met, what was found, what follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from ..calendar import WorkingCalendar
from ..calendar_periods import CalendarPeriod
from ..days import beginning_of
from ..quarters import due_after, quarter_named
from ..refusals import must_be_told, one_or_more
from ..reminders import passed, settled, told, told_to
from ..sla import State, Terms
from ..spans import Span
from . import events, refusals
from .events import Figure, Participant, QualityReviewEvent
from .review import QualityReview

REVIEW = "review"  #: The reminder.
_CLAUSE = "psp:4.2a"


def schedule(
    review_id: str,
    *,
    within: Span | None,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[QualityReviewEvent]:
    """Expect the review of a quarter such as ``2026-Q3``, *within* so long after it (psp:4.2a).

    A standard that does not say within how long, leaves it without a reminder.

    Raises:
        NoPeriodError: If the number is that of no period.
        NotAQuarterError: If it is that of a month, or a year.
    """
    quarter = reviewed_quarter(review_id)
    due_on, reminders = due_after(quarter, within, calendar, name=REVIEW)
    scheduled = events.QualityReviewScheduled(
        review_id=review_id,
        first=quarter.first,
        until=quarter.until,
        due_on=due_on,
        standard=standard,
        calendar=calendar.reference,
        readings=reminders,
        at=at,
    )
    return [scheduled]


def assess_product(
    review: QualityReview,
    *,
    product: str,
    by: str,
    assessment: str,
    is_acceptable: bool,
    at: datetime,
) -> list[QualityReviewEvent]:
    """Assess the quality of a delivered product, until the figures are frozen (pdr:6.4a)."""
    _must_be_open(review, "changed", at)
    must_be_told(product=product, by=by, assessment=assessment)
    assessed = events.ProductQualityAssessed(
        review_id=review.id,
        product=product,
        by=by,
        assessment=assessment,
        is_acceptable=is_acceptable,
        standard=review.standard,
        calendar=review.calendar,
        at=at,
    )
    return [assessed]


def hold(
    review: QualityReview,
    *,
    participants: Mapping[str, str],
    minutes: str,
    committee: Iterable[str] = (),
    calendar: WorkingCalendar,
    at: datetime,
) -> list[QualityReviewEvent]:
    """Put on record who met over the quarter, by role, and what was said.

    Args:
        review: As its history leaves it.
        participants: The person in each role.
        minutes: What was said.
        committee: The roles that must be there (om2025:6.3a).
        calendar: Where the quarter ends.
        at: When they met.

    Raises:
        QuarterNotOverError: If there is still something of the quarter to come.
        IncompleteError: If nobody met, somebody is not named, or nothing was said.
        ReviewHeldError: If they met before.
        CommitteeIncompleteError: If one of the *committee* was missing.
    """
    _must_be_open(review, "held", at)
    must_be_told(minutes=minutes)
    one_or_more("role", participants, whose=f"quality review {review.id}", clause="om2025:6.3a")
    must_be_told(**participants)
    _must_be_over(review, calendar, at)
    if review.held_at is not None:
        msg = f"quality review {review.id} was held at {review.held_at.isoformat()}"
        raise refusals.ReviewHeldError(msg)
    if missing := [role for role in committee if role not in participants]:
        msg = (
            f"quality review {review.id} cannot be held without {', '.join(missing)} (om2025:6.3a)"
        )
        raise refusals.CommitteeIncompleteError(msg)
    who = tuple(Participant(person=person, role=role) for role, person in participants.items())
    return [events.QualityReviewHeld(review_id=review.id, participants=who, minutes=minutes, at=at)]


def publish(
    review: QualityReview,
    *,
    by: str,
    figures: Collection[Figure],
    read_at: int,
    must_assess_products: bool,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[QualityReviewEvent]:
    """Publish the figures of the quarter, which freezes them (psp:4.2a).

    Raises:
        ReviewNotHeldError: If nobody has met over them.
        NoProductAssessedError: If products must be assessed, and none was.
        FiguresFrozenError: If they were published.
    """
    _must_be_open(review, "published again", at)
    must_be_told(by=by)
    _must_be_over(review, calendar, at)
    if review.held_at is None or at < review.held_at:
        msg = f"quality review {review.id} was not held by {at.isoformat()}"
        raise refusals.ReviewNotHeldError(msg)
    if must_assess_products and not review.products:
        msg = f"quality review {review.id} assessed no delivered product (pdr:6.4a)"
        raise refusals.NoProductAssessedError(msg)
    published = events.QualityReviewPublished(
        review_id=review.id,
        by=by,
        first=review.first,
        until=review.until,
        zone=str(calendar.zone),
        figures=tuple(figures),
        read_at=read_at,
        standard=review.standard,
        calendar=review.calendar,
        readings=settled(review.reminders, state=State.MET),
        at=at,
    )
    return [published]


def adjust_strategy(
    review: QualityReview, *, by: str, actions: Iterable[str], at: datetime
) -> list[QualityReviewEvent]:
    """Decide what the published figures ask for (psp:4.2a).

    Raises:
        NotPublishedError: If there are none yet.
        IncompleteError: If nothing is to be done.
    """
    must_be_told(by=by)
    decided = one_or_more("action", actions, whose=f"quality review {review.id}", clause=_CLAUSE)
    if review.published_at is None or at < review.published_at:
        msg = f"quality review {review.id} had published no figures by {at.isoformat()}"
        raise refusals.NotPublishedError(msg)
    return [events.StrategyAdjusted(review_id=review.id, by=by, actions=decided, at=at)]


def remind_if_due(
    review: QualityReview,
    /,
    *,
    at: datetime,
    terms: Terms,  # noqa: ARG001  # one signature for all
) -> list[QualityReviewEvent]:
    """Put on record that the review is due, and that it is overdue, once each."""
    return [
        events.QualityReviewDue(
            review_id=review.id,
            to=told_to(rung),
            **told(reading, rung, clause=_CLAUSE, at=at),
        )
        for reading, rung in passed(review.reminders, at)
    ]


def reviewed_quarter(review_id: str) -> CalendarPeriod:
    """Return the quarter that a review is about.

    Raises:
        NoPeriodError: If it is no period.
        NotAQuarterError: If it is a month, or a year.
    """
    return quarter_named(review_id, done="quality is reviewed", clause=_CLAUSE)


# -------------------------------------------------------------------------------------


def _must_be_open(review: QualityReview, done: str, at: datetime) -> None:
    if at < review.scheduled_at:
        msg = (
            f"quality review {review.id} was scheduled at {review.scheduled_at.isoformat()}, "
            f"so it cannot have been {done} at {at.isoformat()}"
        )
        raise refusals.BeforeReviewError(msg)
    if review.published_at is not None:
        msg = (
            f"quality review {review.id} was published at {review.published_at.isoformat()}, "
            f"so it cannot be {done}"
        )
        raise refusals.FiguresFrozenError(msg)


def _must_be_over(review: QualityReview, calendar: WorkingCalendar, at: datetime) -> None:
    over = beginning_of(review.until, calendar)
    if at < over:
        msg = (
            f"quality review {review.id}: the quarter is over at {over.isoformat()}, "
            f"not at {at.astimezone(calendar.zone).isoformat()}"
        )
        raise refusals.QuarterNotOverError(msg)
