"""Facts of tickets, made from histories as a read model makes them."""

from __future__ import annotations

from collections.abc import Iterable

from servicecore.domain.ticket import TicketEvent
from servicecore.projections.ticket_facts import FACTS, TicketFact


def fact_of(history: Iterable[TicketEvent]) -> TicketFact:
    """Return the row of the ticket with this history."""
    fact = FACTS.of(history)
    assert fact is not None
    return fact
