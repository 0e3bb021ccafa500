"""What can be decided in an emergency, in the order of om2025:7.1b.

How it is prevented, the emergency plan says; from there on it is monitored,
responded to, recovered from and evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..people import same_person
from ..preparedness import ResponseLevel, Scenario
from ..refusals import all_told, must_be_told
from . import events, refusals
from .emergency import Emergency, EmergencyStatus
from .events import EmergencyEvent


def declare(
    emergency_id: str,
    *,
    emergency_plan_id: str,
    scenario: Scenario | str,
    level: ResponseLevel,
    what: str,
    by: str,
    standard: str,
    calendar: str,
    at: datetime,
) -> list[EmergencyEvent]:
    """Declare what cannot wait; the level of the plan says who answers for it (om2025:7.1d)."""
    must_be_told(emergency_id=emergency_id, emergency_plan_id=emergency_plan_id, what=what, by=by)
    level.must_be_whole()
    declared = events.EmergencyDeclared(
        emergency_id=emergency_id,
        emergency_plan_id=emergency_plan_id,
        scenario=Scenario.told_as(scenario, whose=f"emergency {emergency_id}"),
        level=level,
        what=what,
        by=by,
        standard=standard,
        calendar=calendar,
        at=at,
    )
    return [declared]


def monitor(emergency: Emergency, *, by: str, finding: str, at: datetime) -> list[EmergencyEvent]:
    """Put on record how it stands."""
    _must_go_on(emergency, "monitored", at)
    must_be_told(by=by, finding=finding)
    return [events.EmergencyMonitored(emergency_id=emergency.id, by=by, finding=finding, at=at)]


def start_response(emergency: Emergency, *, by: str, at: datetime) -> list[EmergencyEvent]:
    """Take it over, as the person responsible for its level (om2025:7.1d).

    Raises:
        AlreadyRespondingError: If that person has.
        NotResponsibleError: If it is somebody else.
    """
    _must_go_on(emergency, "responded to", at)
    if emergency.status is EmergencyStatus.RESPONDING:
        msg = f"emergency {emergency.id}: {emergency.level.responsible} responds to it already"
        raise refusals.AlreadyRespondingError(msg)
    _must_be_responsible(emergency, by)
    started = events.EmergencyResponseStarted(
        emergency_id=emergency.id,
        by=by,
        level=emergency.level.name,
        process=emergency.level.process,
        at=at,
    )
    return [started]


def change_level(
    emergency: Emergency, *, level: ResponseLevel, by: str, reason: str, at: datetime
) -> list[EmergencyEvent]:
    """Let another level answer for it; whoever is responsible there takes it over.

    Raises:
        SameLevelError: If that level does already.
    """
    _must_go_on(emergency, "put on another level", at)
    must_be_told(by=by, reason=reason)
    level.must_be_whole()
    if level == emergency.level:
        msg = f"emergency {emergency.id} is on level {level.name!r} already"
        raise refusals.SameLevelError(msg)
    changed = events.EmergencyLevelChanged(
        emergency_id=emergency.id, level=level, by=by, reason=reason, at=at
    )
    return [changed]


def take_measure(
    emergency: Emergency, *, by: str, measure: str, at: datetime
) -> list[EmergencyEvent]:
    """Put on record what was done about it.

    What is done at once, before anybody has taken it over, counts too.
    """
    _must_go_on(emergency, "acted on", at)
    must_be_told(by=by, measure=measure)
    return [events.EmergencyMeasureTaken(emergency_id=emergency.id, by=by, measure=measure, at=at)]


def recover(emergency: Emergency, *, by: str, result: str, at: datetime) -> list[EmergencyEvent]:
    """Return to the ordinary course, as the person responsible says.

    Raises:
        NotRespondingError: If nobody has taken it over.
        NotResponsibleError: If somebody else says so.
    """
    _must_go_on(emergency, "recovered from", at)
    must_be_told(result=result)
    if emergency.status is not EmergencyStatus.RESPONDING:
        msg = (
            f"emergency {emergency.id}: {emergency.level.responsible} has not started "
            "the response, so it is not over (om2025:7.1b)"
        )
        raise refusals.NotRespondingError(msg)
    _must_be_responsible(emergency, by)
    return [events.EmergencyRecovered(emergency_id=emergency.id, by=by, result=result, at=at)]


def evaluate(
    emergency: Emergency,
    *,
    by: str,
    cause: str,
    assessment: str,
    lessons: Sequence[str],
    at: datetime,
) -> list[EmergencyEvent]:
    """Look back on it: why it happened, how it was met, what is learnt (om2025:7.1b).

    Raises:
        NotRecoveredError: If it is not over, or was evaluated.
        NoLessonError: If nothing is learnt.
    """
    _must_be_in_turn(emergency, "evaluated", at)
    if emergency.status is not EmergencyStatus.RECOVERED:
        msg = (
            f"emergency {emergency.id} is {emergency.status.value}, so it cannot be evaluated "
            "now; expected recovered (om2025:7.1b)"
        )
        raise refusals.NotRecoveredError(msg)
    learnt = all_told("lesson", lessons)
    must_be_told(by=by, cause=cause, assessment=assessment)
    if not learnt:
        msg = f"emergency {emergency.id}: an evaluation names at least one lesson (om2025:7.1b)"
        raise refusals.NoLessonError(msg)
    evaluated = events.EmergencyEvaluated(
        emergency_id=emergency.id,
        by=by,
        cause=cause,
        assessment=assessment,
        lessons=learnt,
        standard=emergency.standard,
        calendar=emergency.calendar,
        at=at,
    )
    return [evaluated]


# -------------------------------------------------------------------------------------


def _must_be_in_turn(emergency: Emergency, done: str, at: datetime) -> None:
    if at < emergency.changed_at:
        msg = (
            f"emergency {emergency.id} has stood as it does since "
            f"{emergency.changed_at.isoformat()}, so it was not {done} at {at.isoformat()}"
        )
        raise refusals.OutOfTurnError(msg)


def _must_go_on(emergency: Emergency, done: str, at: datetime) -> None:
    _must_be_in_turn(emergency, done, at)
    if emergency.status.is_over:
        msg = (
            f"emergency {emergency.id} is {emergency.status.value}; "
            f"it cannot be {done} any more (om2025:7.1b)"
        )
        raise refusals.EmergencyOverError(msg)


def _must_be_responsible(emergency: Emergency, by: str) -> None:
    if not same_person(by, emergency.level.responsible):
        msg = (
            f"emergency {emergency.id} is on level {emergency.level.name!r}, for which "
            f"{emergency.level.responsible!r} answers, not {by!r} (om2025:7.1d)"
        )
        raise refusals.NotResponsibleError(msg)
