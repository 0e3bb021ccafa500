"""How sure one can be of what customers say: intervals at 95 %, without a numeric library."""

from __future__ import annotations

from math import sqrt

import attrs

from .statistics import Share

_Z = 1.959963984540054  # The two-sided 95 % point of the normal distribution.
_FEW = 30  #: Below so many answers, the interval of the NPS is the adjusted one.
_ADDED = 3.0  #: Answers that the adjusted Wald interval adds, as 3/4, 6/4 and 3/4.


@attrs.frozen
class Promotion:
    """So many *promoters* (9 and 10) and *detractors* (0 to 6) among *n* answers of 0 to 10."""

    promoters: int = 0
    detractors: int = 0
    n: int = 0

    @property
    def score(self) -> float | None:
        """The net promoter score, 100 (p - d), or None of nothing."""
        return 100 * (self.promoters - self.detractors) / self.n if self.n else None

    def interval(self) -> tuple[float, float] | None:
        """Return the Wald interval of the score, adjusted under 30 answers; None of nothing.

        The adjustment (Rocks 2016, "Interval Estimation for the Net Promoter
        Score") adds three answers, a quarter of them at either end.

        >>> [round(bound, 1) for bound in Promotion(promoters=5, detractors=2, n=10).interval()]
        [-19.1, 65.2]
        """
        if not self.n:
            return None
        added = _ADDED if self.n < _FEW else 0.0
        n = self.n + added
        p, d = (self.promoters + added / 4) / n, (self.detractors + added / 4) / n
        reach = _Z * sqrt((p + d - (p - d) ** 2) / n)
        return max(-100.0, 100 * (p - d - reach)), min(100.0, 100 * (p - d + reach))


def newcombe(before: Share, after: Share) -> tuple[float, float] | None:
    """Return the interval of the difference of two shares, *after* less *before*.

    It joins the Wilson intervals of both (Newcombe 1998, method 10); None if
    either is of nothing.

    >>> [round(bound, 4) for bound in newcombe(Share(48, 80), Share(56, 70))]
    [0.0524, 0.3339]
    """
    earlier, later = before.interval(), after.interval()
    if earlier is None or later is None or before.value is None or after.value is None:
        return None
    difference = after.value - before.value
    down = sqrt((after.value - later[0]) ** 2 + (earlier[1] - before.value) ** 2)
    up = sqrt((later[1] - after.value) ** 2 + (before.value - earlier[0]) ** 2)
    return difference - down, difference + up
