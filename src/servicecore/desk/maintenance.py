"""The counter for maintenance: plans, their visits, and what was found on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Unpack

import attrs

from ..domain.maintenance import BadCycleError, MaintenanceKind, MaintenancePlan, decisions
from ..domain.spans import Span
from ..standards.lengths import SPAN_EXPECTED, parse_span
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import MAINTENANCE


@attrs.frozen
class Maintenance(Counter[MaintenancePlan]):
    """Plans the maintenance of products, and records its visits.

    Every command may say when it happened (``at``), and who asked for it.
    Cycles are told as ``"3 months"``, ``"1 year"`` or ``"10 days"``.
    """

    @classmethod
    def of(cls, office: Office) -> Maintenance:
        """Open the counter."""
        return cls(Drawer(office, "maintenance", MAINTENANCE))

    def plan(
        self,
        plan_id: str,
        *,
        product: str,
        customer_id: str,
        kind: MaintenanceKind | str,
        every: Span | str,
        first_on: date,
        content: str,
        manner: str,
        person: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Plan to maintain a product; the first visit gets its day at once.

        Raises:
            RecordExistsError: If the number is taken.
        """
        office = self._drawer.office
        return self._drawer.begin(
            plan_id,
            decisions.plan_maintenance,
            why,
            at,
            product=product,
            customer_id=customer_id,
            kind=kind,
            every=_span(every),
            first_on=first_on,
            content=content,
            manner=manner,
            person=person,
            standard=office.standard.reference,
            calendar=office.calendar,
        )

    def revise(
        self,
        plan_id: str,
        *,
        reason: str,
        every: Span | str | None = None,
        content: str | None = None,
        manner: str | None = None,
        person: str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Change a plan as feedback asks; what is not told stays."""
        return self._drawer.decide(
            plan_id,
            decisions.revise,
            why,
            at,
            every=None if every is None else _span(every),
            content=content,
            manner=manner,
            person=person,
            reason=reason,
        )

    def end(
        self, plan_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Plan no more visits."""
        return self._drawer.decide(plan_id, decisions.end, why, at, reason=reason)

    # --- Visits -----------------------------------------------------------------------

    def test(
        self,
        plan_id: str,
        *,
        visit: int,
        by: str,
        has_passed: bool,
        result: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record that what a visit will do was tried out."""
        return self._drawer.decide(
            plan_id,
            decisions.test,
            why,
            at,
            visit=visit,
            by=by,
            has_passed=has_passed,
            result=result,
        )

    def carry_out(
        self,
        plan_id: str,
        *,
        visit: int,
        by: str,
        content: str,
        result: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Record what a technician did on a visit; the next one gets its day."""
        return self._drawer.decide_by_calendar(
            plan_id,
            decisions.carry_out,
            why,
            at,
            visit=visit,
            by=by,
            content=content,
            result=result,
        )


def _span(every: Span | str) -> Span:
    if isinstance(every, Span):
        return every
    try:
        return parse_span(every)
    except (TypeError, ValueError):
        msg = f"a cycle cannot be {every!r}; expected {SPAN_EXPECTED}"
        raise BadCycleError(msg) from None
