"""What can happen to a drill: planned, held, summarised, improved upon (om2025:7.3a)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from ..events import event, fact
from ..moments import instant
from ..preparedness import Scenario


@fact
class _Fact:
    """Something that happened to the drill."""

    drill_id: str
    at: datetime = instant()


@event("drill.planned")
class DrillPlanned(_Fact):
    """It was planned to rehearse an emergency with all of the *staff* (om2025:7.1c)."""

    emergency_plan_id: str
    scenario: Scenario
    planned_on: date
    staff: tuple[str, ...]
    course: str
    by: str
    standard: str
    calendar: str


@event("drill.held")
class DrillHeld(_Fact):
    """It was rehearsed; whoever was not there was *excused* for a reason, or *absent*."""

    emergency_plan_id: str
    scenario: Scenario
    held_on: date
    participants: tuple[str, ...]
    excused: Mapping[str, str]
    absent: tuple[str, ...]

    @property
    def is_of_all_staff(self) -> bool:
        """Whether nobody was absent without an excuse (house choice)."""
        return not self.absent


@event("drill.summarised")
class DrillSummarised(_Fact):
    """It was summed up what went well and what did not (om2025:7.3a)."""

    scenario: Scenario
    by: str
    summary: str
    weak_points: tuple[str, ...]
    standard: str
    calendar: str


@event("drill.improvement_named")
class DrillImprovementNamed(_Fact):
    """What did not go well gets better by this improvement (om2025:7.3a)."""

    improvement_id: str


@event("drill.cancelled")
class DrillCancelled(_Fact):
    """It will not be held."""

    by: str
    reason: str


DrillEvent = DrillPlanned | DrillHeld | DrillSummarised | DrillImprovementNamed | DrillCancelled
