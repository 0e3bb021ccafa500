"""Days and moments: one date is a different stretch of time in every office."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from .calendar import WorkingCalendar
from .moments import in_utc
from .refusals import RefusedError


class NoDateError(RefusedError, ValueError):
    """A day was told as something else, such as a moment."""


class NotYetHappenedError(RefusedError, ValueError):
    """What is told to have happened lies after the moment at which it was told."""


def day_of(moment: datetime, calendar: WorkingCalendar) -> date:
    """Return the date of *moment* where *calendar* is kept."""
    return moment.astimezone(calendar.zone).date()


def beginning_of(day: date, calendar: WorkingCalendar) -> datetime:
    """Return the midnight with which *day* begins where *calendar* is kept."""
    return datetime.combine(day, time(), tzinfo=calendar.zone)


def end_of(day: date, calendar: WorkingCalendar) -> datetime:
    """Return the midnight with which *day* ends where *calendar* is kept."""
    return beginning_of(day + timedelta(days=1), calendar)


def must_be_a_date(**days: date) -> None:
    """Refuse a moment, a text or anything else where a day is meant.

    Raises:
        NoDateError: Naming the first that is none.
    """
    for name, day in days.items():
        if not isinstance(day, date) or isinstance(day, datetime):
            msg = f"{name} must be a date, got {day!r}"
            raise NoDateError(msg)


def must_have_happened(name: str, moment: datetime | None, *, by: datetime, clause: str) -> None:
    """Refuse a *moment*, if one is told, that lies after the one at which it was told.

    Raises:
        NotYetHappenedError: If it does.
        NaiveMomentError: If it has no UTC offset.
    """
    if moment is not None and in_utc(moment, name) > by:
        msg = (
            f"{name} {moment.isoformat()} lies after {by.isoformat()}, when it was told ({clause})"
        )
        raise NotYetHappenedError(msg)
