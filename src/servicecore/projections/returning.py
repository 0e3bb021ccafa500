"""What comes back: reopened tickets, the same fault again, the same problem again.

All of these look ahead from a resolution or back from an opening, so the newest
ones are not settled yet: they count, and stand under *open* until they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from ..domain.sla import State
from ..domain.ticket import Status
from .clock_facts import count_attainment
from .tally import Tally
from .ticket_facts import TicketFact

REOPENED_WITHIN = timedelta(days=30)
RETURNED_WITHIN = timedelta(days=30)
REPEATED_WITHIN = timedelta(days=90)
_RESOLUTION = "resolution"

Problem = tuple[str, str, str]  #: Customer, product and fault.


def reopenings(fact: TicketFact, tally: Tally) -> None:
    """Count tickets first resolved, and those reopened within 30 days of it."""
    first, back = fact.first_resolved_at, fact.reopened_at
    if first is None:
        return
    tally.share("reopen_rate", first, is_reopened(fact))
    if back is None and tally.as_of - first <= REOPENED_WITHIN:
        tally.unsettled("reopen_rate", first)
    if back is not None:
        tally.length("time_to_reopening", back, back - first)


def first_contact(fact: TicketFact, tally: Tally) -> None:
    """Count tickets resolved with exactly one answer by a person, and not reopened."""
    if fact.first_resolved_at is not None:
        is_so = fact.answers_until_resolved == 1 and not is_reopened(fact)
        tally.share("first_contact_resolution", fact.first_resolved_at, is_so)


def is_reopened(fact: TicketFact) -> bool:
    """Tell whether a ticket was reopened within 30 days of its first resolution."""
    first, back = fact.first_resolved_at, fact.reopened_at
    return first is not None and back is not None and back - first <= REOPENED_WITHIN


@attrs.frozen(kw_only=True)
class Case:
    """The part of a ticket's fact that problems are compared by."""

    ticket_id: str
    customer_id: str
    product: str
    fault: str = ""
    opened_at: datetime
    status: Status = Status.OPEN


@attrs.define
class Problems:
    """Which customers asked when for help with which fault of which product."""

    cases: dict[Problem, list[tuple[datetime, str]]]

    @classmethod
    def of(cls, facts: Iterable[Case | TicketFact]) -> Problems:
        """Look through all tickets; one that was merged is the same request as another."""
        cases: dict[Problem, list[tuple[datetime, str]]] = defaultdict(list)
        for fact in facts:
            if fact.status is not Status.MERGED:
                cases[_problem(fact)].append((fact.opened_at, fact.ticket_id))
        return cls({problem: sorted(found) for problem, found in cases.items()})

    def repairs(self, fact: TicketFact, tally: Tally) -> None:
        """Count repairs in time, and those whose fault did not return within 30 days.

        A repair is what the *resolution* of a ticket was promised for.
        """
        clock = fact.clocks.get(_RESOLUTION)
        if clock is None:
            return
        count_attainment("repair_timeliness", clock, tally)
        resolved = fact.first_resolved_at
        if resolved is None:
            return
        tally.share("repair_success", resolved, not self._has_returned(fact, resolved))
        if tally.as_of - resolved <= RETURNED_WITHIN and clock.state is not State.CANCELLED:
            tally.unsettled("repair_success", resolved)

    def repeats(self, fact: TicketFact, tally: Tally) -> None:
        """Count tickets, and those about what the customer had asked for within 90 days."""
        if fact.status is not Status.MERGED:
            tally.share("repeat_problems", fact.opened_at, self._is_repeated(fact))

    def _has_returned(self, fact: TicketFact, resolved: datetime) -> bool:
        if is_reopened(fact):
            return True
        cases = self.cases.get(_problem(fact), [])
        after = bisect_right(cases, (resolved, "\U0010ffff"))
        return after < len(cases) and cases[after][0] - resolved <= RETURNED_WITHIN

    def _is_repeated(self, fact: TicketFact) -> bool:
        cases = self.cases[_problem(fact)]
        before = cases.index((fact.opened_at, fact.ticket_id)) - 1
        return before >= 0 and fact.opened_at - cases[before][0] <= REPEATED_WITHIN


def _problem(fact: Case | TicketFact) -> Problem:
    return fact.customer_id, fact.product, fact.fault
