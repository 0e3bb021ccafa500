"""Facts of tickets, made from histories as a read model makes them."""

from __future__ import annotations

from collections.abc import Iterable

from servicecore.domain.ticket import TicketEvent
from servicecore.projections.ticket_facts import TicketFact


def fact_of(history: Iterable[TicketEvent]) -> TicketFact:
    """Return the row of the ticket with this history."""
    opened, *rest = history
    fact = TicketFact.opened(opened)
    for event in (opened, *rest):
        fact.observe(event)
    return fact
