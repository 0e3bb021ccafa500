"""Months, quarters and years of the wall calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.calendar_periods import CalendarPeriod, NoPeriodError
from servicecore.domain.refusals import IncompleteError, all_told
from servicecore.standards import load_standard

CALENDAR = load_standard("operations_manual_2025").calendar
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
days = st.dates(date(1, 1, 1), date(9998, 12, 31))


class TestACalendarPeriod:
    """A month, quarter or year: whole days, from the first up to, and without, the last."""

    @pytest.mark.parametrize(
        ("name", "first", "until"),
        [
            ("2025", date(2025, 1, 1), date(2026, 1, 1)),
            ("2025-Q1", date(2025, 1, 1), date(2025, 4, 1)),
            ("2025-Q4", date(2025, 10, 1), date(2026, 1, 1)),
            ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
            ("2025-12", date(2025, 12, 1), date(2026, 1, 1)),
            ("0033-Q1", date(33, 1, 1), date(33, 4, 1)),
        ],
    )
    def test_is_known_by_its_name(self, name, first, until):
        period = CalendarPeriod.named(name)
        assert (period.name, period.first, period.until) == (name, first, until)

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "2025-Q0",
            "2025-Q5",
            "2025-13",
            "2025-00",
            "25",
            "2025-1",
            "0000",
            "9999",
            "\uff12\uff10\uff12\uff15",
            2025,
            None,
        ],
    )
    def test_is_not_known_by_anything_else(self, name):
        with pytest.raises(NoPeriodError, match="expected one like '2025', '2025-Q2'"):
            CalendarPeriod.named(name)

    @given(day=days, per=st.sampled_from(["month", "quarter", "year"]))
    def test_holds_each_day_that_lies_in_it(self, day, per):
        period = CalendarPeriod.holding(day, per=per)
        assert period.first <= day < period.until
        assert day in period
        assert day not in period.following
        assert CalendarPeriod.named(period.name) == period
        months = (period.until.year - period.first.year) * 12
        assert months + period.until.month - period.first.month == MONTHS_OF[per]

    @given(day=days)
    def test_follows_another_without_a_gap(self, day):
        period = CalendarPeriod.holding(day, per="quarter")
        assert period.following.first == period.until
        assert period < period.following

    def test_ends_at_midnight_where_its_calendar_is_kept(self):
        end = CalendarPeriod.named("2025-Q1").end(CALENDAR)
        assert end == datetime(2025, 3, 31, 16, tzinfo=timezone.utc)
        assert (end - timedelta(microseconds=1)).astimezone(CALENDAR.zone).date().month == 3


class TestLists:
    """A list of texts has no gap, and is never one text read letter by letter."""

    def test_is_returned_as_it_is(self):
        assert all_told("lesson", ["look", "listen"]) == ("look", "listen")
        assert all_told("lesson", iter(())) == ()

    def test_names_the_gap(self):
        with pytest.raises(IncompleteError, match="lesson 2 must not be empty, got ' '"):
            all_told("lesson", ["look", " "])

    def test_is_not_one_text(self):
        with pytest.raises(IncompleteError, match="lesson must be a list of texts, got 'look'"):
            all_told("lesson", "look")
