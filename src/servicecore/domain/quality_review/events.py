"""What can happen to the review of a quarter: it falls due, is held, and freezes its figures."""

from __future__ import annotations

from datetime import date, datetime

import attrs

from ..case import LevelEvent
from ..events import event, fact
from ..moments import instant
from ..people import Level
from ..sla import Reading
from ..standard import Indicator


@attrs.frozen(kw_only=True)
class Figure:
    """A figure of the quarter, as it was measured.

    A share has *k* of *n* as its *value* from 0.0 to 1.0; a length of time has its
    mean, in seconds; where there is nothing to measure, the value is None.
    *group* tells whose it is, if it is not everybody's.  *bound* tells what the
    standard asks for under *clause*; whether that *is_met* is None where nothing
    was measured, or nothing is asked.
    """

    name: str
    group: str = ""
    n: int
    k: int | None = None
    value: float | None = None
    bound: str = ""
    clause: str = ""
    is_met: bool | None = None

    @classmethod
    def judged(
        cls, indicator: Indicator, *, n: int, k: int | None = None, value: float | None = None
    ) -> Figure:
        """Return what was measured of an indicator; exactly on its bound is met."""
        is_met: bool | None = None
        if indicator.at_least is not None and value is not None:
            is_met = value >= indicator.at_least
        if indicator.at_most is not None and value is not None:
            is_met = value <= indicator.at_most.total_seconds()
        return cls(
            name=indicator.name,
            n=n,
            k=k,
            value=value,
            bound=str(indicator),
            clause=indicator.clause,
            is_met=is_met,
        )


@attrs.frozen(kw_only=True)
class Participant:
    """Somebody who took part, in a role such as ``head_of_quality``."""

    person: str
    role: str


@fact
class _Fact:
    """Something that happened to the review of one quarter, such as ``2026-Q3``."""

    review_id: str
    at: datetime = instant()


@event("quality_review.scheduled")
class QualityReviewScheduled(_Fact):
    """The quarter *first* to (without) *until* will be reviewed, by *due_on* if that was said."""

    first: date
    until: date
    due_on: date | None = None
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("quality_review.due")
class QualityReviewDue(LevelEvent):
    """The quarter is over and its review is due; or overdue, and with the next level."""

    review_id: str
    to: Level


@event("quality_review.product_assessed")
class ProductQualityAssessed(_Fact):
    """The quality of a delivered product was assessed (pdr:6.4a)."""

    product: str
    by: str
    assessment: str
    is_acceptable: bool
    standard: str
    calendar: str


@event("quality_review.held")
class QualityReviewHeld(_Fact):
    """Those responsible met over the quarter (om2025:6.3a)."""

    participants: tuple[Participant, ...]
    minutes: str


@event("quality_review.published")
class QualityReviewPublished(_Fact):
    """The figures of the quarter were published, and do not change any more (psp:4.2a).

    They were read off the log at position *read_at*, at the moment of this event,
    with days of *zone*; what was recorded later shows as restated.
    """

    by: str
    first: date
    until: date
    zone: str
    figures: tuple[Figure, ...]
    read_at: int
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("quality_review.strategy_adjusted")
class StrategyAdjusted(_Fact):
    """What the figures ask for was decided (psp:4.2a)."""

    by: str
    actions: tuple[str, ...]


QualityReviewEvent = (
    QualityReviewScheduled
    | QualityReviewDue
    | ProductQualityAssessed
    | QualityReviewHeld
    | QualityReviewPublished
    | StrategyAdjusted
)
