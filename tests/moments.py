"""Moments, promises and histories that several tests share."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import reduce

from servicecore.domain.events import Provenance, Recorded, stream_of
from servicecore.domain.ticket import Priority, Ticket, TicketEvent, decisions, evolve
from servicecore.standards import load_standard

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
MICROSECOND, NOTHING = timedelta(microseconds=1), timedelta()

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)  # A Monday.
ELEVEN = NINE + 2 * HOUR  # When an answer of class A, asked for at nine, is due.

MANUAL = load_standard("operations_manual_2025")
TERMS = MANUAL.terms()

#: What a request must hold (om2025:2.1a), but for its number and its moment.
REQUEST = {
    "customer_id": "Acme",
    "product": "pump",
    "model": "P-200",
    "fault": "it leaks",
    "contact": "Lin, 555-0101",
}


def opened(ticket_id: str = "T-1", *, at: datetime = NINE, **facts: str) -> list[TicketEvent]:
    """Return what stands on record once a customer has asked for help."""
    told = {"channel": "telephone", "standard": MANUAL.reference}
    told |= {"calendar": MANUAL.calendar.reference, **REQUEST, **facts}
    return decisions.open_ticket(ticket_id, **told, at=at, terms=TERMS)


def opened_as(
    priority: str, ticket_id: str = "T-1", *, at: datetime = NINE, **facts: str
) -> list[TicketEvent]:
    """Return what stands on record once the request has its class, too."""
    asked = opened(ticket_id, at=at, **facts)
    return asked + decisions.classify(given(*asked), Priority(priority), at=at, terms=TERMS)


def given(*history: TicketEvent) -> Ticket:
    """Return the ticket that this history leaves."""
    return reduce(evolve, history, None)


def going_on(history: list[TicketEvent], decide, **facts) -> list[TicketEvent]:
    """Return *history* with what this decision adds to it."""
    return history + decide(given(*history), terms=TERMS, **facts)


def on_record(*history: TicketEvent, subject: str = "ticket/T-1") -> list[Recorded]:
    """Return *history* as the log tells it."""
    return [
        Recorded(
            event=event,
            position=n,
            stream=stream_of(subject),
            version=n,
            subject=subject,
            recorded_at=event.at,
            provenance=Provenance(actor="desk"),
        )
        for n, event in enumerate(history, start=1)
    ]
