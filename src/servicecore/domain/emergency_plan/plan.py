"""The emergency plan of a year, as its history leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import attrs

from ..calendar_periods import CalendarPeriod
from ..duties import Duty
from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..preparedness import ResponseLevel, Scenario
from ..reminders import Reminders, outstanding
from . import events
from .events import EmergencyPlanEvent

DRILLS, TRAININGS = "drills", "emergency_training"  #: The quotas that a plan sees to.


@attrs.frozen(kw_only=True)
class EmergencyPlan:
    """How emergencies are prevented, who answers for each level, and what was rehearsed.

    *drills* and *trainings* hold the day of each that counted.
    """

    id: str
    year: int
    by: str
    levels: tuple[ResponseLevel, ...]
    prevention: Mapping[Scenario, str]
    duties: tuple[Duty, ...]
    made_at: datetime
    changed_at: datetime
    standard: str
    calendar: str
    drills: Mapping[str, date] = attrs.field(factory=dict)
    trainings: Mapping[str, date] = attrs.field(factory=dict)
    reminders: Reminders = ()

    @property
    def period(self) -> CalendarPeriod:
        """The year it is for."""
        return CalendarPeriod.holding(date(self.year, 1, 1), per="year")

    def done(self, duty: str, period: CalendarPeriod) -> int:
        """Return how many drills, or trainings, were held in *period*."""
        held = self.drills if duty == DRILLS else self.trainings
        return sum(day in period for day in held.values())


def evolve(plan: EmergencyPlan | None, event: EmergencyPlanEvent) -> EmergencyPlan:
    """Return *plan* as *event* leaves it; there is none before it is made.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if plan is None:
        return _made(event)
    must_belong(event, "emergency_plan_id", plan.id, "the history of emergency plan")
    reminders = outstanding(plan.reminders, event)
    return attrs.evolve(plan, reminders=reminders, **_facts(plan, event))


def _made(event: EmergencyPlanEvent) -> EmergencyPlan:
    event = must_begin(event, events.EmergencyPlanMade, "the emergency plan was made")
    return EmergencyPlan(
        id=event.emergency_plan_id,
        year=event.year,
        by=event.by,
        levels=event.levels,
        prevention=event.prevention,
        duties=event.duties,
        made_at=event.at,
        changed_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
        reminders=outstanding((), event),
    )


def _facts(plan: EmergencyPlan, event: EmergencyPlanEvent) -> dict[str, Any]:
    match event:
        case events.EmergencyPlanRevised():
            return {
                "levels": event.levels,
                "prevention": event.prevention,
                "changed_at": event.at,
            }
        case events.EmergencyPlanDrillCounted(drill_id=number) if number not in plan.drills:
            return {"drills": {**plan.drills, number: event.held_on}}
        case events.EmergencyPlanTrainingCounted(training_id=number) if (
            number not in plan.trainings
        ):
            return {"trainings": {**plan.trainings, number: event.held_on}}
        case events.EmergencyPlanReminded() | events.EmergencyPlanFellShort():
            return {}
        case _:
            msg = f"{event} cannot come twice in the history of emergency plan {plan.id}"
            raise ImpossibleHistoryError(msg)
