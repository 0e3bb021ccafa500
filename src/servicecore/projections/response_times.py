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

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import attrs

from ..domain.sla import State
from .answer import Answer, Group, Measured
from .period import Period
from .statistics import Durations, Share
from .ticket_facts import ClockFact, TicketFact

GROUPINGS: Mapping[str, Callable[[TicketFact], str]] = {
    "priority": lambda fact: fact.priority,
    "kind": lambda fact: fact.kind,
    "product": lambda fact: fact.product,
    "customer": lambda fact: fact.customer_id,
    "channel": lambda fact: fact.channel,
    "team": lambda fact: fact.team,
    "person": lambda fact: fact.person,
}
REOPENED_WITHIN = timedelta(days=30)


class UnknownGroupingError(ValueError):
    """Figures were asked by something that tickets do not have."""


@attrs.define
class _Cell:
    """What adds up, of one measure in one group."""

    lengths: list[timedelta] = attrs.field(factory=list)
    share: Share = attrs.field(factory=Share)
    is_share: bool = False
    open: int = 0


Cells = defaultdict[tuple[str, Group], _Cell]


def response_times(
    facts: Iterable[TicketFact],
    *,
    period: Period | None = None,
    by: Iterable[str] = ("priority",),
    as_of: datetime,
) -> Answer:
    """Sum up waits and attainment of every clock, by group.

    Args:
        facts: One for each ticket.
        period: Which tickets and decisions count; all, by default.
        by: What to group by; see :data:`GROUPINGS`.
        as_of: Up to when a promise that is not kept yet may be late.

    Raises:
        UnknownGroupingError: If tickets have nothing of that name.
    """
    names = tuple(by)
    for name in names:
        if name not in GROUPINGS:
            msg = f"tickets cannot be grouped by {name!r}; expected {', '.join(GROUPINGS)}"
            raise UnknownGroupingError(msg)
    cells: Cells = defaultdict(_Cell)
    for fact in facts:
        group = tuple((name, GROUPINGS[name](fact)) for name in names)
        _count(cells, group, fact, period, as_of)
    return Answer(period=period, as_of=as_of, measured=tuple(_measured(cells)))


def _count(
    cells: Cells, group: Group, fact: TicketFact, period: Period | None, as_of: datetime
) -> None:
    for name, clock in fact.clocks.items():
        measure = name.partition("#")[0]
        _count_attainment(cells[f"{measure}_attainment", group], clock, period, as_of)
        ended = clock.state in {State.MET, State.MISSED}
        cohort = fact.opened_at if measure == "first_response" else clock.told_at
        if ended and _within(cohort, period):
            cells[measure, group].lengths.append(clock.spent)
    _count_resolutions(cells, group, fact, period)


def _count_attainment(
    cell: _Cell, clock: ClockFact, period: Period | None, as_of: datetime
) -> None:
    cell.is_share = True
    decided = clock.decided_at(as_of)
    if decided is None:
        cell.open += clock.state is not State.CANCELLED
    elif _within(decided, period):
        cell.share += Share(int(not clock.is_breached(as_of)), 1)


def _count_resolutions(cells: Cells, group: Group, fact: TicketFact, period: Period | None) -> None:
    first, last = fact.first_resolved_at, fact.last_resolved_at
    if fact.answered_at is not None and _within(fact.opened_at, period):
        cells["first_response_wall", group].lengths.append(fact.answered_at - fact.opened_at)
    if last is not None and _within(last, period):
        cells["last_resolution_wall", group].lengths.append(last - fact.opened_at)
    if first is None or not _within(first, period):
        return
    cells["first_resolution_wall", group].lengths.append(first - fact.opened_at)
    soon = fact.reopened_at is not None and fact.reopened_at - first <= REOPENED_WITHIN
    reopened = cells["reopen_rate", group]
    reopened.is_share = True
    reopened.share += Share(int(soon), 1)


def _within(moment: datetime, period: Period | None) -> bool:
    return period is None or moment in period


def _measured(cells: Cells) -> Iterator[Measured]:
    for (measure, group), cell in sorted(cells.items(), key=lambda each: each[0]):
        if cell.is_share:
            yield Measured.of_share(measure, group, cell.share, open_=cell.open)
        else:
            yield Measured.of_durations(measure, group, Durations.of(cell.lengths))
