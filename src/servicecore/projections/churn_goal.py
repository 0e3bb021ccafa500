"""Whether churn fell as the standard wants it to (psp:5.2a).

The documents say *by 5 %*, and not of what: of the churn there was, or in points of
all customers.  Whoever asks says which is meant.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from ..domain.figures import Goal
from .answer import Answer, Measured
from .cost_benefit import ChurnIn, NoGoalError
from .loyalty import CHURN


class UnknownUnitError(ValueError):
    """A change of churn is told *relative*, or in *points*."""


@attrs.frozen(kw_only=True)
class ChurnChange:
    """The churn of two periods, and how it changed.

    *change* is a share of the earlier churn, or of all customers where it is
    counted in points; it is none where there was no churn, or nobody, to begin with.
    """

    before: Measured
    after: Measured
    goal: float
    clause: str
    counted_in: ChurnIn
    change: Fraction | None

    @property
    def is_met(self) -> bool | None:
        """Whether it fell as much as is wanted; exactly so much is enough."""
        return None if self.change is None else self.change <= Fraction(str(self.goal))


def churn_change(
    before: Answer, after: Answer, *, goals: tuple[Goal, ...], counted_in: ChurnIn
) -> ChurnChange:
    """Return how churn changed, beside what the standard wants.

    Raises:
        NoGoalError: If the standard does not want churn to fall.
        UnknownUnitError: If it is counted in neither of the two.
    """
    if counted_in not in {"relative", "points"}:
        msg = f"a change of churn is counted 'relative' or in 'points', got {counted_in!r}"
        raise UnknownUnitError(msg)
    goal = next((each for each in goals if each.name == CHURN), None)
    if goal is None:
        msg = "the standard does not say how churn is to change, so no goal is met or missed"
        raise NoGoalError(msg)
    earlier, later = _churn(before), _churn(after)
    return ChurnChange(
        before=earlier,
        after=later,
        goal=goal.change,
        clause=goal.clause,
        counted_in=counted_in,
        change=_change(_share(earlier), _share(later), counted_in),
    )


def _change(
    earlier: Fraction | None, later: Fraction | None, counted_in: ChurnIn
) -> Fraction | None:
    if earlier is None or later is None:
        return None
    if counted_in == "points":
        return later - earlier
    return (later - earlier) / earlier if earlier else None


def _churn(answer: Answer) -> Measured:
    nobody = Measured(measure=CHURN, group=(), n=0, k=0, value=None)
    return next((each for each in answer if each.measure == CHURN), nobody)


def _share(told: Measured) -> Fraction | None:
    return Fraction(told.k or 0, told.n) if told.n else None
