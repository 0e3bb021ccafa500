"""How well somebody did in a quarter or year (om2025:3.3b)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from statistics import fmean

from ..calendar import WorkingCalendar
from ..calendar_periods import CalendarPeriod
from ..days import day_of
from ..people import same_person
from ..preparedness import EMERGENCY
from ..qualities import must_be_shares
from ..refusals import must_be_told
from ..standard import ServiceStandard
from . import events, guards, owing, refusals
from .employee import Employee
from .events import StaffEvent

EMERGENCY_TRAINING = "emergency_training"  #: The score that emergency trainings add (om2025:7.3b).
_ASPECTS = "appraised_on"


def appraise(
    employee: Employee,
    *,
    period: str,
    by: str,
    scores: Mapping[str, float],
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[StaffEvent]:
    """Put on record how well they did; results of emergency trainings count (om2025:7.3b).

    They count as one more score, the mean of all that period's results; overall
    is the mean of all scores (house choice).

    Args:
        employee: Who is appraised.
        period: Of which quarter or year, such as ``2025-Q1`` or ``2025``.
        by: Who appraises.
        scores: How well they did, from 0.0 to 1.0, in each aspect of the standard.
        standard: Which aspects there are.
        calendar: Where days begin and end.
        at: When they are appraised.

    Raises:
        AppraisedByThemselvesError: If they appraise themselves.
        NoPeriodError: If there is no such quarter or year.
        NotAppraisableError: If they did not serve in it, or it has not begun.
        WrongAspectsError: If an aspect is missing, or there is another.
        NoShareError: If a score is no share.
    """
    must_be_told(by=by)
    if same_person(by, employee.id):
        msg = f"{employee.id} cannot appraise themselves: somebody else has to (house choice)"
        raise refusals.AppraisedByThemselvesError(msg)
    guards.must_be_on_record(employee, "appraised", at)
    whole = CalendarPeriod.named(period)
    _must_have_served(employee, whole, at, calendar)
    _must_be_all_aspects(employee, scores, standard)
    must_be_shares(scores)
    told = {**scores, **_of_emergency_trainings(employee, whole)}
    appraised = events.StaffAppraised(
        staff_id=employee.id,
        period=whole.name,
        by=by,
        scores=told,
        overall=fmean(told.values()),
        at=at,
    )
    return owing.with_what_it_meets(employee, appraised, calendar=calendar)


# -------------------------------------------------------------------------------------


def _must_have_served(
    employee: Employee, period: CalendarPeriod, at: datetime, calendar: WorkingCalendar
) -> None:
    joined_in_time = employee.joined_on < period.until
    left_too_soon = employee.left_on is not None and employee.left_on < period.first
    if not joined_in_time or left_too_soon or day_of(at, calendar) < period.first:
        msg = (
            f"{employee.id} cannot be appraised of {period.name} at {at.isoformat()}: "
            "it must have begun, and they must have served in it (om2025:3.3b)"
        )
        raise refusals.NotAppraisableError(msg)


def _must_be_all_aspects(
    employee: Employee, scores: Mapping[str, float], standard: ServiceStandard
) -> None:
    found = standard.setting(_ASPECTS)
    expected = set(found.values) if found else set(scores)
    if set(scores) != expected or not scores or EMERGENCY_TRAINING in scores:
        told = ", ".join(sorted(expected - {EMERGENCY_TRAINING})) or "one at least"
        msg = (
            f"{employee.id} is appraised on {', '.join(sorted(scores)) or 'nothing'}; "
            f"expected {told} (om2025:3.3b)"
        )
        raise refusals.WrongAspectsError(msg)


def _of_emergency_trainings(employee: Employee, period: CalendarPeriod) -> dict[str, float]:
    results = [
        each.result
        for each in employee.trainings
        if each.topic == EMERGENCY and each.held_on in period and each.result is not None
    ]
    return {EMERGENCY_TRAINING: fmean(results)} if results else {}
