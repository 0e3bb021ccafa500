"""Two tickets about one request become one; two requests in one ticket become two."""

from __future__ import annotations

from datetime import datetime

from ..refusals import must_be_told
from ..sla import Terms, courses_of, keep_time
from . import events, refusals
from .events import TicketEvent
from .guards import must_be_in_order, must_not_be_over
from .record import on_record
from .ticket import Ticket


def merge(ticket: Ticket, *, into: str, at: datetime, terms: Terms) -> list[TicketEvent]:
    """End it in favour of another ticket about the same request.

    Raises:
        MergedIntoItselfError: If that is the same ticket.
    """
    must_not_be_over(ticket, "merged", at)
    must_be_told(into=into)
    if into == ticket.id:
        msg = f"ticket {ticket.id} cannot be merged into itself"
        raise refusals.MergedIntoItselfError(msg)
    must_be_in_order(ticket, "merged", at)
    courses = courses_of(keep_time(ticket.timeline, terms))
    carried = tuple(events.CarriedClock(clock=name, course=course) for name, course in courses)
    merged = events.TicketMerged(ticket_id=ticket.id, into=into, carried=carried, at=at)
    return on_record(ticket, merged, terms=terms)


def absorb(
    ticket: Ticket,
    *,
    other: str,
    carried: tuple[events.CarriedClock, ...],
    at: datetime,
    terms: Terms,
) -> list[TicketEvent]:
    """Go on for *other* too: the customer who has waited longest decides what is due."""
    must_not_be_over(ticket, "given another ticket", at)
    absorbed = events.TicketAbsorbed(ticket_id=ticket.id, other=other, carried=carried, at=at)
    return on_record(ticket, absorbed, terms=terms)


def split(
    ticket: Ticket, *, into: str, fault: str, at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Let a second request in it go on as ticket *into*, promised anew from now on.

    Raises:
        MergedIntoItselfError: If that is the same ticket.
    """
    must_not_be_over(ticket, "split", at)
    must_be_told(into=into, fault=fault)
    if into == ticket.id:
        msg = f"ticket {ticket.id} cannot be split into itself"
        raise refusals.MergedIntoItselfError(msg)
    parted = events.TicketSplit(
        ticket_id=ticket.id,
        into=into,
        fault=fault,
        customer_id=ticket.customer_id,
        channel=ticket.channel,
        product=ticket.product,
        model=ticket.model,
        contact=ticket.contact,
        area=ticket.area,
        grade=ticket.grade,
        priority=ticket.priority,
        kind=ticket.kind,
        standard=ticket.standard,
        calendar=ticket.calendar,
        at=at,
    )
    return on_record(ticket, parted, terms=terms)
