"""Measures: what facts add up to, in cells that can be added and subtracted.

Cells of any portion of the facts, counted anywhere and in any order, add up to
the same answer; and what was added can be taken out again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from operator import itemgetter
from typing import Any, Protocol, Self, TypeVar

import attrs

from .answer import Answer, Group, Measured
from .asking import TIMES, Dimension, Question
from .statistics import Durations, Share

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)

C = TypeVar("C", bound="Cell")


class Cell(Protocol):
    """What adds up; any class with these methods can be one."""

    def times(self, sign: int) -> Self:
        """Return it so many times; -1 takes it out again."""

    def add(self, other: Self) -> None:
        """Take *other* in."""

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell what it comes to."""


# --- Cells ---------------------------------------------------------------------------


@attrs.define
class Kept:
    """So many of so many, and those of which it is not known yet."""

    k: int = 0
    n: int = 0
    open: int = 0

    def times(self, sign: int) -> Self:
        """Return it so many times."""
        return type(self)(sign * self.k, sign * self.n, sign * self.open)

    def add(self, other: Self) -> None:
        """Take *other* in."""
        self.k += other.k
        self.n += other.n
        self.open += other.open

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell it as a share."""
        return Measured.of_share(measure, group, Share(self.k, self.n), open_=self.open)


@attrs.define
class Lengths:
    """Lengths of time: how often there was each, in microseconds."""

    counts: Counter[int] = attrs.field(factory=Counter)

    def times(self, sign: int) -> Self:
        """Return it so many times."""
        return type(self)(Counter({each: sign * n for each, n in self.counts.items()}))

    def add(self, other: Self) -> None:
        """Take *other* in."""
        self.counts = _sum(self.counts, other.counts)

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell it as a distribution."""
        return Measured.of_durations(measure, group, Durations(self.counts))


@attrs.define
class Total:
    """A sum over *n* facts."""

    n: int = 0
    sum: int = 0

    def times(self, sign: int) -> Self:
        """Return it so many times."""
        return type(self)(sign * self.n, sign * self.sum)

    def add(self, other: Self) -> None:
        """Take *other* in."""
        self.n += other.n
        self.sum += other.sum

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell the sum."""
        return Measured(measure=measure, group=group, n=self.n, value=self.sum)


@attrs.define
class Distinct:
    """How many different things there are, each with how often it came."""

    counts: Counter[str] = attrs.field(factory=Counter)

    def times(self, sign: int) -> Self:
        """Return it so many times."""
        return type(self)(Counter({each: sign * n for each, n in self.counts.items()}))

    def add(self, other: Self) -> None:
        """Take *other* in."""
        self.counts = _sum(self.counts, other.counts)

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell how many different ones there are."""
        return Measured(measure=measure, group=group, n=self.counts.total(), value=len(self.counts))


def _sum(mine: Counter[Any], theirs: Counter[Any]) -> Counter[Any]:
    both = Counter(mine)
    for each, n in theirs.items():
        both[each] += n
    return Counter({each: n for each, n in both.items() if n})


@attrs.define
class Cells:
    """The cells of one question, by group and measure."""

    by_group: dict[Group, dict[str, Cell]] = attrs.field(factory=dict)

    def of(self, group: Group) -> dict[str, Cell]:
        """Return the cells of one group."""
        return self.by_group.setdefault(group, {})

    def at(self, measure: str, group: Group, kind: type[C]) -> C:
        """Return a cell; an empty one of that *kind*, if there is none yet."""
        here = self.of(group)
        cell = here.get(measure)
        if cell is None:
            cell = here[measure] = kind()
        return cell  # type: ignore[return-value]  # a measure is always told in one kind of cell

    def __add__(self, other: Cells) -> Cells:
        return Cells()._with(self, 1)._with(other, 1)

    def __sub__(self, other: Cells) -> Cells:
        return Cells()._with(self, 1)._with(other, -1)

    def _with(self, other: Cells, sign: int) -> Self:
        for group, cells in other.by_group.items():
            for measure, cell in cells.items():
                self.at(measure, group, type(cell)).add(cell.times(sign))
        return self

    def answer(self, question: Question) -> Answer:
        """Tell what they come to, in the order of their names."""
        told = sorted(
            (
                (measure, group, cell)
                for group, cells in self.by_group.items()
                for measure, cell in cells.items()
            ),
            key=itemgetter(0, 1),
        )
        return Answer(
            period=question.period,
            zone=question.zone.key,
            as_of=question.as_of,
            known_at=question.known_at,
            measured=tuple(cell.measured(measure, group) for measure, group, cell in told),
        )


# --- Counting ------------------------------------------------------------------------


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

    def open(self, measure: str, *, is_open: bool = True) -> None:
        """Count one that is not decided; it belongs to no period, so to no month either."""
        if not self._has_times:
            self._cell(measure, self.as_of, Kept).open += is_open

    def length(self, measure: str, at: datetime, length: timedelta) -> None:
        """Count one more length of time, which belongs to this moment."""
        if self._start <= at < self._end:
            self._cell(measure, at, Lengths).counts[length // _INSTANT] += 1

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
        day = at.astimezone(self.question.zone).date()
        return tuple(
            (name, TIMES[name](day) if value_of is None else value_of(self._fact))
            for name, value_of in self._by
        )
