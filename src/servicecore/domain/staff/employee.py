"""Somebody on the staff, as their history leaves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from ..calendar_periods import CalendarPeriod
from ..duties import Amount, Duty
from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from . import events
from .events import StaffEvent

TRAINING, APPRAISALS, YEARLY_APPRAISALS = "training", "appraisals", "yearly_appraisals"
#: The duties that count trainings in one topic, such as product and skill (psp:3.1b).
TOPICS = {"product_training": "product", "skill_training": "skill"}


@attrs.frozen(kw_only=True)
class Trained:
    """A training that somebody attended."""

    training_id: str
    topic: str
    held_on: date
    attended: timedelta
    result: float | None


@attrs.frozen(kw_only=True)
class Skill:
    """What somebody can, by a training they attended."""

    training_id: str
    since: datetime


@attrs.frozen(kw_only=True)
class Appraisal:
    """How well somebody did in a quarter or year; the last one of it counts."""

    period: str
    by: str
    scores: Mapping[str, float]
    overall: float


@attrs.frozen(kw_only=True)
class Employee:
    """Somebody who serves customers: what they learnt, what they can, how well they do.

    *planned* holds the number of the last period that has its reminder, by duty.
    """

    id: str
    layer: str
    post: str
    joined_on: date
    duties: tuple[Duty, ...]
    joined_at: datetime
    standard: str
    calendar: str
    left_on: date | None = None
    trainings: tuple[Trained, ...] = ()
    skills: Mapping[str, Skill] = attrs.field(factory=dict)
    appraisals: tuple[Appraisal, ...] = ()
    planned: Mapping[str, int] = attrs.field(factory=dict)
    reminders: Reminders = ()

    def serves_on(self, day: date) -> bool:
        """Tell whether they are on the staff that day; the first and the last day count."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)

    def trained_in(self, period: CalendarPeriod) -> timedelta:
        """Return how long they were trained in *period*."""
        times = (each.attended for each in self.trainings if each.held_on in period)
        return sum(times, timedelta())

    def training(self, training_id: str) -> Trained | None:
        """Return how they attended a training, if they did."""
        return next((each for each in self.trainings if each.training_id == training_id), None)

    def appraisal_of(self, period: str) -> Appraisal | None:
        """Return the appraisal that counts for the period of that name."""
        found = [each for each in self.appraisals if each.period == period]
        return found[-1] if found else None

    def done(self, duty: Duty, period: CalendarPeriod) -> Amount:
        """Return how much of what is owed in *period* has been done."""
        if duty.name == TRAINING:
            return self.trained_in(period)
        if topic := TOPICS.get(duty.name):
            return sum(e.topic == topic and e.held_on in period for e in self.trainings)
        return sum(each.period == period.name for each in self.appraisals)


def evolve(employee: Employee | None, event: StaffEvent) -> Employee:
    """Return *employee* as *event* leaves them; there is nobody before they join.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if employee is None:
        return _joined(event)
    must_belong(event, "staff_id", employee.id, "the history of")
    reminders = outstanding(employee.reminders, event)
    return attrs.evolve(employee, reminders=reminders, **_facts(employee, event))


def _joined(event: StaffEvent) -> Employee:
    event = must_begin(event, events.StaffJoined, "somebody joined the staff")
    return Employee(
        id=event.staff_id,
        layer=event.layer,
        post=event.post,
        joined_on=event.joined_on,
        duties=event.duties,
        joined_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
    )


def _facts(employee: Employee, event: StaffEvent) -> dict[str, Any]:  # noqa: PLR0911
    match event:
        case events.StaffLayerChanged():
            return {"layer": event.layer}
        case events.StaffLeft() if employee.left_on is None:
            return {"left_on": event.left_on}
        case events.StaffTrained() if employee.training(event.training_id) is None:
            return {"trainings": (*employee.trainings, _trained(event))}
        case events.StaffTrainingCorrected() if employee.training(event.training_id):
            return {"trainings": tuple(_corrected(employee, event))}
        case events.StaffQualified():
            skill = Skill(training_id=event.training_id, since=event.at)
            return {"skills": {**employee.skills, event.skill: skill}}
        case events.StaffDisqualified() if event.skill in employee.skills:
            kept = {each: by for each, by in employee.skills.items() if each != event.skill}
            return {"skills": kept}
        case events.StaffAppraised():
            return {"appraisals": (*employee.appraisals, _appraisal(event))}
        case events.StaffPeriodPlanned() if event.number > employee.planned.get(event.duty, 0):
            return {"planned": {**employee.planned, event.duty: event.number}}
        case events.StaffReminded() | events.StaffFellShort():
            return {}
        case _:
            msg = f"{event} cannot come at this point in the history of {employee.id}"
            raise ImpossibleHistoryError(msg)


def _corrected(employee: Employee, event: events.StaffTrainingCorrected) -> Iterator[Trained]:
    for each in employee.trainings:
        if each.training_id != event.training_id:
            yield each
        elif event.attended:
            yield attrs.evolve(each, attended=event.attended, result=event.result)


def _trained(event: events.StaffTrained) -> Trained:
    return Trained(
        training_id=event.training_id,
        topic=event.topic,
        held_on=event.held_on,
        attended=event.attended,
        result=event.result,
    )


def _appraisal(event: events.StaffAppraised) -> Appraisal:
    return Appraisal(period=event.period, by=event.by, scores=event.scores, overall=event.overall)
