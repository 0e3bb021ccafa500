"""``servicecore calendar``: working time, asked in a shell."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from . import arguments
from .arguments import Groups
from .desks import standard_of
from .files import text_of
from .output import answer, told_at, told_length, weekday, wrapped

if TYPE_CHECKING:
    from ..domain.calendar import WorkingCalendar
    from ..domain.calendar_reading import Hours

_WORKING_DAYS = re.compile(r"(\d{1,5}) working days?")
_NAMES = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday"}
_NAMES |= {"fri": "Friday", "sat": "Saturday", "sun": "Sunday"}


def add(groups: Groups) -> None:
    """Add the commands about working time."""
    commands = arguments.group(groups, "calendar", "working time: hours, holidays, deadlines")
    shown = arguments.command(commands, "show", "show hours and days off", run=show)
    elapsed_ = arguments.command(
        commands, "elapsed", "count the working time between two moments", run=elapsed
    )
    elapsed_.add_argument("start", type=arguments.moment, metavar="START")
    elapsed_.add_argument("end", type=arguments.moment, metavar="END")
    adding = arguments.command(
        commands, "add", "tell when so much working time will have passed", run=add_
    )
    adding.add_argument("start", type=arguments.moment, metavar="START")
    adding.add_argument(
        "length", type=_length_or_days, metavar="LENGTH", help="'2 h', '90 min', '5 working days'"
    )
    asking = arguments.command(
        commands, "is-open", "tell whether a moment is within working hours", run=is_open
    )
    asking.add_argument("at", type=arguments.moment, metavar="WHEN")
    for parser in (shown, elapsed_, adding, asking):
        parser.add_argument("--calendar", metavar="FILE", help="a TOML or JSON file; - is stdin")
        arguments.takes_standard(parser)


def show(args: argparse.Namespace) -> int:
    """Show hours and days off."""
    calendar = _calendar(args)
    return answer(args, calendar.as_dict(), *_shown(calendar))


def _shown(calendar: WorkingCalendar) -> Iterator[str]:
    yield f"{calendar.reference}, {calendar.timezone}"
    week = dict(calendar.week)
    for day, name in _NAMES.items():
        yield f"  {name:<12} {_hours(week.get(day, ()))}"
    yield f"{len(calendar.holidays)} days off"
    if calendar.holidays:
        yield wrapped(" ".join(each.isoformat() for each in calendar.holidays), indent=2)
    if calendar.special:
        yield f"{len(calendar.special)} special days"
    for date, hours in calendar.special:
        yield f"  {date.isoformat():<12} {_hours(hours)}"
    for date, hours in calendar.breaks:
        yield f"  {date.isoformat():<12} without {_hours(hours)}"
    if calendar.published_through:
        yield f"published through {calendar.published_through.isoformat()}"


def elapsed(args: argparse.Namespace) -> int:
    """Count the working time between two moments."""
    length = _calendar(args).elapsed(args.start, args.end, reversed="negative")
    document = {"start": args.start, "end": args.end, "elapsed": length}
    return answer(args, document, told_length(length))


def add_(args: argparse.Namespace) -> int:
    """Tell when so much working time will have passed."""
    calendar = _calendar(args)
    if isinstance(args.length, timedelta):
        due = calendar.add(args.start, args.length)
    else:
        due = calendar.add_days(args.start, args.length)
    provisional = calendar.is_provisional(due)
    aside = ", provisional: the holidays of that year are not published" if provisional else ""
    document = {"start": args.start, "due": due, "provisional": provisional}
    return answer(args, document, f"{due.isoformat()} ({weekday(due, calendar.zone)}{aside})")


def is_open(args: argparse.Namespace) -> int:
    """Tell whether a moment is within working hours."""
    calendar = _calendar(args)
    document = {
        "at": args.at,
        "open": calendar.is_open(args.at),
        "holiday": calendar.on_holiday(args.at),
        "break": calendar.on_break(args.at),
        "next_open": calendar.next_open(args.at),
    }
    return answer(args, document, _open_or_closed(calendar, args.at))


def _open_or_closed(calendar: WorkingCalendar, at: datetime) -> str:
    if calendar.is_open(at):
        return "open"
    opening = told_at(calendar.next_open(at), calendar.zone)
    return f"closed ({_why_closed(calendar, at)}); opens {opening} ({calendar.timezone})"


def _why_closed(calendar: WorkingCalendar, at: datetime) -> str:
    if calendar.on_holiday(at):
        return "holiday"
    return "break" if calendar.on_break(at) else "outside hours"


def _calendar(args: argparse.Namespace) -> WorkingCalendar:
    return read_calendar(args.calendar) if args.calendar else standard_of(args).calendar


def read_calendar(file: str) -> WorkingCalendar:
    """Return the calendar of a TOML or JSON file."""
    from ..domain.calendar import WorkingCalendar

    text = text_of(file)
    if text.lstrip().startswith("{"):
        return WorkingCalendar.from_json(f"{text}\n")
    return WorkingCalendar.from_toml(f"{text}\n")


def _length_or_days(text: str) -> timedelta | int:
    if found := _WORKING_DAYS.fullmatch(text):
        return int(found[1])
    return arguments.length(text)


def _hours(hours: Hours) -> str:
    return ", ".join(f"{since}-{until}" for since, until in hours) or "closed"
