"""What shall be taken up next: high priority goes first (om2025:6.2a).

The manual says no more than that; the rest is a house choice:

* within a priority goes first what falls due first, then what was opened first;
* what nobody has classified yet may be an A: it comes right behind them;
* on hold, a ticket waits for somebody else, and stands behind all that can be taken up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

import attrs

from ..domain.moments import has_passed
from ..domain.sla import State
from ..domain.ticket import Priority, Status
from .ticket_facts import TicketFact

_NEVER = datetime.max.replace(tzinfo=timezone.utc)
_RANKS = {priority: rank for rank, priority in enumerate((Priority.A.value, "", "B", "C"))}


@attrs.frozen(kw_only=True)
class Waiting:
    """A ticket that somebody has to do something about, and what is promised next on it.

    *clock* falls due first of those that run, at *due*; there is none where nothing
    is promised any more, or all of it stands still.
    """

    ticket_id: str
    customer_id: str
    product: str
    fault: str
    priority: str
    kind: str
    team: str
    person: str
    level: str
    status: str
    pause_reason: str
    opened_at: datetime
    clock: str = ""
    due: datetime | None = None
    is_late: bool = False


def worklist(facts: Iterable[TicketFact], *, as_of: datetime) -> list[Waiting]:
    """Return the tickets that are to do at that moment, what goes first first."""
    return sorted((_waiting(each, as_of) for each in facts if each.is_to_do), key=_turn)


def _turn(ticket: Waiting) -> tuple[bool, int, datetime, datetime, str]:
    rank = _RANKS[ticket.priority]
    on_hold = ticket.status == Status.PAUSED.value
    return on_hold, rank, ticket.due or _NEVER, ticket.opened_at, ticket.ticket_id


def _waiting(fact: TicketFact, as_of: datetime) -> Waiting:
    running = ((e.due, name) for name, e in fact.clocks.items() if e.state is State.RUNNING)
    due, clock = min(running, default=(None, ""))
    return Waiting(
        ticket_id=fact.ticket_id,
        customer_id=fact.customer_id,
        product=fact.product,
        fault=fact.fault,
        priority=fact.priority,
        kind=fact.kind,
        team=fact.team,
        person=fact.person,
        level=fact.level.value,
        status=fact.status.value,
        pause_reason=fact.pause_reason,
        opened_at=fact.opened_at,
        clock=clock,
        due=due,
        is_late=due is not None and has_passed(due, as_of),
    )
