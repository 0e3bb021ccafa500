"""One office and one week in which the rules of clocks are told.

The office is open Monday to Friday, nine to five in UTC; the week begins on
Monday, 5 January 2026.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from servicecore.domain.calendar import WorkingCalendar
from servicecore.domain.sla import Happening, Rung, Target, Terms, keep_time

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon2", "tue2", "wed2")
MONDAY = datetime(2026, 1, 5, tzinfo=timezone.utc)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
OFFICE = WorkingCalendar(
    timezone="UTC",
    week={day: [("09:00", "17:00")] for day in DAYS[:5]},
    name="office",
)
LADDER = (
    Rung(name="warning", to="assignee", share=0.5),
    Rung(name="deadline", to="supervisor", share=1.0),
    Rung(name="too much", to="manager", share=1.5),
)


def on(moment):
    """Return a moment of the week: ``on("tue 10:30")``."""
    day, _, clock = moment.partition(" ")
    hours, minutes, *seconds = (int(each) for each in clock.split(":"))
    since = timedelta(days=DAYS.index(day), hours=hours, minutes=minutes)
    return MONDAY + since + sum(seconds) * SECOND


def happening(what, moment, *, reason="customer", **facts):
    """Return something that happened to a case."""
    at = on(moment) if isinstance(moment, str) else moment
    return Happening(what, at, reason=reason if what == "paused" else "", facts=facts)


def resolution(within=4 * HOUR, **choices):
    """Return the promise to resolve a case within four working hours."""
    if "working_days" not in choices:
        choices["within"] = within
    return Target(
        **{
            "clock": "resolution",
            "clause": "a clause",
            "calendar": "office",
            "stops": ("resolved", "closed"),
            **choices,
        }
    )


def first_response(within=4 * HOUR, **choices):
    """Return the promise to answer within four working hours."""
    return resolution(within, clock="first_response", stops=("answered",), **choices)


def next_reply(within=4 * HOUR, **choices):
    """Return the promise to answer each message of the customer."""
    return resolution(
        within,
        clock="next_reply",
        starts=("wrote",),
        stops=("answered",),
        repeats=True,
        **choices,
    )


def terms(*targets, calendar=OFFICE, standard="house@1"):
    """Return a standard that promises these targets."""
    return Terms(standard=standard, targets=targets, calendars={"office": calendar})


def clocks(*timeline, of):
    """Return every clock that targets have after a timeline of (what, moment) pairs."""
    targets = of if isinstance(of, tuple) else (of,)
    return keep_time(as_timeline(*timeline), terms(*targets))


def clock(*timeline, of=None):
    """Return the one clock of a target after a timeline of (what, moment) pairs."""
    [only] = clocks(*timeline, of=of or resolution())
    return only


def as_timeline(*timeline):
    """Return the happenings that pairs of what and when tell."""
    return tuple(each if isinstance(each, Happening) else happening(*each) for each in timeline)


OPENED = ("opened", "mon 10:00")  #: Due Monday 14:00 with four working hours.
