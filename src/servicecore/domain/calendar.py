"""The working calendar: when a service desk is open, and what that makes of time.

Working time is a function.  W(t) is the open time before the instant t; the
working time between two instants is ``W(b) - W(a)``, and a deadline is its
inverse.  Both are exact to the microsecond, whatever the clocks of a zone do.

>>> from datetime import datetime, timedelta, timezone
>>> china = WorkingCalendar.china([2024, 2025, 2026])
>>> friday = datetime(2026, 1, 2, 9, tzinfo=timezone.utc)  # A holiday; Sunday is made up for it.
>>> china.add(friday, timedelta(hours=2)).isoformat()
'2026-01-04T11:00:00+08:00'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, get_args
from zoneinfo import ZoneInfo

import attrs

from . import calendar_sources, calendar_writing
from .calendar_arrays import ArrayArithmetic
from .calendar_days import DayMode, WorkingDays
from .calendar_errors import CalendarRuleError, NoOpenHourError
from .calendar_hours import DAY, NOTHING, LocalHours, Period, WallClock, common
from .calendar_reading import (
    WEEKDAYS,
    DayHours,
    Hours,
    LocalTimes,
    Wins,
    choose,
    chosen,
    hours_of,
    how_many,
    listed,
    must_be_known,
    read_breaks,
    read_date,
    read_duration,
    read_holidays,
    read_local_times,
    read_name,
    read_published_through,
    read_special,
    read_version,
    read_week,
    read_winner,
    read_zone,
    whole_number,
)
from .calendar_sources import CHINESE_OFFICE_WEEK
from .calendar_table import OpenTime

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .calendar_arrays import Instants

Reversed = Literal["zero", "negative"]
AtClosing = Literal["closing", "next_opening"]
AtOpening = Literal["opening", "previous_closing"]

_NEIGHBOURS = timedelta(days=2)  # Zones are up to 26 hours apart.
_ROUND_THE_CLOCK = dict.fromkeys(WEEKDAYS, (("00:00", "24:00"),))


@attrs.frozen(kw_only=True, slots=False)
class WorkingCalendar:
    """When work is done: weekly hours, holidays, special days, breaks, in one time zone.

    A calendar is a value: equal when it says the same, and safe to share.  A new
    official notice makes a new calendar with the next *version*, never a change.
    All moments it is told have a UTC offset; all it tells are in its own zone.

    Args:
        timezone: A name such as ``"Asia/Shanghai"``.
        week: Hours by weekday, ``{"mon": [("09:00", "12:00"), ...], ...}``; half
            open, ``"24:00"`` is the next midnight.
        holidays: Dates that are closed all day.
        special: Hours that replace those of the week on a date, such as a make-up day.
        breaks: Hours taken out of a date.
        published_through: The last date whose official notice is out.
        holiday_and_special: Which of the two wins on one date.
        local_times: What becomes of hours that the clocks repeat or skip.
            ``"endpoint"`` places each opening and closing once, the missing moved
            forward and the repeated in its first pass; ``"instant"`` is open
            whenever the wall clock says so.
        name: What events call it.
        version: Which edition of that name it is.
        within: Calendars that must be open too; ``calendar & other`` sets it.

    Raises:
        CalendarRuleError: If something of it cannot be kept; the message names it.
        NoOpenHourError: If it would never open.
    """

    timezone: str = attrs.field(converter=read_zone)
    week: tuple[tuple[str, Hours], ...] = attrs.field(default=(), converter=read_week)
    holidays: tuple[date, ...] = attrs.field(default=(), converter=read_holidays)
    special: DayHours = attrs.field(default=(), converter=read_special)
    breaks: DayHours = attrs.field(default=(), converter=read_breaks)
    published_through: date | None = attrs.field(default=None, converter=read_published_through)
    holiday_and_special: Wins = attrs.field(default="holiday", converter=read_winner)
    local_times: LocalTimes = attrs.field(default="endpoint", converter=read_local_times)
    name: str = attrs.field(default="", converter=read_name)
    version: int = attrs.field(default=1, converter=read_version)
    within: tuple[WorkingCalendar, ...] = ()

    def __attrs_post_init__(self) -> None:
        for each in self.within:
            if not isinstance(each, WorkingCalendar):
                msg = f"within: {each!r} is not a WorkingCalendar"
                raise CalendarRuleError(msg)
        if self._hours.never_open():
            msg = f"calendar {self.reference} has no open hour, in the week or on a special day"
            raise NoOpenHourError(msg)

    # --- Where calendars come from -------------------------------------------

    @classmethod
    def always(cls) -> WorkingCalendar:
        """Return the calendar that never closes."""
        return cls(timezone="UTC", week=_ROUND_THE_CLOCK, name="always")

    @classmethod
    def china(
        cls,
        years: int | Iterable[int],
        week: Mapping[str, Any] = CHINESE_OFFICE_WEEK,
        *,
        make_up_days: bool = True,
        name: str = "china_office",
        version: int = 1,
    ) -> WorkingCalendar:
        """Return the office calendar of mainland China, with its official days off.

        Make-up days (调休) have Monday's hours, unless the trade does not keep them.

        Raises:
            UnpublishedYearError: If the notice of a year is not shipped.
        """
        rules = calendar_sources.china(years, week, make_up_days=make_up_days)
        return cls(**rules, week=week, name=name, version=version)

    @classmethod
    def from_dict(cls, rules: Mapping[str, Any]) -> WorkingCalendar:
        """Return the calendar that a mapping describes, in the names of the arguments.

        Values may be dates and times or their text, as in JSON.
        """
        must_be_known(rules, [each.name for each in attrs.fields(cls)])
        within = tuple(cls.from_dict(each) for each in listed(rules.get("within", ()), "within"))
        return cls(**{**rules, "within": within})

    @classmethod
    def from_toml(cls, source: str | PathLike[str]) -> WorkingCalendar:
        """Return the calendar of a TOML text or file."""
        return cls.from_dict(calendar_sources.toml(source))

    @classmethod
    def from_json(cls, source: str | PathLike[str]) -> WorkingCalendar:
        """Return the calendar of a JSON text or file."""
        return cls.from_dict(calendar_sources.json_(source))

    @classmethod
    def from_icalendar(cls, source: str | PathLike[str], **rules: Any) -> WorkingCalendar:
        """Return a calendar whose holidays are the all-day events of an iCalendar text or file.

        The other arguments are those of the calendar itself.
        """
        holidays = [*calendar_sources.icalendar_days(source), *rules.pop("holidays", ())]
        return cls(**rules, holidays=holidays)

    @classmethod
    def from_holidays(
        cls, country: str, years: int | Iterable[int], *, make_up_days: bool = True, **rules: Any
    ) -> WorkingCalendar:
        """Return a calendar with the holidays that the ``holidays`` package knows of a country.

        Make-up days have Monday's hours.  For years to come the package may guess:
        say with *published_through* up to when it does not.
        """
        return cls(**calendar_sources.country(country, years, rules, make_up_days=make_up_days))

    # --- At one moment -----------------------------------------------------------

    def is_open(self, at: datetime) -> bool:
        """Tell whether work is done at that moment; at the closing it is not."""
        moment = self._wall.read(at, "at")
        return self._open_time.around(moment, moment).is_open(moment)

    def on_holiday(self, at: datetime) -> bool:
        """Tell whether the local date is a holiday, whatever its hours."""
        today = self._wall.tell(self._wall.read(at, "at")).date()
        return today in self._hours.holidays or any(each.on_holiday(at) for each in self.within)

    def on_break(self, at: datetime) -> bool:
        """Tell whether a break is on, inside hours or not."""
        moment = self._wall.read(at, "at")
        today = self._wall.tell(moment).date()
        breaks = self._hours.located(today, today, lambda day: self._hours.breaks.get(day, ()))
        ours = any(begins <= moment < ends for begins, ends in breaks)
        return ours or any(each.on_break(at) for each in self.within)

    def is_provisional(self, due: datetime) -> bool:
        """Tell whether *due* lies past the last official notice.

        The midnight that ends the last published day still belongs to it.
        """
        moment, published = self._wall.read(due, "due"), self.published_through
        beyond = published is not None and moment > self._hours.midnight(published + DAY)
        return beyond or any(each.is_provisional(due) for each in self.within)

    def next_open(self, at: datetime) -> datetime:
        """Return *at* itself when open, else the next opening."""
        return self._wall.tell(self._open_time.next_open(self._wall.read(at, "at")))

    def next_close(self, at: datetime) -> datetime:
        """Return the end of the current or next open period.

        Raises:
            NeverClosesError: If there is none.
        """
        return self._wall.tell(self._open_time.next_close(self._wall.read(at, "at")))

    def previous_close(self, at: datetime) -> datetime:
        """Return *at* itself when the moment just before it is open, else the last closing."""
        return self._wall.tell(self._open_time.previous_close(self._wall.read(at, "at")))

    def next_period_start(self, at: datetime) -> datetime:
        """Return when the next open period after the current one begins."""
        return self._wall.tell(self._open_time.next_start(self._wall.read(at, "at")))

    def periods(self, start: datetime, count: int) -> list[tuple[datetime, datetime]]:
        """Return the next *count* open periods; the first is cut at *start*.

        Periods that touch, as at midnight, are one.
        """
        closing, periods = self._wall.read(start, "start"), []
        for _ in range(how_many(count, "count")):
            opening = self._open_time.next_open(closing)
            closing = self._open_time.next_close(opening)
            periods.append((self._wall.tell(opening), self._wall.tell(closing)))
        return periods

    # --- Working time ----------------------------------------------------------

    def elapsed(
        self,
        start: datetime,
        end: datetime,
        reversed: Reversed = "zero",  # noqa: A002  # the name of the choice
    ) -> timedelta:
        """Return the working time from *start* to *end*."""
        since, until = self._wall.read(start, "start"), self._wall.read(end, "end")
        backwards = chosen("reversed", reversed, "zero", "negative")
        if until < since:
            return -self.elapsed(end, start) if backwards else NOTHING
        table = self._open_time.around(since, until)
        return table.worked(until) - table.worked(since)

    def add(
        self, start: datetime, duration: timedelta, at_closing: AtClosing = "closing"
    ) -> datetime:
        """Return when *duration* of working time has passed since *start*.

        Used up exactly at a closing, it ends there, or, as ``"next_opening"``,
        when work begins again; the latter also when nothing is added.
        """
        since, needed = self._wall.read(start, "start"), read_duration(duration)
        rolls = chosen("at_closing", at_closing, "closing", "next_opening")
        due = self._open_time.after(since, needed)
        return self._wall.tell(self._open_time.next_open(due) if rolls else due)

    def subtract(
        self, end: datetime, duration: timedelta, at_opening: AtOpening = "opening"
    ) -> datetime:
        """Return the latest moment from which *duration* of working time leads to *end*.

        Used up exactly at an opening, it ends there, or, as ``"previous_closing"``,
        when work last ended; the latter also when nothing is taken.
        """
        until, needed = self._wall.read(end, "end"), read_duration(duration)
        rolls = chosen("at_opening", at_opening, "opening", "previous_closing")
        begun = self._open_time.back_from(until, needed)
        return self._wall.tell(self._open_time.previous_close(begun) if rolls else begun)

    # --- Working days ------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Tell whether *day* has any open time after holidays, special days and breaks."""
        return bool(self._open_time.on(read_date(day, "day")))

    def working_days_between(self, start_date: date, end_date: date) -> int:
        """Return the working days after *start_date* up to *end_date*; negative when reversed."""
        start, end = read_date(start_date, "start_date"), read_date(end_date, "end_date")
        return self._days.between(start, end)

    def add_days(self, start: datetime, n: int, mode: DayMode = "end_of_day") -> datetime:
        """Return the moment *n* working days after the local date of *start*, which is day 0.

        Args:
            start: A moment.
            n: How many; counts back when negative, which ``"end_of_day"`` refuses.
            mode: ``"end_of_day"`` is the closing of the last day; with *n* = 0 of
                that day, or of the next working day if it is none.  ``"same_time"``
                keeps the time of day, even outside hours; ``"then_roll"`` moves it
                on into hours afterwards and ``"then_roll_back"`` back to a closing.
                ``"roll_first"`` moves the start into hours, and that day is day 0;
                ``"origin_rolls"`` moves an unworked day 0 to a working day, in the
                direction of counting.
        """
        moment, count = self._wall.read(start, "start"), whole_number(n, "n")
        choose("mode", mode, *get_args(DayMode))
        return self._wall.tell(self._days.add(moment, count, mode))

    # --- Many at once --------------------------------------------------------------

    def elapsed_many(
        self,
        starts: ArrayLike,
        ends: ArrayLike,
        reversed: Reversed = "zero",  # noqa: A002  # the name of the choice
    ) -> Instants:
        """Return :meth:`elapsed` for arrays of instants: int64 microseconds since 1970."""
        backwards = chosen("reversed", reversed, "zero", "negative")
        return self._arrays.elapsed(starts, ends, negative=backwards)

    def add_many(
        self, starts: ArrayLike, durations: ArrayLike, at_closing: AtClosing = "closing"
    ) -> Instants:
        """Return :meth:`add` for arrays of instants and durations, in int64 microseconds."""
        rolls = chosen("at_closing", at_closing, "closing", "next_opening")
        return self._arrays.add(starts, durations, rolls=rolls)

    # --- As a value ------------------------------------------------------------------

    def __and__(self, other: WorkingCalendar) -> WorkingCalendar:
        """Return the calendar that is open when both are, told in the zone of this one."""
        if not isinstance(other, WorkingCalendar):
            return NotImplemented
        return attrs.evolve(self, within=(*self.within, other))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone its answers are told in."""
        return self._wall.zone

    @property
    def reference(self) -> str:
        """What an event calls it: its name and version, such as ``"china_office@1"``."""
        own = f"{self.name or self.digest[:12]}@{self.version}"
        return "&".join([own, *(each.reference for each in self.within)])

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of what it says, whatever it is called."""
        return calendar_writing.digest_of(self)

    def as_dict(self) -> dict[str, Any]:
        """Return it in plain JSON values, which :meth:`from_dict` reads."""
        return calendar_writing.plain(self)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the tables behind: they are made again when asked."""
        return attrs.asdict(self, recurse=False)

    # --- What it is made of ----------------------------------------------------------

    @cached_property
    def _wall(self) -> WallClock:
        return WallClock(ZoneInfo(self.timezone))

    @cached_property
    def _hours(self) -> LocalHours:
        return hours_of(self)

    @cached_property
    def _open_time(self) -> OpenTime:
        return OpenTime(self._periods, of=self.reference)

    @cached_property
    def _days(self) -> WorkingDays:
        return WorkingDays(self._open_time, self._wall)

    @cached_property
    def _arrays(self) -> ArrayArithmetic:
        return ArrayArithmetic(self._open_time)

    def _periods(self, first: date, last: date) -> list[Period]:
        periods = self._hours.periods(first, last)
        for other in self.within:
            theirs = other._periods(first - _NEIGHBOURS, last + _NEIGHBOURS)  # noqa: SLF001
            periods = common(periods, theirs)
        return periods
