"""What can happen to somebody on the staff: joined, trained, skilled, appraised, left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ..case import LevelEvent
from ..duties import Duty
from ..events import event, fact
from ..moments import instant
from ..people import Level
from ..sla import Reading


@fact
class _Fact:
    """Something that happened to somebody on the staff."""

    staff_id: str
    at: datetime = instant()


@event("staff.joined")
class StaffJoined(_Fact):
    """Somebody came on the staff; *duties* is what is owed to them in every quarter and year."""

    layer: str
    post: str
    joined_on: date
    duties: tuple[Duty, ...]
    standard: str
    calendar: str


@event("staff.layer_changed")
class StaffLayerChanged(_Fact):
    """They are trained with another layer from now on (om2025:3.3a)."""

    layer: str
    reason: str


@event("staff.left")
class StaffLeft(_Fact):
    """They are not on the staff any more; *left_on* was the last day."""

    left_on: date
    reason: str
    readings: tuple[Reading, ...] = ()


# --- Trained, skilled, appraised -------------------------------------------------------


@event("staff.trained")
class StaffTrained(_Fact):
    """They attended a training for so long."""

    training_id: str
    topic: str
    held_on: date
    attended: timedelta
    result: float | None = None
    readings: tuple[Reading, ...] = ()


@event("staff.training_corrected")
class StaffTrainingCorrected(_Fact):
    """They attended a training for another time than was said; for none, if not at all."""

    training_id: str
    attended: timedelta
    result: float | None = None
    readings: tuple[Reading, ...] = ()


@event("staff.qualified")
class StaffQualified(_Fact):
    """They are skilled in something, by a training they attended (tender:2.2c)."""

    skill: str
    training_id: str
    by: str
    evidence: str


@event("staff.disqualified")
class StaffDisqualified(_Fact):
    """They do not have the skill any more."""

    skill: str
    by: str
    reason: str


@event("staff.appraised")
class StaffAppraised(_Fact):
    """It was appraised how well they did in a quarter or year, each score from 0.0 to 1.0."""

    period: str
    by: str
    scores: Mapping[str, float]
    overall: float
    readings: tuple[Reading, ...] = ()


# --- What is owed in a quarter or year -----------------------------------------------------


@event("staff.period_planned")
class StaffPeriodPlanned(_Fact):
    """A quarter or year got its reminder of what must be done in it."""

    duty: str
    period: str
    number: int
    readings: tuple[Reading, ...] = ()


@event("staff.reminded")
class StaffReminded(LevelEvent):
    """There is still time, but so many hours of training or appraisals are *missing*."""

    staff_id: str
    duty: str
    period: str
    missing: int | timedelta
    to: Level


@event("staff.fell_short")
class StaffFellShort(LevelEvent):
    """It is too late, and so many hours of training or appraisals were *missing*."""

    staff_id: str
    duty: str
    period: str
    missing: int | timedelta
    to: Level


StaffEvent = (
    StaffJoined
    | StaffLayerChanged
    | StaffLeft
    | StaffTrained
    | StaffTrainingCorrected
    | StaffQualified
    | StaffDisqualified
    | StaffAppraised
    | StaffPeriodPlanned
    | StaffReminded
    | StaffFellShort
)
