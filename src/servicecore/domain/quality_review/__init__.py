"""The review of a quarter: who met over it, its frozen figures, and what was decided.

Read `events` first (what can happen), then `review` (what its history leaves),
and `decisions` (the verbs).
"""

from . import decisions
from .events import (
    Figure,
    Participant,
    ProductQualityAssessed,
    QualityReviewDue,
    QualityReviewEvent,
    QualityReviewHeld,
    QualityReviewPublished,
    QualityReviewScheduled,
    StrategyAdjusted,
)
from .refusals import (
    BeforeReviewError,
    CommitteeIncompleteError,
    FiguresFrozenError,
    NoProductAssessedError,
    NotPublishedError,
    QuarterNotOverError,
    ReviewHeldError,
    ReviewNotHeldError,
)
from .review import QualityReview, evolve

__all__ = [
    "BeforeReviewError",
    "CommitteeIncompleteError",
    "Figure",
    "FiguresFrozenError",
    "NoProductAssessedError",
    "NotPublishedError",
    "Participant",
    "ProductQualityAssessed",
    "QualityReview",
    "QualityReviewDue",
    "QualityReviewEvent",
    "QualityReviewHeld",
    "QualityReviewPublished",
    "QualityReviewScheduled",
    "QuarterNotOverError",
    "ReviewHeldError",
    "ReviewNotHeldError",
    "StrategyAdjusted",
    "decisions",
    "evolve",
]
