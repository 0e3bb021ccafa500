"""A training as its history leaves it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from . import events
from .events import Attendance, TrainingEvent


class TrainingStatus(Enum):
    """Where a training stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


@attrs.frozen(kw_only=True)
class Training:
    """A session in which staff are taught something."""

    id: str
    topic: str
    content: str
    layers: tuple[str, ...]
    trainer: str
    planned_on: date
    lasts: timedelta
    emergency_plan_id: str
    planned_at: datetime
    standard: str
    calendar: str
    status: TrainingStatus = TrainingStatus.PLANNED
    held_on: date | None = None
    held_at: datetime | None = None
    attendance: tuple[Attendance, ...] = ()


def evolve(training: Training | None, event: TrainingEvent) -> Training:
    """Return *training* as *event* leaves it; there is none before it is planned.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if training is None:
        return _planned(event)
    must_belong(event, "training_id", training.id, "the history of training")
    return attrs.evolve(training, **_facts(training, event))


def _planned(event: TrainingEvent) -> Training:
    event = must_begin(event, events.TrainingPlanned, "the training was planned")
    return Training(
        id=event.training_id,
        topic=event.topic,
        content=event.content,
        layers=event.layers,
        trainer=event.trainer,
        planned_on=event.planned_on,
        lasts=event.lasts,
        emergency_plan_id=event.emergency_plan_id,
        planned_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
    )


def _facts(training: Training, event: TrainingEvent) -> dict[str, Any]:
    match event:
        case events.TrainingHeld() if training.status is TrainingStatus.PLANNED:
            return {
                "status": TrainingStatus.HELD,
                "held_on": event.held_on,
                "held_at": event.at,
                "lasts": event.lasted,
                "attendance": event.attendance,
            }
        case events.TrainingAttendanceCorrected() if training.status is TrainingStatus.HELD:
            return {"attendance": event.attendance}
        case events.TrainingCancelled() if training.status is TrainingStatus.PLANNED:
            return {"status": TrainingStatus.CANCELLED}
        case _:
            msg = (
                f"{event} is not a step of training {training.id}, which is {training.status.value}"
            )
            raise ImpossibleHistoryError(msg)
