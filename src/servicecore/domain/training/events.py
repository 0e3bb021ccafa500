"""What can happen to a training: planned, held with those who attended, cancelled."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs

from ..events import event, fact
from ..moments import instant


@attrs.frozen(kw_only=True)
class Attendance:
    """How long somebody was there, and how well they did in the end, as a share of all."""

    staff_id: str
    attended: timedelta
    result: float | None = None


@fact
class _Fact:
    """Something that happened to the training."""

    training_id: str
    at: datetime = instant()


@event("training.planned")
class TrainingPlanned(_Fact):
    """It was planned to teach something to one or more layers of the staff (om2025:3.3a).

    A training for emergencies belongs to the emergency plan of its year.
    """

    topic: str
    content: str
    layers: tuple[str, ...]
    trainer: str
    planned_on: date
    lasts: timedelta
    emergency_plan_id: str = ""
    standard: str
    calendar: str


@event("training.held")
class TrainingHeld(_Fact):
    """It was held: for how long, and with whom."""

    topic: str
    held_on: date
    lasted: timedelta
    attendance: tuple[Attendance, ...]
    emergency_plan_id: str = ""


@event("training.attendance_corrected")
class TrainingAttendanceCorrected(_Fact):
    """Who was there, for how long, and how well they did, is otherwise than was said.

    *absent* are those who had been said to be there, and were not.
    """

    topic: str
    held_on: date
    attendance: tuple[Attendance, ...]
    absent: tuple[str, ...]
    by: str
    reason: str


@event("training.cancelled")
class TrainingCancelled(_Fact):
    """It will not be held."""

    by: str
    reason: str


TrainingEvent = TrainingPlanned | TrainingHeld | TrainingAttendanceCorrected | TrainingCancelled
