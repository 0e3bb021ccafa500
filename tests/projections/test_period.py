"""Periods are whole local days, half open, in one zone."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.projections.period import Period, UnknownPeriodError, UnknownZoneError
from tests.moments import MICROSECOND

ZONES = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/Sao_Paulo",  # Its clocks once changed at midnight, which then did not exist.
    "America/Havana",  # Midnight came twice.
    "Pacific/Apia",  # Friday the 30th of December 2011 never was.
    "Australia/Lord_Howe",  # Half an hour of summer time.
]


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


class TestWritten:
    """As a year, a quarter, a month, or two dates of which the second is not part of it."""

    @pytest.mark.parametrize(
        ("text", "start", "end"),
        [
            ("2026", utc(2026, 1, 1), utc(2027, 1, 1)),
            ("2026-Q1", utc(2026, 1, 1), utc(2026, 4, 1)),
            ("2026-Q3", utc(2026, 7, 1), utc(2026, 10, 1)),
            ("2026-Q4", utc(2026, 10, 1), utc(2027, 1, 1)),
            ("2026-09", utc(2026, 9, 1), utc(2026, 10, 1)),
            ("2026-12", utc(2026, 12, 1), utc(2027, 1, 1)),
            ("2028-02", utc(2028, 2, 1), utc(2028, 3, 1)),
            ("2026-09-01..2026-10-01", utc(2026, 9, 1), utc(2026, 10, 1)),
            ("2026-09-30..2026-10-01", utc(2026, 9, 30), utc(2026, 10, 1)),
        ],
    )
    def test_it_means_these_days(self, text, start, end):
        period = Period.parse(text)

        assert (period.start, period.end, period.name) == (start, end, text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "26",
            "20260",
            "2026-Q0",
            "2026-Q5",
            "2026-q3",
            "2026-00",
            "2026-13",
            "2026-9",
            "2026-09-01",
            "2026-09-31..2026-10-01",
            "2026-09-01..",
            "2026-09-01...2026-10-01",
            "0000",
            "last month",
            " 2026",
            "\uff12\uff10\uff12\uff16",  # 2026 in full-width digits
            "\uff12\uff10\uff12\uff16-Q3",
        ],
    )
    def test_anything_else_is_refused_with_what_was_expected(self, text):
        with pytest.raises(
            UnknownPeriodError, match=f"{text!r} is no period; expected .*'2026-Q3'"
        ):
            Period.parse(text)

    @pytest.mark.parametrize("text", ["2026-10-01..2026-09-01", "2026-10-01..2026-10-01"])
    def test_one_that_ends_before_it_begins_is_refused(self, text):
        with pytest.raises(UnknownPeriodError, match=f"{text}' ends before it begins"):
            Period.parse(text)

    @pytest.mark.parametrize("zone", ["Asia/Peking", "", "../etc", "Asia", "UTC+8", "a" * 300])
    def test_a_zone_that_does_not_exist_is_refused(self, zone):
        with pytest.raises(UnknownZoneError, match=r"is no time zone; expected .*'Asia/Shanghai'"):
            Period.parse("2026", zone=zone)


class TestZones:
    """A day begins at local midnight, whatever the clocks do."""

    def test_in_shanghai_a_year_begins_eight_hours_earlier(self):
        assert Period.parse("2026", zone="Asia/Shanghai").start == utc(2025, 12, 31, 16)

    @pytest.mark.parametrize(
        ("text", "zone", "hours"),
        [
            ("2026-03-29..2026-03-30", "Europe/Berlin", 23),
            ("2026-10-25..2026-10-26", "Europe/Berlin", 25),
            ("2026-03", "Europe/Berlin", 31 * 24 - 1),
            ("2026-10-04..2026-10-05", "Australia/Lord_Howe", 23.5),
            ("2018-11-04..2018-11-05", "America/Sao_Paulo", 23),
            ("2018-02-17..2018-02-18", "America/Sao_Paulo", 25),
            ("2026-11-01..2026-11-02", "America/Havana", 25),
            ("2011-12-30..2011-12-31", "Pacific/Apia", 0),
            ("2011-12-29..2011-12-31", "Pacific/Apia", 24),
        ],
    )
    def test_a_day_is_as_long_as_it_was(self, text, zone, hours):
        period = Period.parse(text, zone=zone)

        assert period.end - period.start == timedelta(hours=hours)

    @given(
        st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(timezone.utc)),  # noqa: DTZ001
        st.sampled_from(ZONES),
    )
    def test_a_moment_belongs_to_the_month_of_its_local_date(self, moment, zone):
        local = moment.astimezone(ZoneInfo(zone))
        month = Period.parse(f"{local:%Y-%m}", zone=zone)
        following = Period.parse(f"{local + timedelta(days=32 - local.day):%Y-%m}", zone=zone)

        assert moment in month
        assert moment not in following
        assert month.end == following.start


class TestHalfOpen:
    """The first moment belongs to it, the last one to the next."""

    def test_at_both_ends(self):
        period = Period.parse("2026-09")

        assert period.start in period
        assert period.start - MICROSECOND not in period
        assert period.end - MICROSECOND in period
        assert period.end not in period

    def test_what_never_happened_is_in_no_period(self):
        assert None not in Period.parse("2026")

    def test_quarters_make_the_year(self):
        quarters = [Period.parse(f"2026-Q{n}", zone="Europe/Berlin") for n in (1, 2, 3, 4)]
        year = Period.parse("2026", zone="Europe/Berlin")

        assert [each.end for each in quarters[:-1]] == [each.start for each in quarters[1:]]
        assert (quarters[0].start, quarters[-1].end) == (year.start, year.end)

    def test_it_travels(self):
        period = Period.parse("2026-09", zone="Asia/Shanghai")

        assert pickle.loads(pickle.dumps(period)) == period  # noqa: S301  # our own bytes


class TestThePeriodBefore:
    """As many months if it is whole months, else as many days."""

    @pytest.mark.parametrize(
        ("period", "before"),
        [
            ("2026", "2025"),
            ("2026-Q1", "2025-Q4"),
            ("2026-03", "2026-02"),
            ("2026-01", "2025-12"),
            ("2026-02-01..2026-05-01", "2025-11-01..2026-02-01"),
            ("2026-01-01..2026-07-01", "2025-07-01..2026-01-01"),
            ("2026-01-05..2026-01-12", "2025-12-29..2026-01-05"),
            ("2026-02-01..2026-02-02", "2026-01-31..2026-02-01"),
        ],
    )
    def test_ends_where_this_one_begins(self, period, before):
        this = Period.parse(period, zone="Asia/Shanghai")
        assert this.before == Period.parse(before, zone="Asia/Shanghai")
        assert this.before.end == this.start
