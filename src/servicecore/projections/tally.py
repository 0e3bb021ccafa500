"""How facts are counted: a tally turns to one fact after another, and fills cells.

What is counted has its moment, which decides the period and the month it
belongs to; a stock is of an instant.  What is only so as of some moment is told
with that moment, *after* which or *upto* which it is so: a measure that never asks
as of when it counts can be written down once, and be counted at any time
(:mod:`recording`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from .ages import age_of
from .answer import Group
from .asking import TIMES, Dimension, Question
from .cells import Cell, Cells, Distinct, Kept, Lengths, Total
from .scores import Promotions, Scores
from .source import Among, Source
from .survival import Lives
from .windows import ends_of_quarters, windows

if TYPE_CHECKING:
    from .spells import Spell

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)

C = TypeVar("C", bound=Cell)
T = TypeVar("T")


class Tally:
    """Counts facts of one kind, as a question asks for them."""

    def __init__(
        self,
        question: Question,
        dimensions: Mapping[str, Dimension],
        source: Source | None = None,
    ) -> None:
        self.cells = Cells()
        self._source = source or Source()
        self.question = question
        self.as_of, self.zone = question.as_of, question.zone
        self._by = [(name, dimensions.get(name)) for name in question.by]
        self._where = [(dimensions[name], kept) for name, kept in question.where.items()]
        self._has_times = any(value_of is None for _, value_of in self._by)
        self._start, self._end = question.bounds
        # Much of what happens to one case happens at one moment.
        self._times_of = lru_cache(maxsize=256)(self._told_times)
        self._windows_since = lru_cache(maxsize=256)(lambda since: [*windows(question, since)])
        self._group: Group = ()
        self._here: dict[str, Cell] = {}
        self._fact: Any = None
        self._found: dict[Any, Any] = {}

    def is_asked_of(self, fact: Any) -> bool:
        """Turn to *fact*; tell whether it is asked about at all."""
        for value_of, kept in self._where:
            if value_of(fact) not in kept:
                return False
        self._fact, self._found = fact, {}
        if not self._has_times:
            self._group = tuple([(name, value_of(fact)) for name, value_of in self._by])  # type: ignore[misc]
            self._here = self.cells.of(self._group)
        return True

    def once(self, fact: Any, what: Any, find: Callable[[], T]) -> T:
        """Return *what* several measures need of the same fact, found but once."""
        if fact is not self._fact:
            return find()
        if what not in self._found:
            self._found[what] = find()
        return self._found[what]  # type: ignore[no-any-return]  # What *find* returned.

    # --- What happened at a moment ---------------------------------------------------

    def share(
        self, measure: str, at: datetime, is_so: object, *, after: datetime | None = None
    ) -> None:
        """Count one more that was decided *at* this moment, and whether it *is so*."""
        if self._start <= at < self._end and self._is_known(after):
            cell = self._cell(measure, at, Kept)
            cell.n += 1
            if is_so:
                cell.k += 1

    def share_among(self, measure: str, at: datetime, name: str, among: Among) -> None:
        """Count one more, and whether *name* is *among* those that others tell of."""
        self.share(measure, at, name in self._source.those(among))

    def unsettled(
        self,
        measure: str,
        at: datetime,
        *,
        after: datetime | None = None,
        upto: datetime | None = None,
    ) -> None:
        """Say that one of those that were counted may still turn out otherwise."""
        is_open = self._is_known(after) and (upto is None or self.as_of <= upto)
        if self._start <= at < self._end and is_open:
            self._cell(measure, at, Kept).open += 1

    def open(
        self, measure: str, *, since: datetime, is_open: bool = True, upto: datetime | None = None
    ) -> None:
        """Count one that is not decided; it belongs to no period, so to no month either.

        What began only after the period is none of its business.
        """
        if not self._has_times and since < self._end and (upto is None or self.as_of <= upto):
            self._cell(measure, self.as_of, Kept).open += is_open

    def within(self, indicator: str, since: datetime, done: datetime | None) -> None:
        """Count what is to be *done* so long after *since* as an indicator allows, if one does."""
        most = self._source.allowed(indicator)
        if most is None:
            return
        measure = f"within_{indicator}"
        if done is not None:
            self.share(measure, since, done - since <= most)
        else:
            self.open(measure, since=since, upto=since + most)
            self.share(measure, since, is_so=False, after=since + most)

    def length(self, measure: str, at: datetime, length: timedelta, also: Group = ()) -> None:
        """Count one more length of time, which belongs to this moment."""
        if self._start <= at < self._end:
            self._cell(measure, at, Lengths, also).counts[length // _INSTANT] += 1

    def total(
        self,
        measure: str,
        at: datetime,
        amount: int = 1,
        also: Group = (),
        *,
        after: datetime | None = None,
    ) -> None:
        """Add up one more amount."""
        if self._start <= at < self._end and self._is_known(after):
            cell = self._cell(measure, at, Total, also)
            cell.n += 1
            cell.sum += amount

    def named(self, measure: str, at: datetime, name: str, also: Group = ()) -> None:
        """Count one more of *what* has that name; there may be many."""
        self.total(measure, at, also=(*also, ("what", name)))

    def distinct(self, measure: str, at: datetime, name: str) -> None:
        """Count how many different names there are."""
        if name and self._start <= at < self._end:
            self._cell(measure, at, Distinct).counts[name] += 1

    def score(self, measure: str, at: datetime, score: int, also: Group = ()) -> None:
        """Count one more score; they come to their mean."""
        if self._start <= at < self._end:
            self._cell(measure, at, Scores, also).counts[score] += 1

    def promotion(self, measure: str, at: datetime, score: int) -> None:
        """Count one more answer of 0 to 10; they come to the net promoter score."""
        if self._start <= at < self._end:
            self._cell(measure, at, Promotions).counts[score] += 1

    def cell(self, measure: str, at: datetime, kind: type[C], also: Group = ()) -> C | None:
        """Return the cell of any other *kind* that this moment belongs to; None if to none."""
        return self._cell(measure, at, kind, also) if self._start <= at < self._end else None

    # --- Who is there from some moment until another ---------------------------------

    def gone(
        self,
        measure: str,
        spell: Spell,
        *,
        first: datetime,
        is_so: bool = True,
        is_open: bool = True,
    ) -> None:
        """Count one that is there at the start of a stretch, and whether it is gone by its end.

        Those are counted of which it *is so*; where it *is open*, one that is still there
        may yet go.  Every stretch is told of that ends after the *first* moment at which
        anything was there, even if nothing was at its start.
        """
        if not self._is_known(spell.after):
            return
        for start, end in self._windows_since(first):
            cell = self._cell(measure, start, Kept)
            if not spell.holds(start, as_of=self.as_of):
                continue
            cell.n += 1
            if spell.is_over(self.as_of) and spell.until < end:
                cell.k += is_so
            elif self.as_of < end:
                cell.open += is_open

    def stayed(self, measure: str, at: datetime, spell: Spell, *, is_new: bool) -> None:
        """Count one that *is new* in the quarter of *at*, and at each end of one if it is there."""
        if not self._is_known(spell.after):
            return
        day = at.astimezone(self.zone).date()
        for n, end in enumerate(ends_of_quarters(day, self.zone)):
            moment = end - _INSTANT
            if moment > self.as_of:
                return
            also = (("cohort", TIMES["quarter"](day)), ("after", f"{n:02}"))
            if cell := self.cell(measure, at, Kept, also):
                cell.n += is_new
                cell.k += spell.holds(moment, as_of=self.as_of)

    def life(self, measure: str, spell: Spell) -> None:
        """Count how long one was there, or has been so far."""
        if self._is_known(spell.after) and (cell := self.cell(measure, spell.since, Lives)):
            is_over = spell.is_over(self.as_of)
            until = spell.until if is_over else self.as_of
            cell.take(until - spell.since, is_over=is_over)

    # --- What is so at an instant ----------------------------------------------------

    def stock(
        self, measure: str, since: datetime, until: datetime | None, *, born: datetime
    ) -> None:
        """Count one that is there from *since* to *until*, with how old it is by then."""
        for instant, moment in self.instants(since, until):
            age = instant - born
            self.length(measure, moment, age)
            self.total(f"{measure}_by_age", moment, also=(("age", age_of(age)),))

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
            yield from self._ends(max(since, self._start), until, last)
        yield last

    def _ends(self, since: datetime, until: datetime | None, last: datetime) -> Iterator[datetime]:
        """Yield the ends of the days, months … that are grouped by, before *last*."""
        day = since.astimezone(self.question.zone).date()
        names = [TIMES[name] for name, value_of in self._by if value_of is None]
        while (midnight := self._midnight(day + _DAY)) < last:
            if until is not None and until < midnight:
                break
            if any(name_of(day) != name_of(day + _DAY) for name_of in names):
                yield midnight
            day += _DAY

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.question.zone).astimezone(timezone.utc)

    # ---------------------------------------------------------------------------------

    def _is_known(self, after: datetime | None) -> bool:
        return after is None or after < self.as_of

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
