"""iCalendar: revisits and visits of maintenance, each an event of its own.

Never a rule of repetition: "monthly from 31 January" skips months, and visits are
rolled to working days one by one.  An appointment keeps its UID when its day
changes, and counts its SEQUENCE, so that calendars move it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import IO, Any

import attrs

from ...domain.calendar_errors import MissingExtraError
from ...domain.events import Recorded
from ...domain.maintenance import (
    MaintenanceEnded,
    MaintenancePlanned,
    MaintenanceVisitCarriedOut,
    MaintenanceVisitPlanned,
)
from ...domain.relationship import (
    ConsentWithdrawn,
    CustomerLost,
    RelationshipCorrected,
    RelationshipOpened,
    RevisitCalledOff,
    RevisitHeld,
    RevisitPlanned,
    RevisitRescheduled,
)

_A_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class Appointment:
    """Something that somebody is to do on a day, as it stands now."""

    uid: str
    day: date
    summary: str
    description: str
    told_at: datetime
    sequence: int = 0
    is_off: bool = False
    is_over: bool = False


def write_calendar(history: Iterable[Recorded], to: IO[str]) -> int:
    """Write every appointment there ever was, called off or not; return how many.

    Raises:
        MissingExtraError: If the package icalendar is not installed.
    """
    try:
        from icalendar import Calendar, Event  # noqa: PLC0415  # only who needs it pays for it
    except ImportError as error:
        raise MissingExtraError("icalendar", "ical") from error  # noqa: EM101
    calendar = Calendar()
    calendar.add("prodid", "-//servicecore//appointments//EN")
    calendar.add("version", "2.0")
    known = appointments(history)
    for each in known:
        event = Event()
        event.add("uid", each.uid)
        event.add("dtstamp", each.told_at)
        event.add("dtstart", each.day)
        event.add("dtend", each.day + _A_DAY)
        event.add("sequence", each.sequence)
        event.add("status", "CANCELLED" if each.is_off else "CONFIRMED")
        event.add("summary", each.summary)
        event.add("description", each.description)
        calendar.add_component(event)
    to.write(calendar.to_ical().decode())
    return len(known)


def appointments(history: Iterable[Recorded]) -> list[Appointment]:
    """Return every appointment in *history* as it stands at its end, by day."""
    book = _Book()
    for recorded in history:
        book.note(recorded)
    return sorted(book.pages.values(), key=lambda each: (each.day, each.uid))


@attrs.define
class _Book:
    """Appointments by their record and number, and what records are called."""

    pages: dict[tuple[str, int], Appointment] = attrs.field(factory=dict)
    names: dict[str, str] = attrs.field(factory=dict)

    def note(self, recorded: Recorded) -> None:
        subject, event = recorded.subject, recorded.event
        match event:
            case RelationshipOpened(name=name) | RelationshipCorrected(name=name):
                self.names[subject] = name
            case MaintenancePlanned(product=product):
                self.names[subject] = product
            case RevisitPlanned() | MaintenanceVisitPlanned():
                self._plan(recorded)
            case RevisitRescheduled(revisit=number, planned_on=day):
                self._change(subject, number, event.at, day=day)
            case RevisitHeld(revisit=number) | MaintenanceVisitCarriedOut(visit=number):
                self._change(subject, number, event.at, is_over=True)
            case _:
                self._call_off(recorded)

    def _plan(self, recorded: Recorded) -> None:
        event = recorded.event
        number = _number(event)
        if (recorded.subject, number) in self.pages:
            self._change(recorded.subject, number, event.at, day=event.planned_on)
            return
        name = self.names.get(recorded.subject, recorded.subject)
        is_revisit = isinstance(event, RevisitPlanned)
        self.pages[recorded.subject, number] = Appointment(
            uid=f"{recorded.subject}/{number}@servicecore",
            day=event.planned_on,
            summary=f"Revisit {number}: {name}" if is_revisit else f"Visit {number}: {name}",
            description=f"{event.manner.value}, {event.content}" if is_revisit else "",
            told_at=event.at,
        )

    def _call_off(self, recorded: Recorded) -> None:
        subject, at = recorded.subject, recorded.event.at
        for number in self._called_off_by(recorded):
            self._change(subject, number, at, is_off=True)

    def _called_off_by(self, recorded: Recorded) -> Iterator[int]:
        match recorded.event:
            case RevisitCalledOff(revisit=number):
                yield number
            case ConsentWithdrawn(unwanted=numbers) | CustomerLost(unwanted=numbers):
                yield from numbers
            case MaintenanceEnded():
                ours = (number for subject, number in self.pages if subject == recorded.subject)
                yield from (n for n in ours if not self.pages[recorded.subject, n].is_over)

    def _change(self, subject: str, number: int, at: datetime, **facts: Any) -> None:
        page = self.pages[subject, number]
        if facts.get("day") == page.day:
            return
        sequence = page.sequence if facts.get("is_over") else page.sequence + 1
        self.pages[subject, number] = attrs.evolve(page, told_at=at, sequence=sequence, **facts)


def _number(event: RevisitPlanned | MaintenanceVisitPlanned) -> int:
    return event.revisit if isinstance(event, RevisitPlanned) else event.visit
