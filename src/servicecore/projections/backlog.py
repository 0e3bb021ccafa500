"""What is still to do, how old it is, and what comes in and goes out.

The *backlog* is a stock at an instant: the end of the period if that is over,
else the moment asked of; by month, the end of each month.  A ticket is in it
from its opening, and again from a reopening, until it is resolved, cancelled or
merged.  Its *age* is counted from the opening; exactly a day old is 0-1 days.
"""

from __future__ import annotations

from .tally import Tally
from .ticket_facts import TicketFact


def backlog(fact: TicketFact, tally: Tally) -> None:
    """Count a ticket for as long as it is to do, with its age."""
    for since, until in fact.stretches():
        tally.stock("backlog", since, until, born=fact.opened_at)


def volumes(fact: TicketFact, tally: Tally) -> None:
    """Count what came in, and what was resolved for the first time."""
    tally.total("tickets_opened", fact.opened_at)
    if fact.first_resolved_at is not None:
        tally.total("tickets_resolved", fact.first_resolved_at)


def coverage(fact: TicketFact, tally: Tally) -> None:
    """Count how many customers, areas, products and teams the service reached (om2025:1.3b)."""
    tally.distinct("customers_served", fact.opened_at, fact.customer_id)
    tally.distinct("areas_served", fact.opened_at, fact.area)
    tally.distinct("products_served", fact.opened_at, fact.product)
    tally.distinct("teams_serving", fact.opened_at, fact.team)
