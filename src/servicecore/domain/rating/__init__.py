"""A rating: customer service judges a repair, within the time that the organisation sets.

Read `events` first (what can happen), then `rating` (what its history leaves),
and `decisions` (the verbs).
"""

from . import decisions
from .events import (
    RatingEscalated,
    RatingEvent,
    RatingGiven,
    RatingRequested,
    RatingTermsChanged,
    RatingWarned,
)
from .rating import Rating, evolve
from .refusals import AlreadyRatedError, BeforeRepairError, NoRatingError, OwnRepairError

__all__ = [
    "AlreadyRatedError",
    "BeforeRepairError",
    "NoRatingError",
    "OwnRepairError",
    "Rating",
    "RatingEscalated",
    "RatingEvent",
    "RatingGiven",
    "RatingRequested",
    "RatingTermsChanged",
    "RatingWarned",
    "decisions",
    "evolve",
]
