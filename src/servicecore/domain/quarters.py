"""What is done after every quarter: by which day, and who hears of it if it was not."""

from __future__ import annotations

from datetime import date, timedelta

from .calendar import WorkingCalendar
from .calendar_periods import CalendarPeriod
from .days import end_of
from .refusals import RefusedError
from .reminders import DUE, OVERDUE, Reminders, reminder
from .spans import Span

_A_DAY = timedelta(days=1)


class NotAQuarterError(RefusedError, ValueError):
    """Quality and compliance are looked at by the quarter (psp:4.2a, om2025:4.3f)."""


def quarter_named(name: str, *, done: str, clause: str) -> CalendarPeriod:
    """Return the quarter written as ``2026-Q3``, by which something is *done*.

    Raises:
        NoPeriodError: If it is no period.
        NotAQuarterError: If it is a month, or a year.
    """
    period = CalendarPeriod.named(name)
    if period.per != "quarter":
        msg = f"{done} by the quarter, got {name!r} ({clause})"
        raise NotAQuarterError(msg)
    return period


def due_after(
    quarter: CalendarPeriod, within: Span | None, calendar: WorkingCalendar, *, name: str
) -> tuple[date | None, Reminders]:
    """Return the last day for what is done *within* so long after a quarter, and its reminder.

    A standard that does not say within how long leaves it without either.
    """
    if within is None:
        return None, ()
    due_on = within.after(quarter.until - _A_DAY)
    over, last = quarter.end(calendar), end_of(due_on, calendar)
    return due_on, (reminder(name, due=last, rungs={DUE: over, OVERDUE: last}),)
