"""The few statistics that reports need, exact and without a numeric library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from math import sqrt

import attrs

_Z = 1.959963984540054  # The two-sided 95 % point of the normal distribution.
_MICROSECOND = timedelta(microseconds=1)


@attrs.frozen
class Share:
    """So many (*k*) of so many (*n*); of none there is no share."""

    k: int = 0
    n: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.k + other.k, self.n + other.n)

    def __sub__(self, other: Share) -> Share:
        return Share(self.k - other.k, self.n - other.n)

    @property
    def value(self) -> float | None:
        """The share from 0.0 to 1.0, or None of nothing."""
        return self.k / self.n if self.n else None

    def interval(self) -> tuple[float, float] | None:
        """Return the Wilson score interval at 95 %, or None of nothing.

        >>> [round(bound, 4) for bound in Share(9, 10).interval()]
        [0.5958, 0.9821]
        """
        if not self.n:
            return None
        share, square = self.k / self.n, _Z * _Z / self.n
        middle = (share + square / 2) / (1 + square)
        reach = _Z * sqrt(share * (1 - share) / self.n + square / (4 * self.n)) / (1 + square)
        # All and none are certain ends; sums of floats only come close to them.
        low = middle - reach if self.k else 0.0
        return low, middle + reach if self.k < self.n else 1.0


@attrs.define
class Durations:
    """A distribution of lengths of time, to the microsecond; it can be added and subtracted."""

    counts: Counter[int] = attrs.field(factory=Counter)

    @classmethod
    def of(cls, lengths: Iterable[timedelta]) -> Durations:
        """Return the distribution of *lengths*."""
        return cls(Counter(length // _MICROSECOND for length in lengths))

    def __add__(self, other: Durations) -> Durations:
        return Durations(self._with(other, 1))

    def __sub__(self, other: Durations) -> Durations:
        return Durations(self._with(other, -1))

    @property
    def n(self) -> int:
        """How many there are."""
        return self.counts.total()

    @property
    def mean(self) -> timedelta | None:
        """Their mean, or None of nothing; rounded to the microsecond."""
        if not self.n:
            return None
        return timedelta(microseconds=sum(each * n for each, n in self.counts.items())) / self.n

    def percentile(self, percent: int) -> timedelta | None:
        """Return the nearest-rank percentile: a length that was really observed.

        >>> Durations.of(timedelta(hours=h) for h in (1, 2, 3, 40)).percentile(50)
        datetime.timedelta(seconds=7200)
        """
        rank = -(-percent * self.n // 100)
        for length in sorted(self.counts):
            rank -= self.counts[length]
            if rank <= 0 and self.n:
                return timedelta(microseconds=length)
        return None

    def _with(self, other: Durations, sign: int) -> Counter[int]:
        counts = Counter(self.counts)
        for length, n in other.counts.items():
            counts[length] += sign * n
        return Counter({length: n for length, n in counts.items() if n})
