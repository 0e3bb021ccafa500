"""A ticket as its history leaves it.

Nothing is decided here and nothing is computed: events are facts, and a ticket
copies them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..case import Case
from ..events import ImpossibleHistoryError
from ..histories import must_begin
from . import events
from .events import Kind, Priority, TicketEvent


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
class Ticket(Case):
    """A customer's request for help, as its history leaves it."""

    customer_id: str
    channel: str
    product: str
    model: str
    fault: str
    contact: str
    area: str = ""
    grade: str = ""
    status: Status = Status.OPEN
    priority: Priority | None = None
    kind: Kind | None = None
    assignee: str | None = None
    team: str | None = None
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    pause_reason: str | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    merged_into: str | None = None
    reopenings: int = 0


def evolve(ticket: Ticket | None, event: TicketEvent) -> Ticket:
    """Return *ticket* as *event* leaves it; there is no ticket before it is opened.

    Steps that today's rules would refuse are facts if they stand in the history.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point, which
            means that the history was tampered with or damaged.
    """
    return replay(ticket, (event,))


def replay(ticket: Ticket | None, history: Iterable[TicketEvent]) -> Ticket:
    """Return *ticket* as a whole *history* leaves it: as evolving event by event would, but faster.

    Raises:
        ImpossibleHistoryError: If its events cannot follow each other.
    """
    events_ = iter(history)
    known = _opened(next(events_)) if ticket is None else ticket
    return known.after(events_, _facts)


def _opened(event: TicketEvent) -> Ticket:
    event = must_begin(event, events.TicketOpened, "the ticket was opened")
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
        area=event.area,
        grade=event.grade,
    )
    return ticket.after((event,), lambda _, __: {})


def _facts(ticket: Ticket, event: TicketEvent) -> dict[str, Any]:
    """Return what *event* says of the ticket itself."""
    if getattr(event, "ticket_id", None) != ticket.id:
        msg = f"{event} does not belong in the history of ticket {ticket.id}"
        raise ImpossibleHistoryError(msg)
    try:
        says = _SAYS[type(event)]
    except KeyError:
        msg = f"{event} is not a step in the life of ticket {ticket.id}"
        raise ImpossibleHistoryError(msg) from None
    return says(ticket, event) if says else {}


# --- What each event says ----------------------------------------------------------


def _answered(ticket: Ticket, event: events.TicketAnswered) -> dict[str, Any]:
    first = ticket.answered_at
    return {} if first is not None and first <= event.at else {"answered_at": event.at}


def _reopened(ticket: Ticket, _: events.TicketReopened) -> dict[str, Any]:
    return {
        "status": Status.OPEN,
        "resolved_at": None,
        "closed_at": None,
        "reopenings": ticket.reopenings + 1,
    }


def _opened_twice(ticket: Ticket, event: events.TicketOpened) -> dict[str, Any]:
    msg = f"ticket {ticket.id} cannot be opened twice: {event}"
    raise ImpossibleHistoryError(msg)


#: By the class of the event; None where it says nothing of the ticket, and only moves clocks.
_SAYS: Mapping[type, Callable[[Ticket, Any], dict[str, Any]] | None] = {
    events.TicketOpened: _opened_twice,
    events.TicketAcknowledged: lambda _, event: {"acknowledged_at": event.at},
    events.TicketClassified: lambda _, event: {"priority": event.priority, "kind": event.kind},
    events.TicketPriorityChanged: lambda _, event: {"priority": event.priority},
    events.TicketTermsChanged: lambda _, event: {
        "standard": event.standard,
        "calendar": event.calendar,
    },
    events.TicketAssigned: lambda _, event: {"assignee": event.to, "team": event.team},
    events.TicketAnswered: _answered,
    events.TicketMessageReceived: None,
    events.TicketNoted: None,
    events.TicketDiagnosed: None,
    events.TicketSolutionOffered: None,
    events.TicketWorkRecorded: None,
    events.TicketPaused: lambda _, event: {
        "status": Status.PAUSED,
        "pause_reason": event.reason,
    },
    events.TicketResumed: lambda *_: {"status": Status.OPEN, "pause_reason": None},
    events.TicketResolved: lambda _, event: {
        "status": Status.RESOLVED,
        "resolved_at": event.at,
        "pause_reason": None,
    },
    events.TicketConfirmed: None,
    events.TicketReopened: _reopened,
    events.TicketClosed: lambda _, event: {
        "status": Status.CLOSED,
        "closed_at": event.at,
        "pause_reason": None,
    },
    events.TicketCancelled: lambda _, event: {"status": Status.CANCELLED, "closed_at": event.at},
    events.TicketMerged: lambda _, event: {
        "status": Status.MERGED,
        "closed_at": event.at,
        "merged_into": event.into,
    },
    events.TicketAbsorbed: None,
    events.TicketSplit: None,
    events.TicketWarned: lambda ticket, event: ticket.level_facts(event, None),
    events.TicketEscalated: lambda ticket, event: ticket.level_facts(event, event.to),
}
