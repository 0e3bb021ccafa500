"""What can be decided about somebody on the staff: how they are trained, and what they can."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ..calendar import WorkingCalendar
from ..days import must_be_a_date
from ..refusals import must_be_told
from ..reminders import passed, settled
from ..settings import must_be_set
from ..sla import Terms
from ..standard import WORKING, ServiceStandard
from . import events, guards, owing, refusals
from .employee import Employee
from .events import StaffEvent

_LAYERS = "training_layers"


def join(
    staff_id: str,
    *,
    layer: str,
    post: str,
    joined_on: date,
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[StaffEvent]:
    """Begin the record of somebody who came on the staff.

    Args:
        staff_id: What they are called everywhere.
        layer: Whom they are trained with: new, experienced or senior staff (om2025:3.3a).
        post: What they do.
        joined_on: Their first day, which may lie back.
        standard: What is owed to them in every quarter and year.
        calendar: Where days begin and end.
        at: When their record is begun.

    Raises:
        NotInStandardError: If the standard has no such layer.
    """
    must_be_told(staff_id=staff_id, post=post)
    must_be_a_date(joined_on=joined_on)
    must_be_set(standard, _LAYERS, layer, whose=staff_id)
    joined = events.StaffJoined(
        staff_id=staff_id,
        layer=layer,
        post=post,
        joined_on=joined_on,
        duties=owing.duties_under(standard),
        standard=standard.reference,
        calendar=calendar.reference,
        at=at,
    )
    return [joined, *owing.from_the_start(joined, calendar=calendar)]


def change_layer(
    employee: Employee, *, layer: str, reason: str, standard: ServiceStandard, at: datetime
) -> list[StaffEvent]:
    """Let them be trained with another layer from now on (om2025:3.3a).

    Raises:
        NotInStandardError: If the standard has no such layer.
        SameLayerError: If they are in it.
    """
    guards.must_be_on_the_staff(employee, "put in another layer", at)
    must_be_told(reason=reason)
    must_be_set(standard, _LAYERS, layer, whose=employee.id)
    if layer == employee.layer:
        msg = f"{employee.id} is among the {layer} staff already"
        raise refusals.SameLayerError(msg)
    return [events.StaffLayerChanged(staff_id=employee.id, layer=layer, reason=reason, at=at)]


def leave(employee: Employee, *, left_on: date, reason: str, at: datetime) -> list[StaffEvent]:
    """Put on record that they left; nothing is owed to them any more."""
    guards.must_be_on_the_staff(employee, "let go", at)
    must_be_told(reason=reason)
    must_be_a_date(left_on=left_on)
    if left_on < employee.joined_on:
        msg = f"{employee.id} joined on {employee.joined_on}, so they cannot leave on {left_on}"
        raise refusals.NotOnTheStaffError(msg)
    off = settled(employee.reminders)
    return [
        events.StaffLeft(staff_id=employee.id, left_on=left_on, reason=reason, readings=off, at=at)
    ]


# --- Trained and skilled -------------------------------------------------------------------


def must_serve_on(employee: Employee, day: date) -> None:
    """Refuse to train somebody on a day on which they were not on the staff.

    Raises:
        NotOnTheStaffError: If they were not.
    """
    if not employee.serves_on(day):
        left = "" if employee.left_on is None else f" and left on {employee.left_on}"
        msg = f"{employee.id} joined on {employee.joined_on}{left}: not on the staff on {day}"
        raise refusals.NotOnTheStaffError(msg)


def credit(
    employee: Employee,
    *,
    training_id: str,
    topic: str,
    held_on: date,
    attended: timedelta,
    result: float | None = None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[StaffEvent]:
    """Count a training they attended for the day on which it was held, once (om2025:7.2b)."""
    if employee.training(training_id) or not employee.serves_on(held_on):
        return []
    trained = events.StaffTrained(
        staff_id=employee.id,
        training_id=training_id,
        topic=topic,
        held_on=held_on,
        attended=attended,
        result=result,
        at=max(at, employee.joined_at),
    )
    return owing.with_what_it_meets(employee, trained, calendar=calendar)


def correct_credit(
    employee: Employee,
    *,
    training_id: str,
    attended: timedelta,
    result: float | None = None,
    by: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[StaffEvent]:
    """Count a training otherwise than was said; whoever was not there has no skill by it."""
    known = employee.training(training_id)
    if known is None or (known.attended, known.result) == (attended, result):
        return []
    corrected = events.StaffTrainingCorrected(
        staff_id=employee.id, training_id=training_id, attended=attended, result=result, at=at
    )
    told = owing.with_what_it_leaves(employee, corrected, held_on=known.held_on, calendar=calendar)
    if attended:
        return told
    return told + [
        events.StaffDisqualified(
            staff_id=employee.id,
            skill=skill,
            by=by,
            reason=f"training {training_id} was not attended",
            at=at,
        )
        for skill, gained in employee.skills.items()
        if gained.training_id == training_id
    ]


def qualify(
    employee: Employee, *, skill: str, training_id: str, by: str, evidence: str, at: datetime
) -> list[StaffEvent]:
    """Put on record that they are skilled in something, by a training (tender:2.2c).

    Raises:
        NotTrainedError: If they did not attend it.
    """
    guards.must_be_on_the_staff(employee, "qualified", at)
    must_be_told(skill=skill, by=by, evidence=evidence)
    if training_id not in {each.training_id for each in employee.trainings}:
        msg = (
            f"{employee.id} did not attend training {training_id!r}, "
            f"so it does not make them skilled in {skill!r} (tender:2.2c)"
        )
        raise refusals.NotTrainedError(msg)
    qualified = events.StaffQualified(
        staff_id=employee.id, skill=skill, training_id=training_id, by=by, evidence=evidence, at=at
    )
    return [qualified]


def disqualify(
    employee: Employee, *, skill: str, by: str, reason: str, at: datetime
) -> list[StaffEvent]:
    """Take a skill back.

    Raises:
        NotQualifiedError: If they do not have it.
    """
    must_be_told(by=by, reason=reason)
    known = employee.skills.get(skill)
    if known is None or at < known.since:
        msg = f"{employee.id} is not skilled in {skill!r} at {at.isoformat()}: it is not taken back"
        raise refusals.NotQualifiedError(msg)
    return [
        events.StaffDisqualified(staff_id=employee.id, skill=skill, by=by, reason=reason, at=at)
    ]


# --- What falls due --------------------------------------------------------------------------


def remind_if_due(employee: Employee, /, *, at: datetime, terms: Terms) -> list[StaffEvent]:
    """Put on record what is missing while there is time, and when there is none any more."""
    calendar = terms.calendars[WORKING]
    return [
        event
        for reading, rung in passed(employee.reminders, at)
        for event in owing.reminded(employee, reading, rung, calendar=calendar, at=at)
    ]
