"""The service quality index: one figure of 100, and never without its four parts (om2025:6.1d).

Each part is a share from 0.0 to 1.0.  What the parts weigh, and from where on
which grade is given, the standard says.  Which figures tell a part, the manual
leaves open (house choice):

* *Satisfaction*: the CSAT.
* *Timeliness*: met / decided, of all promises on tickets taken together.
* *Professionalism*: tickets resolved with a single answer, for good.
* *Consistency*: how alike timeliness is from team to team and from month to month,
  see :func:`consistency`.

Where one of the parts cannot be told, there is no index: three parts are not four.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import fsum, isclose, sqrt
from typing import Any

import attrs

from .answer import Answer, Group
from .period import Period
from .statistics import Share

PARTS = ("satisfaction", "timeliness", "professionalism", "consistency")
HUNDRED = 100  #: What the index is told of.
_ATTAINMENT, _DIGITS = "_attainment", 9


class BadWeightsError(ValueError):
    """The parts of an index weigh something each, and 1 together."""


@attrs.frozen(kw_only=True)
class Part:
    """One part of the index: a share of what could be wished for, of *n* cases."""

    name: str
    value: float | None
    n: int
    weight: float


@attrs.frozen(kw_only=True)
class QualityIndex:
    """The index with its parts, the *grade* it earns, and what was asked.

    *value* is of 100, and None where a part cannot be told; *grade* is empty below
    the lowest.  *weights_of* names the standard that weighed.
    """

    value: float | None
    grade: str
    parts: tuple[Part, ...]
    weights_of: str = ""
    period: Period | None = None
    as_of: datetime | None = None

    def __getitem__(self, part: str) -> Part:
        """Return a part by its name."""
        return {each.name: each for each in self.parts}[part]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "service_quality_index": self.value,
            "grade": self.grade,
            "parts": [attrs.asdict(each) for each in self.parts],
            "weights_of": self.weights_of,
            "period": None if self.period is None else self.period.name,
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
        }


def quality_index(
    parts: Mapping[str, tuple[float | None, int]],
    *,
    weights: Mapping[str, float] | None = None,
    grades: Mapping[str, float],
    **asked: Any,
) -> QualityIndex:
    """Return the index of *parts*, each told as its value and of how many.

    Args:
        parts: The four, by name.
        weights: What each weighs; the same each, by default.
        grades: From which value on each grade is given.
        asked: What goes with the index: the period, the moment, the standard.

    Raises:
        BadWeightsError: If the weights are not those of the parts, or are not 1 together.
    """
    weighed = dict.fromkeys(parts, 1 / len(parts)) if weights is None else dict(weights)
    _must_weigh(parts, weighed)
    told = tuple(
        Part(name=name, value=value, n=n, weight=weighed[name])
        for name, (value, n) in parts.items()
    )
    value = _sum(told)
    return QualityIndex(value=value, grade=grade(value, grades), parts=told, **asked)


def parts_of(
    *, satisfaction: Answer, timeliness: Answer, professionalism: Answer, by_team: Answer
) -> dict[str, tuple[float | None, int]]:
    """Return the four parts, each with of how many it is told.

    Args:
        satisfaction: What surveys tell, of all together.
        timeliness: How promises on tickets were kept, of all together.
        professionalism: How tickets were resolved at first contact, of all together.
        by_team: The same as *timeliness*, by team and month.
    """
    shares = {
        "satisfaction": sum(_shares(satisfaction, "csat").values(), Share()),
        "timeliness": sum(_shares(timeliness, _ATTAINMENT).values(), Share()),
        "professionalism": sum(
            _shares(professionalism, "first_contact_resolution").values(), Share()
        ),
    }
    alike = _shares(by_team, _ATTAINMENT).values()
    return {
        **{name: (share.value, share.n) for name, share in shares.items()},
        "consistency": (consistency(alike), sum(alike, Share()).n),
    }


def grade(value: float | None, grades: Mapping[str, float]) -> str:
    """Return the best grade that *value* earns; exactly on its line is enough.

    >>> grade(90.0, {"pass": 70, "three_star": 80, "four_star": 90, "five_star": 95})
    'four_star'
    """
    earned = [(line, name) for name, line in grades.items() if value is not None and value >= line]
    return max(earned)[1] if earned else ""


def consistency(shares: Iterable[Share]) -> float | None:
    """Tell how alike several groups are, without the noise that few cases make.

    1.0 is no difference beyond chance, 0.0 is half of the groups always and the
    others never.  Shares of few cases differ by chance alone: what a binomial
    draw around the common share would scatter is taken off first (the method of
    moments).  Of fewer than two groups there is nothing to tell.

    >>> consistency([Share(10, 10), Share(0, 10)])
    0.0
    >>> consistency([Share(9, 10), Share(8, 10)])
    1.0
    """
    groups = [each for each in shares if each.n]
    total = sum(groups, Share())
    if len(groups) < 2 or total.value is None:  # noqa: PLR2004  # two are the fewest to differ
        return None
    scattered = sum(each.n * (each.k / each.n - total.value) ** 2 for each in groups)
    by_chance = (len(groups) - 1) * total.value * (1 - total.value)
    pairs = total.n - sum(each.n**2 for each in groups) / total.n
    spread = sqrt(max(0.0, scattered - by_chance) / pairs)
    return 1 - min(1.0, 2 * spread)


# -------------------------------------------------------------------------------------


def _shares(answer: Answer, measure: str) -> dict[Group, Share]:
    """Return the shares of the measures whose names end so, by group."""
    shares: defaultdict[Group, Share] = defaultdict(Share)
    for each in answer:
        if each.measure.endswith(measure):
            shares[each.group] += Share(each.k or 0, each.n)
    return shares


def _sum(parts: Iterable[Part]) -> float | None:
    weighed = []
    for each in parts:
        if each.value is None:
            return None
        weighed.append(each.weight * each.value)
    # What is exactly on the line of a grade must not fall short by the last bit of a float.
    return round(HUNDRED * fsum(weighed), _DIGITS)


def _must_weigh(parts: Iterable[str], weights: Mapping[str, float]) -> None:
    if set(parts) != weights.keys() or not isclose(sum(weights.values()), 1):
        told = ", ".join(f"{name} {weight:g}" for name, weight in weights.items())
        msg = f"weights must be those of {', '.join(parts)}, and 1 together; got {told}"
        raise BadWeightsError(msg)
