"""Working time as a function: how much open time lies before each instant.

A table of openings and closings with running totals answers every question by
one bisection, however long the range.  It is made when first asked, year by
year, and grows when somebody asks further.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from itertools import accumulate
from threading import Lock

import attrs

from .calendar_errors import CalendarRangeError, NeverClosesError, NoOpenHourError
from .calendar_hours import EPOCH, NOTHING, Instant, Period, common, merged, moment_of

FIRST_YEAR, LAST_YEAR = 1900, 2200

_FAR_ENOUGH = timedelta(days=3)  # A local date begins and ends within that of its UTC date.


@attrs.frozen
class Timetable:
    """When it is open in some years, by UTC.

    What lies before *start* and after *end* is unknown, so an answer that could
    change with more of it is ``None``.
    """

    years: range
    start: Instant
    end: Instant
    opens: list[Instant]
    closes: list[Instant]
    before: list[timedelta]  #: The open time before each opening, and at last all of it.
    leads: list[timedelta]  #: By how much the clock is ahead of it, in each period.

    @classmethod
    def of(cls, periods: list[Period], years: range) -> Timetable:
        """Return the table of all the *periods* in those years."""
        lengths = (closing - opening for opening, closing in periods)
        before = list(accumulate(lengths, initial=NOTHING))
        opens, closes = [each[0] for each in periods], [each[1] for each in periods]
        leads = [opening - worked for opening, worked in zip(opens, before, strict=False)]
        start, end = _new_year(years.start), _new_year(years.stop)
        return cls(years, start, end, opens, closes, before, leads)

    def periods(self) -> list[Period]:
        """Return its openings and closings in pairs."""
        return list(zip(self.opens, self.closes, strict=True))

    def worked(self, at: Instant) -> timedelta:
        """Return the open time before *at*: the function all else rests on."""
        begun = bisect_right(self.opens, at)
        if begun and at < self.closes[begun - 1]:
            return at - self.leads[begun - 1]
        return self.before[begun]

    def is_open(self, at: Instant) -> bool:
        """Tell whether *at* is in a period; its closing is not."""
        i = bisect_right(self.opens, at) - 1
        return i >= 0 and at < self.closes[i]

    def after(self, at: Instant, duration: timedelta) -> Instant | None:
        """Return the earliest instant with that much open time since *at*."""
        if not duration:
            return at
        worked = self.worked(at)
        if duration > self.before[-1] - worked:
            return None
        target = worked + duration
        return target + self.leads[bisect_left(self.before, target) - 1]

    def back_from(self, at: Instant, duration: timedelta) -> Instant | None:
        """Return the latest instant with that much open time until *at*."""
        if not duration:
            return at
        worked = self.worked(at)
        if duration > worked:
            return None
        target = worked - duration
        return target + self.leads[bisect_right(self.before, target) - 1]

    def next_open(self, at: Instant) -> Instant | None:
        """Return *at* when open, else the next opening."""
        return at if self.is_open(at) else self.next_start(at)

    def next_start(self, at: Instant) -> Instant | None:
        """Return the first opening after *at*."""
        i = bisect_right(self.opens, at)
        return self.opens[i] if i < len(self.opens) else None

    def next_close(self, at: Instant) -> Instant | None:
        """Return the first closing after *at*."""
        i = bisect_right(self.closes, at)
        return self.closes[i] if i < len(self.closes) and self.closes[i] < self.end else None

    def previous_close(self, at: Instant) -> Instant | None:
        """Return *at* when the moment before it is open, else the closing before it."""
        i = bisect_left(self.opens, at) - 1
        return min(at, self.closes[i]) if i >= 0 else None


Answer = Callable[[Timetable], Instant | None]


class OpenTime:
    """All the open time of one calendar; it knows as many years as it was asked for."""

    def __init__(self, periods: Callable[[date, date], list[Period]], *, of: str) -> None:
        self._periods, self._of = periods, of
        self._table: Timetable | None = None
        self._growing = Lock()

    def on(self, day: date) -> list[Period]:
        """Return the periods of one local date."""
        return self._periods(day, day)

    def around(self, low: Instant, high: Instant) -> Timetable:
        """Return a table that holds both instants.

        Raises:
            CalendarRangeError: If one lies outside the years there are.
        """
        table = self._table
        if table and table.start <= low and high <= table.end:
            return table
        return self._reaching(_year(low), _year(high))

    def after(self, at: Instant, duration: timedelta) -> Instant:
        """Return the earliest instant with that much open time since *at*."""
        # Nearly always the table reaches far enough: no need to set out and extend it.
        table = self._table
        if table and table.start <= at <= table.end:
            found = table.after(at, duration)
            if found is not None:
                return found
        return self._ahead(at, lambda table: table.after(at, duration))

    def back_from(self, at: Instant, duration: timedelta) -> Instant:
        """Return the latest instant with that much open time until *at*."""
        return self._back(at, lambda table: table.back_from(at, duration))

    def next_open(self, at: Instant) -> Instant:
        """Return *at* when open, else the next opening."""
        return self._ahead(at, lambda table: table.next_open(at))

    def next_start(self, at: Instant) -> Instant:
        """Return the first opening after *at*."""
        return self._ahead(at, lambda table: table.next_start(at))

    def next_close(self, at: Instant) -> Instant:
        """Return the first closing after *at*.

        Raises:
            NeverClosesError: If there is none in all the years there are.
        """
        closing = self._first(at, lambda table: table.next_close(at), step=1)
        if closing is None:
            msg = f"calendar {self._of} has no closing after {moment_of(at).isoformat()}"
            raise NeverClosesError(msg)
        return closing

    def previous_close(self, at: Instant) -> Instant:
        """Return *at* when the moment before it is open, else the closing before it."""
        return self._back(at, lambda table: table.previous_close(at))

    def _ahead(self, at: Instant, answer: Answer) -> Instant:
        found = self._first(at, answer, step=1)
        if found is None:
            when = moment_of(at).isoformat()
            msg = (
                f"calendar {self._of} has too few open hours from {when} to the end of {LAST_YEAR}"
            )
            raise NoOpenHourError(msg)
        return found

    def _back(self, at: Instant, answer: Answer) -> Instant:
        found = self._first(at, answer, step=-1)
        if found is None:
            when = moment_of(at).isoformat()
            msg = f"calendar {self._of} has too few open hours from {FIRST_YEAR} to {when}"
            raise NoOpenHourError(msg)
        return found

    def _first(self, at: Instant, answer: Answer, *, step: int) -> Instant | None:
        # A year further each time there is no answer yet, until there are no more years.
        table = self.around(at, at)
        while (found := answer(table)) is None:
            year = table.years[-1] + 1 if step > 0 else table.years[0] - 1
            if not FIRST_YEAR <= year <= LAST_YEAR:
                return None
            table = self._reaching(min(year, table.years[0]), max(year, table.years[-1]))
        return found

    def _reaching(self, low: int, high: int) -> Timetable:
        must_be_in_reach(low)
        must_be_in_reach(high)
        with self._growing:  # A table only grows: nothing another thread has added is lost.
            table = self._table or Timetable.of([], range(low, low))
            years = range(min(low, table.years.start), max(high + 1, table.years.stop))
            if years != table.years:
                earlier = range(years.start, table.years.start)
                later = range(table.years.stop, years.stop)
                added = (period for year in (*earlier, *later) for period in self._year(year))
                self._table = table = Timetable.of(merged([*table.periods(), *added]), years)
            return table

    def _year(self, year: int) -> list[Period]:
        first, last = date(year, 1, 1) - _FAR_ENOUGH, date(year, 12, 31) + _FAR_ENOUGH
        return common(self._periods(first, last), [(_new_year(year), _new_year(year + 1))])


def _year(at: Instant) -> int:
    try:
        return moment_of(at).year
    except OverflowError:
        msg = f"{at} since 1970 is outside the years {FIRST_YEAR} to {LAST_YEAR}"
        raise CalendarRangeError(msg) from None


def _new_year(year: int) -> Instant:
    return date(year, 1, 1) - EPOCH.date()


def must_be_in_reach(year: int) -> None:
    """Refuse a year that no calendar knows.

    Raises:
        CalendarRangeError: If it is before the first or after the last.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        msg = f"the year {year} is out of reach: calendars go from {FIRST_YEAR} to {LAST_YEAR}"
        raise CalendarRangeError(msg)
