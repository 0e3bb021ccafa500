"""Business time as a patient clerk would find it: minute by minute, with a tick list.

It shares nothing with the calendar but the input: local time comes from the
zone for every single minute, and each question is answered by counting.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=64)
def wall_clock(zone, begin, minutes):
    """Return what a clock on the wall shows at every minute."""
    tz = ZoneInfo(zone)
    return [(begin + i * MINUTE).astimezone(tz).replace(tzinfo=None) for i in range(minutes)]


@lru_cache(maxsize=64)
def first_shown(zone, begin, minutes):
    """Return at which minute the wall clock shows a time for the first time."""
    return {shown: i for i, shown in reversed(list(enumerate(wall_clock(zone, begin, minutes))))}


def minutes_of(hours):
    """Return the minutes of a day that lie in these hours."""
    return {
        minute
        for opening, closing in hours
        for minute in range(_minute_of_day(opening), _minute_of_day(closing))
    }


def _minute_of_day(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


class Clerk:
    """Goes through every minute from *begin*, and ticks those that are open."""

    def __init__(self, rules, *, begin, days):
        self.rules, self.begin = rules, begin
        self.minutes = days * 24 * 60
        key = (rules["timezone"], begin, self.minutes)
        self.shown, self.first = wall_clock(*key), first_shown(*key)
        self.open_on = self._by_instant() if rules["local_times"] == "instant" else self._by_ends()
        ticked = set().union(*self.open_on.values())
        self.ticks = [i in ticked for i in range(self.minutes)]
        self.before = list(accumulate(self.ticks, initial=0))

    def wall_minutes(self, day):
        """Return which minutes of a date are open by the wall clock."""
        rules = self.rules
        hours = rules["week"].get(DAY_NAMES[day.weekday()], [])
        holiday, special = day in rules["holidays"], rules["special"].get(day)
        if holiday:
            hours = []
        if special is not None and (not holiday or rules["holiday_and_special"] == "special"):
            hours = special
        return minutes_of(hours) - minutes_of(rules["breaks"].get(day, []))

    def _by_instant(self):
        open_on = {shown.date(): set() for shown in self.shown}
        wanted = {day: self.wall_minutes(day) for day in open_on}
        for i, shown in enumerate(self.shown):
            if shown.hour * 60 + shown.minute in wanted[shown.date()]:
                open_on[shown.date()].add(i)
        return open_on

    def _by_ends(self):
        open_on = {}
        for day in {shown.date() for shown in self.shown}:
            wall = self.wall_minutes(day)
            openings = sorted(minute for minute in wall if minute - 1 not in wall)
            closings = sorted(minute + 1 for minute in wall if minute + 1 not in wall)
            open_on[day] = set()
            for opening, closing in zip(openings, closings, strict=True):
                open_on[day] |= set(
                    range(self._resolved(day, opening), self._resolved(day, closing))
                )
        return open_on

    def _resolved(self, day, minute):
        wanted = datetime.combine(day, time()) + minute * MINUTE
        if wanted > self.shown[-1]:
            return self.minutes
        if wanted < self.shown[0]:
            return 0
        if wanted not in self.first:  # Missing: moved forward by as much as the clock jumped.
            jump = next(b - a - MINUTE for a, b in pairwise(self.shown) if a < wanted < b)
            wanted += jump
        return self.first[wanted]

    # --- Questions ---------------------------------------------------------------

    def place(self, moment):
        """Return in which minute *moment* lies, and how far in."""
        minute, rest = divmod(moment - self.begin, MINUTE)
        return minute, rest

    def moment(self, minute):
        return self.begin + minute * MINUTE

    def worked(self, moment):
        minute, rest = self.place(moment)
        return self.before[minute] * MINUTE + (rest if self.ticks[minute] else timedelta())

    def elapsed(self, start, end):
        return self.worked(end) - self.worked(start)

    def is_open(self, moment):
        return self.ticks[self.place(moment)[0]]

    def add(self, start, minutes):
        """Return the earliest minute by which so many more were open."""
        since, _ = self.place(start)
        if not minutes:
            return start
        due = bisect_left(self.before, self.before[since] + minutes)
        return self.moment(due) if due < len(self.before) else None

    def subtract(self, end, minutes):
        """Return the latest minute since which so many were open."""
        until, _ = self.place(end)
        wanted = self.before[until] - minutes
        return next(
            (self.moment(i) for i in range(until, -1, -1) if self.before[i] == wanted), None
        )

    def next_open(self, start):
        minute, _ = self.place(start)
        return next((self.moment(i) for i in range(minute, self.minutes) if self.ticks[i]), None)

    def changes(self, *, to):
        """Return every minute at which it opens, or closes."""
        return [
            self.moment(i + 1)
            for i, (now, then) in enumerate(pairwise(self.ticks))
            if now is not then and then is to
        ]

    def working_days(self):
        """Return the dates with an open minute; the first and last date are cut, so unknown."""
        first, last = self.shown[0].date(), self.shown[-1].date()
        return sorted(
            day for day, minutes in self.open_on.items() if minutes and first < day < last
        )

    def closing(self, day):
        return self.moment(max(self.open_on[day]) + 1)


def utc(year, month, day, hour=0):
    return datetime(year, month, day, hour, tzinfo=timezone.utc)
