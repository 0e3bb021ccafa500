"""What is refused when a calendar is described, and that the message names it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timezone
from zoneinfo import ZoneInfo

import pytest

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.calendar_errors import (
    CalendarError,
    CalendarRuleError,
    UnknownChoiceError,
)

MONDAY = {"mon": [("09:00", "17:00")]}
NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)


def calendar(**rules):
    return WorkingCalendar(**{"timezone": "UTC", "week": MONDAY, **rules})


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone: 'Mars/Olympus' is not a time zone"),
        ({"timezone": "America"}, "timezone: 'America' is not a time zone"),
        ({"timezone": "../etc/passwd"}, "timezone: '../etc/passwd' is not a time zone"),
        ({"timezone": ""}, "timezone: '' is not a time zone"),
        ({"timezone": None}, "timezone: None is not a time zone"),
        ({"week": {"monday": []}}, "week: 'monday' is not a weekday; expected one of mon, tue"),
        ({"week": [1]}, "week: expected the hours of each day by its name, got [1]"),
        ({"week": 7}, "week: expected the hours of each day by its name, got 7"),
        ({"week": {"mon": "09:00-17:00"}}, "week['mon']: expected a list, got '09:00-17:00'"),
        ({"week": {"mon": None}}, "week['mon']: expected a list, got None"),
        ({"week": {"mon": ["09:00"]}}, "week['mon']: '09:00' must be an opening and a closing"),
        ({"week": {"mon": ["ab"]}}, "week['mon']: 'ab' must be an opening and a closing"),
        ({"week": {"mon": [("09:00",)]}}, "week['mon']: ('09:00',) must be an opening and a clos"),
        ({"week": {"mon": [9]}}, "week['mon']: 9 must be an opening and a closing"),
        ({"week": {"mon": [("9:00", "17:00")]}}, "week['mon']: '9:00' is not a time of day"),
        ({"week": {"mon": [("09:00", "25:00")]}}, "week['mon']: '25:00' is not a time of day"),
        ({"week": {"mon": [("09:00", "24:01")]}}, "week['mon']: '24:01' is not a time of day"),
        ({"week": {"mon": [("09:60", "17:00")]}}, "week['mon']: '09:60' is not a time of day"),
        ({"week": {"mon": [("09:00:60", "17:00")]}}, "'09:00:60' is not a time of day"),
        ({"week": {"mon": [("09:00", "17:00 ")]}}, "'17:00 ' is not a time of day"),
        ({"week": {"mon": [(9, 17)]}}, "week['mon']: 9 is not a time of day; expected 'HH:MM'"),
        ({"week": {"mon": [("17:00", "09:00")]}}, "closing 09:00 must come after opening 17:00"),
        ({"week": {"mon": [("09:00", "09:00")]}}, "closing 09:00 must come after opening 09:00"),
        (
            {"week": {"mon": [("13:00", "17:00"), ("09:00", "13:30")]}},
            "week['mon']: hours overlap, the next opening 13:00 is before the closing 13:30",
        ),
        ({"week": {"mon": [("09:00", "17:00")] * 2}}, "week['mon']: hours overlap"),
        ({"special": {"2026-02-30": []}}, "special: '2026-02-30' is not a date"),
        ({"special": {"2026-03-02": [("10:00", "09:00")]}}, "special[2026-03-02]: closing 09:00"),
        ({"special": ["2026-03-02"]}, "special: expected the hours of each day"),
        ({"breaks": {20260302: []}}, "breaks: 20260302 is not a date"),
        ({"breaks": {"2026-03-02": [("x", "09:00")]}}, "breaks[2026-03-02]: 'x' is not a time"),
        ({"holidays": "2026-03-02"}, "holidays: expected a list, got '2026-03-02'"),
        ({"holidays": None}, "holidays: expected a list, got None"),
        ({"holidays": ["new year"]}, "holidays: 'new year' is not a date"),
        ({"holidays": [NOON]}, "holidays: datetime.datetime(2026, 3, 2, 12, 0"),
        ({"published_through": "2026"}, "published_through: '2026' is not a date"),
        (
            {"holiday_and_special": "both"},
            "holiday_and_special must be one of 'holiday', 'special'",
        ),
        ({"local_times": "nominal"}, "local_times must be one of 'endpoint', 'instant', got 'nom"),
        ({"name": "a@b"}, "name must be a text without '@' and '&', got 'a@b'"),
        ({"name": None}, "name must be a text without '@' and '&', got None"),
        ({"version": 0}, "version must be a whole number from 1, got 0"),
        ({"version": True}, "version must be a whole number from 1, got True"),
    ],
)
def test_a_calendar_that_nobody_could_keep_is_refused(rules, message):
    with pytest.raises(CalendarError, match=re.escape(message)):
        calendar(**rules)


@pytest.mark.parametrize(
    ("ask", "choice"),
    [
        (lambda c: c.elapsed(NOON, NOON, reversed="absolute"), "reversed"),
        (lambda c: c.add(NOON, NOON - NOON, at_closing="opening"), "at_closing"),
        (lambda c: c.subtract(NOON, NOON - NOON, at_opening="closing"), "at_opening"),
        (lambda c: c.add_days(NOON, 1, "keep"), "mode"),
        (lambda c: c.elapsed_many([], [], reversed=None), "reversed"),
        (lambda c: c.add_many([], [], at_closing=""), "at_closing"),
    ],
)
def test_a_choice_that_is_not_offered_is_refused(ask, choice):
    with pytest.raises(UnknownChoiceError, match=f"{choice} must be one of .*, got "):
        ask(calendar())


def test_everything_refused_is_a_value_error():
    assert issubclass(CalendarError, ValueError)


class TestManyWaysToSayTheSame:
    """Dates and times, or their text, in any order."""

    def test_times_and_texts_are_equal(self):
        assert calendar(week={"mon": [(time(9), time(17))]}) == calendar()
        assert calendar(week={"mon": [("09:00:00", "17:00:00.000")]}) == calendar()

    def test_dates_and_texts_are_equal(self):
        texts = calendar(
            holidays=["2026-03-02"],
            special={"2026-03-03": [["09:00", "12:00"]]},
            breaks={"2026-03-09": [["09:00", "12:00"]]},
            published_through="2026-12-31",
        )
        dates = calendar(
            holidays=[date(2026, 3, 2), date(2026, 3, 2)],
            special={date(2026, 3, 3): (("09:00", "12:00"),)},
            breaks={date(2026, 3, 9): [("09:00", "12:00")]},
            published_through=date(2026, 12, 31),
        )

        assert texts == dates

    def test_hours_may_come_in_any_order(self):
        late_first = calendar(week={"mon": [("13:00", "17:00"), ("09:00", "12:00")]})

        assert late_first == calendar(week={"mon": [("09:00", "12:00"), ("13:00", "17:00")]})

    def test_a_zone_may_be_one(self):
        assert calendar(timezone=ZoneInfo("UTC")) == calendar()

    def test_holidays_may_have_names(self):
        """As the package holidays gives them."""
        assert calendar(holidays={date(2026, 1, 1): "元旦"}) == calendar(holidays=["2026-01-01"])


class TestDictionaries:
    """A calendar as plain values, to store and to send."""

    FULL = calendar(
        week={"mon": [("09:00", "12:00"), ("13:30", "24:00")], "sun": [("00:00", "00:00:00.5")]},
        holidays=["2026-03-02"],
        special={"2026-03-03": [["09:00", "12:00"]], "2026-03-04": []},
        breaks={"2026-03-09": [["09:00", "12:00"]]},
        published_through="2026-12-31",
        holiday_and_special="special",
        local_times="instant",
        name="full",
        version=2,
    )

    @pytest.mark.parametrize("it", [FULL, calendar(), FULL & calendar(timezone="Asia/Tokyo")])
    def test_it_reads_what_it_writes(self, it):
        assert WorkingCalendar.from_dict(it.as_dict()) == it

    def test_a_word_it_does_not_know_is_refused(self):
        """A misspelt key would silently open on holidays."""
        with pytest.raises(CalendarRuleError, match="'holiday' is not part of a calendar"):
            WorkingCalendar.from_dict({"timezone": "UTC", "week": MONDAY, "holiday": []})

    def test_a_zone_is_needed(self):
        with pytest.raises(CalendarRuleError, match="timezone is missing"):
            WorkingCalendar.from_dict({"week": MONDAY})

    @pytest.mark.parametrize("rules", [None, [1], "timezone"])
    def test_what_has_no_names_is_refused(self, rules):
        with pytest.raises(CalendarRuleError, match="described by names and values"):
            WorkingCalendar.from_dict(rules)

    @pytest.mark.parametrize("within", [3, None, "UTC", {"timezone": "UTC"}])
    def test_calendars_that_must_be_open_too_are_a_list(self, within):
        with pytest.raises(CalendarRuleError, match="within: expected a list"):
            WorkingCalendar.from_dict({"timezone": "UTC", "week": MONDAY, "within": within})
