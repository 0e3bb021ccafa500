"""The risks that are watched: churn, complaints, delay, failing equipment (om2025:7.2a).

They are assessed from their history, from what customers say, and from the trend
(om2025:7.2c).  What tells which risk, the manual leaves open (house choice):

* *churn*: gone / customers at the start of the period;
* *complaint rate*: complaints received / the same customers;
* *delay*: promises on tickets broken / decided;
* *equipment failure*: requests for service / the same customers;
* *dissatisfied*: dissatisfied / answers to surveys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Literal

import attrs

from .answer import Answer, Measured
from .loyalty import CHURN
from .period import Period

Trend = Literal["rising", "falling", "steady"]
PERIODS = 4  #: So many are looked at: the one that is asked about, and those before it.
_ATTAINMENT = "_attainment"


@attrs.frozen(kw_only=True)
class RiskFigure:
    """What a risk was in one period: *k* of *n*, or *k* for every *n*."""

    period: str
    k: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, or how many for each; none of nothing."""
        return self.k / self.n if self.n else None


@attrs.frozen(kw_only=True)
class WatchedRisk:
    """One risk through the last periods, the newest last."""

    name: str
    history: tuple[RiskFigure, ...]

    @property
    def now(self) -> RiskFigure:
        """The figure of the period that is asked about."""
        return self.history[-1]

    @property
    def trend(self) -> Trend | None:
        """How it stands beside the period before; none where either tells nothing."""
        *_, before, now = [None, *self.history]
        if before is None or not before.n or not now.n:
            return None
        change = Fraction(now.k, now.n) - Fraction(before.k, before.n)
        return "rising" if change > 0 else "falling" if change < 0 else "steady"


@attrs.frozen(kw_only=True)
class Told:
    """What was measured of one period, by the questions that were asked."""

    period: str
    churn: Answer
    complaints: Answer
    promises: Answer
    requests: Answer
    answers: Answer


def watched(told: Iterable[Told]) -> tuple[WatchedRisk, ...]:
    """Return the risks, from what was *told* of each period, the oldest first."""
    periods = list(told)
    return tuple(
        WatchedRisk(name=name, history=tuple(figure(each) for each in periods))
        for name, figure in _RISKS.items()
    )


def periods_until(period: Period) -> list[Period]:
    """Return *period* and those before it, the oldest first."""
    found = [period]
    while len(found) < PERIODS:
        found.append(found[-1].before)
    return found[::-1]


def _gone(told: Told) -> RiskFigure:
    churn = _of(told.churn, CHURN)
    return RiskFigure(period=told.period, k=sum(e.k or 0 for e in churn), n=_customers(told))


def _complained(told: Told) -> RiskFigure:
    came = sum(int(e.value or 0) for e in _of(told.complaints, "complaints_received"))
    return RiskFigure(period=told.period, k=came, n=_customers(told))


def _late(told: Told) -> RiskFigure:
    decided = [each for each in told.promises if each.measure.endswith(_ATTAINMENT)]
    n = sum(each.n for each in decided)
    return RiskFigure(period=told.period, k=n - sum(each.k or 0 for each in decided), n=n)


def _failed(told: Told) -> RiskFigure:
    came = sum(int(e.value or 0) for e in _of(told.requests, "tickets_opened"))
    return RiskFigure(period=told.period, k=came, n=_customers(told))


def _unhappy(told: Told) -> RiskFigure:
    said = list(_of(told.answers, "dissatisfied"))
    return RiskFigure(period=told.period, k=sum(e.k or 0 for e in said), n=sum(e.n for e in said))


_RISKS: dict[str, Callable[[Told], RiskFigure]] = {
    "churn": _gone,
    "complaint_rate": _complained,
    "delay": _late,
    "equipment_failure": _failed,
    "dissatisfied": _unhappy,
}


def _customers(told: Told) -> int:
    return sum(each.n for each in _of(told.churn, CHURN))


def _of(answer: Answer, measure: str) -> Iterator[Measured]:
    return (each for each in answer if each.measure == measure)
