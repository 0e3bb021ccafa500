"""How long customers stay: the estimate of Kaplan and Meier, without a numeric library.

Those who are still there count for as long as they have been.  The band is the one
made on the scale of log(-log S), from Greenwood's variance (Kalbfleisch and Prentice,
"The Statistical Analysis of Failure Time Data", 1.4), which never leaves 0 to 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from math import exp, log, sqrt
from typing import Self

import attrs

from .answer import Group, Measured

_Z = 1.959963984540054  # The two-sided 95 % point of the normal distribution.
_DAY = timedelta(days=1)
FEWEST = 10  #: With fewer at risk, a curve says nothing.


@attrs.frozen(kw_only=True)
class Point:
    """After so many *days*: the share that stays longer, and how sure that is.

    *left* of *at_risk* left after exactly so many days.
    """

    days: int
    at_risk: int
    left: int
    share: float
    low: float
    high: float


@attrs.define
class Lives:
    """How many left after so many whole days, and how many are still there after so many."""

    left: Counter[int] = attrs.field(factory=Counter)
    there: Counter[int] = attrs.field(factory=Counter)

    def take(self, length: timedelta, *, is_over: bool) -> None:
        """Count one more."""
        (self.left if is_over else self.there)[length // _DAY] += 1

    def times(self, sign: int) -> Self:
        """Return it so many times."""
        return type(self)(*(_times(each, sign) for each in (self.left, self.there)))

    def add(self, other: Self) -> None:
        """Take *other* in."""
        self.left, self.there = _sum(self.left, other.left), _sum(self.there, other.there)

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell after how long half have left, if that is known; nobody knows a mean."""
        half = next((each.days * _DAY for each in self.curve() if each.share <= 1 / 2), None)
        return Measured(
            measure=measure,
            group=group,
            n=self.left.total() + self.there.total(),
            value=None,
            p50=half.total_seconds() if half else None,
        )

    def curve(self, *, fewest: int = FEWEST) -> Iterator[Point]:
        """Yield a point for each number of days after which anybody left.

        It ends where fewer than *fewest* are at risk.
        """
        share, variance = 1.0, 0.0
        at_risk = self.left.total() + self.there.total()
        for days in sorted(self.left.keys() | self.there.keys()):
            left = self.left[days]
            if left and at_risk < max(fewest, 1):
                return
            if left:
                share *= 1 - left / at_risk
                variance += left / (at_risk * (at_risk - left)) if at_risk > left else 0.0
                low, high = _band(share, variance)
                yield Point(days=days, at_risk=at_risk, left=left, share=share, low=low, high=high)
            at_risk -= left + self.there[days]


def _band(share: float, variance: float) -> tuple[float, float]:
    if not share:
        return 0.0, 0.0
    reach = exp(_Z * sqrt(variance) / -log(share))
    return share**reach, share ** (1 / reach)


def _times(counts: Counter[int], sign: int) -> Counter[int]:
    return Counter({each: sign * n for each, n in counts.items()})


def _sum(mine: Counter[int], theirs: Counter[int]) -> Counter[int]:
    both = {each: mine[each] + theirs[each] for each in mine.keys() | theirs.keys()}
    return Counter({each: n for each, n in both.items() if n})
