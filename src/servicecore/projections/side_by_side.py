"""The same tickets under two standards, for the questions that are asked of tickets anyway.

Each ticket counts twice: as it was, and with the clocks it would have had.  The
group ``standard`` tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ..domain.sla import Clock, Terms, Timeline, keep_time
from . import ticket_facts
from .asking import Dimension
from .clock_facts import ClockFact
from .ticket_facts import TicketFact

WHAT_IF = " (what if)"  #: Ends the name of a standard that a ticket was not served under.


class PromisedFact(TicketFact, kw_only=True):
    """What is known of a ticket, and under which standard that is."""

    standard: str


DIMENSIONS: Mapping[str, Dimension] = {
    **ticket_facts.DIMENSIONS,
    "ticket": lambda fact: fact.ticket_id,
    "standard": lambda fact: fact.standard,
}


def as_it_was(fact: TicketFact, *, standard: str) -> PromisedFact:
    """Return the fact as one under the *standard* that it was served under."""
    return PromisedFact(**msgspec.structs.asdict(fact), standard=standard)


def as_it_would_be(
    fact: TicketFact, timeline: Timeline, *, instead: Terms, as_of: datetime
) -> PromisedFact:
    """Return the fact with the clocks it would have had, had it been served under other terms."""
    clocks = {
        _name(clock): _clock_fact(clock, _told_at(clock, timeline, instead, as_of))
        for clock in keep_time(timeline, instead)
    }
    told: dict[str, Any] = msgspec.structs.asdict(fact) | {"clocks": clocks}
    return PromisedFact(**told, standard=f"{instead.standard}{WHAT_IF}")


def _clock_fact(clock: Clock, at: datetime) -> ClockFact:
    reading = clock.reading(at)
    return ClockFact(
        clause=clock.counting.target.clause,
        started_at=clock.course.started_at,
        due=reading.due,
        spent=reading.spent,
        state=reading.state,
        told_at=at,
        decided=reading.decided_at,
    )


def _told_at(clock: Clock, timeline: Timeline, terms: Terms, as_of: datetime) -> datetime:
    """Return when there was last something to tell of it: it ended, or it was called off."""
    if not clock.is_cancelled:
        return clock.course.ended_at or as_of
    for n, happening in enumerate(timeline, start=1):
        until_then = keep_time(timeline[:n], terms)
        if any(each.key == clock.key and each.is_cancelled for each in until_then):
            return happening.at
    return as_of


def _name(clock: Clock) -> str:
    return clock.name if clock.round == 1 else f"{clock.name}#{clock.round}"
