"""The regular review of a service standard as its history leaves it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from . import events
from .events import StandardReviewEvent, StandardReviewHeld


@attrs.frozen(kw_only=True)
class StandardReview:
    """How often a standard was looked at, when it is next, and what came of it.

    *in_force* is the version that it was last revised to, ``operations_manual_2025@2``;
    the record itself is kept under the *standard* that it was begun under.
    """

    id: str
    number: int
    in_force: str
    due_on: date
    standard: str
    calendar: str
    planned_at: datetime
    held: tuple[StandardReviewHeld, ...] = ()
    reminders: Reminders = ()


def evolve(review: StandardReview | None, event: StandardReviewEvent) -> StandardReview:
    """Return *review* as *event* leaves it; there is none before the first is planned.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if review is None:
        return _planned(event)
    must_belong(event, "review_id", review.id, "the history of the reviews of")
    reminders = outstanding(review.reminders, event)
    return attrs.evolve(review, reminders=reminders, **_facts(review, event))


def _planned(event: StandardReviewEvent) -> StandardReview:
    event = must_begin(event, events.StandardReviewPlanned, "a review was planned")
    return StandardReview(
        id=event.review_id,
        number=event.number,
        in_force=event.in_force,
        due_on=event.due_on,
        standard=event.standard,
        calendar=event.calendar,
        planned_at=event.at,
        reminders=outstanding((), event),
    )


def _facts(review: StandardReview, event: StandardReviewEvent) -> dict[str, Any]:
    match event:
        case events.StandardReviewDue():
            return {}
        case events.StandardReviewHeld(number=number) if number == review.number:
            return {"held": (*review.held, event)}
        case events.StandardReviewPlanned(number=number) if number == review.number + 1:
            return {"number": number, "due_on": event.due_on, "in_force": event.in_force}
        case _:
            msg = f"{event} is out of turn: review {review.number} of {review.id} is next"
            raise ImpossibleHistoryError(msg)
