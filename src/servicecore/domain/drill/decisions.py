"""What can be decided about a drill: drill, then summary, then improvement (om2025:7.3a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..days import day_of, must_be_a_date
from ..preparedness import Scenario
from ..refusals import all_told, must_be_told
from . import events, refusals
from .drill import Drill, DrillStatus
from .events import DrillEvent


def plan_drill(
    drill_id: str,
    *,
    emergency_plan_id: str,
    scenario: Scenario | str,
    planned_on: date,
    staff: Sequence[str],
    course: str,
    by: str,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[DrillEvent]:
    """Plan to rehearse what may happen, with all staff, as a part of the emergency plan.

    Args:
        drill_id: Its number.
        emergency_plan_id: The plan of the year, which counts it.
        scenario: What is rehearsed.
        planned_on: The day it is planned for; it counts for the day it is held.
        staff: Everybody who is to take part (om2025:7.1c).
        course: How it is to go.
        by: Who plans it.
        standard: Under which what it shows is handled.
        calendar: Where days begin and end.
        at: When it is planned.

    Raises:
        NoStaffError: If it is planned for nobody.
    """
    must_be_told(drill_id=drill_id, emergency_plan_id=emergency_plan_id, course=course, by=by)
    must_be_a_date(planned_on=planned_on)
    planned = events.DrillPlanned(
        drill_id=drill_id,
        emergency_plan_id=emergency_plan_id,
        scenario=Scenario.told_as(scenario, whose=f"drill {drill_id}"),
        planned_on=planned_on,
        staff=_somebody(drill_id, staff, "is planned for"),
        course=course,
        by=by,
        standard=standard,
        calendar=calendar.reference,
        at=at,
    )
    return [planned]


def hold(
    drill: Drill,
    *,
    participants: Sequence[str],
    excused: Mapping[str, str] | None = None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[DrillEvent]:
    """Put on record that it was held, with whom, and who was excused for which reason.

    Raises:
        NoStaffError: If nobody took part.
        NotOfTheStaffError: If somebody did, or was excused, for whom it was not planned.
    """
    _must_be(drill, DrillStatus.PLANNED, "held", at)
    there, away = _somebody(drill.id, participants, "was held with"), dict(excused or {})
    must_be_told(**{f"reason of {name}": reason for name, reason in away.items()})
    for name in (*there, *away):
        _must_be_of_the_staff(drill, name)
    if both := [name for name in there if name in away]:
        msg = f"drill {drill.id}: {both[0]!r} cannot have taken part and be excused"
        raise refusals.NotOfTheStaffError(msg)
    held = events.DrillHeld(
        drill_id=drill.id,
        emergency_plan_id=drill.emergency_plan_id,
        scenario=drill.scenario,
        held_on=day_of(at, calendar),
        participants=there,
        excused=away,
        absent=tuple(each for each in drill.staff if each not in {*there, *away}),
        at=at,
    )
    return [held]


def summarise(
    drill: Drill, *, by: str, summary: str, weak_points: Sequence[str] = (), at: datetime
) -> list[DrillEvent]:
    """Sum up what it showed; each of the weak points is to get better (om2025:7.3a)."""
    _must_be(drill, DrillStatus.HELD, "summarised", at)
    must_be_told(by=by, summary=summary)
    weak = all_told("weak point", weak_points)
    summarised = events.DrillSummarised(
        drill_id=drill.id,
        scenario=drill.scenario,
        by=by,
        summary=summary,
        weak_points=weak,
        standard=drill.standard,
        calendar=drill.calendar,
        at=at,
    )
    return [summarised]


def name_improvement(drill: Drill, *, improvement_id: str, at: datetime) -> list[DrillEvent]:
    """Name the improvement that comes of it, once (om2025:7.3a)."""
    must_be_told(improvement_id=improvement_id)
    if improvement_id in drill.improvements:
        return []
    _must_be(drill, DrillStatus.SUMMARISED, "improved upon", at)
    return [events.DrillImprovementNamed(drill_id=drill.id, improvement_id=improvement_id, at=at)]


def cancel(drill: Drill, *, by: str, reason: str, at: datetime) -> list[DrillEvent]:
    """Give a planned drill up; its quarter still needs one."""
    _must_be(drill, DrillStatus.PLANNED, "cancelled", at)
    must_be_told(by=by, reason=reason)
    return [events.DrillCancelled(drill_id=drill.id, by=by, reason=reason, at=at)]


# -------------------------------------------------------------------------------------


def _must_be(drill: Drill, status: DrillStatus, done: str, at: datetime) -> None:
    if drill.status is not status:
        msg = (
            f"drill {drill.id} is {drill.status.value}, so it cannot be {done}; "
            f"expected {status.value} (om2025:7.3a)"
        )
        raise refusals.OutOfTurnError(msg)
    if at < drill.changed_at:
        msg = (
            f"drill {drill.id} has been {drill.status.value} since {drill.changed_at.isoformat()}, "
            f"so it was not {done} at {at.isoformat()}"
        )
        raise refusals.OutOfTurnError(msg)


def _somebody(drill_id: str, people: Sequence[str], done: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(all_told("person", people)))
    if not names:
        msg = f"drill {drill_id} {done} nobody; expected all staff (om2025:7.1c)"
        raise refusals.NoStaffError(msg)
    return names


def _must_be_of_the_staff(drill: Drill, name: str) -> None:
    if name not in drill.staff:
        msg = f"drill {drill.id} was not planned for {name!r}; it is for {', '.join(drill.staff)}"
        raise refusals.NotOfTheStaffError(msg)
