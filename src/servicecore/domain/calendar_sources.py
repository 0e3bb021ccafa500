"""Where the rules of calendars are read: shipped data, TOML, JSON, iCalendar, ``holidays``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import Any

from .calendar_errors import CalendarRuleError, MissingExtraError, UnpublishedYearError
from .calendar_reading import WEEKDAYS, Hours, read_week

Source = str | PathLike[str]

_SHIPPED = Path(__file__).with_name("calendar_data")
_OFFICE_HOURS = (("09:00", "12:00"), ("13:30", "18:00"))
CHINESE_OFFICE_WEEK: dict[str, Any] = dict.fromkeys(WEEKDAYS[:5], _OFFICE_HOURS)  #: House choice.


def toml(source: Source) -> dict[str, Any]:
    """Return what a TOML text or file says.

    Raises:
        CalendarRuleError: If it is not TOML.
    """
    try:
        return tomllib.loads(text_of(source))
    except tomllib.TOMLDecodeError as error:
        msg = f"this is not TOML: {error}"
        raise CalendarRuleError(msg) from error


def json_(source: Source) -> dict[str, Any]:
    """Return what a JSON text or file says.

    Raises:
        CalendarRuleError: If it is not a JSON object.
    """
    text = text_of(source)
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:  # Numbers can be too long, lists too deep.
        msg = f"this is not JSON: {error}"
        raise CalendarRuleError(msg) from error
    if not isinstance(read, dict):
        msg = f"a calendar in JSON must be an object, got {type(read).__name__}"
        raise CalendarRuleError(msg)
    return read


def china(
    years: int | Iterable[int], week: Mapping[str, Any], *, make_up_days: bool
) -> dict[str, Any]:
    """Return zone, holidays and make-up days of these years from the notices shipped."""
    listed = _years(years)
    notices = [_notice(year) for year in listed]
    made_up = [day for notice in notices for day in notice["make_up_days"] if make_up_days]
    return {
        "timezone": "Asia/Shanghai",
        "holidays": [day for notice in notices for day in notice["holidays"]],
        "special": dict.fromkeys(made_up, _mondays_hours(week)),
        "published_through": date(_end_of_first_run(listed), 12, 31),
    }


def icalendar_days(source: Source) -> list[date]:
    """Return the dates of all all-day events.

    Raises:
        MissingExtraError: If the package icalendar is not installed.
        CalendarRuleError: If it is not iCalendar, or an event recurs or has a time.
    """
    try:
        from icalendar import Calendar  # noqa: PLC0415  # only who needs it pays for it
    except ImportError as error:
        raise MissingExtraError("icalendar", "calendars") from error  # noqa: EM101
    try:
        events = Calendar.from_ical(text_of(source)).walk("VEVENT")
    except ValueError as error:
        msg = f"this is not iCalendar: {' '.join(str(error).split())}"
        raise CalendarRuleError(msg) from error
    return [day for event in events for day in _days_of(event)]


def country(
    code: str, years: int | Iterable[int], rules: dict[str, Any], *, make_up_days: bool
) -> dict[str, Any]:
    """Return *rules* with the holidays and make-up days of a country.

    Raises:
        MissingExtraError: If the package holidays is not installed.
        CalendarRuleError: If it does not know the country.
    """
    try:
        import holidays  # noqa: PLC0415  # only who needs it pays for it
    except ImportError as error:
        raise MissingExtraError("holidays", "calendars") from error  # noqa: EM101
    try:
        known = holidays.country_holidays(code, years=_years(years))
    except (NotImplementedError, TypeError):
        msg = f"country: {code!r} is not one the package holidays knows; expected one like 'CN'"
        raise CalendarRuleError(msg) from None
    made_up = sorted(known.weekend_workdays) if make_up_days else []
    return {
        **rules,
        "holidays": [*known, *rules.get("holidays", ())],
        "special": {
            **dict.fromkeys(made_up, _mondays_hours(rules.get("week", {}))),
            **dict(rules.get("special", {})),
        },
    }


def text_of(source: Source) -> str:
    """Return the text itself, or that of the file it names; a text has more than one line."""
    if isinstance(source, str) and any(sign in source for sign in "\n={"):
        return source
    return Path(source).read_text(encoding="utf-8")


def _years(years: int | Iterable[int]) -> list[int]:
    listed = list(years) if isinstance(years, Iterable) else [years]
    if listed and all(type(each) is int for each in listed):
        return sorted(set(listed))
    msg = f"years: expected one year or several, such as [2025, 2026], got {years!r}"
    raise CalendarRuleError(msg)


def _mondays_hours(week: Any) -> Hours:
    return dict(read_week(week)).get("mon", ())


def _notice(year: int) -> dict[str, Any]:
    file = _SHIPPED / f"china_{year}.toml"
    if file.is_file():
        return tomllib.loads(file.read_text(encoding="utf-8"))
    msg = f"years: the official notice for China {year} is not shipped; {_shipped()} are"
    raise UnpublishedYearError(msg)


def _shipped() -> str:
    return ", ".join(sorted(file.stem.removeprefix("china_") for file in _SHIPPED.glob("china_*")))


def _end_of_first_run(years: list[int]) -> int:
    return next(year for year in years if year + 1 not in years)


def _days_of(event: Any) -> list[date]:
    if event.get("STATUS") == "CANCELLED":
        return []
    name, start = event.get("SUMMARY", "an event"), event.start
    if "RRULE" in event or isinstance(start, datetime):
        msg = f"{name}: expected an all-day event that does not recur, got {start}"
        raise CalendarRuleError(msg)
    return [start + timedelta(days=n) for n in range((event.end - start).days)]
