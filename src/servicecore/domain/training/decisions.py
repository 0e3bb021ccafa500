"""What can be decided about a training: to whom what is taught, and who was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from ..calendar import WorkingCalendar
from ..days import day_of, must_be_a_date
from ..preparedness import EMERGENCY
from ..qualities import must_be_shares
from ..refusals import must_be_told, one_or_more
from ..settings import must_be_set
from ..standard import ServiceStandard
from . import events, refusals
from .events import Attendance, TrainingEvent
from .training import Training, TrainingStatus

_TOPICS, _LAYERS = "training_topics", "training_layers"


def plan_training(
    training_id: str,
    *,
    topic: str,
    content: str,
    layers: Sequence[str],
    trainer: str,
    planned_on: date,
    lasts: timedelta,
    emergency_plan_id: str = "",
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[TrainingEvent]:
    """Plan to teach something to one or more layers of the staff (om2025:3.3a).

    Args:
        training_id: Its number.
        topic: One of the standard's, or ``"emergency"``.
        content: What is taught.
        layers: For whom: new, experienced or senior staff.
        trainer: Who teaches.
        planned_on: The day it is planned for; hours count for the day it is held.
        lasts: How long.
        emergency_plan_id: The plan that counts it, of a training for emergencies.
        standard: Which topics and layers there are.
        calendar: Where days begin and end.
        at: When it is planned.

    Raises:
        NotInStandardError: If the standard has no such topic, or no such layer.
        IncompleteError: If it is for no layer, or something else is left out.
        NoPlanNamedError: If an emergency training names no plan, or another one does.
        BadLengthError: If it lasts no time.
    """
    must_be_told(training_id=training_id, content=content, trainer=trainer)
    must_be_a_date(planned_on=planned_on)
    whose = f"training {training_id}"
    if topic != EMERGENCY:
        must_be_set(standard, _TOPICS, topic, whose=whose)
    for_layers = one_or_more("layer", layers, whose=whose, clause="om2025:3.3a")
    for each in for_layers:
        must_be_set(standard, _LAYERS, each, whose=whose)
    if topic == EMERGENCY and not emergency_plan_id:
        msg = f"{whose} for emergencies must name its emergency plan (om2025:7.3b)"
        raise refusals.NoPlanNamedError(msg)
    if topic != EMERGENCY and emergency_plan_id:
        msg = f"{whose} in {topic!r} has no emergency plan, got {emergency_plan_id!r} (om2025:7.3b)"
        raise refusals.NoPlanNamedError(msg)
    _must_last(whose, lasts)
    planned = events.TrainingPlanned(
        training_id=training_id,
        topic=topic,
        content=content,
        layers=for_layers,
        trainer=trainer,
        planned_on=planned_on,
        lasts=lasts,
        emergency_plan_id=emergency_plan_id,
        standard=standard.reference,
        calendar=calendar.reference,
        at=at,
    )
    return [planned]


def hold(
    training: Training,
    *,
    attended: Mapping[str, timedelta],
    results: Mapping[str, float] | None = None,
    lasted: timedelta | None = None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[TrainingEvent]:
    """Put on record that it was held, who was there for how long, and how well they did.

    Args:
        training: The training.
        attended: How long each was there.
        results: How well each did in the end, as a share of all, where that was seen.
        lasted: How long it was; as planned, by default.
        calendar: On whose day it was.
        at: When it began.

    Raises:
        NobodyAttendedError: If nobody was there, or somebody did well who was not.
        BadLengthError: If somebody was there for longer than it lasted.
        NoShareError: If a result is no share.
    """
    _must_be_planned(training, "held", at)
    length = training.lasts if lasted is None else lasted
    _must_last(f"training {training.id}", length)
    attendance = _attendance(training, attended, results, lasted=length)
    held = events.TrainingHeld(
        training_id=training.id,
        topic=training.topic,
        held_on=day_of(at, calendar),
        lasted=length,
        attendance=attendance,
        emergency_plan_id=training.emergency_plan_id,
        at=at,
    )
    return [held]


def correct_attendance(
    training: Training,
    *,
    by: str,
    reason: str,
    attended: Mapping[str, timedelta],
    results: Mapping[str, float] | None = None,
    at: datetime,
) -> list[TrainingEvent]:
    """Put right who was there, for how long, and how well they did: all of them, told anew.

    Raises:
        NotHeldError: If it was not held, or not by then.
        NobodyAttendedError: If nobody was there, or somebody did well who was not.
        BadLengthError: If somebody was there for longer than it lasted.
        NoShareError: If a result is no share.
    """
    must_be_told(by=by, reason=reason)
    if training.held_on is None:
        msg = f"training {training.id} is {training.status.value}, so nobody has attended it"
        raise refusals.NotHeldError(msg)
    if training.held_at is not None and at < training.held_at:
        msg = (
            f"training {training.id} was held at {training.held_at.isoformat()}, "
            f"so its attendance cannot have been corrected at {at.isoformat()}"
        )
        raise refusals.NotHeldError(msg)
    attendance = _attendance(training, attended, results, lasted=training.lasts)
    if set(attendance) == set(training.attendance):
        return []
    corrected = events.TrainingAttendanceCorrected(
        training_id=training.id,
        topic=training.topic,
        held_on=training.held_on,
        attendance=attendance,
        absent=tuple(e.staff_id for e in training.attendance if e.staff_id not in attended),
        by=by,
        reason=reason,
        at=at,
    )
    return [corrected]


def cancel(training: Training, *, by: str, reason: str, at: datetime) -> list[TrainingEvent]:
    """Give a planned training up."""
    _must_be_planned(training, "cancelled", at)
    must_be_told(by=by, reason=reason)
    return [events.TrainingCancelled(training_id=training.id, by=by, reason=reason, at=at)]


# -------------------------------------------------------------------------------------


def _attendance(
    training: Training,
    attended: Mapping[str, timedelta],
    results: Mapping[str, float] | None,
    *,
    lasted: timedelta,
) -> tuple[Attendance, ...]:
    whose, shown = f"training {training.id}", dict(results or {})
    if not attended:
        msg = f"{whose} cannot be held with nobody"
        raise refusals.NobodyAttendedError(msg)
    if unseen := sorted(set(shown) - set(attended)):
        msg = f"{whose} cannot have a result of {unseen[0]!r}, who did not attend it"
        raise refusals.NobodyAttendedError(msg)
    for name, time in attended.items():
        must_be_told(staff_id=name)
        _must_last(f"{whose}, attended by {name},", time, at_most=lasted)
    must_be_shares({f"result of {name}": share for name, share in shown.items()})
    return tuple(
        Attendance(staff_id=name, attended=time, result=shown.get(name))
        for name, time in attended.items()
    )


def _must_last(whose: str, length: timedelta, *, at_most: timedelta | None = None) -> None:
    if not isinstance(length, timedelta) or length <= timedelta():
        msg = f"{whose} must last some time, got {length!r}"
        raise refusals.BadLengthError(msg)
    if at_most is not None and length > at_most:
        msg = f"{whose} lasted {at_most}, so nobody was there for {length}"
        raise refusals.BadLengthError(msg)


def _must_be_planned(training: Training, done: str, at: datetime) -> None:
    if training.status is not TrainingStatus.PLANNED:
        msg = f"training {training.id} is {training.status.value}, so it cannot be {done}"
        raise refusals.TrainingOverError(msg)
    if at < training.planned_at:
        msg = (
            f"training {training.id} was planned at {training.planned_at.isoformat()}, "
            f"so it was not {done} at {at.isoformat()}"
        )
        raise refusals.BeforePlannedError(msg)
