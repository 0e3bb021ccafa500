"""What can be decided about a rating: it is requested, given, and may be late."""

from __future__ import annotations

from datetime import datetime

from .. import case
from ..case import ASSIGNEE, Reached
from ..people import Level, same_person
from ..quantities import SCORES, is_on
from ..refusals import must_be_told
from ..sla import Terms, keep_time
from . import events, refusals
from .events import RatingEscalated, RatingEvent, RatingWarned
from .rating import Rating


def request(
    rating_id: str,
    *,
    ticket_id: str,
    product: str,
    team: str,
    person: str,
    standard: str,
    calendar: str,
    at: datetime,
    terms: Terms,
) -> list[RatingEvent]:
    """Ask customer service to rate a repair, within the time that the organisation set."""
    must_be_told(rating_id=rating_id, ticket_id=ticket_id)
    requested = events.RatingRequested(
        rating_id=rating_id,
        ticket_id=ticket_id,
        product=product,
        team=team,
        person=person,
        standard=standard,
        calendar=calendar,
        at=at,
    )
    return _on_record(None, requested, terms=terms)


def give(
    rating: Rating, *, by: str, score: int, comment: str = "", at: datetime, terms: Terms
) -> list[RatingEvent]:
    """Rate the repair (pdr:3.2c).

    Raises:
        AlreadyRatedError: If that was done.
        OwnRepairError: If whoever did it rates it.
        NoRatingError: If the score is not a whole number from 1 to 5.
        BeforeRepairError: If it comes before the repair.
    """
    must_be_told(by=by)
    if at < rating.opened_at:
        msg = (
            f"rating {rating.id}: the repair was done at {rating.opened_at.isoformat()}, "
            f"so it cannot have been rated at {at.isoformat()} (pdr:3.2c)"
        )
        raise refusals.BeforeRepairError(msg)
    if rating.rated_at is not None:
        msg = f"rating {rating.id} was given at {rating.rated_at.isoformat()} (pdr:3.2c)"
        raise refusals.AlreadyRatedError(msg)
    if same_person(by, rating.person):
        msg = f"rating {rating.id}: {rating.person} did the repair, and cannot rate it (pdr:3.2c)"
        raise refusals.OwnRepairError(msg)
    if not is_on(SCORES, score):
        scale = f"from {SCORES[0]} to {SCORES[-1]}"
        msg = f"rating {rating.id}: a score is a whole number {scale}, got {score!r} (pdr:3.2c)"
        raise refusals.NoRatingError(msg)
    given = events.RatingGiven(rating_id=rating.id, by=by, score=score, comment=comment, at=at)
    return _on_record(rating, given, terms=terms)


def change_terms(
    rating: Rating, *, standard: str, calendar: str, reason: str, at: datetime, terms: Terms
) -> list[RatingEvent]:
    """Promise what is still open anew, under another standard or calendar; nothing, if it is over.

    Promises already kept or broken stay as they are.
    """
    must_be_told(reason=reason)
    is_over = rating.rated_at is not None
    if is_over or (standard, calendar) == (rating.standard, rating.calendar):
        return []
    changed = events.RatingTermsChanged(
        rating_id=rating.id, standard=standard, calendar=calendar, reason=reason, at=at
    )
    return _on_record(rating, changed, terms=terms)


def escalate_if_due(rating: Rating, /, *, at: datetime, terms: Terms) -> list[RatingEvent]:
    """Put on record every level of the ladder that was reached by *at*, each once."""
    clocks = keep_time(rating.timeline, terms)
    reached = case.levels_reached(clocks, rating.levels_reached, at=at)
    return [_level(rating.id, each, at) for each in reached]


# -------------------------------------------------------------------------------------


def _on_record(
    rating: Rating | None, step: events.RatingStep, *, terms: Terms
) -> list[RatingEvent]:
    def level(reached: Reached, at: datetime) -> RatingWarned | RatingEscalated:
        return _level(step.rating_id, reached, at)

    return [*case.on_record(rating, [step], terms=terms, level=level)]


def _level(rating_id: str, reached: Reached, at: datetime) -> RatingWarned | RatingEscalated:
    told = reached.told(at=at)
    if reached.to == ASSIGNEE:
        return RatingWarned(rating_id=rating_id, to=reached.to, **told)
    return RatingEscalated(rating_id=rating_id, to=Level(reached.to), **told)
