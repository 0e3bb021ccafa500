"""Which problems came back: the same fault again, the same request again.

These look at all tickets at once, to compare them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs
import msgspec

from ..domain.ticket import Status

if TYPE_CHECKING:
    from .ticket_facts import TicketFact

REOPENED_WITHIN = timedelta(days=30)
RETURNED_WITHIN = timedelta(days=30)
REPEATED_WITHIN = timedelta(days=90)
_LAST = "\U0010ffff"


class Case(msgspec.Struct, kw_only=True, gc=False):
    """The part of a ticket's fact that problems are compared by."""

    ticket_id: str
    customer_id: str
    product: str
    fault: str = ""
    opened_at: datetime
    status: Status = Status.OPEN
    first_resolved_at: datetime | None = None
    reopened_at: datetime | None = None


@attrs.frozen
class Problems:
    """Which tickets are *lasting*, and which are *repeated*.

    The fault of the lasting ones did not come back within 30 days of their first
    resolution; the repeated ones are about what the customer had asked for within
    90 days before.
    """

    lasting: frozenset[str]
    repeated: frozenset[str]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Problems:
        """Look through all tickets; one that was merged is the same request as another."""
        requests: dict[tuple[str, str, str], list[tuple[datetime, str]]] = defaultdict(list)
        resolved: list[Case] = []
        for case in cases:
            if case.status is not Status.MERGED:
                requests[_problem(case)].append((case.opened_at, case.ticket_id))
            if case.first_resolved_at is not None:
                resolved.append(case)
        for alike in requests.values():
            alike.sort()
        return cls(
            lasting=frozenset(
                case.ticket_id for case in resolved if not _has_returned(case, requests)
            ),
            repeated=frozenset(
                ticket_id
                for alike in requests.values()
                for (before, _), (opened_at, ticket_id) in pairwise(alike)
                if opened_at - before <= REPEATED_WITHIN
            ),
        )


def is_reopened(case: Case | TicketFact) -> bool:
    """Tell whether a ticket was reopened within 30 days of its first resolution."""
    first, back = case.first_resolved_at, case.reopened_at
    return first is not None and back is not None and back - first <= REOPENED_WITHIN


def _has_returned(
    case: Case, requests: dict[tuple[str, str, str], list[tuple[datetime, str]]]
) -> bool:
    alike, resolved = requests.get(_problem(case), []), case.first_resolved_at
    if resolved is None or is_reopened(case):
        return resolved is not None
    after = bisect_right(alike, (resolved, _LAST))
    return after < len(alike) and alike[after][0] - resolved <= RETURNED_WITHIN


def _problem(case: Case) -> tuple[str, str, str]:
    return case.customer_id, case.product, case.fault
