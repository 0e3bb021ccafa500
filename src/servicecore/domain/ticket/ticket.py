"""A ticket as its history leaves it.

Nothing is decided here and nothing is computed: events are facts, and a ticket
copies them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..people import Level
from ..sla import Happening, Promise, Reading, Timeline
from . import events
from .events import Kind, Priority, TicketEvent, happening_of

ClockKey = tuple[str, int]


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

    def with_facts(self, **facts: Any) -> Ticket:
        """Return the ticket with some of its facts changed."""
        # Five times faster than attrs.evolve, and each event of a history comes through here.
        ticket = object.__new__(Ticket)
        ticket.__dict__.update(self.__dict__)
        ticket.__dict__.update(facts)
        return ticket


def evolve(ticket: Ticket | None, event: TicketEvent) -> Ticket:
    """Return *ticket* as *event* leaves it; there is no ticket before it is opened.

    Steps that today's rules would refuse are facts if they stand in the history.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point, which
            means that the history was tampered with or damaged.
    """
    match ticket, event:
        case None, events.TicketOpened():
            return _opened(event)
        case None, _:
            msg = f"{event} cannot come before the ticket was opened"
            raise ImpossibleHistoryError(msg)
        case Ticket(), events.TicketOpened():
            msg = f"ticket {ticket.id} cannot be opened twice: {event}"
            raise ImpossibleHistoryError(msg)
        case Ticket(), events.TicketNoted():
            return ticket
        case Ticket(), events.TicketWarned() | events.TicketEscalated():
            return _level_reached(ticket, event)
        case _:
            return _after_step(_with_clocks(ticket, event), event)


def _after_step(ticket: Ticket, event: events.ClockEvent) -> Ticket:  # noqa: C901, PLR0911, PLR0912
    match event:
        case events.TicketAnswered() if ticket.answered_at is None:
            return ticket.with_facts(answered_at=event.at)
        case events.TicketAcknowledged():
            return ticket.with_facts(acknowledged_at=event.at)
        case events.TicketClassified():
            return ticket.with_facts(priority=event.priority, kind=event.kind)
        case events.TicketPriorityChanged():
            return ticket.with_facts(priority=event.priority)
        case events.TicketAssigned():
            return ticket.with_facts(assignee=event.to, team=event.team)
        case events.TicketPaused():
            return ticket.with_facts(status=Status.PAUSED, pause_reason=event.reason)
        case events.TicketResumed():
            return ticket.with_facts(status=Status.OPEN, pause_reason=None)
        case events.TicketResolved():
            return ticket.with_facts(
                status=Status.RESOLVED, resolved_at=event.at, pause_reason=None
            )
        case events.TicketReopened():
            return ticket.with_facts(
                status=Status.OPEN,
                resolved_at=None,
                closed_at=None,
                reopenings=ticket.reopenings + 1,
            )
        case events.TicketClosed():
            return ticket.with_facts(status=Status.CLOSED, closed_at=event.at, pause_reason=None)
        case events.TicketCancelled():
            return ticket.with_facts(status=Status.CANCELLED, closed_at=event.at)
        case events.TicketMerged():
            return ticket.with_facts(
                status=Status.MERGED, closed_at=event.at, merged_into=event.into
            )
        case _:
            return ticket


def in_order_of_time(timeline: Timeline, happening: Happening) -> Timeline:
    """Return *timeline* with *happening* in its place: after everything up to its moment."""
    if not timeline or timeline[-1].at <= happening.at:
        return (*timeline, happening)
    place = bisect_right(timeline, happening.at, key=lambda each: each.at)
    return (*timeline[:place], happening, *timeline[place:])


def _opened(event: events.TicketOpened) -> Ticket:
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
    return _with_clocks(ticket, event)


def _with_clocks(ticket: Ticket, event: events.ClockEvent) -> Ticket:
    """Return *ticket* with its clocks as the event tells them."""
    timeline = in_order_of_time(ticket.timeline, happening_of(event))
    if not event.readings:
        return ticket.with_facts(timeline=timeline)
    return ticket.with_facts(
        timeline=timeline,
        promises={**ticket.promises, **{(p.clock, p.round): p for p in event.promises}},
        readings={**ticket.readings, **{(r.clock, r.round): r for r in event.readings}},
    )


def _level_reached(ticket: Ticket, event: events.TicketWarned | events.TicketEscalated) -> Ticket:
    reached = ticket.levels_reached | {(event.clock, event.round, event.rung)}
    level = ticket.level
    if isinstance(event, events.TicketEscalated) and event.to.is_above(level):
        level = event.to
    return ticket.with_facts(levels_reached=reached, level=level)
