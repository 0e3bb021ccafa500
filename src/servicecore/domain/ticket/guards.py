"""What the rules demand of any step in the life of a ticket."""

from __future__ import annotations

from datetime import datetime

from . import refusals
from .ticket import Status, Ticket

#: What changes the status of a ticket.
_TURNS = frozenset({"opened", "paused", "resumed", "resolved", "closed", "reopened"})


def must_be_after_opening(ticket: Ticket, done: str, at: datetime) -> None:
    """Refuse what would have happened before the customer asked for help."""
    if at < ticket.opened_at:
        msg = (
            f"ticket {ticket.id} was opened at {ticket.opened_at.isoformat()}, "
            f"so it cannot have been {done} at {at.isoformat()}"
        )
        raise refusals.BeforeOpeningError(msg)


def must_not_be_over(ticket: Ticket, done: str, at: datetime) -> None:
    """Refuse to go on with a ticket that has ended."""
    must_be_after_opening(ticket, done, at)
    if ticket.status.is_over:
        msg = f"ticket {ticket.id} is {ticket.status.value}, so it cannot be {done}"
        raise refusals.TicketEndedError(msg)


def must_be_resolved(ticket: Ticket, done: str, at: datetime) -> None:
    """Refuse what only follows a solution, and did not."""
    must_not_be_over(ticket, done, at)
    if ticket.status is not Status.RESOLVED:
        msg = f"ticket {ticket.id} is {ticket.status.value}; resolve it before it can be {done}"
        raise refusals.NotResolvedError(msg)
    must_be_in_order(ticket, done, at)


def must_be_in_order(ticket: Ticket, done: str, at: datetime) -> None:
    """Refuse what would change the status before it last changed."""
    since = max(each.at for each in ticket.timeline if each.what in _TURNS)
    if at < since:
        msg = (
            f"ticket {ticket.id} has been {ticket.status.value} since {since.isoformat()}, "
            f"so it cannot have been {done} at {at.isoformat()}"
        )
        raise refusals.OutOfOrderError(msg)
