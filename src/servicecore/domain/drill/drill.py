"""A drill as its history leaves it: how far it is, who took part, what it showed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..preparedness import Scenario
from . import events
from .events import DrillEvent


class DrillStatus(Enum):
    """Where a drill stands."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    HELD = "held"
    SUMMARISED = "summarised"


@attrs.frozen(kw_only=True)
class Drill:
    """A rehearsal of an emergency with all staff."""

    id: str
    emergency_plan_id: str
    scenario: Scenario
    planned_on: date
    staff: tuple[str, ...]
    course: str
    standard: str
    calendar: str
    changed_at: datetime
    status: DrillStatus = DrillStatus.PLANNED
    held_on: date | None = None
    participants: tuple[str, ...] = ()
    excused: Mapping[str, str] = attrs.field(factory=dict)
    absent: tuple[str, ...] = ()
    summary: str = ""
    weak_points: tuple[str, ...] = ()
    improvements: tuple[str, ...] = ()


def evolve(drill: Drill | None, event: DrillEvent) -> Drill:
    """Return *drill* as *event* leaves it; there is none before it is planned.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if drill is None:
        return _planned(event)
    must_belong(event, "drill_id", drill.id, "the history of drill")
    return attrs.evolve(drill, changed_at=event.at, **_facts(drill, event))


def _planned(event: DrillEvent) -> Drill:
    event = must_begin(event, events.DrillPlanned, "the drill was planned")
    return Drill(
        id=event.drill_id,
        emergency_plan_id=event.emergency_plan_id,
        scenario=event.scenario,
        planned_on=event.planned_on,
        staff=event.staff,
        course=event.course,
        standard=event.standard,
        calendar=event.calendar,
        changed_at=event.at,
    )


def _facts(drill: Drill, event: DrillEvent) -> dict[str, Any]:
    match event:
        case events.DrillHeld() if drill.status is DrillStatus.PLANNED:
            return {
                "status": DrillStatus.HELD,
                "held_on": event.held_on,
                "participants": event.participants,
                "excused": event.excused,
                "absent": event.absent,
            }
        case events.DrillSummarised() if drill.status is DrillStatus.HELD:
            return {
                "status": DrillStatus.SUMMARISED,
                "summary": event.summary,
                "weak_points": event.weak_points,
            }
        case events.DrillImprovementNamed() if drill.status is DrillStatus.SUMMARISED:
            return {"improvements": (*drill.improvements, event.improvement_id)}
        case events.DrillCancelled() if drill.status is DrillStatus.PLANNED:
            return {"status": DrillStatus.CANCELLED}
        case _:
            msg = f"{event} is not a step of drill {drill.id}, which is {drill.status.value}"
            raise ImpossibleHistoryError(msg)
