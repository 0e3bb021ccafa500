"""Whenever a review finds that quality is not what it should be, it is improved.

Each indicator below its standard opens one improvement, once a review, and so
does each delivered product whose quality is not acceptable.

Source: pdr:3.3b, pdr:6.4a.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.improvement import Source
from ..domain.quality_review import Figure, ProductQualityAssessed, QualityReviewPublished
from ..domain.standard import Rulebook
from .improving import improvement
from .wanted import Wanted


@attrs.frozen
class ImproveWhatMissesItsStandard:
    """A figure in a report changes nothing; somebody who has to find the cause does."""

    rulebook: Rulebook
    name: ClassVar[str] = "quality_improvement"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (QualityReviewPublished, ProductQualityAssessed)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Open an improvement for each indicator that was missed, and for a bad product."""
        match recorded.event:
            case QualityReviewPublished(figures=figures) as published:
                missed = (each for each in figures if each.is_met is False)
                return [self._of_indicator(published, each) for each in missed]
            case ProductQualityAssessed(is_acceptable=False) as assessed:
                return [self._of_product(assessed)]
            case _:
                return []

    def _of_indicator(self, published: QualityReviewPublished, missed: Figure) -> Wanted:
        name = missed.name.replace("_", " ")
        return self._improvement(
            f"{published.review_id}-{missed.name}",
            source=Source.INDICATOR,
            about=f"{name} was not {missed.bound} in {published.review_id} ({missed.clause})",
            found_in=published,
        )

    def _of_product(self, assessed: ProductQualityAssessed) -> Wanted:
        return self._improvement(
            f"{assessed.review_id}-product-{assessed.product}",
            source=Source.QUALITY_REVIEW,
            about=f"{assessed.product}: {assessed.assessment}",
            found_in=assessed,
        )

    def _improvement(
        self,
        number: str,
        *,
        source: Source,
        about: str,
        found_in: QualityReviewPublished | ProductQualityAssessed,
    ) -> Wanted:
        at: datetime = found_in.at
        return improvement(
            number,
            source=source,
            about=about,
            origin=f"quality_review/{found_in.review_id}",
            at=at,
            rulebook=self.rulebook,
            standard=found_in.standard,
            calendar=found_in.calendar,
        )
