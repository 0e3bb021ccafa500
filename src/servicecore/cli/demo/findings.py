"""What became of the promises of the year, as it stands on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import attrs

from ...desk import ServiceDesk
from ...domain.sla import Reading, State
from ...domain.ticket import Ticket, TicketEscalated, TicketWarned

LIVE = {State.RUNNING, State.PAUSED}


@attrs.define
class Tally:
    """What became of one promise, made to many."""

    kept: int = 0
    broken: int = 0
    dropped: int = 0
    open: int = 0

    @property
    def made(self) -> int:
        """How often it was made."""
        return self.kept + self.broken + self.dropped + self.open

    @property
    def share(self) -> float | None:
        """The share that was kept, of those that are decided."""
        decided = self.kept + self.broken
        return self.kept / decided if decided else None

    def count(self, reading: Reading, now: datetime) -> None:
        """Count one clock as it stands."""
        match reading.state:
            case State.MET:
                self.kept += 1
            case State.CANCELLED:
                self.dropped += 1
            case State.MISSED:
                self.broken += 1
            case State.RUNNING if reading.due < now:
                self.broken += 1
            case _:
                self.open += 1


@attrs.frozen
class Lateness:
    """How late one promise on one ticket was kept, or still is."""

    ticket: Ticket
    reading: Reading
    late_by: timedelta


@attrs.frozen(kw_only=True)
class Findings:
    """The year in figures, computed from the tickets and the log alone."""

    tickets: tuple[Ticket, ...]
    events: Counter[str]
    promises: dict[tuple[str, str], Tally]
    told: dict[tuple[str, str], int]
    late: tuple[Lateness, ...]
    discrepancies: tuple[Any, ...]

    @classmethod
    def of(cls, desk: ServiceDesk, *, now: datetime) -> Findings:
        """Look at everything on record."""
        names = (each.partition("/")[2] for each in desk.log.subjects("ticket"))
        tickets = tuple(desk.tickets.get(each) for each in names)
        late = sorted(_late(desk, tickets, now), key=lambda each: (-each.late_by, each.ticket.id))
        return cls(
            tickets=tickets,
            events=Counter(type(each.event).__name__ for each in desk.log.since(0)),
            promises=_promises(tickets, now),
            told=_told(desk, tickets),
            late=tuple(late),
            discrepancies=tuple(desk.projects.check()),
        )

    def happened(self, event: str) -> int:
        """Tell how often something happened."""
        return self.events[event]


def class_of(ticket: Ticket) -> str:
    """Return the class of a ticket, or a dash before it has one."""
    return ticket.priority.value if ticket.priority else "-"


def _promises(tickets: Iterable[Ticket], now: datetime) -> dict[tuple[str, str], Tally]:
    tallies: dict[tuple[str, str], Tally] = {}
    for ticket in tickets:
        for reading in ticket.readings.values():
            key = (reading.clock, class_of(ticket))
            tallies.setdefault(key, Tally()).count(reading, now)
    return tallies


def _told(desk: ServiceDesk, tickets: Iterable[Ticket]) -> dict[tuple[str, str], int]:
    classes = {each.id: class_of(each) for each in tickets}
    told: Counter[tuple[str, str]] = Counter()
    for recorded in desk.log.since(0):
        match recorded.event:
            case TicketWarned() as warned:
                told["whoever had it", classes[warned.ticket_id]] += 1
            case TicketEscalated() as escalated:
                told[escalated.to.value, classes[escalated.ticket_id]] += 1
    return dict(told)


def _late(desk: ServiceDesk, tickets: Iterable[Ticket], now: datetime) -> Iterator[Lateness]:
    for ticket in tickets:
        for reading in ticket.readings.values():
            if reading.state is State.MISSED:
                decided = _decided_at(desk, ticket, reading)
                yield Lateness(ticket, reading, decided - reading.due)
            elif reading.state is State.RUNNING and reading.due < now:
                yield Lateness(ticket, reading, now - reading.due)


def _decided_at(desk: ServiceDesk, ticket: Ticket, reading: Reading) -> datetime:
    for recorded in desk.tickets.history(ticket.id):
        if reading in getattr(recorded.event, "readings", ()):
            return recorded.occurred_at
    raise AssertionError  # What is read was put on record by an event.
