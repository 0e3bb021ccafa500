"""A ticket as its history leaves it.

Nothing is decided here and nothing is computed: events are facts, and a ticket
copies them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

import attrs

from ..events import ImpossibleHistoryError
from ..people import Level
from ..sla import Happening, Promise, Reading, Timeline
from . import events
from .events import Kind, Priority, TicketEvent

ClockKey = tuple[str, int]
T = TypeVar("T", Promise, Reading)


class Status(Enum):
    """Where a ticket stands."""

    OPEN = "open"
    PAUSED = "paused"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"

    @property
    def is_over(self) -> bool:
        """Nobody works on it any more."""
        return self in {Status.CLOSED, Status.CANCELLED, Status.MERGED}


@attrs.frozen(kw_only=True, slots=False)
class Ticket:
    """A customer's request for help, as its history leaves it.

    *timeline* holds the few facts that matter to clocks.  *promises* and
    *readings* are what was put on record of each clock, by its name and round;
    the clocks themselves can be kept anew from the timeline at any time.
    """

    id: str
    customer_id: str
    opened_at: datetime
    standard: str
    calendar: str
    channel: str
    product: str
    model: str
    fault: str
    contact: str
    status: Status = Status.OPEN
    priority: Priority | None = None
    kind: Kind | None = None
    level: Level = Level.STAFF
    assignee: str | None = None
    team: str | None = None
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    pause_reason: str | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    merged_into: str | None = None
    reopenings: int = 0
    timeline: tuple[Happening, ...] = ()
    promises: Mapping[ClockKey, Promise] = attrs.field(factory=dict)
    readings: Mapping[ClockKey, Reading] = attrs.field(factory=dict)
    levels_reached: frozenset[tuple[str, int, str]] = frozenset()

    def after(self, event: TicketEvent, facts: Mapping[str, Any]) -> Ticket:
        """Return the ticket with *facts* changed, and its clocks as *event* tells them."""
        # Several times faster than attrs.evolve, and each event of a history comes through here.
        ticket = object.__new__(Ticket)
        known = ticket.__dict__
        known.update(self.__dict__)
        known.update(facts)
        if isinstance(event, events.ClockFact):
            known["timeline"] = in_order_of_time(self.timeline, event.happening)
            if event.readings:
                known["promises"] = {**self.promises, **_by_clock(event.promises)}
                known["readings"] = {**self.readings, **_by_clock(event.readings)}
        return ticket


def evolve(ticket: Ticket | None, event: TicketEvent) -> Ticket:
    """Return *ticket* as *event* leaves it; there is no ticket before it is opened.

    Steps that today's rules would refuse are facts if they stand in the history.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point, which
            means that the history was tampered with or damaged.
    """
    if ticket is None:
        return _opened(event)
    if isinstance(event, events.TicketOpened):
        msg = f"ticket {ticket.id} cannot be opened twice: {event}"
        raise ImpossibleHistoryError(msg)
    return ticket.after(event, _facts(ticket, event))


def in_order_of_time(timeline: Timeline, happening: Happening) -> Timeline:
    """Return *timeline* with *happening* in its place: after everything up to its moment."""
    if not timeline or timeline[-1].at <= happening.at:
        return (*timeline, happening)
    place = bisect_right(timeline, happening.at, key=lambda each: each.at)
    return (*timeline[:place], happening, *timeline[place:])


def _opened(event: TicketEvent) -> Ticket:
    if not isinstance(event, events.TicketOpened):
        msg = f"{event} cannot come before the ticket was opened"
        raise ImpossibleHistoryError(msg)
    ticket = Ticket(
        id=event.ticket_id,
        customer_id=event.customer_id,
        opened_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
        channel=event.channel,
        product=event.product,
        model=event.model,
        fault=event.fault,
        contact=event.contact,
    )
    return ticket.after(event, {})


def _facts(ticket: Ticket, event: TicketEvent) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912
    """Return what *event* says of the ticket itself; the commonest events come first."""
    match event:
        case events.TicketAnswered():
            return {} if ticket.answered_at else {"answered_at": event.at}
        case events.TicketMessageReceived() | events.TicketWorkRecorded() | events.TicketNoted():
            return {}
        case events.TicketAssigned():
            return {"assignee": event.to, "team": event.team}
        case events.TicketPaused():
            return {"status": Status.PAUSED, "pause_reason": event.reason}
        case events.TicketResumed():
            return {"status": Status.OPEN, "pause_reason": None}
        case events.TicketWarned() | events.TicketEscalated():
            return _level_facts(ticket, event)
        case events.TicketResolved():
            return {"status": Status.RESOLVED, "resolved_at": event.at, "pause_reason": None}
        case events.TicketClosed():
            return {"status": Status.CLOSED, "closed_at": event.at, "pause_reason": None}
        case events.TicketReopened():
            return {
                "status": Status.OPEN,
                "resolved_at": None,
                "closed_at": None,
                "reopenings": ticket.reopenings + 1,
            }
        case events.TicketClassified():
            return {"priority": event.priority, "kind": event.kind}
        case events.TicketPriorityChanged():
            return {"priority": event.priority}
        case events.TicketAcknowledged():
            return {"acknowledged_at": event.at}
        case events.TicketCancelled():
            return {"status": Status.CANCELLED, "closed_at": event.at}
        case events.TicketMerged():
            return {"status": Status.MERGED, "closed_at": event.at, "merged_into": event.into}
        case _:
            return {}


def _level_facts(
    ticket: Ticket, event: events.TicketWarned | events.TicketEscalated
) -> dict[str, Any]:
    reached = ticket.levels_reached | {(event.clock, event.round, event.rung)}
    if isinstance(event, events.TicketEscalated) and event.to.is_above(ticket.level):
        return {"levels_reached": reached, "level": event.to}
    return {"levels_reached": reached}


def _by_clock(told: Iterable[T]) -> dict[ClockKey, T]:
    return {(each.clock, each.round): each for each in told}
