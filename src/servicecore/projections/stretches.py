"""Days, months and the like for columns of moments: the stretches between their midnights."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Self
from zoneinfo import ZoneInfo

import attrs
import numpy as np

from .asking import TIMES, Question
from .facts import micros
from .rows import Column
from .windows import edges_of

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@attrs.define
class Stretches:
    """The stretches of time that a question groups by; none, if it does not."""

    names: tuple[str, ...]
    zone: ZoneInfo
    _years: range = attrs.field(default=range(0), init=False)
    _edges: list[datetime] = attrs.field(factory=list, init=False)
    _moments: Column = attrs.field(factory=lambda: np.array([], dtype=np.int64), init=False)

    @classmethod
    def of(cls, question: Question) -> Self:
        """Return those that *question* groups by."""
        return cls(tuple(name for name in question.by if name in TIMES), question.zone)

    def number(self, at: Column) -> Column:
        """Return the number of the stretch in which each moment lies."""
        self._reach(int(at.min()), int(at.max()))
        return np.searchsorted(self._moments, at, side="right") - 1

    def labels(self, number: int) -> dict[str, str]:
        """Return what that stretch is called: by day, by month …"""
        day = self._edges[number].astimezone(self.zone).date()
        return {name: TIMES[name](day) for name in self.names}

    def ends(self, first: int, last: int) -> list[int]:
        """Return the moments between *first* and *last* at which one ends."""
        if not self.names or last <= first:
            return []
        self._reach(first, last)
        return [each for each in self._moments.tolist() if first < each < last]

    def _reach(self, first: int, last: int) -> None:
        """Know all stretches from *first* to *last*, and those about them."""
        years = range(_year(first) - 1, _year(last) + 2)
        if self._years and self._years[0] <= years[0] and years[-1] <= self._years[-1]:
            return
        self._years = years
        self._edges = [edge for year in years for edge in edges_of(year, self.names, self.zone)]
        self._moments = np.array([micros(edge) for edge in self._edges], dtype=np.int64)


def _year(moment: int) -> int:
    return moment_of(moment).year


def moment_of(micros: int) -> datetime:
    """Return the moment that is so many microseconds after the epoch."""
    return _EPOCH + timedelta(microseconds=micros)
