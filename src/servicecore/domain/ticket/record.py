"""How a step goes on record: with what it promises, and what it measures.

Decisions come through here, and so do the histories of other systems, which may
hold steps that today's rules would refuse: they are facts all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

from ..events import with_facts
from ..people import Level
from ..sla import Clock, Clocks, Happening, Reading, RungReached, Terms, Timeline, keep_time, tick
from .events import (
    ClockEvent,
    TicketEscalated,
    TicketEvent,
    TicketWarned,
)
from .ticket import Ticket, in_order_of_time

ASSIGNEE = "assignee"  #: Whom a warning goes to: whoever has the ticket.
LevelKey = tuple[str, int, str]
LevelReached = TicketWarned | TicketEscalated


def on_record(ticket: Ticket | None, *steps: ClockEvent, terms: Terms) -> list[TicketEvent]:
    """Return *steps* with what they promise and measure, ready for the history.

    Levels of escalation reached before them come first, so a late look finds
    what a punctual one finds.

    Args:
        ticket: As its history leaves it; None when it is being opened.
        steps: What happens to it, in order.
        terms: What it is promised under.
    """
    timeline: Timeline = ticket.timeline if ticket else ()
    clocks = keep_time(timeline, terms)
    levels = levels_reached(ticket, clocks, at=steps[0].at) if ticket else []
    known = {(each.clock, each.round, each.rung) for each in levels}
    known |= ticket.levels_reached if ticket else set()
    told: list[TicketEvent] = [*levels]
    for step in steps:
        before = clocks
        clocks, timeline = _keep_on(clocks, timeline, step.happening, terms)
        told.append(_with_clocks(step, before, clocks, known, now=timeline[-1].at))
    return told


def levels_reached(ticket: Ticket, clocks: Iterable[Clock], *, at: datetime) -> list[LevelReached]:
    """Return the levels reached by *at* that are not on record yet, in the order they were due."""
    reached = [
        _level_reached(ticket.id, clock, rung, at=at)
        for clock in clocks
        if clock.is_live
        for rung in clock.rungs_reached(at)
        if (*clock.key, rung.name) not in ticket.levels_reached
    ]
    return sorted(reached, key=lambda each: each.due)


def _keep_on(
    clocks: Clocks, timeline: Timeline, happening: Happening, terms: Terms
) -> tuple[Clocks, Timeline]:
    if not timeline or timeline[-1].at <= happening.at:
        return tick(clocks, happening, past=timeline, terms=terms), (*timeline, happening)
    # Registered late: what happened since is kept anew on top of it.
    timeline = in_order_of_time(timeline, happening)
    return keep_time(timeline, terms), timeline


def _with_clocks(
    step: ClockEvent, before: Clocks, after: Clocks, known: set[LevelKey], *, now: datetime
) -> ClockEvent:
    was = {each.key: each for each in before}
    changed = [each for each in after if _differs(each, was.get(each.key))]
    promised = [each for each in changed if _is_promised_anew(each, was.get(each.key))]
    return with_facts(
        step,
        promises=tuple(each.promise(now) for each in promised),
        readings=tuple(_without_known_rungs(each.reading(now), known) for each in changed),
    )


def _differs(clock: Clock, was: Clock | None) -> bool:
    return clock is not was and clock != was


def _is_promised_anew(clock: Clock, was: Clock | None) -> bool:
    return was is None or clock.counting != was.counting


def _without_known_rungs(reading: Reading, known: set[LevelKey]) -> Reading:
    key = (reading.clock, reading.round)
    ahead = tuple(rung for rung in reading.rungs if (*key, rung.name) not in known)
    return reading if ahead == reading.rungs else attrs.evolve(reading, rungs=ahead)


def _level_reached(
    ticket_id: str, clock: Clock, rung: RungReached, *, at: datetime
) -> LevelReached:
    told: dict[str, Any] = {
        "ticket_id": ticket_id,
        "clock": clock.name,
        "round": clock.round,
        "rung": rung.name,
        "clause": clock.counting.target.clause,
        "due": rung.due,
        "at": at,
    }
    if rung.to == ASSIGNEE:
        return TicketWarned(to=rung.to, **told)
    return TicketEscalated(to=Level(rung.to), **told)
