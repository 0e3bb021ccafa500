"""Columns of what measures told, counted at once: the same cells as fact by fact.

What each verb comes to stands in :class:`~servicecore.projections.tally.Tally`, too:
that tells it of one fact, this of thousands.  Needs numpy (extra ``analytics``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

import numpy as np

from .ages import AGES, OLDER
from .answer import Group
from .asking import TIMES, Question
from .cells import Cell, Cells, Distinct, Kept, Lengths, Total
from .facts import micros
from .recording import LATER, NEVER
from .rows import Column, NamedPortion, Portion, Rows, counted
from .scores import Promotions, Scores
from .source import Source
from .stretches import Stretches, moment_of
from .survival import Lives
from .windows import windows

C = TypeVar("C", bound=Cell)

_MICROSECOND = timedelta(microseconds=1)
_AGES = np.array([most // _MICROSECOND for most, _ in AGES])
_CLASSES = [*(name for _, name in AGES), OLDER]
_A_DAY = timedelta(days=1) // _MICROSECOND


def cells_of_columns(
    portions: Iterable[Portion], question: Question, *, measures: Sequence[str], source: Source
) -> Cells:
    """Count what these *measures* told of the facts of all *portions*."""
    cells, stretches = Cells(), Stretches.of(question)
    for portion in portions:
        counting = _Counting(portion, question, source, cells, stretches)
        for measure in measures:
            counting.count(measure)
    return cells


def decided_since(
    portions: Iterable[NamedPortion], moment: datetime, *, measure: str, failed: bool = False
) -> Iterator[str]:
    """Yield the keys of the facts of which a *measure* told a share of that time, or of later.

    Perhaps only of those of which it *failed* to be so.
    """
    since = micros(moment)
    for portion in portions:
        found: set[int] = set()
        for (verb, _, _), rows in portion.told(measure).items():
            if verb.removesuffix(LATER) == "share":
                fits = (rows["at"] >= since) & (rows["is_so"] == 0 if failed else True)
                found.update(rows["fact"][fits].tolist())
        keys, alive = portion.keys, portion.alive
        yield from (keys[n] for n in sorted(found) if alive is None or alive[n])


def names_told(portions: Iterable[Portion], *, measure: str) -> Iterator[str]:
    """Yield all names that a *measure* told."""
    for portion in portions:
        for rows in portion.told(measure).values():
            alive = portion.alive
            told = rows if alive is None else rows.only(alive[rows["fact"]])
            yield from (told.names[n] for n in counted(told["name"]))


class _Counting:
    """Counts one portion of the facts, as a question asks for it."""

    def __init__(
        self,
        portion: Portion,
        question: Question,
        source: Source,
        cells: Cells,
        stretches: Stretches,
    ) -> None:
        self._portion, self._question, self._source = portion, question, source
        self._cells, self._stretches = cells, stretches
        self._as_of = micros(question.as_of)
        self._start, self._end = map(micros, question.bounds)

    def count(self, measure: str) -> None:
        """Count all that one measure told."""
        for (verb, told, also), rows in self._portion.told(measure).items():
            if self._asked is not None:
                rows = rows.only(self._asked[rows["fact"]])  # noqa: PLW2901
            if verb.endswith(LATER):
                rows = rows.only(rows["after"] < self._as_of)  # noqa: PLW2901
            if len(rows):
                getattr(self, f"_{verb.removesuffix(LATER)}")(told, rows, also)

    # --- What each verb comes to -------------------------------------------------------

    def _share(self, measure: str, rows: Rows, also: Group) -> None:
        for cell, each in self._each(Kept, measure, rows, also):
            cell.n += len(each)
            cell.k += int(np.count_nonzero(each["is_so"]))

    def _share_among(self, measure: str, rows: Rows, also: Group) -> None:
        [(among, _)] = also
        those = self._source.those(among)  # type: ignore[arg-type]  # As a measure told it.
        is_so = np.array([name in those for name in rows.names], dtype=bool)
        self._share(measure, rows.plus(is_so=is_so[rows["name"]]), ())

    def _unsettled(self, measure: str, rows: Rows, also: Group) -> None:
        rows = rows.only(self._as_of <= rows["upto"])
        for cell, each in self._each(Kept, measure, rows, also):
            cell.open += len(each)

    def _open(self, measure: str, rows: Rows, also: Group) -> None:
        if self._stretches.names:
            return
        rows = rows.only((rows["since"] < self._end) & (self._as_of <= rows["upto"]))
        for cell, each in self._grouped(Kept, measure, rows, also):
            cell.open += int(np.count_nonzero(each["is_open"]))

    def _within(self, indicator: str, rows: Rows, also: Group) -> None:
        most = self._source.allowed(indicator)
        if most is None:
            return
        measure, since, done = f"within_{indicator}", rows["since"], rows["done"]
        upto = since + most // _MICROSECOND
        told, waits = rows.plus(at=since, is_so=done <= upto), done == NEVER
        self._share(measure, told.only(~waits | (upto < self._as_of)), also)
        self._open(measure, told.plus(is_open=waits, upto=upto).only(waits), also)

    def _length(self, measure: str, rows: Rows, also: Group) -> None:
        for cell, each in self._each(Lengths, measure, rows, also):
            cell.columns.append(each["value"])

    def _total(self, measure: str, rows: Rows, also: Group) -> None:
        for cell, each in self._each(Total, measure, rows, also):
            cell.n += len(each)
            cell.sum += int(each["value"].sum())

    def _named(self, measure: str, rows: Rows, also: Group) -> None:
        for group, each in self._in_groups(self._of_the_period(rows)):
            for number, n in counted(each["name"]).items():
                named = (*group, *also, ("what", rows.names[number]))
                cell = self._cells.at(measure, named, Total)
                cell.n += n
                cell.sum += n

    def _distinct(self, measure: str, rows: Rows, also: Group) -> None:
        for cell, each in self._each(Distinct, measure, rows, also):
            for number, n in counted(each["name"]).items():
                cell.counts[rows.names[number]] += n

    def _score(self, measure: str, rows: Rows, also: Group) -> None:
        for cell, each in self._each(Scores, measure, rows, also):
            cell.counts.update(counted(each["value"]))

    def _promotion(self, measure: str, rows: Rows, also: Group) -> None:
        for cell, each in self._each(Promotions, measure, rows, also):
            cell.counts.update(counted(each["value"]))

    def _gone(self, measure: str, rows: Rows, also: Group) -> None:
        for told, end in self._at_each_start(self._so_far(rows)):
            there = _are_there(told, told["at"])
            goes = told["is_over"] & (told["until"] < end)
            may_go = told["is_open"] & (self._as_of < end)
            found = told.plus(n=there, k=there & goes & told["is_so"], open=there & ~goes & may_go)
            for cell, each in self._grouped(Kept, measure, found, also):
                cell.n += int(np.count_nonzero(each["n"]))
                cell.k += int(np.count_nonzero(each["k"]))
                cell.open += int(np.count_nonzero(each["open"]))

    def _stayed(self, measure: str, rows: Rows, also: Group) -> None:
        rows, quarters = self._so_far(rows), Stretches(("quarter",), self._question.zone)
        # One that ends right behind the moment asked of is over by then.
        ends = quarters.ends(int(rows["at"].min()), self._as_of + 2)
        for first, told in rows.split(np.searchsorted(ends, rows["at"], side="right")):
            cohort = quarters.labels(int(quarters.number(told["at"])[0]))["quarter"]
            for n, end in enumerate(ends[first:]):
                there = told.plus(there=_are_there(told, end - 1))
                among = (*also, ("cohort", cohort), ("after", f"{n:02}"))
                for cell, each in self._each(Kept, measure, there, among):
                    cell.n += int(np.count_nonzero(each["is_new"]))
                    cell.k += int(np.count_nonzero(each["there"]))

    def _life(self, measure: str, rows: Rows, also: Group) -> None:
        rows = self._so_far(rows)
        until = np.where(rows["is_over"], rows["until"], self._as_of)
        rows = rows.plus(at=rows["since"], days=(until - rows["since"]) // _A_DAY)
        for cell, each in self._each(Lives, measure, rows, also):
            cell.left.update(counted(each["days"][each["is_over"]]))
            cell.there.update(counted(each["days"][~each["is_over"]]))

    def _stock(self, measure: str, rows: Rows, also: Group) -> None:
        last, first = min(self._end, self._as_of), int(rows["since"].min())
        for instant in [*self._stretches.ends(max(first, self._start), last), last]:
            moment = instant if instant == self._as_of else instant - 1
            there = rows.only((rows["since"] <= moment) & (moment < rows["until"]))
            age = instant - there["born"]
            there = there.plus(at=np.full(len(there), moment), value=age)
            self._length(measure, there, also)
            for number, each in there.split(np.searchsorted(_AGES, age)):
                some = each.plus(value=np.ones(len(each), dtype=np.int64))
                self._total(f"{measure}_by_age", some, (*also, ("age", _CLASSES[number])))

    # --- Which rows count, and when ----------------------------------------------------

    def _so_far(self, rows: Rows) -> Rows:
        """Return the rows with what is known of each: whether it is over."""
        return rows.plus(is_over=rows["upto"] < self._as_of)

    def _at_each_start(self, rows: Rows) -> Iterator[tuple[Rows, int]]:
        """Yield the rows that each stretch tells of, as of its start, and its end."""
        first, period = rows["first"], self._question.period
        for start, end in windows(self._question, moment_of(int(first.min()))):
            if self._stretches.names:
                told = rows.only(first < micros(end))
                yield told.plus(at=np.full(len(told), micros(start))), micros(end)
            elif period is None:
                yield rows.plus(at=first).only(first <= self._as_of), micros(end)
            else:
                yield rows.plus(at=np.full(len(rows), micros(start))), micros(end)

    # --- Which rows go into which cell -------------------------------------------------

    def _each(
        self, kind: type[C], measure: str, rows: Rows, also: Group
    ) -> Iterator[tuple[C, Rows]]:
        """Yield the cells that rows of the period belong to, with these rows."""
        return self._grouped(kind, measure, self._of_the_period(rows), also)

    def _of_the_period(self, rows: Rows) -> Rows:
        if self._question.period is None:
            return rows
        return rows.only((self._start <= rows["at"]) & (rows["at"] < self._end))

    def _grouped(
        self, kind: type[C], measure: str, rows: Rows, also: Group
    ) -> Iterator[tuple[C, Rows]]:
        for group, each in self._in_groups(rows):
            yield self._cells.at(measure, group + also, kind), each

    def _in_groups(self, rows: Rows) -> Iterator[tuple[Group, Rows]]:
        if not len(rows):
            return
        codes = self._codes[rows["fact"]]
        if not self._stretches.names:
            for code, each in rows.split(codes):
                yield self._groups[code], each
            return
        stretch = self._stretches.number(rows["at"])
        first, wide = int(stretch.min()), int(stretch.max() - stretch.min()) + 1
        for code, each in rows.split(codes * wide + (stretch - first)):
            words = dict(self._groups[code // wide])
            words |= self._stretches.labels(first + code % wide)
            yield tuple((name, words[name]) for name in self._question.by), each

    @cached_property
    def _asked(self) -> Column | None:
        """Which facts the question is about; None, if all."""
        asked = self._portion.alive
        for dimension, kept in self._question.where.items():
            words, numbers = self._portion.words(dimension)
            fits = np.array([word in kept for word in words], dtype=bool)[numbers]
            asked = fits if asked is None else asked & fits
        return asked

    @cached_property
    def _codes(self) -> Column:
        return self._code_of_groups[0]

    @cached_property
    def _groups(self) -> Sequence[Group]:
        return self._code_of_groups[1]

    @cached_property
    def _code_of_groups(self) -> tuple[Column, Sequence[Group]]:
        """The number of the group that each fact belongs to, and these groups."""
        codes: Column = np.zeros(self._portion.n, dtype=np.int64)
        groups: list[Group] = [()]
        for name in self._question.by:
            if name not in TIMES:
                words, numbers = self._portion.words(name)
                wide = len(words)
                found, codes = np.unique(codes * wide + numbers, return_inverse=True)
                pairs: list[int] = found.tolist()
                groups = [(*groups[each // wide], (name, words[each % wide])) for each in pairs]
        return codes, groups


def _are_there(rows: Rows, moment: Column | int) -> Column:
    """Tell of each row whether it is there at a moment, as far as is known."""
    there: Column = (rows["since"] <= moment) & ~(rows["is_over"] & (rows["until"] < moment))
    return there
