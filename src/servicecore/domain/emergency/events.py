"""What can happen in an emergency: declared, watched, met, over, looked back on (om2025:7.1b)."""

from __future__ import annotations

from datetime import datetime

from ..events import event, fact
from ..moments import instant
from ..preparedness import ResponseLevel, Scenario


@fact
class _Fact:
    """Something that happened in the emergency."""

    emergency_id: str
    at: datetime = instant()


@event("emergency.declared")
class EmergencyDeclared(_Fact):
    """It cannot wait for the ordinary course: this level of the plan answers for it."""

    emergency_plan_id: str
    scenario: Scenario
    level: ResponseLevel
    what: str
    by: str
    standard: str
    calendar: str


@event("emergency.monitored")
class EmergencyMonitored(_Fact):
    """Somebody looked how it stands."""

    by: str
    finding: str


@event("emergency.response_started")
class EmergencyResponseStarted(_Fact):
    """The person responsible for the level took it over, by the process of the level."""

    by: str
    level: str
    process: str


@event("emergency.level_changed")
class EmergencyLevelChanged(_Fact):
    """It is graver, or less grave, than it was thought; another level answers for it."""

    level: ResponseLevel
    by: str
    reason: str


@event("emergency.measure_taken")
class EmergencyMeasureTaken(_Fact):
    """Something was done about it."""

    by: str
    measure: str


@event("emergency.recovered")
class EmergencyRecovered(_Fact):
    """The ordinary course goes on."""

    by: str
    result: str


@event("emergency.evaluated")
class EmergencyEvaluated(_Fact):
    """It was looked back on: why it happened, how it was met, what is learnt."""

    by: str
    cause: str
    assessment: str
    lessons: tuple[str, ...]
    standard: str
    calendar: str


EmergencyEvent = (
    EmergencyDeclared
    | EmergencyMonitored
    | EmergencyResponseStarted
    | EmergencyLevelChanged
    | EmergencyMeasureTaken
    | EmergencyRecovered
    | EmergencyEvaluated
)
