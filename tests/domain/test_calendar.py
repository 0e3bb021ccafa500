"""The rules of working time, and the traps other engines fell into."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import attrs
import pytest

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.calendar_errors import (
    CalendarError,
    CalendarRangeError,
    NeverClosesError,
    NoOpenHourError,
)
from servicecore.domain.moments import NaiveMomentError

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
NOTHING = timedelta()
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WORKDAYS, "sat", "sun")

NINE_TO_FIVE = WorkingCalendar(timezone="UTC", week=dict.fromkeys(WORKDAYS, (("09:00", "17:00"),)))
CHINA = WorkingCalendar.china([2024, 2025, 2026])


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def shanghai(*parts):
    return datetime(*parts, tzinfo=ZoneInfo("Asia/Shanghai"))


def open_round_the_clock(zone, **rules):
    return WorkingCalendar(
        timezone=zone, week=dict.fromkeys(EVERY_DAY, (("00:00", "24:00"),)), **rules
    )


class TestTraps:
    """What the known engines get wrong."""

    @pytest.mark.parametrize("local_times", ["endpoint", "instant"])
    def test_a_date_the_zone_skips_gives_its_hours_to_no_other_date(self, local_times):
        """Samoa went to bed on Thursday the 29th and woke on Saturday the 31st."""
        samoa = WorkingCalendar(
            timezone="Pacific/Apia", week={"fri": [("09:00", "17:00")]}, local_times=local_times
        )
        thursday, sunday = utc(2011, 12, 29, 12), utc(2012, 1, 1, 12)

        assert samoa.elapsed(thursday, sunday) == NOTHING
        assert not samoa.is_working_day(date(2011, 12, 30))
        assert samoa.working_days_between(date(2011, 12, 29), date(2012, 1, 6)) == 1
        assert samoa.next_open(thursday) == utc(2012, 1, 5, 19)  # Friday the 6th at nine.

    @pytest.mark.parametrize("local_times", ["endpoint", "instant"])
    def test_a_date_the_zone_skips_is_no_working_day_even_round_the_clock(self, local_times):
        samoa = open_round_the_clock("Pacific/Apia", local_times=local_times)

        assert not samoa.is_working_day(date(2011, 12, 30))
        assert samoa.working_days_between(date(2011, 12, 28), date(2011, 12, 31)) == 2

    def test_a_make_up_day_leaves_the_day_before_alone(self):
        """Saturday 07:30 in Shanghai is still Friday in UTC; Friday keeps its hours."""
        make_up_saturday = WorkingCalendar(
            timezone="Asia/Shanghai",
            week={"fri": [("09:00", "18:00")]},
            special={date(2026, 2, 14): [("07:30", "12:00")]},
        )

        assert make_up_saturday.elapsed(shanghai(2026, 2, 13), shanghai(2026, 2, 14)) == 9 * HOUR
        assert make_up_saturday.elapsed(shanghai(2026, 2, 14), shanghai(2026, 2, 15)) == timedelta(
            hours=4, minutes=30
        )

    @pytest.mark.parametrize("local_times", ["endpoint", "instant"])
    @pytest.mark.parametrize(("day", "hours"), [((2024, 3, 10), 23), ((2024, 11, 3), 25)])
    def test_round_the_clock_a_day_is_as_long_as_the_clocks_make_it(self, day, hours, local_times):
        new_york = open_round_the_clock("America/New_York", local_times=local_times)
        zone = ZoneInfo("America/New_York")
        begin = datetime(*day, tzinfo=zone)
        end = begin + timedelta(days=1)  # By the wall clock.

        assert new_york.elapsed(begin, end) == hours * HOUR

    def test_the_closing_instant_is_closed(self):
        five = utc(2026, 3, 2, 17)

        assert not NINE_TO_FIVE.is_open(five)
        assert NINE_TO_FIVE.is_open(five - MICROSECOND)

    def test_the_opening_instant_is_open(self):
        nine = utc(2026, 3, 2, 9)

        assert NINE_TO_FIVE.is_open(nine)
        assert not NINE_TO_FIVE.is_open(nine - MICROSECOND)

    @pytest.mark.parametrize(("local_times", "hours"), [("endpoint", 1), ("instant", 2)])
    def test_a_repeated_hour_counts_as_chosen(self, local_times, hours):
        """From two to half past two comes twice that night."""
        paris = WorkingCalendar(
            timezone="Europe/Paris", week={"sun": [("02:00", "02:30")]}, local_times=local_times
        )

        assert paris.elapsed(utc(2020, 10, 24, 20), utc(2020, 10, 25, 20)) == hours * 30 * MINUTE

    @pytest.mark.parametrize(("local_times", "opens"), [("endpoint", 30), ("instant", 0)])
    def test_a_missing_opening_moves_as_chosen(self, local_times, opens):
        """Half past two does not exist: half past three, or as soon as the clock is past it."""
        new_york = WorkingCalendar(
            timezone="America/New_York", week={"sun": [("02:30", "06:00")]}, local_times=local_times
        )

        assert new_york.next_open(utc(2014, 3, 9, 5)) == utc(2014, 3, 9, 7, opens)

    def test_hours_wholly_missing_are_no_hours(self):
        """Backwards is not open: 02:30 moves past 03:15."""
        new_york = WorkingCalendar(timezone="America/New_York", week={"sun": [("02:30", "03:15")]})

        assert new_york.elapsed(utc(2014, 3, 9), utc(2014, 3, 10)) == NOTHING
        assert not new_york.is_working_day(date(2014, 3, 9))
        assert new_york.is_working_day(date(2014, 3, 16))

    def test_hours_pushed_together_are_counted_once(self):
        """02:30 to 02:45 moves into 03:00 to 04:00, where it is open anyway."""
        new_york = WorkingCalendar(
            timezone="America/New_York", week={"sun": [("02:30", "02:45"), ("03:00", "04:00")]}
        )

        assert new_york.elapsed(utc(2014, 3, 9), utc(2014, 3, 10)) == HOUR

    @pytest.mark.parametrize("rules", [{}, {"holidays": [date(2001, 1, 1)]}])
    def test_twenty_four_o_clock_loses_nothing(self, rules):
        """Not a minute a day, nor a second."""
        berlin = open_round_the_clock("Europe/Berlin", **rules)

        assert berlin.elapsed(utc(2023, 1, 1), utc(2024, 1, 1)) == timedelta(days=365)

    @pytest.mark.parametrize(
        ("rules", "hours"),
        [
            ({"holidays": ["2023-05-01"]}, 24),
            ({"special": {"2023-05-01": [("00:00", "20:00")]}}, 4),
            ({"breaks": {"2023-05-01": [("12:00", "13:00")]}}, 1),
        ],
    )
    def test_round_the_clock_an_exception_is_still_one(self, rules, hours):
        berlin = open_round_the_clock("Europe/Berlin", **rules)

        assert berlin.elapsed(utc(2023, 1, 1), utc(2024, 1, 1)) == 365 * 24 * HOUR - hours * HOUR

    def test_a_deadline_may_lie_as_far_ahead_as_it_must(self):
        """One hour a week, two hundred of them: RT's engine looks 30 days ahead and says 1969."""
        mondays = WorkingCalendar(timezone="UTC", week={"mon": [("09:00", "10:00")]})
        monday = utc(2024, 1, 1, 9)

        assert mondays.add(monday, 200 * HOUR) == monday + timedelta(weeks=199) + HOUR
        assert mondays.add_days(monday, 30, "same_time") == monday + timedelta(weeks=30)

    def test_a_calendar_without_any_open_hour_is_refused(self):
        for rules in (
            {},
            {"week": {"mon": []}},
            {"special": {"2026-01-04": []}},
            {"special": {"2026-01-04": [("09:00", "10:00")]}, "holidays": ["2026-01-04"]},
            {
                "special": {"2026-01-04": [("09:00", "10:00")]},
                "breaks": {"2026-01-04": [("08:00", "09:30"), ("09:30", "11:00")]},
            },
        ):
            with pytest.raises(NoOpenHourError, match="no open hour"):
                WorkingCalendar(timezone="UTC", **rules)

    def test_two_calendars_that_never_meet_say_so(self):
        never = WorkingCalendar(timezone="UTC", week={"mon": [("09:00", "10:00")]}) & (
            WorkingCalendar(timezone="UTC", week={"tue": [("09:00", "10:00")]})
        )
        now = utc(2024, 1, 1)

        for question in (
            lambda: never.next_open(now),
            lambda: never.add(now, HOUR),
            lambda: never.subtract(now, HOUR),
            lambda: never.previous_close(now),
            lambda: never.next_period_start(now),
            lambda: never.add_days(now, 1),
            lambda: never.add_days(now, -1, "same_time"),
            lambda: never.periods(now, 1),
        ):
            with pytest.raises(NoOpenHourError):
                question()
        with pytest.raises(NeverClosesError):
            never.next_close(now)
        assert never.elapsed(now, utc(2034, 1, 1)) == NOTHING

    @pytest.mark.parametrize(
        "ask",
        [
            NINE_TO_FIVE.is_open,
            NINE_TO_FIVE.on_holiday,
            NINE_TO_FIVE.on_break,
            NINE_TO_FIVE.is_provisional,
            lambda at: NINE_TO_FIVE.elapsed(at, utc(2026, 1, 1)),
            lambda at: NINE_TO_FIVE.elapsed(utc(2026, 1, 1), at),
            lambda at: NINE_TO_FIVE.add(at, HOUR),
            lambda at: NINE_TO_FIVE.subtract(at, HOUR),
            lambda at: NINE_TO_FIVE.add_days(at, 1),
            NINE_TO_FIVE.next_open,
            NINE_TO_FIVE.next_close,
            NINE_TO_FIVE.previous_close,
            NINE_TO_FIVE.next_period_start,
            lambda at: NINE_TO_FIVE.periods(at, 1),
        ],
    )
    def test_a_moment_without_an_offset_is_refused(self, ask):
        for nine in (datetime(2026, 3, 2, 9), date(2026, 3, 2), None):  # noqa: DTZ001
            with pytest.raises(NaiveMomentError, match="UTC offset"):
                ask(nine)


class TestMicroseconds:
    """Nothing is rounded, anywhere."""

    def test_working_time_is_exact(self):
        start = utc(2026, 3, 2, 16, 59, 59, 999_999)
        end = utc(2026, 3, 3, 9, 0, 0, 1)

        assert NINE_TO_FIVE.elapsed(start, end) == 2 * MICROSECOND

    def test_a_deadline_is_exact(self):
        start = utc(2026, 3, 2, 16, 59, 59, 999_999)

        assert NINE_TO_FIVE.add(start, 2 * MICROSECOND) == utc(2026, 3, 3, 9, 0, 0, 1)

    def test_hours_may_be_written_to_the_microsecond(self):
        short = WorkingCalendar(timezone="UTC", week={"mon": [("09:00:00.000001", "09:00:01")]})

        assert short.elapsed(utc(2026, 3, 2), utc(2026, 3, 3)) == SECOND - MICROSECOND


class Length(timedelta):
    """As in pandas, a length of time with finer parts."""


class Stamp(datetime):
    """As in pandas, a moment whose differences are those of the world, not of the wall."""

    def __sub__(self, other):
        return Length(seconds=(datetime.timestamp(self) - datetime.timestamp(other)))


class TestMomentsOfOtherLibraries:
    """They may subtract otherwise; the answer is the same, and a plain one."""

    ZONE = ZoneInfo("America/New_York")
    DESK = WorkingCalendar(timezone="America/New_York", week={"mon": [("09:00", "17:00")]})
    WINTER, SUMMER = (2019, 3, 4, 10), (2019, 4, 1, 16)

    def told(self, kind):
        return [kind(*each, tzinfo=self.ZONE) for each in (self.WINTER, self.SUMMER)]

    def test_working_time_is_the_same(self):
        found = self.DESK.elapsed(*self.told(Stamp))

        assert (timedelta(hours=7 + 3 * 8 + 7), timedelta) == (found, type(found))

    def test_a_deadline_is_the_same(self):
        start, _ = self.told(Stamp)

        due = self.DESK.add(start, Length(hours=38))

        assert (self.told(datetime)[1], datetime) == (due, type(due))


class TestHoursOfADate:
    """Holiday, special day, break: what a date is in the end."""

    SUNDAY = date(2026, 1, 4)
    FROM, UNTIL = utc(2026, 1, 4), utc(2026, 1, 5)

    def hours(self, **rules):
        week = {"sun": [("09:00", "17:00")]}
        calendar = WorkingCalendar(timezone="UTC", week=week, **rules)
        return calendar.elapsed(self.FROM, self.UNTIL) / HOUR

    def test_a_holiday_is_closed_all_day(self):
        assert self.hours(holidays=[self.SUNDAY]) == 0

    def test_special_hours_replace_those_of_the_week(self):
        assert self.hours(special={self.SUNDAY: [("20:00", "21:00")]}) == 1

    def test_a_special_day_without_hours_is_closed(self):
        assert self.hours(special={self.SUNDAY: []}) == 0

    @pytest.mark.parametrize(("wins", "hours"), [("holiday", 0), ("special", 1)])
    def test_on_a_date_that_is_both_the_choice_decides(self, wins, hours):
        both = {"holidays": [self.SUNDAY], "special": {self.SUNDAY: [("20:00", "21:00")]}}

        assert self.hours(**both, holiday_and_special=wins) == hours

    def test_the_holiday_wins_unless_told_otherwise(self):
        both = {"holidays": [self.SUNDAY], "special": {self.SUNDAY: [("20:00", "21:00")]}}

        assert self.hours(**both) == 0

    def test_breaks_are_taken_out_of_special_hours_too(self):
        special = {self.SUNDAY: [("20:00", "23:00")]}

        assert self.hours(special=special, breaks={self.SUNDAY: [("21:00", "22:30")]}) == 1.5

    def test_breaks_may_reach_beyond_the_hours(self):
        assert self.hours(breaks={self.SUNDAY: [("00:00", "10:00"), ("16:00", "24:00")]}) == 6

    def test_on_holiday_answers_by_the_date_alone(self):
        calendar = WorkingCalendar(
            timezone="Asia/Shanghai",
            special={self.SUNDAY: [("09:00", "17:00")]},
            holidays=[self.SUNDAY],
            holiday_and_special="special",
        )

        assert calendar.is_open(shanghai(2026, 1, 4, 12))
        assert calendar.on_holiday(shanghai(2026, 1, 4, 12))
        assert calendar.on_holiday(shanghai(2026, 1, 4).astimezone(timezone.utc))
        assert not calendar.on_holiday(shanghai(2026, 1, 5))

    def test_a_break_is_half_open_and_known_outside_hours_too(self):
        calendar = WorkingCalendar(
            timezone="Asia/Shanghai",
            week={"mon": [("09:00", "17:00")]},
            breaks={self.SUNDAY: [("11:00", "12:00")]},
        )

        assert calendar.on_break(shanghai(2026, 1, 4, 11))
        assert not calendar.on_break(shanghai(2026, 1, 4, 12))
        assert not calendar.on_break(shanghai(2026, 1, 4, 11) - MICROSECOND)

    def test_hours_that_touch_are_one_period(self):
        shifts = [("06:00", "14:00"), ("14:00", "24:00")]
        calendar = WorkingCalendar(
            timezone="UTC", week={"mon": shifts, "tue": [("00:00", "06:00")]}
        )

        assert calendar.periods(utc(2026, 3, 2), 1) == [(utc(2026, 3, 2, 6), utc(2026, 3, 3, 6))]
        assert calendar.next_close(utc(2026, 3, 2, 14)) == utc(2026, 3, 3, 6)


class TestReversedRanges:
    """An end before its start is nothing, or counted below nothing."""

    def test_it_is_nothing_by_default(self):
        assert NINE_TO_FIVE.elapsed(utc(2026, 3, 3, 10), utc(2026, 3, 2, 10)) == NOTHING

    def test_it_is_negative_when_asked(self):
        back = NINE_TO_FIVE.elapsed(utc(2026, 3, 3, 10), utc(2026, 3, 2, 10), reversed="negative")

        assert back == -8 * HOUR


class TestUsedUpAtTheEdge:
    """Where a target ends that is used up exactly at a closing."""

    FRIDAY_NINE, FRIDAY_FIVE = utc(2026, 3, 6, 9), utc(2026, 3, 6, 17)
    MONDAY_NINE = utc(2026, 3, 9, 9)

    def test_it_ends_at_the_closing(self):
        assert NINE_TO_FIVE.add(self.FRIDAY_NINE, 8 * HOUR) == self.FRIDAY_FIVE

    def test_it_ends_at_the_next_opening_when_chosen(self):
        due = NINE_TO_FIVE.add(self.FRIDAY_NINE, 8 * HOUR, at_closing="next_opening")

        assert due == self.MONDAY_NINE

    def test_inside_hours_the_choice_changes_nothing(self):
        due = NINE_TO_FIVE.add(self.FRIDAY_NINE, HOUR, at_closing="next_opening")

        assert due == self.FRIDAY_NINE + HOUR

    def test_adding_nothing_is_the_moment_itself(self):
        saturday = utc(2026, 3, 7, 12)

        assert NINE_TO_FIVE.add(saturday, NOTHING) == saturday
        assert NINE_TO_FIVE.add(self.FRIDAY_FIVE, NOTHING) == self.FRIDAY_FIVE

    def test_adding_nothing_rolls_too_when_chosen(self):
        for moment in (self.FRIDAY_FIVE, utc(2026, 3, 7, 12), self.MONDAY_NINE):
            assert NINE_TO_FIVE.add(moment, NOTHING, at_closing="next_opening") == self.MONDAY_NINE

    def test_going_back_it_ends_at_the_opening(self):
        assert NINE_TO_FIVE.subtract(self.FRIDAY_FIVE, 8 * HOUR) == self.FRIDAY_NINE

    def test_going_back_it_ends_at_the_closing_before_when_chosen(self):
        begun = NINE_TO_FIVE.subtract(self.FRIDAY_FIVE, 8 * HOUR, at_opening="previous_closing")

        assert begun == utc(2026, 3, 5, 17)

    def test_taking_nothing_is_the_moment_itself(self):
        sunday = utc(2026, 3, 8, 12)

        assert NINE_TO_FIVE.subtract(sunday, NOTHING) == sunday

    def test_taking_nothing_rolls_back_too_when_chosen(self):
        for moment in (self.FRIDAY_FIVE, utc(2026, 3, 8, 12), self.MONDAY_NINE):
            begun = NINE_TO_FIVE.subtract(moment, NOTHING, at_opening="previous_closing")
            assert begun == self.FRIDAY_FIVE

    def test_a_negative_duration_is_refused(self):
        for refuse in (NINE_TO_FIVE.add, NINE_TO_FIVE.subtract):
            with pytest.raises(ValueError, match="duration must not be negative"):
                refuse(self.FRIDAY_NINE, -MICROSECOND)

    def test_a_number_is_no_duration(self):
        with pytest.raises(CalendarError, match="duration must be a timedelta, got 3600"):
            NINE_TO_FIVE.add(self.FRIDAY_NINE, 3600)


class TestNeverClosed:
    """A calendar that is always open has no closing."""

    ALWAYS = WorkingCalendar.always()
    NOW = utc(2026, 3, 2, 9, 30)

    def test_working_time_is_wall_time(self):
        assert self.ALWAYS.elapsed(self.NOW, self.NOW + timedelta(days=1000)) == timedelta(1000)
        assert self.ALWAYS.add(self.NOW, 48 * HOUR) == self.NOW + 48 * HOUR
        assert self.ALWAYS.subtract(self.NOW, 48 * HOUR) == self.NOW - 48 * HOUR

    def test_it_is_open_now_and_was_a_moment_ago(self):
        assert self.ALWAYS.is_open(self.NOW)
        assert self.ALWAYS.next_open(self.NOW) == self.NOW
        assert self.ALWAYS.previous_close(self.NOW) == self.NOW

    @pytest.mark.parametrize("ask", [WorkingCalendar.next_close, lambda c, at: c.periods(at, 1)])
    def test_asking_for_a_closing_is_refused(self, ask):
        with pytest.raises(NeverClosesError, match="always@1 has no closing"):
            ask(self.ALWAYS, self.NOW)

    def test_asking_for_another_opening_is_refused(self):
        with pytest.raises(NoOpenHourError, match="always@1"):
            self.ALWAYS.next_period_start(self.NOW)

    def test_the_end_of_a_day_is_midnight(self):
        assert self.ALWAYS.add_days(self.NOW, 1) == utc(2026, 3, 4)


class TestOpeningsAndClosings:
    """Where the day goes on, and where it ended."""

    def test_the_moment_of_opening_belongs_to_the_closing_before(self):
        assert NINE_TO_FIVE.previous_close(utc(2026, 3, 9, 9)) == utc(2026, 3, 6, 17)

    def test_in_hours_the_last_close_is_now(self):
        assert NINE_TO_FIVE.previous_close(utc(2026, 3, 9, 9, 1)) == utc(2026, 3, 9, 9, 1)
        assert NINE_TO_FIVE.previous_close(utc(2026, 3, 9, 17)) == utc(2026, 3, 9, 17)

    def test_at_a_closing_the_next_one_is_tomorrow(self):
        assert NINE_TO_FIVE.next_close(utc(2026, 3, 9, 17)) == utc(2026, 3, 10, 17)

    def test_at_an_opening_the_next_period_is_the_one_after(self):
        assert NINE_TO_FIVE.next_period_start(utc(2026, 3, 9, 9)) == utc(2026, 3, 10, 9)

    def test_fewer_periods_than_none_are_refused(self):
        with pytest.raises(CalendarError, match="count must not be negative, got -1"):
            NINE_TO_FIVE.periods(utc(2026, 3, 9), -1)

    def test_no_periods_are_no_periods(self):
        assert NINE_TO_FIVE.periods(utc(2026, 3, 9), 0) == []

    def test_a_number_of_periods_is_whole(self):
        with pytest.raises(CalendarError, match=r"count must be a whole number, got 1\.5"):
            NINE_TO_FIVE.periods(utc(2026, 3, 9), 1.5)

    def test_an_opening_may_lie_years_ahead_or_back(self):
        """Beyond the years looked at first."""
        once = WorkingCalendar(timezone="UTC", special={date(2020, 2, 29): [("09:00", "17:00")]})

        assert once.next_open(utc(1990, 1, 1)) == utc(2020, 2, 29, 9)
        assert once.previous_close(utc(2090, 1, 1)) == utc(2020, 2, 29, 17)
        assert once.subtract(utc(2090, 1, 1), 8 * HOUR) == utc(2020, 2, 29, 9)
        assert once.add(utc(1990, 1, 1), 8 * HOUR) == utc(2020, 2, 29, 17)
        assert once.add_days(utc(1990, 1, 1), 1) == utc(2020, 2, 29, 17)
        assert once.add_days(utc(2090, 1, 1, 9), -1, "same_time") == utc(2020, 2, 29, 9)

    def test_a_period_over_new_year_is_one(self):
        night = WorkingCalendar(
            timezone="Asia/Kolkata",
            special={
                date(2024, 12, 31): [("20:00", "24:00")],
                date(2025, 1, 1): [("00:00", "08:00")],
            },
        )

        [(opening, closing)] = night.periods(utc(2024, 1, 1), 1)

        assert closing - opening == 12 * HOUR


class TestWorkingDays:
    """A working day is a date with some open time; counting starts the day after."""

    MONDAY, FRIDAY, SATURDAY = utc(2026, 3, 2, 10), utc(2026, 3, 6, 10), utc(2026, 3, 7, 10)

    def test_the_day_of_receipt_does_not_count(self):
        assert NINE_TO_FIVE.add_days(self.FRIDAY, 1) == utc(2026, 3, 9, 17)

    def test_no_days_are_the_end_of_today_even_when_it_is_past(self):
        late = utc(2026, 3, 6, 23)

        assert NINE_TO_FIVE.add_days(self.FRIDAY, 0) == utc(2026, 3, 6, 17)
        assert NINE_TO_FIVE.add_days(late, 0) == utc(2026, 3, 6, 17)

    def test_no_days_on_an_unworked_day_are_the_end_of_the_next_worked_one(self):
        assert NINE_TO_FIVE.add_days(self.SATURDAY, 0) == utc(2026, 3, 9, 17)

    def test_end_of_day_does_not_count_back(self):
        with pytest.raises(ValueError, match=r"n must not be negative .* got -1"):
            NINE_TO_FIVE.add_days(self.FRIDAY, -1)

    def test_the_same_time_may_lie_outside_hours(self):
        night = utc(2026, 3, 6, 23)

        assert NINE_TO_FIVE.add_days(night, 1, "same_time") == utc(2026, 3, 9, 23)
        assert NINE_TO_FIVE.add_days(night, -5, "same_time") == utc(2026, 2, 27, 23)
        assert NINE_TO_FIVE.add_days(self.SATURDAY, 0, "same_time") == self.SATURDAY

    def test_then_roll_moves_on_into_hours(self):
        night = utc(2026, 3, 5, 23)

        assert NINE_TO_FIVE.add_days(night, 1, "then_roll") == utc(2026, 3, 9, 9)
        assert NINE_TO_FIVE.add_days(self.SATURDAY, 0, "then_roll") == utc(2026, 3, 9, 9)

    def test_then_roll_back_moves_back_to_a_closing(self):
        early = utc(2026, 3, 6, 8)

        assert NINE_TO_FIVE.add_days(early, -1, "then_roll_back") == utc(2026, 3, 4, 17)

    def test_roll_first_begins_where_work_does(self):
        saturday_night = utc(2026, 3, 7, 23)

        due = NINE_TO_FIVE.add_days(saturday_night, 1, "roll_first")

        assert due == utc(2026, 3, 10, 9)  # Monday at nine is day 0.

    def test_roll_first_does_not_roll_again(self):
        """Tuesday opens at eight, Wednesday at ten: eight it stays."""
        calendar = WorkingCalendar(
            timezone="UTC", week={"tue": [("08:00", "12:00")], "wed": [("10:00", "12:00")]}
        )

        assert calendar.add_days(utc(2026, 3, 3, 6), 1, "roll_first") == utc(2026, 3, 4, 8)

    @pytest.mark.parametrize(("n", "day"), [(1, 10), (-1, 5), (0, 7)])
    def test_origin_rolls_moves_an_unworked_day_the_way_it_counts(self, n, day):
        """Saturday: forward from Monday, back from Friday; nowhere when nothing is counted."""
        assert NINE_TO_FIVE.add_days(self.SATURDAY, n, "origin_rolls") == utc(2026, 3, day, 10)

    def test_origin_rolls_leaves_a_working_day_alone(self):
        assert NINE_TO_FIVE.add_days(self.FRIDAY, 1, "origin_rolls") == utc(2026, 3, 9, 10)

    def test_a_day_that_breaks_take_away_is_no_working_day(self):
        calendar = attrs.evolve(NINE_TO_FIVE, breaks={date(2026, 3, 9): [("08:00", "18:00")]})

        assert calendar.add_days(self.FRIDAY, 1) == utc(2026, 3, 10, 17)

    def test_a_day_closes_before_its_last_break(self):
        calendar = attrs.evolve(NINE_TO_FIVE, breaks={date(2026, 3, 9): [("15:00", "17:00")]})

        assert calendar.add_days(self.FRIDAY, 1) == utc(2026, 3, 9, 15)

    def test_a_day_is_local(self):
        """Friday evening in UTC is Saturday morning in Shanghai."""
        assert CHINA.add_days(utc(2026, 3, 6, 22), 0) == shanghai(2026, 3, 9, 18)

    def test_the_same_time_that_is_missing_moves_forward(self):
        sundays = WorkingCalendar(timezone="America/New_York", week={"sun": [("00:00", "12:00")]})
        half_past_two = datetime(2014, 3, 2, 2, 30, tzinfo=ZoneInfo("America/New_York"))

        due = sundays.add_days(half_past_two, 1, "same_time")

        assert due.isoformat() == "2014-03-09T03:30:00-04:00"

    def test_the_same_time_that_is_repeated_is_its_first_pass(self):
        sundays = WorkingCalendar(timezone="America/New_York", week={"sun": [("00:00", "12:00")]})
        second_pass = datetime(2013, 11, 3, 1, 30, fold=1, tzinfo=ZoneInfo("America/New_York"))

        due = sundays.add_days(second_pass, 52, "same_time")

        assert due.isoformat() == "2014-11-02T01:30:00-04:00"

    def test_days_between_count_the_last_and_not_the_first(self):
        friday, monday = date(2026, 3, 6), date(2026, 3, 9)

        assert NINE_TO_FIVE.working_days_between(friday, monday) == 1
        assert NINE_TO_FIVE.working_days_between(monday, friday) == -1
        assert NINE_TO_FIVE.working_days_between(friday, friday) == 0
        assert NINE_TO_FIVE.working_days_between(date(2023, 12, 31), date(2025, 12, 31)) == 523

    def test_days_between_are_dates_and_nothing_else(self):
        with pytest.raises(CalendarError, match=r"end_date: .* is not a date"):
            NINE_TO_FIVE.working_days_between(date(2026, 3, 6), self.FRIDAY)

    def test_days_are_counted_in_whole_numbers(self):
        for n in (1.0, "1", True):
            with pytest.raises(CalendarError, match="n must be a whole number"):
                NINE_TO_FIVE.add_days(self.FRIDAY, n)


class TestChina:
    """Official holidays and make-up days of mainland China."""

    def test_a_worked_sunday_counts(self):
        """2024-02-01 + 5 working days = 2024-02-07: Sunday the 4th was worked."""
        due = CHINA.add_days(shanghai(2024, 2, 1, 10), 5)

        assert due == shanghai(2024, 2, 7, 18)

    def test_the_golden_week_does_not_count(self):
        assert CHINA.add_days(shanghai(2026, 9, 30, 10), 5) == shanghai(2026, 10, 13, 18)

    def test_a_make_up_day_has_mondays_hours(self):
        [morning, afternoon] = CHINA.periods(shanghai(2026, 1, 4), 2)

        assert morning == (shanghai(2026, 1, 4, 9), shanghai(2026, 1, 4, 12))
        assert afternoon == (shanghai(2026, 1, 4, 13, 30), shanghai(2026, 1, 4, 18))

    def test_a_trade_may_rest_on_make_up_days(self):
        resting = WorkingCalendar.china([2026], make_up_days=False)

        assert not resting.is_working_day(date(2026, 1, 4))
        assert resting.on_holiday(shanghai(2026, 1, 1))

    def test_a_due_date_past_the_last_notice_is_provisional(self):
        """The midnight that ends the last published day still belongs to it."""
        new_year = shanghai(2027, 1, 1)

        assert not CHINA.is_provisional(new_year)
        assert CHINA.is_provisional(new_year + MICROSECOND)
        assert not NINE_TO_FIVE.is_provisional(new_year)


class TestBothOpen:
    """``a & b`` is open when both are, told in the zone of the left one."""

    LONDON = WorkingCalendar(
        timezone="Europe/London",
        week=dict.fromkeys(WORKDAYS, (("09:00", "17:00"),)),
        holidays=[date(2026, 8, 31)],
        breaks={date(2026, 3, 3): [("09:00", "10:30")]},
        published_through=date(2026, 6, 30),
        name="london",
    )
    BOTH = CHINA & LONDON

    def test_each_keeps_its_own_zone(self):
        """Nine in London is five in Shanghai in winter, and four in summer."""
        assert self.BOTH.periods(utc(2026, 3, 2), 1) == [(utc(2026, 3, 2, 9), utc(2026, 3, 2, 10))]
        assert self.BOTH.periods(utc(2026, 4, 1), 1) == [(utc(2026, 4, 1, 8), utc(2026, 4, 1, 10))]

    def test_answers_are_told_in_the_zone_of_the_left_one(self):
        assert self.BOTH.next_open(utc(2026, 3, 2)).isoformat() == "2026-03-02T17:00:00+08:00"
        swapped = self.LONDON & CHINA
        assert swapped.next_open(utc(2026, 3, 2)).isoformat() == "2026-03-02T09:00:00+00:00"

    def test_a_day_on_which_they_do_not_meet_is_no_working_day(self):
        assert self.BOTH.is_working_day(date(2026, 3, 2))
        assert not self.BOTH.is_working_day(date(2026, 3, 3))  # London has a break.
        assert self.BOTH.add_days(shanghai(2026, 3, 2, 12), 1) == shanghai(2026, 3, 4, 18)

    def test_holidays_and_breaks_of_either_are_known(self):
        assert self.BOTH.on_holiday(shanghai(2026, 5, 1))
        assert self.BOTH.on_holiday(utc(2026, 8, 31, 12))
        assert self.BOTH.on_break(utc(2026, 3, 3, 10))
        assert not self.BOTH.on_holiday(utc(2026, 3, 3, 10))

    def test_the_earlier_notice_decides_what_is_provisional(self):
        assert self.BOTH.is_provisional(utc(2026, 7, 1))
        assert not self.BOTH.is_provisional(utc(2026, 6, 1))

    def test_it_is_a_calendar_like_any_other(self):
        start = utc(2026, 3, 2)

        assert self.BOTH.add(start, 90 * MINUTE) == utc(2026, 3, 4, 9, 30)
        assert self.BOTH.elapsed(start, utc(2026, 3, 5)) == 2 * HOUR
        assert self.BOTH.reference == "china_office@1&london@1"
        assert (self.BOTH & WorkingCalendar.always()).add(start, HOUR) == utc(2026, 3, 2, 10)

    def test_hours_meet_across_new_year(self):
        """It is already 2025 in Auckland."""
        auckland = WorkingCalendar(
            timezone="Pacific/Auckland", special={date(2025, 1, 1): [("00:00", "24:00")]}
        )
        honolulu = WorkingCalendar(
            timezone="Pacific/Honolulu", special={date(2024, 12, 31): [("00:00", "24:00")]}
        )

        [(opening, closing)] = (auckland & honolulu).periods(utc(2024, 12, 1), 1)

        assert (opening, closing) == (utc(2024, 12, 31, 11), utc(2025, 1, 1, 10))

    def test_a_date_here_meets_two_dates_there(self):
        """When January begins on Kiritimati it is 23:00 on December 30 in Pago Pago."""
        kiritimati = WorkingCalendar(
            timezone="Pacific/Kiritimati", special={date(2025, 1, 1): [("00:00", "24:00")]}
        )
        pago_pago = WorkingCalendar(
            timezone="Pacific/Pago_Pago", special={date(2024, 12, 30): [("23:00", "24:00")]}
        )

        assert (kiritimati & pago_pago).is_working_day(date(2025, 1, 1))
        assert (pago_pago & kiritimati).is_working_day(date(2024, 12, 30))

    def test_only_calendars_meet(self):
        with pytest.raises(TypeError):
            CHINA & "always"
        with pytest.raises(CalendarError, match="within: 'always' is not a WorkingCalendar"):
            attrs.evolve(CHINA, within=("always",))


class TestAValue:
    """A calendar is what it says: equal, hashed, stored and named by it."""

    def test_calendars_that_say_the_same_are_equal(self):
        again = WorkingCalendar(
            timezone="UTC",
            week={day: [["09:00", "17:00"]] for day in reversed(WORKDAYS)} | {"sun": []},
        )

        assert again == NINE_TO_FIVE
        assert hash(again) == hash(NINE_TO_FIVE)
        assert again.digest == NINE_TO_FIVE.digest

    @pytest.mark.parametrize(
        "change",
        [
            {"timezone": "Europe/Paris"},
            {"week": {"mon": [("09:00", "17:00")]}},
            {"holidays": [date(2026, 1, 1)]},
            {"special": {date(2026, 1, 1): []}},
            {"breaks": {date(2026, 1, 1): [("09:00", "10:00")]}},
            {"published_through": date(2026, 1, 1)},
            {"holiday_and_special": "special"},
            {"local_times": "instant"},
            {"within": (CHINA,)},
        ],
    )
    def test_any_difference_makes_another_calendar(self, change):
        other = attrs.evolve(NINE_TO_FIVE, **change)

        assert other != NINE_TO_FIVE
        assert other.digest != NINE_TO_FIVE.digest

    def test_a_name_and_a_version_are_what_events_call_it(self):
        named = attrs.evolve(NINE_TO_FIVE, name="office", version=3)

        assert named.reference == "office@3"
        assert named != NINE_TO_FIVE
        assert named.digest == NINE_TO_FIVE.digest
        assert CHINA.reference == "china_office@1"
        assert WorkingCalendar.always().reference == "always@1"

    def test_without_a_name_it_is_called_by_what_it_says(self):
        assert NINE_TO_FIVE.reference == f"{NINE_TO_FIVE.digest[:12]}@1"

    def test_it_cannot_be_changed(self):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            NINE_TO_FIVE.timezone = "Asia/Shanghai"

    def test_it_survives_pickling_without_its_tables(self):
        asked = attrs.evolve(CHINA & NINE_TO_FIVE)
        due = asked.add(shanghai(2026, 3, 2, 9), 3 * HOUR)
        packed = pickle.dumps(asked)

        again = pickle.loads(packed)  # noqa: S301  # our own

        assert again == asked
        assert again.add(shanghai(2026, 3, 2, 9), 3 * HOUR) == due
        assert len(packed) < 20_000

    def test_threads_may_share_it(self):
        """While one makes the table longer, the others keep asking."""
        shared = attrs.evolve(NINE_TO_FIVE, name="shared")
        starts = [utc(year, month, 1) for year in range(1980, 2060, 4) for month in (12, 1, 6)]
        alone = [NINE_TO_FIVE.add(start, 100 * HOUR) for start in starts]

        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda start: shared.add(start, 100 * HOUR), starts))

        assert together == alone


class TestReach:
    """From 1900 to 2200, and not a year further."""

    def test_the_years_people_ask_about_are_there(self):
        for year in (1900, 1970, 2100, 2200):
            assert NINE_TO_FIVE.elapsed(utc(year, 6, 1), utc(year, 6, 8)) == 40 * HOUR

    def test_a_moment_beyond_is_refused(self):
        for moment in (utc(1899, 12, 31), utc(2201, 1, 2), utc(9999, 12, 31), utc(1, 1, 1)):
            with pytest.raises(CalendarRangeError, match="1900 to 2200"):
                NINE_TO_FIVE.is_open(moment)
            with pytest.raises(CalendarRangeError, match="1900 to 2200"):
                NINE_TO_FIVE.working_days_between(moment.date(), moment.date())

    def test_a_deadline_beyond_is_refused(self):
        with pytest.raises(NoOpenHourError, match="end of 2200"):
            NINE_TO_FIVE.add(utc(2199, 12, 1), timedelta(days=5000))
        with pytest.raises(NoOpenHourError, match="from 1900"):
            NINE_TO_FIVE.subtract(utc(1901, 1, 1), timedelta(days=5000))
        with pytest.raises(NoOpenHourError, match="2199-12-01"):
            NINE_TO_FIVE.add_days(utc(2199, 12, 1), 5000)

    def test_a_moment_for_which_its_zone_has_no_year_is_refused(self):
        east, west = timezone(14 * HOUR), timezone(-14 * HOUR)
        for moment in (datetime(1, 1, 1, tzinfo=east), datetime(9999, 12, 31, 23, tzinfo=west)):
            with pytest.raises(CalendarRangeError, match="outside the years 1 to 9999"):
                NINE_TO_FIVE.on_holiday(moment)
