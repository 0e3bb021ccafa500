"""Measures: what facts add up to, in cells that can be added and subtracted.

Cells of any portion of the facts, counted anywhere and in any order, add up to
the same answer; and what was added can be taken out again.
"""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import Any, Protocol, Self, TypeVar

import attrs

from .answer import Answer, Group, Measured
from .asking import Question
from .statistics import Durations, Share

C = TypeVar("C", bound="Cell")


class Cell(Protocol):
    """What adds up; any class with these methods can be one."""

    def times(self, sign: int) -> Self:
        """Return it so many times; -1 takes it out again."""

    def add(self, other: Self) -> None:
        """Take *other* in."""

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell what it comes to."""


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
    """Lengths of time, in microseconds: how often there was each; more stand in columns."""

    counts: Counter[int] = attrs.field(factory=Counter)
    columns: list[Any] = attrs.field(factory=list)  #: Arrays of numpy.

    def times(self, sign: int) -> Self:
        """Return it so many times."""
        return type(self)(Counter({each: sign * n for each, n in self.counted().items()}))

    def add(self, other: Self) -> None:
        """Take *other* in."""
        self.counts = _sum(self.counted(), other.counted())

    def counted(self) -> Counter[int]:
        """Return how often there was each, after counting what stands in columns."""
        while self.columns:
            self.counts.update(self.columns.pop().tolist())
        return self.counts

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell it as a distribution."""
        if self.columns and not self.counts:
            from .spread import Spread  # noqa: PLC0415  # Only columns need numpy.

            return Measured.of_durations(measure, group, Spread(self.columns))
        return Measured.of_durations(measure, group, Durations(self.counted()))


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
