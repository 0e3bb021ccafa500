"""How facts are counted: a tally turns to one fact after another, and fills cells.

What is counted has its moment, which decides the period and the month it
belongs to; a stock is of an instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any, TypeVar

from .answer import Group
from .asking import TIMES, Dimension, Question
from .cells import Cell, Cells, Distinct, Kept, Lengths, Total

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)

C = TypeVar("C", bound=Cell)


class Tally:
    """Counts facts of one kind, as a question asks for them."""

    def __init__(self, question: Question, dimensions: Mapping[str, Dimension]) -> None:
        self.cells = Cells()
        self.question = question
        self.as_of = question.as_of
        self._by = [(name, dimensions.get(name)) for name in question.by]
        self._where = [(dimensions[name], kept) for name, kept in question.where.items()]
        self._has_times = any(value_of is None for _, value_of in self._by)
        self._start, self._end = question.bounds
        # Much of what happens to one case happens at one moment.
        self._times_of = lru_cache(maxsize=256)(self._told_times)
        self._group: Group = ()
        self._here: dict[str, Cell] = {}
        self._fact: Any = None

    def is_asked_of(self, fact: Any) -> bool:
        """Turn to *fact*; tell whether it is asked about at all."""
        for value_of, kept in self._where:
            if value_of(fact) not in kept:
                return False
        self._fact = fact
        if not self._has_times:
            self._group = tuple([(name, value_of(fact)) for name, value_of in self._by])  # type: ignore[misc]
            self._here = self.cells.of(self._group)
        return True

    # --- What happened at a moment ---------------------------------------------------

    def share(self, measure: str, at: datetime, is_so: object) -> bool:
        """Count one more that was decided *at* this moment, and whether it *is so*.

        Returns:
            Whether that was in the period.
        """
        if not self._start <= at < self._end:
            return False
        cell = self._cell(measure, at, Kept)
        cell.n += 1
        if is_so:
            cell.k += 1
        return True

    def unsettled(self, measure: str, at: datetime) -> None:
        """Say that one of those that were counted may still turn out otherwise."""
        if self._start <= at < self._end:
            self._cell(measure, at, Kept).open += 1

    def open(self, measure: str, *, since: datetime, is_open: bool = True) -> None:
        """Count one that is not decided; it belongs to no period, so to no month either.

        What began only after the period is none of its business.
        """
        if not self._has_times and since < self._end:
            self._cell(measure, self.as_of, Kept).open += is_open

    def length(self, measure: str, at: datetime, length: timedelta, also: Group = ()) -> None:
        """Count one more length of time, which belongs to this moment."""
        if self._start <= at < self._end:
            self._cell(measure, at, Lengths, also).counts[length // _INSTANT] += 1

    def total(self, measure: str, at: datetime, amount: int = 1, also: Group = ()) -> None:
        """Add up one more amount."""
        if self._start <= at < self._end:
            cell = self._cell(measure, at, Total, also)
            cell.n += 1
            cell.sum += amount

    def distinct(self, measure: str, at: datetime, name: str) -> None:
        """Count how many different names there are."""
        if name and self._start <= at < self._end:
            self._cell(measure, at, Distinct).counts[name] += 1

    def cell(self, measure: str, at: datetime, kind: type[C], also: Group = ()) -> C | None:
        """Return the cell of any other *kind* that this moment belongs to; None if to none."""
        return self._cell(measure, at, kind, also) if self._start <= at < self._end else None

    # --- What is so at an instant ----------------------------------------------------

    def instants(
        self, since: datetime, until: datetime | None
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield the instants from *since* to *until* at which a stock is told, and the moments.

        A stock is told at the end: of the period, of each month of it by month,
        and at the latest at the moment that is asked of.  What ends at an instant
        is told of the moment before.
        """
        for instant in self._instants(since, until):
            moment = instant if instant == self.as_of else instant - _INSTANT
            is_there = since <= moment and (until is None or moment < until)
            if is_there and self._start <= moment < self._end:
                yield instant, moment

    def now(self, measure: str, amount: int) -> None:
        """Add up an amount that is of no period, but of the moment asked of."""
        if not self._has_times:
            cell = self._cell(measure, self.as_of, Total)
            cell.n += 1
            cell.sum += amount

    def now_so(self, measure: str, is_so: object) -> None:
        """Count one more, and whether it *is so* at the moment asked of."""
        if not self._has_times:
            cell = self._cell(measure, self.as_of, Kept)
            cell.n += 1
            cell.k += bool(is_so)

    def _instants(self, since: datetime, until: datetime | None) -> Iterator[datetime]:
        last = min(self._end, self.as_of)
        if self._has_times:
            upto = last if until is None else min(last, until)
            yield from self._ends(max(since, self._start), upto)
        yield last

    def _ends(self, since: datetime, last: datetime) -> Iterator[datetime]:
        """Yield the ends of the days, months … that are grouped by, before *last*."""
        day = since.astimezone(self.question.zone).date()
        names = [TIMES[name] for name, value_of in self._by if value_of is None]
        while (midnight := self._midnight(day + _DAY)) < last:
            if any(name_of(day) != name_of(day + _DAY) for name_of in names):
                yield midnight
            day += _DAY

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.question.zone).astimezone(timezone.utc)

    # ---------------------------------------------------------------------------------

    def _cell(self, measure: str, at: datetime, kind: type[C], also: Group = ()) -> C:
        # This is where a report spends its time: each ticket comes here forty times.
        if also or self._has_times:
            return self.cells.at(measure, self._group_at(at) + also, kind)
        here = self._here
        cell = here.get(measure)
        if cell is None:
            cell = here[measure] = kind()
        return cell  # type: ignore[return-value]  # a measure is always told in one kind of cell

    def _group_at(self, at: datetime) -> Group:
        if not self._has_times:
            return self._group
        times = self._times_of(at)
        return tuple(
            [
                (name, times[name] if value_of is None else value_of(self._fact))
                for name, value_of in self._by
            ]
        )

    def _told_times(self, at: datetime) -> dict[str, str]:
        day = at.astimezone(self.question.zone).date()
        return {name: TIMES[name](day) for name, value_of in self._by if value_of is None}
