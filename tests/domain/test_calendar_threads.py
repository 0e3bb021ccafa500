"""One calendar serves many threads: whatever they ask at once, each gets its own answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, datetime, timedelta, timezone
from threading import Event

import pytest

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.calendar_arrays import ArrayArithmetic, Lookup
from servicecore.domain.calendar_days import KnownDays, WorkingDays
from servicecore.domain.calendar_table import OpenTime

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
MONDAYS = {"timezone": "UTC", "week": {"mon": [("09:00", "17:00")]}}
MONDAY = datetime(2020, 6, 1, 9, tzinfo=timezone.utc)


def test_a_table_keeps_what_another_thread_adds_to_it():
    began, goes_on, worked_out = Event(), Event(), []

    def periods(first, _):
        worked_out.append(year := (first + timedelta(days=30)).year)
        if year == 2020:
            began.set()
            goes_on.wait(timeout=60)
        return []

    open_time = OpenTime(periods, of="slow in 2020")
    here, there = (datetime(year, 6, 1, tzinfo=timezone.utc) - EPOCH for year in (2020, 2022))
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(open_time.around, here, here)
        began.wait(timeout=60)
        quick = pool.submit(open_time.around, there, there)
        wait([quick], timeout=0.2)  # Time enough to come first, if it may.
        goes_on.set()
    slow.result(), quick.result()

    open_time.around(here, there)

    assert [2020, 2021, 2022] == worked_out  # No year twice, so none was forgotten.


def test_arrays_are_looked_up_in_the_table_that_holds_them():
    pytest.importorskip("numpy")
    calendar = WorkingCalendar(**MONDAYS)
    table_of_1990 = WorkingCalendar(**MONDAYS)._open_time.around(*[timedelta(20 * 365.25)] * 2)

    class SharedWithAThreadIn1990(ArrayArithmetic):
        """Whatever is put there, the other thread has put its own there since."""

        theirs = Lookup.of(table_of_1990)
        _lookup = property(lambda self: self.theirs, lambda *_: None)

    arrays, microsecond = SharedWithAThreadIn1990(calendar._open_time), timedelta.resolution
    start, hundred_weeks = (MONDAY - EPOCH) // microsecond, 100 * 8 * HOUR // microsecond

    [due] = arrays.add([start], [hundred_weeks], rolls=True)

    assert due * microsecond == MONDAY + timedelta(weeks=100) - EPOCH
    assert arrays.elapsed([start], [due], negative=False) == [hundred_weeks]


def test_working_days_are_counted_in_the_years_that_hold_them():
    calendar = WorkingCalendar(**MONDAYS)

    class SharedWithAThreadIn2022(WorkingDays):
        """Whatever is put there, the other thread has put its own there since."""

        theirs = KnownDays(range(2022, 2023), calendar._days._in(range(2022, 2023)))
        _known = property(lambda self: self.theirs, lambda *_: None)

    days = SharedWithAThreadIn2022(calendar._open_time, calendar._wall)

    assert days.after(date(2020, 12, 21), 150) == date(2020, 12, 21) + timedelta(weeks=150)
    assert days.after(date(2020, 12, 21), -150) == date(2020, 12, 21) - timedelta(weeks=150)
    assert days.between(date(2019, 12, 30), date(2020, 12, 21)) == 51
