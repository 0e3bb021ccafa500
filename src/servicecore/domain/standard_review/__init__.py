"""The regular review of a service standard: does it still say what it should?

Read `events` first (what can happen), then `review` (what its history leaves),
and `decisions` (the verbs).
"""

from . import decisions
from .events import (
    StandardReviewDue,
    StandardReviewEvent,
    StandardReviewHeld,
    StandardReviewPlanned,
)
from .refusals import BeforeReviewPlannedError, SameVersionError
from .review import StandardReview, evolve

__all__ = [
    "BeforeReviewPlannedError",
    "SameVersionError",
    "StandardReview",
    "StandardReviewDue",
    "StandardReviewEvent",
    "StandardReviewHeld",
    "StandardReviewPlanned",
    "decisions",
    "evolve",
]
