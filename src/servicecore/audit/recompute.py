"""Every promise and every measurement on record, computed once more and compared.

Events carry what was promised and what was measured, so nothing has to be
computed to read them.  Here it is computed all the same, from the bare steps of
the history and the standard they were served under.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from ..domain.events import Recorded, with_facts
from ..domain.standard import Rulebook
from ..domain.ticket import Ticket, TicketEscalated, TicketWarned, events, evolve
from ..domain.ticket.record import levels_reached, on_record


@attrs.frozen(kw_only=True)
class Discrepancy:
    """Something on record is not what the standard makes of the history before it."""

    event: str
    what: str
    on_record: Any
    recomputed: Any

    def __str__(self) -> str:
        return (
            f"{self.event}: {self.what}: {self.on_record} on record, {self.recomputed} recomputed"
        )


def check_ticket(history: Iterable[Recorded], rulebook: Rulebook) -> Iterator[Discrepancy]:
    """Yield whatever does not agree in the history of one ticket.

    Raises:
        UnknownStandardError: If it was served under a standard that is not known.
        UnknownCalendarError: The same for its calendar.
        ImpossibleHistoryError: If its events cannot follow each other.
    """
    ticket: Ticket | None = None
    for recorded in history:
        yield from _check(ticket, recorded, rulebook)
        ticket = evolve(ticket, recorded.event)


def _check(ticket: Ticket | None, recorded: Recorded, rulebook: Rulebook) -> Iterator[Discrepancy]:
    event = recorded.event
    if isinstance(event, events.ClockFact):
        yield from _check_step(ticket, recorded, rulebook)
    elif isinstance(event, TicketWarned | TicketEscalated) and event.clock and ticket is not None:
        yield from _check_level(ticket, recorded, rulebook)


def _check_step(
    ticket: Ticket | None, recorded: Recorded, rulebook: Rulebook
) -> Iterator[Discrepancy]:
    event = recorded.event
    served = event if ticket is None else ticket
    terms = rulebook.terms(served.standard, served.calendar)
    bare = with_facts(event, promises=(), readings=())
    # What nobody was told in another system does not stand in its history.
    tell_levels = not recorded.is_imported
    *levels, again = on_record(ticket, bare, terms=terms, tell_levels=tell_levels)
    for level in levels:
        if not isinstance(level, TicketWarned | TicketEscalated):
            continue
        yield Discrepancy(
            event=recorded.id,
            what=f"level {level.rung} of {level.clock}, due {level.due.isoformat()}",
            on_record="nothing",
            recomputed="reached before",
        )
    for what in ("promises", "readings"):
        told, computed = getattr(event, what), getattr(again, what)
        if told != computed:
            yield Discrepancy(event=recorded.id, what=what, on_record=told, recomputed=computed)


def _check_level(ticket: Ticket, recorded: Recorded, rulebook: Rulebook) -> Iterator[Discrepancy]:
    event = recorded.event
    terms = rulebook.terms(ticket.standard, ticket.calendar)
    reached = {
        (each.clock, each.round, each.rung): each
        for each in levels_reached(ticket, at=event.at, terms=terms)
    }
    again = reached.get((event.clock, event.round, event.rung))
    for fact in ("due", "to", "clause"):
        told, computed = getattr(event, fact), getattr(again, fact, None)
        if told != computed:
            what = f"{fact} of level {event.rung} of {event.clock}"
            yield Discrepancy(event=recorded.id, what=what, on_record=told, recomputed=computed)
