"""The counter for quality reviews: each quarter is looked at, and its figures are frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Unpack

import attrs

from ..domain.quality_review import Figure, NotPublishedError, QualityReview, decisions
from ..projections.quality_figures import figures, index_figures
from ..storage import Receipt
from .asked import AskTwice
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import QUALITY_REVIEW
from .reports import Reports


@attrs.frozen(kw_only=True)
class Restated:
    """A published figure that is another today, as the same moment is known now."""

    name: str
    group: str
    published: Figure | None
    today: Figure | None


@attrs.frozen
class QualityReviews(Counter[QualityReview]):
    """Schedules the review of each quarter, such as ``2026-Q3``, and publishes its figures.

    Every command may say when it happened (``at``), and who asked for it.
    """

    _reports: Reports

    @classmethod
    def of(cls, office: Office, reports: Reports) -> QualityReviews:
        """Open the counter."""
        return cls(Drawer(office, "quality_review", QUALITY_REVIEW), reports)

    def schedule(
        self, review_id: str, *, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Expect the review of a quarter; each publication schedules the next by itself.

        Raises:
            RecordExistsError: If that quarter is scheduled.
        """
        office = self._drawer.office
        allowed = office.standard.duration("quality_review")
        return self._drawer.begin(
            review_id,
            decisions.schedule,
            why,
            at,
            within=allowed.at_most if allowed else None,
            standard=office.standard.reference,
            calendar=office.calendar,
        )

    def assess_product(
        self,
        review_id: str,
        *,
        product: str,
        by: str,
        assessment: str,
        is_acceptable: bool,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Assess the quality of a delivered product; one that is not good opens an improvement."""
        return self._drawer.decide(
            review_id,
            decisions.assess_product,
            why,
            at,
            product=product,
            by=by,
            assessment=assessment,
            is_acceptable=is_acceptable,
        )

    def hold(
        self,
        review_id: str,
        *,
        participants: Mapping[str, str],
        minutes: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record who met, by role; a committee that the standard names must be whole."""
        committee = self._drawer.standard_of(review_id).setting("optimisation_committee")
        return self._drawer.decide_by_calendar(
            review_id,
            decisions.hold,
            why,
            at,
            participants=participants,
            minutes=minutes,
            committee=committee.values if committee else (),
        )

    def publish(
        self, review_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Freeze the figures of the quarter, as they are known at this moment.

        Every indicator that misses its bound opens an improvement, and the next
        quarter is scheduled.
        """
        office, moment = self._drawer.office, self._drawer.office.moment(at)
        standard = self._drawer.standard_of(review_id)
        read_at = office.log.head()
        return self._drawer.decide_by_calendar(
            review_id,
            decisions.publish,
            why,
            moment,
            by=by,
            figures=self.figures(review_id, as_of=moment, known_at=read_at),
            read_at=read_at,
            must_assess_products=standard.setting("quality_reviewed") is not None,
        )

    def adjust_strategy(
        self,
        review_id: str,
        *,
        by: str,
        actions: Iterable[str],
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Decide what the published figures ask for."""
        return self._drawer.decide(
            review_id, decisions.adjust_strategy, why, at, by=by, actions=tuple(actions)
        )

    # --- Questions -------------------------------------------------------------------

    def figures(
        self, review_id: str, *, as_of: datetime | None = None, known_at: int | None = None
    ) -> tuple[Figure, ...]:
        """Return the figures of a quarter as they would be published now.

        Args:
            review_id: The quarter.
            as_of: The moment to tell of; now, by default.
            known_at: The position in the log up to which anything is known; all, by default.
        """
        zone = str(self._drawer.calendar_of(review_id).zone)
        ask: AskTwice = {"zone": zone, "as_of": as_of, "known_at": known_at}
        answer = self._reports.everything(period=review_id, by=(), **ask)
        index = self._reports.service_quality_index(period=review_id, **ask)
        indicators = self._drawer.standard_of(review_id).indicators
        return (*figures(answer, indicators), *index_figures(index))

    def restated(self, review_id: str) -> list[Restated]:
        """Return the published figures that are others today, for what was learnt since.

        Raises:
            NotPublishedError: If there are none yet.
        """
        review = self.get(review_id)
        if review.published_at is None:
            msg = f"quality review {review_id} has published no figures that could be restated"
            raise NotPublishedError(msg)
        published = {(each.name, each.group): each for each in review.figures}
        now = self.figures(review_id, as_of=review.published_at)
        today = {(each.name, each.group): each for each in now}
        return [
            Restated(name=key[0], group=key[1], published=published.get(key), today=today.get(key))
            for key in {**published, **today}
            if published.get(key) != today.get(key)
        ]
