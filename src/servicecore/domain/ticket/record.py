"""How a step of a ticket goes on record: with what it promises, and what it measures.

Decisions come through here, and so do the histories of other systems, which may
hold steps that today's rules would refuse: they are facts all the same.
"""

from __future__ import annotations

from datetime import datetime

from .. import case
from ..case import ASSIGNEE, Reached
from ..people import Level
from ..sla import Terms, keep_time
from .events import ClockEvent, TicketEscalated, TicketEvent, TicketWarned
from .ticket import Ticket


def on_record(
    ticket: Ticket | None, *steps: ClockEvent, terms: Terms, tell_levels: bool = True
) -> list[TicketEvent]:
    """Return *steps*, and the levels reached before them, ready for the history.

    Args:
        ticket: As its history leaves it; None when it is being opened.
        steps: What happens to it, in order.
        terms: What it is promised under.
        tell_levels: Whether levels reached before go on record.
    """
    ticket_id = steps[0].ticket_id

    def level(reached: Reached, at: datetime) -> TicketWarned | TicketEscalated:
        return _level(ticket_id, reached, at)

    return [*case.on_record(ticket, steps, terms=terms, level=level, tell_levels=tell_levels)]


def levels_reached(
    ticket: Ticket, *, at: datetime, terms: Terms
) -> list[TicketWarned | TicketEscalated]:
    """Return the levels reached by *at* that are not on record yet, in the order they were due."""
    clocks = keep_time(ticket.timeline, terms)
    reached = case.levels_reached(clocks, ticket.levels_reached, at=at)
    return [_level(ticket.id, each, at) for each in reached]


def _level(ticket_id: str, reached: Reached, at: datetime) -> TicketWarned | TicketEscalated:
    told = reached.told(at=at)
    if reached.to == ASSIGNEE:
        return TicketWarned(ticket_id=ticket_id, to=reached.to, **told)
    return TicketEscalated(ticket_id=ticket_id, to=Level(reached.to), **told)
