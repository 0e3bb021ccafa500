"""One row for each rating that customer service gives a repair, or has yet to give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ..domain.rating import events
from .asking import Dimension
from .clock_facts import Clocks, count_attainment, take_readings
from .facts import Facts
from .tally import Tally

_CLOCK = "rating"


@attrs.define(kw_only=True)
class RatingFact:
    """What is known of one rating: whose work it is about, and what was given."""

    rating_id: str
    product: str
    team: str
    person: str
    rated_at: datetime | None = None
    score: int | None = None
    clocks: Clocks = attrs.field(factory=dict)


def _fold(fact: RatingFact | None, event: Any) -> RatingFact:
    if fact is None:
        fact = RatingFact(
            rating_id=event.rating_id,
            product=event.product,
            team=event.team,
            person=event.person,
        )
    take_readings(fact.clocks, event)
    if isinstance(event, events.RatingGiven):
        fact.rated_at, fact.score = event.at, event.score
    return fact


FACTS = Facts(name="rating_facts", kind="rating", row=RatingFact, fold=_fold)
DIMENSIONS: Mapping[str, Dimension] = {
    "product": lambda fact: fact.product,
    "team": lambda fact: fact.team,
    "person": lambda fact: fact.person,
}


def given(fact: RatingFact, tally: Tally) -> None:
    """Average the ratings of whoever did the repairs, when they were given (pdr:3.2d)."""
    if fact.rated_at is None or fact.score is None:
        return
    tally.score("rating_score", fact.rated_at, fact.score)


def timeliness(fact: RatingFact, tally: Tally) -> None:
    """Count ratings given within the time that the organisation set (pdr:3.2c)."""
    if clock := fact.clocks.get(_CLOCK):
        count_attainment("rating_attainment", clock, tally)
