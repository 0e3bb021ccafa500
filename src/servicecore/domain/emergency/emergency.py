"""An emergency as its history leaves it: how far it is, and who answers for it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..preparedness import ResponseLevel, Scenario
from . import events
from .events import EmergencyEvent


class EmergencyStatus(Enum):
    """Where an emergency stands."""

    DECLARED = "declared"
    RESPONDING = "responding"
    RECOVERED = "recovered"
    EVALUATED = "evaluated"

    @property
    def is_over(self) -> bool:
        """Whether the ordinary course goes on."""
        return self in {EmergencyStatus.RECOVERED, EmergencyStatus.EVALUATED}


@attrs.frozen(kw_only=True)
class Emergency:
    """Something that cannot wait, from its declaration to what is learnt from it."""

    id: str
    emergency_plan_id: str
    scenario: Scenario
    level: ResponseLevel
    what: str
    declared_at: datetime
    changed_at: datetime
    standard: str
    calendar: str
    status: EmergencyStatus = EmergencyStatus.DECLARED
    findings: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    result: str = ""
    cause: str = ""
    lessons: tuple[str, ...] = ()


def evolve(emergency: Emergency | None, event: EmergencyEvent) -> Emergency:
    """Return *emergency* as *event* leaves it; there is none before it is declared.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if emergency is None:
        return _declared(event)
    must_belong(event, "emergency_id", emergency.id, "the history of emergency")
    return attrs.evolve(emergency, changed_at=event.at, **_facts(emergency, event))


def _declared(event: EmergencyEvent) -> Emergency:
    event = must_begin(event, events.EmergencyDeclared, "the emergency was declared")
    return Emergency(
        id=event.emergency_id,
        emergency_plan_id=event.emergency_plan_id,
        scenario=event.scenario,
        level=event.level,
        what=event.what,
        declared_at=event.at,
        changed_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
    )


def _facts(emergency: Emergency, event: EmergencyEvent) -> dict[str, Any]:
    status, step = emergency.status, EmergencyStatus
    match event:
        case events.EmergencyMonitored() if not status.is_over:
            return {"findings": (*emergency.findings, event.finding)}
        case events.EmergencyResponseStarted() if status is step.DECLARED:
            return {"status": step.RESPONDING}
        case events.EmergencyLevelChanged() if not status.is_over:
            # Whoever answers for the new level has to take it over.
            same = event.level.responsible == emergency.level.responsible
            return {"level": event.level, "status": status if same else step.DECLARED}
        case events.EmergencyMeasureTaken() if not status.is_over:
            return {"measures": (*emergency.measures, event.measure)}
        case events.EmergencyRecovered() if status is step.RESPONDING:
            return {"status": step.RECOVERED, "result": event.result}
        case events.EmergencyEvaluated() if status is step.RECOVERED:
            return {"status": step.EVALUATED, "cause": event.cause, "lessons": event.lessons}
        case _:
            msg = f"{event} is not a step of emergency {emergency.id}, which is {status.value}"
            raise ImpossibleHistoryError(msg)
