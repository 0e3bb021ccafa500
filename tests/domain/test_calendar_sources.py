"""Where calendars are read: shipped notices, TOML, JSON, iCalendar, the package holidays."""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from types import MappingProxyType

import chinese_calendar
import holidays
import pytest

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.calendar_errors import (
    CalendarRuleError,
    MissingExtraError,
    UnpublishedYearError,
)

OFFICE = WorkingCalendar(
    timezone="Asia/Shanghai",
    week={"mon": [("09:00", "12:00"), ("13:30", "18:00")]},
    holidays=["2026-01-01"],
    special={"2026-01-04": [("09:00", "12:00")]},
    published_through="2026-12-31",
    name="office",
)

TOML = """
timezone = "Asia/Shanghai"
name = "office"
holidays = [2026-01-01]
published_through = 2026-12-31

[week]
mon = [["09:00", "12:00"], [13:30:00, 18:00:00]]

[special]
2026-01-04 = [["09:00", "12:00"]]
"""

ICALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//holidays//EN
BEGIN:VEVENT
UID:1
SUMMARY:New Year
DTSTART;VALUE=DATE:20260101
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Golden week
DTSTART;VALUE=DATE:20261001
DTEND;VALUE=DATE:20261004
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Called off
STATUS:CANCELLED
DTSTART;VALUE=DATE:20260601
END:VEVENT
END:VCALENDAR
"""


class TestChina:
    """The notices shipped agree with both packages on each of 1,096 days."""

    DAYS = tuple(date(2024, 1, 1) + timedelta(days=n) for n in range(1096))
    CALENDAR = WorkingCalendar.china([2024, 2025, 2026])

    def test_there_are_as_many_days_as_there_should_be(self):
        assert self.DAYS[-1] == date(2026, 12, 31)

    def test_working_days_are_those_of_chinesecalendar(self):
        wrong = [
            day
            for day in self.DAYS
            if self.CALENDAR.is_working_day(day) is not chinese_calendar.is_workday(day)
        ]

        assert wrong == []

    def test_working_days_are_those_of_holidays(self):
        known = holidays.country_holidays("CN", years=[2024, 2025, 2026])
        wrong = [
            day
            for day in self.DAYS
            if self.CALENDAR.is_working_day(day) is not known.is_working_day(day)
        ]

        assert wrong == []

    def test_holidays_are_those_of_chinesecalendar(self):
        official = {day for day in chinese_calendar.holidays if 2024 <= day.year <= 2026}

        assert set(self.CALENDAR.holidays) == official

    def test_the_last_notice_is_known(self):
        assert self.CALENDAR.published_through == date(2026, 12, 31)
        assert WorkingCalendar.china(2025).published_through == date(2025, 12, 31)

    def test_a_gap_ends_what_is_published(self):
        """2025 is missing: nothing after 2024 can be relied on."""
        assert WorkingCalendar.china([2026, 2024]).published_through == date(2024, 12, 31)

    def test_a_year_without_a_notice_is_refused(self):
        with pytest.raises(UnpublishedYearError, match=r"China 2027 .* 2024, 2025, 2026 are"):
            WorkingCalendar.china([2026, 2027])

    @pytest.mark.parametrize("years", [[], None, "2026", 2026.0, True, [2025, "2026"]])
    def test_what_is_no_year_is_refused(self, years):
        with pytest.raises(CalendarRuleError, match="years: expected one year or several"):
            WorkingCalendar.china(years)

    def test_years_may_come_one_by_one(self):
        china = WorkingCalendar.china(year for year in (2025, 2026))

        assert china == WorkingCalendar.china([2025, 2026])

    def test_a_week_of_ones_own_moves_make_up_days_too(self):
        shop = WorkingCalendar.china([2026], week={"mon": [("10:00", "22:00")]}, name="shop")

        assert dict(shop.special)[date(2026, 1, 4)] == (("10:00", "22:00"),)
        assert shop.reference == "shop@1"


class TestFiles:
    """TOML and JSON say what the arguments say."""

    def test_toml_reads_as_the_same_calendar(self, tmp_path):
        file = tmp_path / "office.toml"
        file.write_text(TOML, encoding="utf-8")

        assert WorkingCalendar.from_toml(TOML) == OFFICE
        assert WorkingCalendar.from_toml(file) == OFFICE
        assert WorkingCalendar.from_toml(str(file)) == OFFICE

    def test_json_reads_as_the_same_calendar(self, tmp_path):
        text = json.dumps(OFFICE.as_dict())
        file = tmp_path / "office.json"
        file.write_text(text, encoding="utf-8")

        assert WorkingCalendar.from_json(text) == OFFICE
        assert WorkingCalendar.from_json(file) == OFFICE

    @pytest.mark.parametrize(
        ("read", "text", "message"),
        [
            (WorkingCalendar.from_toml, "timezone = \n", "this is not TOML"),
            (WorkingCalendar.from_json, "{timezone}", "this is not JSON"),
            pytest.param(WorkingCalendar.from_json, "[\n" * 50_000, "not JSON", id="too deep"),
            pytest.param(WorkingCalendar.from_json, "9" * 5000 + "\n", "not JSON", id="too long"),
            (WorkingCalendar.from_json, "[\n]", "must be an object, got list"),
            (WorkingCalendar.from_toml, "week = 1", "timezone is missing"),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, read, text, message):
        with pytest.raises(CalendarRuleError, match=message):
            read(text)


class TestICalendar:
    """All-day events are holidays."""

    WEEK = MappingProxyType({"timezone": "UTC", "week": {"mon": [("09:00", "17:00")]}})

    def test_every_day_of_every_event_is_one(self, tmp_path):
        file = tmp_path / "holidays.ics"
        file.write_text(ICALENDAR, encoding="utf-8")
        golden_week = [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)]

        for source in (ICALENDAR, file):
            calendar = WorkingCalendar.from_icalendar(
                source, **self.WEEK, holidays=[date(2026, 5, 1)]
            )
            assert calendar.holidays == (date(2026, 1, 1), date(2026, 5, 1), *golden_week)

    @pytest.mark.parametrize(
        "line", ["DTSTART:20260101T090000Z", "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY"]
    )
    def test_an_event_that_is_no_single_whole_day_is_refused(self, line):
        text = ICALENDAR.replace("DTSTART;VALUE=DATE:20260101", line)

        with pytest.raises(CalendarRuleError, match="New Year: expected an all-day event"):
            WorkingCalendar.from_icalendar(text, **self.WEEK)

    def test_what_is_no_icalendar_is_refused(self):
        with pytest.raises(CalendarRuleError, match="this is not iCalendar"):
            WorkingCalendar.from_icalendar("holidays\n2026-01-01\n", **self.WEEK)


class TestHolidaysPackage:
    """The holidays of a country, as the package holidays tells them."""

    WEEK = MappingProxyType(
        {
            "timezone": "Asia/Shanghai",
            "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "17:00"),)),
        }
    )

    def test_it_has_the_working_days_of_the_country(self):
        china = WorkingCalendar.from_holidays("CN", [2026], **self.WEEK)
        shipped = WorkingCalendar.china([2026])
        days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

        assert [china.is_working_day(day) for day in days] == [
            shipped.is_working_day(day) for day in days
        ]

    def test_own_days_are_kept(self):
        own = WorkingCalendar.from_holidays(
            "DE",
            2026,
            **self.WEEK,
            holidays=["2026-07-01"],
            special={"2026-07-04": [("09:00", "12:00")]},
            published_through="2026-12-31",
        )

        assert {date(2026, 7, 1), date(2026, 10, 3)} <= set(own.holidays)
        assert dict(own.special) == {date(2026, 7, 4): (("09:00", "12:00"),)}
        assert own.published_through == date(2026, 12, 31)

    def test_make_up_days_may_be_rested(self):
        resting = WorkingCalendar.from_holidays("CN", 2026, make_up_days=False, **self.WEEK)

        assert resting.special == ()

    def test_an_unknown_country_is_refused(self):
        with pytest.raises(CalendarRuleError, match="country: 'XX' is not one"):
            WorkingCalendar.from_holidays("XX", 2026, **self.WEEK)


@pytest.mark.parametrize(
    ("package", "extra", "ask"),
    [
        ("icalendar", "calendars", lambda: WorkingCalendar.from_icalendar("\n", timezone="UTC")),
        ("holidays", "calendars", lambda: WorkingCalendar.from_holidays("CN", 2026)),
        ("numpy", "analytics", lambda: OFFICE.elapsed_many([], [])),
    ],
)
def test_a_missing_package_says_what_to_install(monkeypatch, package, extra, ask):
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(MissingExtraError, match=rf"pip install servicecore\[{extra}\]"):
        ask()
