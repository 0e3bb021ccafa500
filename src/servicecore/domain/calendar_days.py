"""Counting in working days: a working day is a local date with some open time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import attrs

from .calendar_errors import CalendarQuestionError, NoOpenHourError
from .calendar_hours import Instant, WallClock, dates
from .calendar_table import FIRST_YEAR, LAST_YEAR, OpenTime, must_be_in_reach

DayMode = Literal[
    "end_of_day", "same_time", "roll_first", "then_roll", "then_roll_back", "origin_rolls"
]


@attrs.frozen
class KnownDays:
    """The working days of some years, in order, and when each of them closes."""

    years: range
    closings: Mapping[date, Instant]
    days: list[date] = attrs.field(
        init=False, default=attrs.Factory(lambda self: list(self.closings), takes_self=True)
    )

    def through(self, day: date) -> int:
        """Return how many of them there are up to *day*, itself included."""
        return bisect_right(self.days, day)

    def after(self, day: date, n: int) -> date | None:
        """Return the *n*-th of them after *day*, or before it when *n* is negative."""
        place = self.through(day) + n - 1 if n > 0 else bisect_left(self.days, day) + n
        return self.days[place] if 0 <= place < len(self.days) else None


class WorkingDays:
    """The working days of one calendar, in as many years as anybody asked for."""

    def __init__(self, open_time: OpenTime, wall: WallClock) -> None:
        self._open_time, self._wall = open_time, wall
        self._known: KnownDays | None = None

    def between(self, start: date, end: date) -> int:
        """Return the working days after *start* up to *end*; negative when reversed."""
        if end < start:
            return -self.between(end, start)
        known = self._around(start.year, end.year)
        return known.through(end) - known.through(start)

    def add(self, at: Instant, n: int, mode: DayMode) -> Instant:
        """Return the instant *n* working days from *at*, by one of the modes."""
        match mode:
            case "end_of_day":
                return self._end_of_day(self._local(at).date(), n)
            case "same_time":
                return self._same_time(at, n)
            case "roll_first":
                return self._same_time(self._open_time.next_open(at), n)
            case "then_roll":
                return self._open_time.next_open(self._same_time(at, n))
            case "then_roll_back":
                return self._open_time.previous_close(self._same_time(at, n))
            case "origin_rolls":
                return self._same_time(at, n, origin_rolls=True)

    def after(self, day: date, n: int) -> date:
        """Return the *n*-th working day after *day*; before it, when *n* is negative."""
        if not n:
            return day
        known = self._around(day.year, day.year)
        while (found := known.after(day, n)) is None:
            year = known.years.stop if n > 0 else known.years.start - 1
            if not FIRST_YEAR <= year <= LAST_YEAR:
                msg = f"not enough working days from {day} to the end of reach, {year}"
                raise NoOpenHourError(msg)
            known = self._around(min(year, day.year), max(year, day.year))
        return found

    def _end_of_day(self, day: date, n: int) -> Instant:
        if n < 0:
            msg = f"n must not be negative with the mode 'end_of_day', got {n}"
            raise CalendarQuestionError(msg)
        last = self.after(day, n) if n else self._at_or_next(day, step=1)
        return self._closings(last)[last]

    def _same_time(self, at: Instant, n: int, *, origin_rolls: bool = False) -> Instant:
        if not n:
            return at
        local = self._local(at)
        origin = local.date()
        if origin_rolls:
            origin = self._at_or_next(origin, step=1 if n > 0 else -1)
        day = self.after(origin, n)
        wall = datetime.combine(day, local.time().replace(fold=0), tzinfo=self._wall.zone)
        return self._wall.read(wall, "due")

    def _at_or_next(self, day: date, *, step: int) -> date:
        return day if day in self._closings(day) else self.after(day, step)

    def _closings(self, day: date) -> Mapping[date, Instant]:
        return self._around(day.year, day.year).closings

    def _local(self, at: Instant) -> datetime:
        return self._wall.tell(at)

    def _around(self, low: int, high: int) -> KnownDays:
        known = self._known
        if known and known.years.start <= low and high < known.years.stop:
            return known
        must_be_in_reach(low)
        must_be_in_reach(high)
        known = known or KnownDays(range(low, low), {})
        years = range(min(low, known.years.start), max(high + 1, known.years.stop))
        earlier = self._in(range(years.start, known.years.start))
        later = self._in(range(known.years.stop, years.stop))
        self._known = known = KnownDays(years, {**earlier, **known.closings, **later})
        return known  # Not what another thread may have put there since.

    def _in(self, years: range) -> dict[date, Instant]:
        if not years:
            return {}
        whole = dates(date(years.start, 1, 1), date(years[-1], 12, 31))
        return {day: periods[-1][1] for day in whole if (periods := self._open_time.on(day))}
