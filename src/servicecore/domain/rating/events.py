"""What can happen to a rating: customer service judges a repair, within a set time."""

from __future__ import annotations

from ..case import LevelEvent, Step, TermsChange
from ..events import event, fact
from ..people import Level
from ..sla import Happening, under


@fact
class RatingStep(Step):
    """A step in the life of a rating: an event that moves its clock."""

    rating_id: str


@event("rating.requested")
class RatingRequested(RatingStep):
    """A repair was done, by *person* of *team*, and is to be rated (pdr:3.2c)."""

    happens = "repaired"
    ticket_id: str
    product: str
    team: str
    person: str
    standard: str
    calendar: str

    @property
    def happening(self) -> Happening:
        """The time that the organisation set runs from the repair."""
        terms = under(self.standard, self.calendar)
        return Happening(self.happens, self.counts_from, terms=terms)


@event("rating.given")
class RatingGiven(RatingStep):
    """Somebody of customer service rated the repair, from 1 to 5."""

    happens = "rated"
    by: str
    score: int
    comment: str = ""


@event("rating.terms_changed")
class RatingTermsChanged(TermsChange, RatingStep):
    """It is promised under another standard or calendar from now on; what was broken stays so."""

    standard: str
    calendar: str
    reason: str


@fact
class _LevelReached(LevelEvent):
    """A level of its ladder was reached."""

    rating_id: str


@event("rating.warned")
class RatingWarned(_LevelReached):
    """Customer service was warned that the time is nearly over."""

    to: str


@event("rating.escalated")
class RatingEscalated(_LevelReached):
    """Nobody had rated it in time, and the next level became responsible."""

    to: Level


RatingEvent = RatingStep | RatingWarned | RatingEscalated
