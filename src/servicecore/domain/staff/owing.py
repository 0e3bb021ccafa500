"""What is owed to somebody in every quarter and year: hours of training, and appraisals.

It is owed in full quarters and years (house choice): the first is one that they
served in from its first day, and that was not over when their record was begun.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from ..calendar import WorkingCalendar
from ..calendar_periods import CalendarPeriod
from ..days import day_of
from ..duties import OVER, Duty, Figures, duties_of, period_of
from ..events import with_facts
from ..people import Level
from ..reminders import settled, told
from ..sla import Reading, RungReached, State
from ..standard import ServiceStandard
from . import events
from .employee import APPRAISALS, TOPICS, TRAINING, YEARLY_APPRAISALS, Employee, evolve
from .events import StaffEvent

_APPRAISED = Figures(in_time_until="appraisal_grace")
_FIGURES = {
    **dict.fromkeys((TRAINING, *TOPICS), Figures(told_before="quota_notice")),
    APPRAISALS: _APPRAISED,
    YEARLY_APPRAISALS: _APPRAISED,
}
Counted = TypeVar(
    "Counted", events.StaffTrained, events.StaffTrainingCorrected, events.StaffAppraised
)


def duties_under(standard: ServiceStandard) -> tuple[Duty, ...]:
    """Return what a standard owes to everybody on the staff."""
    return duties_of(standard, _FIGURES)


def from_the_start(joined: events.StaffJoined, *, calendar: WorkingCalendar) -> list[StaffEvent]:
    """Return the first reminder of each duty."""
    today = day_of(joined.at, calendar)
    planned: list[StaffEvent] = []
    for duty in joined.duties:
        period = duty.first_period(since=joined.joined_on, known_on=today)
        planned.append(_planned(joined.staff_id, duty, period, calendar=calendar, at=joined.at))
    return planned


def with_what_it_meets(
    employee: Employee, event: Counted, *, calendar: WorkingCalendar
) -> list[StaffEvent]:
    """Return *event* with the reminders that nobody needs after it, and the next ones."""
    after = evolve(employee, event)
    met = [each for each in employee.reminders if _is_met(after, each)]
    counted = with_facts(event, readings=settled(met, state=State.MET))
    told: list[StaffEvent] = [counted]
    for each in met:
        told += _following(after, each, calendar=calendar, at=event.at)
    return told


def with_what_it_leaves(
    employee: Employee,
    event: events.StaffTrainingCorrected,
    *,
    held_on: date,
    calendar: WorkingCalendar,
) -> list[StaffEvent]:
    """Return *event* with the reminders that it settles, and again those of what it undoes."""
    after = evolve(employee, event)
    periods = {each: CalendarPeriod.holding(held_on, per=each.per) for each in employee.duties}
    again = [
        duty.reminder_of(period, calendar)
        for duty, period in periods.items()
        if _is_owed(employee, duty, period, calendar)
        and not duty.missing(employee.done(duty, period))
        and duty.missing(after.done(duty, period))
    ]
    corrected, *following = with_what_it_meets(employee, event, calendar=calendar)
    readings = (*getattr(corrected, "readings", ()), *again)
    return [with_facts(corrected, readings=readings), *following]


def reminded(
    employee: Employee,
    reading: Reading,
    rung: RungReached,
    *,
    calendar: WorkingCalendar,
    at: datetime,
) -> Iterable[StaffEvent]:
    """Return what a reminder tells: there is time yet, or it is too late and the next begins."""
    duty = _duty(employee, reading)
    period = period_of(reading, duty)
    facts = {
        "staff_id": employee.id,
        "duty": duty.name,
        "period": period.name,
        "missing": duty.missing(employee.done(duty, period)),
        "to": Level.SUPERVISOR,
        **told(reading, rung, clause=duty.clause, at=at),
    }
    if rung.name != OVER:
        return [events.StaffReminded(**facts)]
    following = _following(employee, reading, calendar=calendar, at=at)
    return [events.StaffFellShort(**facts), *following]


# -------------------------------------------------------------------------------------


def _is_met(employee: Employee, reading: Reading) -> bool:
    duty = _duty(employee, reading)
    return not duty.missing(employee.done(duty, period_of(reading, duty)))


def _is_owed(
    employee: Employee, duty: Duty, period: CalendarPeriod, calendar: WorkingCalendar
) -> bool:
    known_on = day_of(employee.joined_at, calendar)
    first = duty.first_period(since=employee.joined_on, known_on=known_on)
    return employee.left_on is None and first <= period


def _duty(employee: Employee, reading: Reading) -> Duty:
    return next(each for each in employee.duties if each.name == reading.clock)


def _following(
    employee: Employee, reading: Reading, *, calendar: WorkingCalendar, at: datetime
) -> list[StaffEvent]:
    """Return the reminder of the next period in which anything is missing, if it has none yet."""
    duty = _duty(employee, reading)
    if employee.planned[duty.name] > reading.round:
        return []
    period = period_of(reading, duty).following
    while not duty.missing(employee.done(duty, period)):
        period = period.following
    return [_planned(employee.id, duty, period, calendar=calendar, at=at)]


def _planned(
    staff_id: str, duty: Duty, period: CalendarPeriod, *, calendar: WorkingCalendar, at: datetime
) -> StaffEvent:
    return events.StaffPeriodPlanned(
        staff_id=staff_id,
        duty=duty.name,
        period=period.name,
        number=period.number,
        readings=(duty.reminder_of(period, calendar),),
        at=at,
    )
