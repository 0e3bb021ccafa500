"""What is owed to somebody in every quarter and year: hours of training, and appraisals.

It is owed in full quarters and years (house choice): the first is one that they
served in from its first day, and that was not over when their record was begun.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
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
from .employee import APPRAISALS, TRAINING, YEARLY_APPRAISALS, Employee, evolve
from .events import StaffEvent

_APPRAISED = Figures(in_time_until="appraisal_grace")
_FIGURES = {
    TRAINING: Figures(told_before="quota_notice"),
    APPRAISALS: _APPRAISED,
    YEARLY_APPRAISALS: _APPRAISED,
}
Counted = TypeVar("Counted", events.StaffTrained, events.StaffAppraised)


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
        told += [_following(after, each, calendar=calendar, at=event.at)]
    return told


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
    return [events.StaffFellShort(**facts), following]


# -------------------------------------------------------------------------------------


def _is_met(employee: Employee, reading: Reading) -> bool:
    duty = _duty(employee, reading)
    return not duty.missing(employee.done(duty, period_of(reading, duty)))


def _duty(employee: Employee, reading: Reading) -> Duty:
    return next(each for each in employee.duties if each.name == reading.clock)


def _following(
    employee: Employee, reading: Reading, *, calendar: WorkingCalendar, at: datetime
) -> StaffEvent:
    """Return the reminder of the next period in which anything is missing."""
    duty = _duty(employee, reading)
    period = period_of(reading, duty).following
    while not duty.missing(employee.done(duty, period)):
        period = period.following
    return _planned(employee.id, duty, period, calendar=calendar, at=at)


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
