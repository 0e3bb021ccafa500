"""The review of a quarter as its history leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from . import events
from .events import Figure, Participant, ProductQualityAssessed, QualityReviewEvent


@attrs.frozen(kw_only=True)
class QualityReview:
    """A quarter, who met over it, its frozen figures, and what was decided.

    *figures* is empty until they are published.  *products* holds the last
    assessment of each product.
    """

    id: str
    first: date
    until: date
    due_on: date | None
    standard: str
    calendar: str
    scheduled_at: datetime
    products: Mapping[str, ProductQualityAssessed] = attrs.field(factory=dict)
    participants: tuple[Participant, ...] = ()
    held_at: datetime | None = None
    figures: tuple[Figure, ...] = ()
    published_at: datetime | None = None
    read_at: int | None = None
    zone: str = ""
    actions: tuple[str, ...] = ()
    reminders: Reminders = ()

    @property
    def missed(self) -> tuple[Figure, ...]:
        """The figures that are not what the standard asks for."""
        return tuple(each for each in self.figures if each.is_met is False)


def evolve(review: QualityReview | None, event: QualityReviewEvent) -> QualityReview:
    """Return *review* as *event* leaves it; there is none before it is scheduled.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if review is None:
        return _scheduled(event)
    must_belong(event, "review_id", review.id, "the history of quality review")
    return attrs.evolve(
        review, reminders=outstanding(review.reminders, event), **_facts(review, event)
    )


def _scheduled(event: QualityReviewEvent) -> QualityReview:
    event = must_begin(event, events.QualityReviewScheduled, "the review was scheduled")
    return QualityReview(
        id=event.review_id,
        first=event.first,
        until=event.until,
        due_on=event.due_on,
        standard=event.standard,
        calendar=event.calendar,
        scheduled_at=event.at,
        reminders=outstanding((), event),
    )


def _facts(review: QualityReview, event: QualityReviewEvent) -> dict[str, Any]:
    match event:
        case events.QualityReviewDue():
            return {}
        case events.ProductQualityAssessed():
            return {"products": {**review.products, event.product: event}}
        case events.QualityReviewHeld() if review.held_at is None:
            return {"held_at": event.at, "participants": event.participants}
        case events.QualityReviewPublished() if review.published_at is None:
            return {
                "figures": event.figures,
                "published_at": event.at,
                "read_at": event.read_at,
                "zone": event.zone,
            }
        case events.StrategyAdjusted():
            return {"actions": (*review.actions, *event.actions)}
        case _:
            msg = f"{event} cannot happen to quality review {review.id} twice"
            raise ImpossibleHistoryError(msg)
