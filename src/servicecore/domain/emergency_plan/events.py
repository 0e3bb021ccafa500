"""What can happen to the emergency plan of a year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from ..case import LevelEvent
from ..duties import Duty
from ..events import event, fact
from ..moments import instant
from ..people import Level
from ..preparedness import ResponseLevel, Scenario
from ..sla import Reading


@fact
class _Fact:
    """Something that happened to the plan."""

    emergency_plan_id: str
    at: datetime = instant()


@event("emergency_plan.made")
class EmergencyPlanMade(_Fact):
    """It was planned how to prevent emergencies, who answers on each level, and what is rehearsed.

    *levels* stand from the lightest to the gravest (om2025:7.1d).
    """

    year: int
    by: str
    levels: tuple[ResponseLevel, ...]
    prevention: Mapping[Scenario, str]
    duties: tuple[Duty, ...]
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("emergency_plan.revised")
class EmergencyPlanRevised(_Fact):
    """What was learnt changed the plan (om2025:7.1b)."""

    by: str
    levels: tuple[ResponseLevel, ...]
    prevention: Mapping[Scenario, str]
    reason: str


@event("emergency_plan.drill_counted")
class EmergencyPlanDrillCounted(_Fact):
    """A drill with all staff was held (om2025:7.1c)."""

    drill_id: str
    held_on: date
    readings: tuple[Reading, ...] = ()


@event("emergency_plan.training_counted")
class EmergencyPlanTrainingCounted(_Fact):
    """An emergency training was held that was long enough (om2025:7.3b)."""

    training_id: str
    held_on: date
    readings: tuple[Reading, ...] = ()


@event("emergency_plan.reminded")
class EmergencyPlanReminded(LevelEvent):
    """A quarter or year is nearly over, and so many drills or trainings are *missing*."""

    emergency_plan_id: str
    duty: str
    period: str
    missing: int
    to: str


@event("emergency_plan.fell_short")
class EmergencyPlanFellShort(LevelEvent):
    """A quarter or year is over, and so many drills or trainings were *missing*."""

    emergency_plan_id: str
    duty: str
    period: str
    missing: int
    to: Level


EmergencyPlanEvent = (
    EmergencyPlanMade
    | EmergencyPlanRevised
    | EmergencyPlanDrillCounted
    | EmergencyPlanTrainingCounted
    | EmergencyPlanReminded
    | EmergencyPlanFellShort
)
