"""Cells of scores: how often each was given."""

from __future__ import annotations

from collections import Counter
from math import fsum
from typing import Self

import attrs

from .answer import Group, Measured
from .intervals import Promotion

PROMOTERS, DETRACTORS = frozenset({9, 10}), frozenset(range(7))


@attrs.define
class Scores:
    """How often each score was given; it tells the mean."""

    counts: Counter[float] = attrs.field(factory=Counter)

    def times(self, sign: int) -> Self:
        """Return it so many times."""
        return type(self)(Counter({each: sign * n for each, n in self.counts.items()}))

    def add(self, other: Self) -> None:
        """Take *other* in."""
        for score, n in other.counts.items():
            self.counts[score] += n
        self.counts = Counter({each: n for each, n in self.counts.items() if n})

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell the mean of so many."""
        n = self.counts.total()
        total = fsum(score * each for score, each in self.counts.items())
        return Measured(measure=measure, group=group, n=n, value=total / n if n else None)


class Promotions(Scores):
    """How often each answer of 0 to 10 was given; it tells the net promoter score."""

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell the score, and how sure it is."""
        found = Promotion(
            promoters=sum(self.counts[each] for each in PROMOTERS),
            detractors=sum(self.counts[each] for each in DETRACTORS),
            n=self.counts.total(),
        )
        low, high = found.interval() or (None, None)
        return Measured(
            measure=measure, group=group, n=found.n, value=found.score, low=low, high=high
        )
