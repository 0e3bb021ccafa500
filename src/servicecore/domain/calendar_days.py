"""Counting in working days: a working day is a local date with some open time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from .calendar_errors import CalendarQuestionError, NoOpenHourError
from .calendar_hours import Instant, dates, instant_of, moment_of
from .calendar_table import FIRST_YEAR, LAST_YEAR, OpenTime, must_be_in_reach

DayMode = Literal[
    "end_of_day", "same_time", "roll_first", "then_roll", "then_roll_back", "origin_rolls"
]


class WorkingDays:
    """The working days of one calendar, by year, as far as anybody asked."""

    def __init__(self, open_time: OpenTime, zone: ZoneInfo) -> None:
        self._open_time, self._zone = open_time, zone
        self._years: dict[int, list[date]] = {}

    def between(self, start: date, end: date) -> int:
        """Return the working days after *start* up to *end*; negative when reversed."""
        if end < start:
            return -self.between(end, start)
        whole_years = sum(len(self._in(year)) for year in range(start.year, end.year))
        return whole_years + self._place_in_year(end) - self._place_in_year(start)

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
        year, days = day.year, self._in(day.year)
        place = bisect_right(days, day) + n - 1 if n > 0 else bisect_left(days, day) + n
        while place >= len(days):
            place, year = place - len(days), year + 1
            days = self._in(year, counting_from=day)
        while place < 0:
            year -= 1
            days = self._in(year, counting_from=day)
            place += len(days)
        return days[place]

    def _end_of_day(self, day: date, n: int) -> Instant:
        if n < 0:
            msg = f"n must not be negative with the mode 'end_of_day', got {n}"
            raise CalendarQuestionError(msg)
        last = self.after(day, n) if n else self._at_or_next(day, step=1)
        return self._open_time.on(last)[-1][1]

    def _same_time(self, at: Instant, n: int, *, origin_rolls: bool = False) -> Instant:
        if not n:
            return at
        local = self._local(at)
        origin = local.date()
        if origin_rolls:
            origin = self._at_or_next(origin, step=1 if n > 0 else -1)
        day = self.after(origin, n)
        wall = datetime.combine(day, local.time().replace(fold=0), tzinfo=self._zone)
        return instant_of(wall, "due")

    def _at_or_next(self, day: date, *, step: int) -> date:
        return day if self._open_time.on(day) else self.after(day, step)

    def _local(self, at: Instant) -> datetime:
        return moment_of(at).astimezone(self._zone)

    def _in(self, year: int, *, counting_from: date | None = None) -> list[date]:
        if year not in self._years:
            if counting_from and not FIRST_YEAR <= year <= LAST_YEAR:
                msg = f"not enough working days from {counting_from} to the end of reach, {year}"
                raise NoOpenHourError(msg)
            must_be_in_reach(year)
            whole = dates(date(year, 1, 1), date(year, 12, 31))
            self._years[year] = [day for day in whole if self._open_time.on(day)]
        return self._years[year]

    def _place_in_year(self, day: date) -> int:
        return bisect_right(self._in(day.year), day)
