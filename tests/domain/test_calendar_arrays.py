"""A million answers at once are the same as one by one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain import calendar_arrays
from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.calendar_errors import (
    CalendarError,
    CalendarRangeError,
    NegativeDurationError,
    NoOpenHourError,
)
from tests.domain.test_calendar_laws import desk_of_any_year

np = pytest.importorskip("numpy")

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000

CHINA = WorkingCalendar.china([2024, 2025, 2026])
ODD = WorkingCalendar(timezone="UTC", week={"mon": [("09:00:00.000001", "17:00:00.000007")]})


def since_epoch(moment):
    return (moment - EPOCH) // MICROSECOND


def moment(since):
    return EPOCH + int(since) * MICROSECOND


@st.composite
def many(draw):
    rules, begin = draw(desk_of_any_year)
    offsets = st.timedeltas(timedelta(), timedelta(days=60))
    durations = st.timedeltas(timedelta(), timedelta(hours=100))
    size = draw(st.integers(1, 8))
    starts, ends = (
        np.array([since_epoch(begin + draw(offsets)) for _ in range(size)]) for _ in range(2)
    )
    needed = np.array([draw(durations | st.just(timedelta())) // MICROSECOND for _ in range(size)])
    return WorkingCalendar(**rules), starts, ends, needed


def one_by_one(calendar, starts, needed, at_closing):
    return [
        since_epoch(calendar.add(moment(start), int(duration) * MICROSECOND, at_closing))
        for start, duration in zip(starts, needed, strict=True)
    ]


class TestTheSameToTheMicrosecond:
    """Whatever the calendar, the zone and the choice."""

    @given(many(), st.sampled_from(["zero", "negative"]))
    def test_for_working_time(self, case, choice):
        calendar, starts, ends, _ = case

        found = calendar.elapsed_many(starts, ends, reversed=choice)

        assert found.dtype == np.int64
        assert found.tolist() == [
            calendar.elapsed(moment(start), moment(end), choice) // MICROSECOND
            for start, end in zip(starts, ends, strict=True)
        ]

    @given(many(), st.sampled_from(["closing", "next_opening"]))
    def test_for_deadlines(self, case, choice):
        calendar, starts, _, needed = case

        found = calendar.add_many(starts, needed, at_closing=choice)

        assert found.dtype == np.int64
        assert found.tolist() == one_by_one(calendar, starts, needed, choice)

    @pytest.mark.parametrize("choice", ["closing", "next_opening"])
    @pytest.mark.parametrize("calendar", [CHINA, ODD], ids=["on a grid", "on none"])
    def test_at_and_around_every_edge(self, calendar, choice):
        periods = calendar.periods(datetime(2026, 1, 1, tzinfo=timezone.utc), 20)
        edges = [since_epoch(edge) for period in periods for edge in period]
        around = np.array([edge + by for edge in edges for by in (-1, 0, 1)])
        start = np.full_like(around, edges[0])
        needed = calendar.elapsed_many(start, around)

        assert needed.tolist() == [
            calendar.elapsed(moment(edges[0]), moment(each)) // MICROSECOND for each in around
        ]
        assert calendar.add_many(start, needed, choice).tolist() == one_by_one(
            calendar, start, needed, choice
        )

    def test_in_chunks_as_in_one(self, monkeypatch):
        starts = np.arange(100) * 7 * HOUR + since_epoch(datetime(2026, 1, 1, tzinfo=timezone.utc))
        needed = np.arange(100) * HOUR
        in_one = CHINA.add_many(starts, needed)
        monkeypatch.setattr(calendar_arrays, "_CHUNK", 7)

        assert CHINA.add_many(starts, needed).tolist() == in_one.tolist()

    def test_a_small_grid_and_none_agree(self, monkeypatch):
        starts = np.arange(100) * 7 * HOUR + since_epoch(datetime(2026, 1, 1, tzinfo=timezone.utc))
        needed = np.arange(100) * HOUR
        by_grid = CHINA.add_many(starts, needed)
        monkeypatch.setattr(calendar_arrays, "_MOST_CELLS", 0)

        assert WorkingCalendar.china([2024, 2025, 2026]).add_many(starts, needed).tolist() == (
            by_grid.tolist()
        )


class TestShapes:
    """Arrays of any shape, lists, nothing at all."""

    START = since_epoch(datetime(2026, 3, 2, 1, tzinfo=timezone.utc))  # Nine in Shanghai.

    def test_a_shape_is_kept(self):
        starts = np.full((2, 3), self.START)[:, ::-1]
        ends = starts + np.arange(6).reshape(2, 3) * HOUR

        assert CHINA.elapsed_many(starts, ends).tolist() == [
            [0, HOUR, 2 * HOUR],
            [3 * HOUR, 3 * HOUR, 3.5 * HOUR],
        ]

    def test_one_start_serves_many_durations(self):
        due = CHINA.add_many([self.START], [HOUR, 2 * HOUR])

        assert due.tolist() == [self.START + HOUR, self.START + 2 * HOUR]

    def test_nothing_in_nothing_out(self):
        for found in (CHINA.elapsed_many([], []), CHINA.add_many([], [])):
            assert found.dtype == np.int64
            assert found.size == 0

    def test_a_table_grows_as_far_as_it_must(self):
        mondays = WorkingCalendar(timezone="UTC", week={"mon": [("09:00", "10:00")]})
        starts, needed = [self.START, self.START], [0, 500 * HOUR]

        for choice in ("closing", "next_opening"):
            found = mondays.add_many(starts, needed, at_closing=choice).tolist()
            assert found == one_by_one(mondays, starts, needed, choice)


class TestYearsWithoutAnHour:
    """A calendar of one day, asked about other years."""

    ONCE = MappingProxyType({"timezone": "UTC", "special": {"2020-02-29": [("09:00", "17:00")]}})
    IN_2010 = (since_epoch(datetime(2010, 1, 1, tzinfo=timezone.utc)),)

    def test_nothing_is_worked(self):
        once = WorkingCalendar(**self.ONCE)

        assert once.elapsed_many(self.IN_2010, [self.IN_2010[0] + HOUR]).tolist() == [0]

    def test_nothing_added_is_the_instant_itself(self):
        assert WorkingCalendar(**self.ONCE).add_many(self.IN_2010, [0]).tolist() == [*self.IN_2010]

    def test_a_deadline_is_found_in_the_year_that_has_one(self):
        [due] = WorkingCalendar(**self.ONCE).add_many(self.IN_2010, [HOUR])

        assert moment(due) == datetime(2020, 2, 29, 10, tzinfo=timezone.utc)


class TestRefused:
    """What the scalar calls refuse."""

    NOW = since_epoch(datetime(2026, 3, 2, tzinfo=timezone.utc))

    def test_fractions_of_a_microsecond(self):
        with pytest.raises(CalendarError, match="starts must be whole microseconds"):
            CHINA.elapsed_many([1.5], [2])
        with pytest.raises(CalendarError, match=r"durations must be whole .* got timedelta64"):
            CHINA.add_many([1], np.array([1], "timedelta64[s]"))

    def test_arrays_of_different_lengths(self):
        with pytest.raises(CalendarError, match=r"starts and ends do not go together: \(2,\)"):
            CHINA.elapsed_many([1, 2], [1, 2, 3])
        with pytest.raises(CalendarError, match="starts and durations do not go together"):
            CHINA.add_many([1, 2], [1, 2, 3])

    def test_negative_durations(self):
        with pytest.raises(NegativeDurationError, match="durations must not be negative, got -1"):
            CHINA.add_many([self.NOW, self.NOW], [5, -1])

    def test_years_out_of_reach(self):
        for far in (-(10**17), 10**17, 2**62):
            with pytest.raises(CalendarRangeError):
                CHINA.elapsed_many([self.NOW], [far])

    def test_more_than_there_is(self):
        for duration in (10**15 * 9, 2**63 - 1):
            with pytest.raises(NoOpenHourError, match="china_office@1 has too few open hours"):
                CHINA.add_many([self.NOW], [duration])
