"""What can be decided about a ticket: the verbs of the service desk.

Every decision is told when it is taken (``at``) and under which *terms* the
ticket is served.  It returns the events to add, or refuses with an error that
says which rule stands in the way; ``[]`` means that there is nothing to do.
"""

from __future__ import annotations

from datetime import datetime

from ..days import must_have_happened
from ..people import Level
from ..refusals import must_be_told
from ..sla import Terms
from . import events, refusals
from .events import Kind, Priority, TicketEvent
from .guards import must_be_after_opening, must_be_in_order, must_be_resolved, must_not_be_over
from .joining import absorb, merge, split
from .record import levels_reached, on_record
from .ticket import Status, Ticket

__all__ = [
    "absorb",
    "acknowledge",
    "answer",
    "assign",
    "cancel",
    "change_priority",
    "change_terms",
    "classify",
    "close",
    "confirm",
    "diagnose",
    "escalate_at_once",
    "escalate_if_due",
    "merge",
    "note",
    "offer_solution",
    "open_ticket",
    "pause",
    "receive_message",
    "record_work",
    "reopen",
    "resolve",
    "resume",
    "split",
]

# --- A customer asks for help --------------------------------------------------


def open_ticket(
    ticket_id: str,
    *,
    customer_id: str,
    channel: str,
    product: str,
    model: str,
    fault: str,
    contact: str,
    area: str = "",
    grade: str = "",
    fault_at: datetime | None = None,
    standard: str,
    calendar: str,
    at: datetime,
    terms: Terms,
) -> list[TicketEvent]:
    """Take in a request for help, with all that a request must hold (om2025:2.1a).

    Raises:
        IncompleteError: If one of its texts is empty.
        NotYetHappenedError: If the fault would have occurred after the request.
    """
    must_be_told(
        ticket_id=ticket_id,
        customer_id=customer_id,
        channel=channel,
        product=product,
        model=model,
        fault=fault,
        contact=contact,
    )
    must_have_happened(f"ticket {ticket_id}: fault_at", fault_at, by=at, clause="om2025:2.1a")
    opened = events.TicketOpened(
        ticket_id=ticket_id,
        customer_id=customer_id,
        channel=channel,
        product=product,
        model=model,
        fault=fault,
        fault_at=fault_at,
        contact=contact,
        area=area,
        grade=grade,
        standard=standard,
        calendar=calendar,
        at=at,
    )
    return on_record(None, opened, terms=terms)


def acknowledge(
    ticket: Ticket, *, automatic: bool, at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Tell the customer that the request arrived (om2025:4.2a).

    Raises:
        AlreadyAcknowledgedError: If that was done.
    """
    must_not_be_over(ticket, "acknowledged", at)
    if ticket.acknowledged_at is not None:
        msg = f"ticket {ticket.id} was acknowledged at {ticket.acknowledged_at.isoformat()}"
        raise refusals.AlreadyAcknowledgedError(msg)
    return on_record(
        ticket,
        events.TicketAcknowledged(ticket_id=ticket.id, automatic=automatic, at=at),
        terms=terms,
    )


def classify(
    ticket: Ticket, priority: Priority, *, kind: Kind = Kind.GENERAL, at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Set how urgent the ticket is, and so what the customer is promised (om2025:2.2a).

    The promises count from the opening, however late the ticket is classified.

    Raises:
        AlreadyClassifiedError: If it has a priority; change that instead.
    """
    must_not_be_over(ticket, "classified", at)
    if ticket.priority is not None:
        msg = f"ticket {ticket.id} has priority {ticket.priority.value}; change it, with a reason"
        raise refusals.AlreadyClassifiedError(msg)
    return on_record(
        ticket,
        events.TicketClassified(ticket_id=ticket.id, priority=priority, kind=kind, at=at),
        terms=terms,
    )


def change_priority(
    ticket: Ticket, priority: Priority, *, reason: str, at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Make the ticket more or less urgent; the new promises count from the opening.

    Raises:
        NotClassifiedError: If it has no priority yet.
    """
    must_not_be_over(ticket, "given another priority", at)
    must_be_told(reason=reason)
    if ticket.priority is None:
        msg = f"ticket {ticket.id} has no priority yet; classify it first"
        raise refusals.NotClassifiedError(msg)
    if priority is ticket.priority:
        return []
    return on_record(
        ticket,
        events.TicketPriorityChanged(ticket_id=ticket.id, priority=priority, reason=reason, at=at),
        terms=terms,
    )


# --- It is worked on ---------------------------------------------------------


def assign(
    ticket: Ticket, *, to: str, team: str = "", at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Make somebody, or a team, look after it."""
    must_not_be_over(ticket, "assigned", at)
    must_be_told(to=to)
    return on_record(
        ticket, events.TicketAssigned(ticket_id=ticket.id, to=to, team=team, at=at), terms=terms
    )


def answer(ticket: Ticket, *, by: str, at: datetime, terms: Terms) -> list[TicketEvent]:
    """Answer the customer; automatic replies and internal notes are no answers."""
    must_not_be_over(ticket, "answered", at)
    must_be_told(by=by)
    is_first = ticket.answered_at is None or at < ticket.answered_at
    return on_record(
        ticket,
        events.TicketAnswered(ticket_id=ticket.id, by=by, is_first=is_first, at=at),
        terms=terms,
    )


def receive_message(
    ticket: Ticket, *, text: str = "", at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Take in what the customer wrote; they wait for a reply from now on."""
    must_not_be_over(ticket, "written to", at)
    return on_record(
        ticket, events.TicketMessageReceived(ticket_id=ticket.id, text=text, at=at), terms=terms
    )


def note(ticket: Ticket, *, by: str, text: str, at: datetime) -> list[TicketEvent]:
    """Write down something the customer does not see; this is possible at any time."""
    must_be_after_opening(ticket, "noted on", at)
    must_be_told(by=by, text=text)
    return [events.TicketNoted(ticket_id=ticket.id, by=by, text=text, at=at)]


def diagnose(
    ticket: Ticket, *, by: str, finding: str, at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Put the cause of the fault on record: the first assessment (om2025:2.1c)."""
    must_not_be_over(ticket, "diagnosed", at)
    must_be_told(by=by, finding=finding)
    return on_record(
        ticket,
        events.TicketDiagnosed(ticket_id=ticket.id, by=by, finding=finding, at=at),
        terms=terms,
    )


def offer_solution(
    ticket: Ticket,
    *,
    by: str,
    solution: str,
    responsible: str,
    ready_by: datetime | None = None,
    cost: str = "",
    at: datetime,
    terms: Terms,
) -> list[TicketEvent]:
    """Tell the customer what will be done, by whom, until when, at what cost (om2025:5.1a)."""
    must_not_be_over(ticket, "offered a solution", at)
    time = "" if ready_by is None else ready_by.isoformat()
    must_be_told(by=by, solution=solution, responsible=responsible, ready_by=time, cost=cost)
    offered = events.TicketSolutionOffered(
        ticket_id=ticket.id,
        by=by,
        solution=solution,
        responsible=responsible,
        ready_by=ready_by,
        cost=cost,
        at=at,
    )
    return on_record(ticket, offered, terms=terms)


def record_work(
    ticket: Ticket, *, by: str, on_site: bool, work: str, at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Put on record what was done about the fault, from afar or on site."""
    must_not_be_over(ticket, "worked on", at)
    must_be_told(by=by, work=work)
    return on_record(
        ticket,
        events.TicketWorkRecorded(ticket_id=ticket.id, by=by, on_site=on_site, work=work, at=at),
        terms=terms,
    )


def pause(ticket: Ticket, *, reason: str, at: datetime, terms: Terms) -> list[TicketEvent]:
    """Let the ticket wait for something that is not in our hands.

    Raises:
        AlreadyPausedError: If it waits for something already.
        UnknownPauseReasonError: If the standard knows no such reason.
    """
    must_not_be_over(ticket, "paused", at)
    if ticket.status is not Status.OPEN:
        msg = f"ticket {ticket.id} is {ticket.status.value}, so it cannot be paused for {reason!r}"
        raise refusals.AlreadyPausedError(msg)
    if reason not in terms.pause_reasons:
        known = ", ".join(terms.pause_reasons)
        msg = (
            f"ticket {ticket.id}: {reason!r} is not a reason for a pause under {terms.standard}; "
            f"expected {known}"
        )
        raise refusals.UnknownPauseReasonError(msg)
    must_be_in_order(ticket, "paused", at)
    return on_record(
        ticket, events.TicketPaused(ticket_id=ticket.id, reason=reason, at=at), terms=terms
    )


def resume(ticket: Ticket, *, at: datetime, terms: Terms) -> list[TicketEvent]:
    """Go on with it.

    Raises:
        NotPausedError: If it does not wait for anything.
    """
    must_not_be_over(ticket, "resumed", at)
    if ticket.status is not Status.PAUSED:
        msg = f"ticket {ticket.id} is {ticket.status.value}, not paused"
        raise refusals.NotPausedError(msg)
    must_be_in_order(ticket, "resumed", at)
    return on_record(ticket, events.TicketResumed(ticket_id=ticket.id, at=at), terms=terms)


# --- It comes to an end --------------------------------------------------------


def resolve(
    ticket: Ticket, *, by: str, solution: str, at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Declare the fault gone; the customer is asked to confirm.

    Raises:
        AlreadyResolvedError: If it is resolved already.
    """
    must_not_be_over(ticket, "resolved", at)
    must_be_told(by=by, solution=solution)
    if ticket.status is Status.RESOLVED and ticket.resolved_at is not None:
        msg = f"ticket {ticket.id} was resolved at {ticket.resolved_at.isoformat()}"
        raise refusals.AlreadyResolvedError(msg)
    must_be_in_order(ticket, "resolved", at)
    return on_record(
        ticket,
        events.TicketResolved(ticket_id=ticket.id, by=by, solution=solution, at=at),
        terms=terms,
    )


def confirm(ticket: Ticket, *, at: datetime, terms: Terms) -> list[TicketEvent]:
    """Take the customer's word that the fault is gone: this closes the loop (om2025:2.3a).

    Raises:
        NotResolvedError: If nobody said it was.
    """
    must_be_resolved(ticket, "confirmed", at)
    return on_record(
        ticket,
        events.TicketConfirmed(ticket_id=ticket.id, at=at),
        events.TicketClosed(ticket_id=ticket.id, is_confirmed=True, at=at),
        terms=terms,
    )


def reopen(ticket: Ticket, *, reason: str, at: datetime, terms: Terms) -> list[TicketEvent]:
    """Take it up again, because the fault is not gone or came back.

    Raises:
        NotResolvedError: If it was never resolved.
    """
    must_be_after_opening(ticket, "reopened", at)
    must_be_told(reason=reason)
    if ticket.status not in {Status.RESOLVED, Status.CLOSED}:
        msg = f"ticket {ticket.id} is {ticket.status.value}; only a resolved one can be reopened"
        raise refusals.NotResolvedError(msg)
    must_be_in_order(ticket, "reopened", at)
    return on_record(
        ticket, events.TicketReopened(ticket_id=ticket.id, reason=reason, at=at), terms=terms
    )


def close(ticket: Ticket, *, at: datetime, terms: Terms) -> list[TicketEvent]:
    """Close it without the customer's confirmation, after reminding them.

    Raises:
        NotResolvedError: If nobody said that the fault is gone.
    """
    must_be_resolved(ticket, "closed", at)
    return on_record(
        ticket, events.TicketClosed(ticket_id=ticket.id, is_confirmed=False, at=at), terms=terms
    )


def cancel(ticket: Ticket, *, reason: str, at: datetime, terms: Terms) -> list[TicketEvent]:
    """Drop it: the customer needs no help any more, or it was never ours to give."""
    must_not_be_over(ticket, "cancelled", at)
    must_be_told(reason=reason)
    must_be_in_order(ticket, "cancelled", at)
    return on_record(
        ticket, events.TicketCancelled(ticket_id=ticket.id, reason=reason, at=at), terms=terms
    )


def change_terms(
    ticket: Ticket, *, standard: str, calendar: str, reason: str, at: datetime, terms: Terms
) -> list[TicketEvent]:
    """Serve it under another standard or calendar from now on.

    Promises already kept or broken stay as they are; what is still open is
    promised anew, from the opening unless the standard says otherwise.
    """
    must_not_be_over(ticket, "given other terms", at)
    must_be_told(reason=reason)
    if (standard, calendar) == (ticket.standard, ticket.calendar):
        return []
    changed = events.TicketTermsChanged(
        ticket_id=ticket.id, standard=standard, calendar=calendar, reason=reason, at=at
    )
    return on_record(ticket, changed, terms=terms)


# --- It is late, or soon will be -------------------------------------------------


def escalate_if_due(ticket: Ticket, *, at: datetime, terms: Terms) -> list[TicketEvent]:
    """Put on record every level of the ladder that was reached by *at* (om2025:2.2e).

    Each level of each clock goes on record once, with the moment it was due,
    however late and however often somebody looks.
    """
    return [*levels_reached(ticket, at=at, terms=terms)]


def escalate_at_once(ticket: Ticket, *, to: Level, clause: str, at: datetime) -> list[TicketEvent]:
    """Give it to a higher level without waiting for a deadline, as *clause* demands."""
    must_not_be_over(ticket, "escalated", at)
    if not to.is_above(ticket.level):
        return []
    return [
        events.TicketEscalated(
            ticket_id=ticket.id, to=to, clock="", rung="at_once", clause=clause, due=at, at=at
        )
    ]
