"""A plan of maintenance as its history leaves it, with its visits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from ..spans import Span
from . import events
from .events import MaintenanceEvent, MaintenanceKind


class VisitStatus(Enum):
    """Where a visit stands."""

    PLANNED = "planned"
    DUE = "due"
    MISSED = "missed"
    CARRIED_OUT = "carried_out"


@attrs.frozen(kw_only=True)
class Visit:
    """One visit: the day the cycle names, the working day it is planned on, what came of it.

    One that was *was_missed* may still be made up for.
    """

    number: int
    nominal_on: date
    planned_on: date
    status: VisitStatus = VisitStatus.PLANNED
    was_missed: bool = False
    tested_at: datetime | None = None
    carried_out_at: datetime | None = None
    by: str = ""
    content: str = ""
    result: str = ""


@attrs.frozen(kw_only=True)
class MaintenancePlan:
    """Who maintains a product how often, in what manner, and what is done."""

    id: str
    product: str
    customer_id: str
    kind: MaintenanceKind
    every: Span
    content: str
    manner: str
    person: str
    counted_from: date
    counted_from_visit: int
    planned_at: datetime
    standard: str
    calendar: str
    ended_because: str = ""
    visits: Mapping[int, Visit] = attrs.field(factory=dict)
    reminders: Reminders = ()

    @property
    def has_ended(self) -> bool:
        """Nothing is done under it any more."""
        return bool(self.ended_because)

    @property
    def newest(self) -> int:
        """The number of the visit that was planned last."""
        return max(self.visits, default=0)

    def nominal_day_of(self, visit: int) -> date:
        """Return the day the cycle names for a *visit*; no month end shortens the next month."""
        cycles = visit - self.counted_from_visit
        span = Span(months=self.every.months * cycles, days=self.every.days * cycles)
        return span.after(self.counted_from)


def evolve(plan: MaintenancePlan | None, event: MaintenanceEvent) -> MaintenancePlan:
    """Return *plan* as *event* leaves it; there is none before it is made.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if plan is None:
        return _planned(event)
    must_belong(event, "maintenance_id", plan.id, "the history of maintenance plan")
    reminders = outstanding(plan.reminders, event)
    return attrs.evolve(plan, reminders=reminders, **_facts(plan, event))


def _planned(event: MaintenanceEvent) -> MaintenancePlan:
    event = must_begin(event, events.MaintenancePlanned, "the maintenance was planned")
    return MaintenancePlan(
        id=event.maintenance_id,
        product=event.product,
        customer_id=event.customer_id,
        kind=event.kind,
        every=event.every,
        content=event.content,
        manner=event.manner,
        person=event.person,
        counted_from=event.first_on,
        counted_from_visit=1,
        planned_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
    )


def _facts(plan: MaintenancePlan, event: MaintenanceEvent) -> dict[str, Any]:
    match event:
        case events.MaintenanceRevised():
            return {
                "every": event.every,
                "content": event.content,
                "manner": event.manner,
                "person": event.person,
                "counted_from": event.counted_from,
                "counted_from_visit": event.counted_from_visit,
            }
        case events.MaintenanceEnded():
            return {"ended_because": event.reason}
        case events.MaintenanceVisitPlanned() if event.visit != plan.newest + 1:
            msg = f"{event} is out of turn: plan {plan.id} has {plan.newest} visits"
            raise ImpossibleHistoryError(msg)
        case events.MaintenanceVisitPlanned(visit=number):
            visit = Visit(number=number, nominal_on=event.nominal_on, planned_on=event.planned_on)
            return {"visits": {**plan.visits, number: visit}}
        case events.MaintenancePlanned():
            msg = f"maintenance plan {plan.id} cannot be made twice: {event}"
            raise ImpossibleHistoryError(msg)
        case _:
            return {"visits": _visits(plan, event)}


def _visits(plan: MaintenancePlan, event: Any) -> Mapping[int, Visit]:
    visit = plan.visits.get(getattr(event, "visit", 0))
    if visit is None:
        msg = f"{event} is about a visit that maintenance plan {plan.id} never had"
        raise ImpossibleHistoryError(msg)
    return {**plan.visits, visit.number: attrs.evolve(visit, **_visit_facts(visit, event))}


def _visit_facts(visit: Visit, event: Any) -> dict[str, Any]:
    match event:
        case events.MaintenanceVisitDue():
            return {"status": VisitStatus.DUE}
        case events.MaintenanceVisitMissed():
            return {"status": VisitStatus.MISSED, "was_missed": True}
        case events.MaintenanceTested(has_passed=has_passed):
            return {"tested_at": event.at if has_passed else None}
        case events.MaintenanceVisitCarriedOut() if visit.carried_out_at is None:
            return {
                "status": VisitStatus.CARRIED_OUT,
                "carried_out_at": event.at,
                "by": event.by,
                "content": event.content,
                "result": event.result,
            }
        case _:
            msg = f"{event} is not a step in the life of a visit that is {visit.status.value}"
            raise ImpossibleHistoryError(msg)
