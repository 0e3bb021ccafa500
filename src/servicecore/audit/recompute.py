"""Every promise and every measurement on record, computed once more and compared.

Events carry what was promised and what was measured, so nothing has to be
computed to read them.  Here it is computed all the same, from the bare steps of
the history and the standard they were served under.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

import attrs

from ..domain.events import Recorded, with_facts
from ..domain.sla import Promise, Reading, RungReached
from ..domain.standard import Rulebook
from ..domain.ticket import Ticket, TicketEscalated, TicketWarned, events, evolve
from ..domain.ticket.record import levels_reached, on_record

Told = TypeVar("Told", Promise, Reading)


@attrs.frozen(kw_only=True)
class Discrepancy:
    """Something on record is not what the standard makes of the history before it."""

    event: str
    what: str
    on_record: Any
    recomputed: Any

    def __str__(self) -> str:
        was, is_now = _in_words(self.on_record), _in_words(self.recomputed)
        return f"{self.event}: {self.what}: {was} on record, {is_now} recomputed"


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
            on_record=None,
            recomputed="reached before",
        )
    for what in ("promises", "readings"):
        told, computed = getattr(event, what), getattr(again, what)
        if told != computed:
            whole = Discrepancy(event=recorded.id, what=what, on_record=told, recomputed=computed)
            # Told twice, or in another order, they may still be the same clock by clock.
            yield from list(_clock_by_clock(recorded.id, told, computed)) or [whole]


def _clock_by_clock(
    event: str, told: Iterable[Told], computed: Iterable[Told]
) -> Iterator[Discrepancy]:
    """Yield what differs between two tellings of the clocks, fact by fact."""
    before, after = _by_clock(told), _by_clock(computed)
    for key in sorted(before.keys() | after.keys()):
        was, is_now = before.get(key), after.get(key)
        whole = f"{type(was or is_now).__name__.lower()} of {key[0]}, round {key[1]}"
        if was is None or is_now is None:
            yield Discrepancy(event=event, what=whole, on_record=was, recomputed=is_now)
            continue
        for fact in attrs.fields_dict(type(was)):
            one, other = getattr(was, fact), getattr(is_now, fact)
            if one != other:
                what = f"{fact} in the {whole}"
                yield Discrepancy(event=event, what=what, on_record=one, recomputed=other)


def _by_clock(told: Iterable[Told]) -> dict[tuple[str, int], Told]:
    return {(each.clock, each.round): each for each in told}


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


def _in_words(value: Any) -> str:
    """Tell what stands somewhere, as people write it."""
    match value:
        case None | ():
            told = "nothing"
        case Promise(due=due):
            told = f"due {due.isoformat()}"
        case Reading(state=state, due=due):
            told = f"{state.value}, due {due.isoformat()}"
        case tuple():
            told = ", ".join(map(_in_words, value))
        case RungReached(name=name, due=due):
            told = f"{name} at {due.isoformat()}"
        case datetime():
            told = value.isoformat()
        case Enum():
            told = str(value.value)
        case _:
            told = str(value)
    return told
