"""Counting in working days: a working day is a local date with some open time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date

from .calendar_errors import NoOpenHourError
from .calendar_hours import dates
from .calendar_table import FIRST_YEAR, LAST_YEAR, OpenTime, must_be_in_reach


class WorkingDays:
    """The working days of one calendar, by year, as far as anybody asked."""

    def __init__(self, open_time: OpenTime) -> None:
        self._open_time = open_time
        self._years: dict[int, list[date]] = {}

    def between(self, start: date, end: date) -> int:
        """Return the working days after *start* up to *end*; negative when reversed."""
        if end < start:
            return -self.between(end, start)
        whole_years = sum(len(self._in(year)) for year in range(start.year, end.year))
        return whole_years + self._place_in_year(end) - self._place_in_year(start)

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

    def at_or_after(self, day: date, *, step: int = 1) -> date:
        """Return *day* itself if it is a working day, else the next one in that direction."""
        return day if self._open_time.on(day) else self.after(day, step)

    def closing(self, day: date) -> int:
        """Return when the last open period of a working day ends."""
        return self._open_time.on(day)[-1][1]

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
