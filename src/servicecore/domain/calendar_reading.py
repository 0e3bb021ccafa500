"""Reading a calendar as people write it, and telling them what does not fit.

Hours are pairs like ``("09:00", "12:00")``, half open; ``"24:00"`` is the next
midnight.  Whatever is read comes out in one order and one form, so that two
calendars that say the same are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, cast
from zoneinfo import ZoneInfo

from .calendar_errors import (
    CalendarQuestionError,
    CalendarRuleError,
    NegativeDurationError,
    UnknownChoiceError,
)
from .calendar_hours import DAY, EPOCH, LocalHours, Span, merged, plain

if TYPE_CHECKING:
    from .calendar import WorkingCalendar

Hours = tuple[tuple[str, str], ...]  #: (("09:00", "12:00"), ("13:30", "18:00"))
DayHours = tuple[tuple[date, Hours], ...]
Wins = Literal["holiday", "special"]
LocalTimes = Literal["endpoint", "instant"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?")


def must_be_known(rules: Mapping[str, Any], names: Iterable[str]) -> None:
    """Refuse a description of a calendar that says what no calendar has, or not where it is.

    Raises:
        CalendarRuleError: Naming what is too much or missing.
    """
    if not isinstance(rules, Mapping):
        msg = f"a calendar is described by names and values, got {rules!r}"
        raise CalendarRuleError(msg)
    if unknown := sorted(set(map(str, rules)) - set(names)):
        msg = f"{unknown[0]!r} is not part of a calendar; expected {', '.join(sorted(names))}"
        raise CalendarRuleError(msg)
    if "timezone" not in rules:
        msg = "timezone is missing; expected a name like 'Asia/Shanghai'"
        raise CalendarRuleError(msg)


def read_name(name: Any) -> str:
    """Return what a calendar is called; ``"@"`` and ``"&"`` are for references."""
    if isinstance(name, str) and not set(name) & set("@&"):
        return name
    msg = f"name must be a text without '@' and '&', got {name!r}"
    raise CalendarRuleError(msg)


def read_version(version: Any) -> int:
    """Return the edition of a calendar, 1 or more."""
    if isinstance(version, int) and not isinstance(version, bool) and version >= 1:
        return version
    msg = f"version must be a whole number from 1, got {version!r}"
    raise CalendarRuleError(msg)


def choose(name: str, value: str, *offered: str) -> str:
    """Return *value* if it is one of those *offered*.

    Raises:
        UnknownChoiceError: If it is not.
    """
    if value in offered:
        return value
    msg = f"{name} must be one of {', '.join(map(repr, offered))}, got {value!r}"
    raise UnknownChoiceError(msg)


def chosen(name: str, value: str, usual: str, other: str) -> bool:
    """Tell whether *value* is the *other* choice and not the usual one.

    Raises:
        UnknownChoiceError: If it is neither.
    """
    return value != usual and choose(name, value, usual, other) == other


def read_zone(key: str | ZoneInfo) -> str:
    """Return the name of a time zone there is, such as ``"Asia/Shanghai"``."""
    try:
        return ZoneInfo(str(key)).key
    except (KeyError, ValueError, OSError):
        msg = f"timezone: {key!r} is not a time zone; expected a name like 'Asia/Shanghai'"
        raise CalendarRuleError(msg) from None


def read_date(value: date | str, where: str) -> date:
    """Return a calendar date, given as one or as ``"2026-01-04"``."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]  # refused below
    except (TypeError, ValueError):
        msg = f"{where}: {value!r} is not a date; expected one like '2026-01-04'"
        raise CalendarRuleError(msg) from None


def read_week(week: Any) -> tuple[tuple[str, Hours], ...]:
    """Return the hours of each weekday that has any, Monday first."""
    days = _pairs(week, "week")
    for day in days:
        if day not in WEEKDAYS:
            msg = f"week: {day!r} is not a weekday; expected one of {', '.join(WEEKDAYS)}"
            raise CalendarRuleError(msg)
    hours = {day: read_hours(days.get(day, ()), f"week[{day!r}]") for day in WEEKDAYS}
    return tuple((day, each) for day, each in hours.items() if each)


def read_holidays(days: Any) -> tuple[date, ...]:
    """Return the dates in order, each once; a mapping tells their names, which are dropped."""
    dates = list(days) if isinstance(days, Mapping) else listed(days, "holidays")
    return tuple(sorted({read_date(each, "holidays") for each in dates}))


def read_special(days: Any) -> DayHours:
    """Return the hours of each special day, in order; no hours mean closed."""
    return _read_days(days, "special")


def read_breaks(days: Any) -> DayHours:
    """Return the breaks of each date that has any, in order."""
    return tuple((day, hours) for day, hours in _read_days(days, "breaks") if hours)


def read_published_through(day: date | str | None) -> date | None:
    """Return the last date whose notice is out, if that is known."""
    return None if day is None else read_date(day, "published_through")


def read_winner(value: str) -> Wins:
    """Return which of holiday and special wins."""
    return cast("Wins", choose("holiday_and_special", value, "holiday", "special"))


def read_local_times(value: str) -> LocalTimes:
    """Return what becomes of hours that the clocks repeat or skip."""
    return cast("LocalTimes", choose("local_times", value, "endpoint", "instant"))


def read_hours(hours: Any, where: str) -> Hours:
    """Return the hours of one day in order, refusing any that overlap."""
    spans = sorted(_span(each, where) for each in listed(hours, where))
    for (_, closing), (opening, _) in pairwise(spans):
        if opening < closing:
            msg = (
                f"{where}: hours overlap, "
                f"the next opening {_written(opening)} is before the closing {_written(closing)}"
            )
            raise CalendarRuleError(msg)
    return tuple((_written(opening), _written(closing)) for opening, closing in spans)


def spans_of(hours: Hours) -> tuple[Span, ...]:
    """Return hours as times since midnight; those that touch are one."""
    return tuple(merged(_span(each, "hours") for each in hours))


def read_duration(duration: timedelta) -> timedelta:
    """Return how much working time is asked for.

    Raises:
        CalendarQuestionError: If it is not a timedelta.
        NegativeDurationError: If it is negative.
    """
    if not isinstance(duration, timedelta):
        msg = f"duration must be a timedelta, got {duration!r}"
        raise CalendarQuestionError(msg)
    if duration.days < 0:
        msg = f"duration must not be negative, got {duration}; the other way has its own method"
        raise NegativeDurationError(msg)
    return duration if type(duration) is timedelta else plain(duration)


def hours_of(calendar: WorkingCalendar) -> LocalHours:
    """Return the hours of each date by what the calendar says."""
    week = dict(calendar.week)
    return LocalHours(
        zone=calendar.zone,
        week=tuple(spans_of(week.get(day, ())) for day in WEEKDAYS),
        holidays=frozenset(calendar.holidays),
        special={day: spans_of(hours) for day, hours in calendar.special},
        breaks={day: spans_of(hours) for day, hours in calendar.breaks},
        special_wins=calendar.holiday_and_special == "special",
        by_the_instant=calendar.local_times == "instant",
    )


def how_many(number: int, name: str) -> int:
    """Return *number* if it can be a number of things.

    Raises:
        CalendarQuestionError: If it is none, or below nothing.
    """
    if whole_number(number, name) >= 0:
        return number
    msg = f"{name} must not be negative, got {number}"
    raise CalendarQuestionError(msg)


def whole_number(number: int, name: str) -> int:
    """Return *number* if it is a whole one.

    Raises:
        CalendarQuestionError: If it is not.
    """
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    msg = f"{name} must be a whole number, got {number!r}"
    raise CalendarQuestionError(msg)


def _read_days(days: Any, where: str) -> DayHours:
    read = {
        (day := read_date(key, where)): read_hours(hours, f"{where}[{day}]")
        for key, hours in _pairs(days, where).items()
    }
    return tuple(sorted(read.items()))


def _pairs(value: Any, where: str) -> dict[Any, Any]:
    try:
        return dict(value)
    except (TypeError, ValueError):
        msg = f"{where}: expected the hours of each day by its name, got {value!r}"
        raise CalendarRuleError(msg) from None


def listed(values: Any, where: str) -> list[Any]:
    """Return *values* if they are several, and neither a text nor a mapping."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        msg = f"{where}: expected a list, got {values!r}"
        raise CalendarRuleError(msg)
    return list(values)


def _span(pair: Any, where: str) -> Span:
    try:
        ends: tuple[Any, ...] = () if isinstance(pair, str) else tuple(pair)  # "ab" is no pair.
        opening, closing = ends
    except (TypeError, ValueError):
        msg = f"{where}: {pair!r} must be an opening and a closing, like ('09:00', '17:00')"
        raise CalendarRuleError(msg) from None
    span = _after_midnight(opening, where), _after_midnight(closing, where)
    if span[0] >= span[1]:
        msg = (
            f"{where}: closing {closing!s} must come after opening {opening!s}; "
            "hours over midnight end at '24:00' and go on the next day"
        )
        raise CalendarRuleError(msg)
    return span


def _after_midnight(wall: str | time, where: str) -> timedelta:
    text = wall.isoformat() if isinstance(wall, time) and wall.tzinfo is None else wall
    parts = _TIME.fullmatch(text) if isinstance(text, str) else None
    if parts:
        hour, minute, second = (int(each or 0) for each in parts.group(1, 2, 3))
        fraction = int((parts[4] or "").ljust(6, "0"))
        since = timedelta(0, second, fraction, minutes=minute, hours=hour)
        if minute < 60 and second < 60 and since <= DAY:  # noqa: PLR2004
            return since
    msg = f"{where}: {wall!r} is not a time of day; expected 'HH:MM' from '00:00' to '24:00'"
    raise CalendarRuleError(msg)


def _written(since: timedelta) -> str:
    if since == DAY:
        return "24:00"
    text = (EPOCH + since).time().isoformat()
    return text.removesuffix(":00") if text.count(":") > 1 else text
