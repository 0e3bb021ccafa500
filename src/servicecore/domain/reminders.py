"""Reminders: what falls due on a day of the calendar, rather than after so much working time.

A warranty ends, a batch expires, a visit is to be made.  Reminders stand on
record as readings, beside those of clocks, so that one to-do list holds both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from .calendar import WorkingCalendar
from .case import ASSIGNEE, LevelEvent
from .days import beginning_of
from .moments import has_passed
from .people import Level
from .sla import Reading, RungReached, State

DUE, OVERDUE = "due", "overdue"  #: The two levels of a reminder: its day came, and went by.
Reminders = tuple[Reading, ...]


def reminder(
    name: str, *, round_: int = 1, due: datetime, rungs: Mapping[str, datetime]
) -> Reading:
    """Return the reminder *name*, which is about *due* and is given at each of the *rungs*."""
    told = (RungReached(name=rung, to=ASSIGNEE, due=moment) for rung, moment in rungs.items())
    return Reading(
        clock=name,
        round=round_,
        state=State.RUNNING,
        spent=timedelta(),
        due=due,
        rungs=tuple(sorted(told, key=lambda each: each.due)),
    )


def on_its_day(
    name: str, day: date, calendar: WorkingCalendar, *, round_: int = 1, over: str = OVERDUE
) -> Reading:
    """Return the reminder that is due when a *day* opens, and *over* when it closes.

    A day off moves on to the next working day.
    """
    opening = calendar.next_open(beginning_of(day, calendar))
    closing = calendar.add_days(opening, 0, "end_of_day")
    return reminder(name, round_=round_, due=closing, rungs={DUE: opening, over: closing})


def settled(reminders: Iterable[Reading], *, state: State = State.CANCELLED) -> Reminders:
    """Return *reminders* as nobody needs them any more: this takes them off the to-do list."""
    return tuple(attrs.evolve(each, state=state, rungs=()) for each in reminders)


def outstanding(reminders: Reminders, event: Any) -> Reminders:
    """Return what is still to be reminded of after *event*."""
    told: Reminders = getattr(event, "readings", ())
    known = {**_by_key(reminders), **_by_key(told)}
    if isinstance(event, LevelEvent) and (given := known.get((event.clock, event.round))):
        ahead = tuple(each for each in given.rungs if each.name != event.rung)
        known[event.clock, event.round] = attrs.evolve(given, rungs=ahead)
    return tuple(each for each in known.values() if each.rungs)


def passed(reminders: Reminders, at: datetime) -> Iterator[tuple[Reading, RungReached]]:
    """Yield every reminder that should have been given by *at*, in the order they were due."""
    rungs = ((each, rung) for each in reminders for rung in each.rungs)
    for each, rung in sorted(rungs, key=lambda pair: pair[1].due):
        if has_passed(rung.due, at):
            yield each, rung


def told_to(rung: RungReached) -> Level:
    """Return who hears of it: first the supervisor, then the manager (house choice)."""
    return Level.SUPERVISOR if rung.name == DUE else Level.MANAGER


def told(reading: Reading, rung: RungReached, *, clause: str, at: datetime) -> dict[str, Any]:
    """Return what the event of a reminder says of it."""
    return {
        "clock": reading.clock,
        "round": reading.round,
        "rung": rung.name,
        "clause": clause,
        "due": rung.due,
        "at": at,
    }


def _by_key(reminders: Iterable[Reading]) -> dict[tuple[str, int], Reading]:
    return {(each.clock, each.round): each for each in reminders}
