"""A rating as its history leaves it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from ..case import Case
from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from . import events
from .events import RatingEvent


@attrs.frozen(kw_only=True, slots=False)
class Rating(Case):
    """What customer service thinks of one repair, and until when they are to say so."""

    ticket_id: str
    product: str
    team: str
    person: str
    rated_at: datetime | None = None
    by: str = ""
    score: int | None = None
    comment: str = ""


def evolve(rating: Rating | None, event: RatingEvent) -> Rating:
    """Return *rating* as *event* leaves it; there is none before it is requested.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if rating is None:
        return _requested(event)
    return rating.after((event,), _facts)


def _requested(event: RatingEvent) -> Rating:
    event = must_begin(event, events.RatingRequested, "the rating was requested")
    rating = Rating(
        id=event.rating_id,
        opened_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
        ticket_id=event.ticket_id,
        product=event.product,
        team=event.team,
        person=event.person,
    )
    return rating.after((event,), lambda _, __: {})


def _facts(rating: Rating, event: RatingEvent) -> dict[str, Any]:
    must_belong(event, "rating_id", rating.id, "the history of rating")
    match event:
        case events.RatingTermsChanged():
            return {"standard": event.standard, "calendar": event.calendar}
        case events.RatingGiven() if rating.rated_at is None:
            return {
                "rated_at": event.at,
                "by": event.by,
                "score": event.score,
                "comment": event.comment,
            }
        case events.RatingWarned():
            return rating.level_facts(event, None)
        case events.RatingEscalated():
            return rating.level_facts(event, event.to)
        case _:
            msg = f"{event} cannot happen to rating {rating.id}"
            raise ImpossibleHistoryError(msg)
