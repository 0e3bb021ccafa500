"""Where the time of a clock went: by owner, team, level and waiting reason.

The parts are cut at the moments at which one of these changed, and each is
counted on the clock's own calendar, so they sum exactly to what the clock spent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import attrs

from ..domain.events import Recorded
from ..domain.people import Level
from ..domain.sla import Clock, keep_time
from ..domain.standard import Rulebook
from ..domain.ticket import Ticket, evolve

NOBODY = "nobody"


@attrs.frozen(kw_only=True, order=True)
class Holder:
    """Who had the case, at which level; *waiting_for* is empty while somebody worked on it."""

    owner: str = NOBODY
    team: str = ""
    level: str = Level.STAFF.value
    waiting_for: str = ""


@attrs.frozen(kw_only=True)
class Attribution:
    """The working time of one clock, part by part.

    *spent* sums to the time on the clock, *waited* to the time it stood still.
    """

    clock: str
    round: int
    spent: dict[Holder, timedelta]
    waited: dict[Holder, timedelta]

    @property
    def total(self) -> timedelta:
        """The time on the clock."""
        return sum(self.spent.values(), timedelta())


def attribute(
    history: Iterable[Recorded], rulebook: Rulebook, *, as_of: datetime
) -> list[Attribution]:
    """Return where the time of every clock of a ticket went, up to *as_of*.

    Raises:
        UnknownStandardError: If the standard it was served under is not known.
    """
    states = _states(history, as_of)
    if not states:
        return []
    ticket = states[-1][1]
    terms = rulebook.terms(ticket.standard, ticket.calendar)
    return [_attributed(each, states, as_of) for each in keep_time(ticket.timeline, terms)]


def _states(history: Iterable[Recorded], as_of: datetime) -> list[tuple[datetime, Ticket]]:
    """Return the ticket after each event, in order of time."""
    happened = sorted(
        (each for each in history if each.occurred_at <= as_of), key=lambda each: each.occurred_at
    )
    states: list[tuple[datetime, Ticket]] = []
    ticket: Ticket | None = None
    for recorded in happened:
        ticket = evolve(ticket, recorded.event)
        states.append((recorded.occurred_at, ticket))
    return states


def _attributed(
    clock: Clock, states: Sequence[tuple[datetime, Ticket]], as_of: datetime
) -> Attribution:
    until = clock.course.ended_at or as_of
    spent: defaultdict[Holder, timedelta] = defaultdict(timedelta)
    waited: defaultdict[Holder, timedelta] = defaultdict(timedelta)
    for begin, end in pairwise(_cuts(clock, states, until)):
        length = clock.counting.calendar.elapsed(begin, end)
        reason = _pause_at(clock, begin)
        holder = attrs.evolve(_holder_at(states, begin), waiting_for=reason)
        (waited if reason else spent)[holder] += length
    return Attribution(
        clock=clock.name, round=clock.round, spent=_worked(spent), waited=_worked(waited)
    )


def _cuts(
    clock: Clock, states: Sequence[tuple[datetime, Ticket]], until: datetime
) -> Iterator[datetime]:
    """Yield every moment of the clock's course at which something changed."""
    start = clock.course.started_at
    moments = {start, until, *(at for at, _ in states)}
    for pause in clock.counting.pauses(clock.course):
        moments |= {pause.started_at, pause.ended_at or until}
    return iter(sorted(each for each in moments if start <= each <= until))


def _pause_at(clock: Clock, moment: datetime) -> str:
    for pause in clock.counting.pauses(clock.course):
        if pause.started_at <= moment and (pause.ended_at is None or moment < pause.ended_at):
            return pause.reason
    return ""


def _holder_at(states: Sequence[tuple[datetime, Ticket]], moment: datetime) -> Holder:
    ticket = next(ticket for at, ticket in reversed(states) if at <= moment)
    return Holder(owner=ticket.assignee or NOBODY, team=ticket.team or "", level=ticket.level.value)


def _worked(parts: dict[Holder, timedelta]) -> dict[Holder, timedelta]:
    return {holder: parts[holder] for holder in sorted(parts) if parts[holder]}
