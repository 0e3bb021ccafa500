"""Whenever the figures of a quarter are published, the review of the next is expected.

Source: psp:4.2a; the standard says within how long.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.quality_review import (
    QualityReview,
    QualityReviewEvent,
    QualityReviewPublished,
    decisions,
)
from ..domain.standard import Rulebook
from .wanted import Wanted


@attrs.frozen
class ReviewTheNextQuarter:
    """No quarter goes by unreviewed because nobody thought of it."""

    rulebook: Rulebook
    name: ClassVar[str] = "next_review"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (QualityReviewPublished,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Schedule the quarter that follows, unless that was done."""
        match recorded.event:
            case QualityReviewPublished() as published:
                following = decisions.reviewed_quarter(published.review_id).following.name
                return [
                    Wanted(
                        f"quality_review/{following}",
                        lambda review: self._schedule(review, following, published),
                    )
                ]
            case _:
                return []

    def _schedule(
        self, review: QualityReview | None, following: str, published: QualityReviewPublished
    ) -> list[QualityReviewEvent]:
        if review is not None:
            return []
        allowed = self.rulebook.standard(published.standard).duration("quality_review")
        return decisions.schedule(
            following,
            within=allowed.at_most if allowed else None,
            standard=published.standard,
            calendar=self.rulebook.calendar(published.calendar),
            at=published.at,
        )
