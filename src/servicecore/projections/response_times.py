"""How long do customers wait, and do we keep our promises?

Definitions (each figure says which of them it is):

* A *distribution* of first responses belongs to the period in which the tickets
  were opened; one of resolutions to the period in which they were resolved.
* *Attainment* is met / decided, in the period of the decision: when the promise
  was kept or broken, whichever came first.  Clocks that are still open are
  censored, and counted apart.
* Service time is what the clock counted; wall time is what the customer waited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from .answer import Answer
from .asking import Question, UnknownGroupingError
from .clock_facts import clock_of, count_attainment
from .counting import count
from .period import Period
from .tally import Tally
from .ticket_facts import DIMENSIONS, TicketFact

__all__ = ["GROUPINGS", "UnknownGroupingError", "attainment", "measure", "response_times"]

GROUPINGS = DIMENSIONS


def response_times(
    facts: Iterable[TicketFact],
    *,
    period: Period | None = None,
    by: Iterable[str] = ("priority",),
    where: Mapping[str, frozenset[str]] | None = None,
    as_of: datetime,
) -> Answer:
    """Sum up waits and attainment of every clock, by group.

    Args:
        facts: One for each ticket.
        period: Which tickets and decisions count; all, by default.
        by: What to group by; see :data:`GROUPINGS`.
        where: Which tickets count: by what, and its values.
        as_of: Up to when a promise that is not kept yet may be late.

    Raises:
        UnknownGroupingError: If tickets have nothing of that name.
    """
    question = Question(
        as_of=as_of,
        period=period,
        by=tuple(by),
        where=where or {},
        zone=period.zone if period else ZoneInfo("UTC"),
    )
    return count(facts, question, of="tickets", dimensions=DIMENSIONS, measures=[measure])


def measure(fact: TicketFact, tally: Tally) -> None:
    """Count how long one ticket waited, and which of its promises were kept."""
    attainment(fact, tally)
    lengths(fact, tally)


def lengths(fact: TicketFact, tally: Tally) -> None:
    """Count how long one ticket waited, by its clocks and on the wall."""
    for name, clock in fact.clocks.items():
        if clock.has_ended:
            told = clock_of(name)
            cohort = fact.opened_at if told == "first_response" else clock.told_at
            tally.length(told, cohort, clock.spent)
    first, last = fact.first_resolved_at, fact.last_resolved_at
    if fact.answered_at is not None:
        tally.length("first_response_wall", fact.opened_at, fact.answered_at - fact.opened_at)
    if last is not None:
        tally.length("last_resolution_wall", last, last - fact.opened_at)
    if first is not None:
        tally.length("first_resolution_wall", first, first - fact.opened_at)


def attainment(fact: TicketFact, tally: Tally) -> None:
    """Count which promises of one ticket were kept, in the period of the decision."""
    for name, clock in fact.clocks.items():
        count_attainment(f"{clock_of(name)}_attainment", clock, tally)
