"""What can be decided about an emergency plan: its levels, and what is rehearsed in its year.

Drills and emergency trainings are counted by the day on which they were held,
whenever that becomes known.  A plan does not answer for quarters that were over
when it was made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

from ..calendar import WorkingCalendar
from ..calendar_periods import CalendarPeriod
from ..days import day_of
from ..duties import OVER, Duty, Figures, duties_of, period_of
from ..people import Level
from ..preparedness import ResponseLevel, Scenario
from ..refusals import must_be_told
from ..reminders import Reminders, passed, settled, told
from ..sla import Reading, RungReached, State, Terms
from ..standard import ServiceStandard
from . import events, refusals
from .events import EmergencyPlanEvent
from .plan import DRILLS, TRAININGS, EmergencyPlan

_FIGURES = {name: Figures(told_before="quota_notice") for name in (DRILLS, TRAININGS)}


def make_plan(
    emergency_plan_id: str,
    *,
    year: int,
    by: str,
    levels: Sequence[ResponseLevel],
    prevention: Mapping[Scenario | str, str],
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[EmergencyPlanEvent]:
    """Plan how emergencies of a year are prevented and met, and what is rehearsed until when.

    Args:
        emergency_plan_id: Its number.
        year: The year it is for.
        by: Who answers for the plan, and is told what is missing.
        levels: From the lightest to the gravest, each with process and person (om2025:7.1d).
        prevention: What is done so that it does not happen, by scenario (om2025:7.1b).
        standard: How many drills and trainings it asks for.
        calendar: Where days begin and end.
        at: When it is made.

    Raises:
        NoLevelsError: If it has no level, or one twice.
        NoYearError: If *year* is none.
        YearOverError: If that year is over.
    """
    must_be_told(emergency_plan_id=emergency_plan_id, by=by)
    today, period = day_of(at, calendar), _year(emergency_plan_id, year)
    if period.until <= today:
        msg = f"emergency plan {emergency_plan_id}: {year} was over on {today}, when it was made"
        raise refusals.YearOverError(msg)
    duties = duties_of(standard, _FIGURES)
    made = events.EmergencyPlanMade(
        emergency_plan_id=emergency_plan_id,
        year=year,
        by=by,
        levels=_graded(emergency_plan_id, levels),
        prevention=_prevention(emergency_plan_id, prevention),
        duties=duties,
        standard=standard.reference,
        calendar=calendar.reference,
        readings=tuple(_reminders(duties, period, calendar, today)),
        at=at,
    )
    return [made]


def revise(
    plan: EmergencyPlan,
    *,
    by: str,
    reason: str,
    levels: Sequence[ResponseLevel] | None = None,
    prevention: Mapping[Scenario | str, str] | None = None,
    at: datetime,
) -> list[EmergencyPlanEvent]:
    """Change the plan by what was learnt; what is not told stays (om2025:7.1b)."""
    must_be_told(by=by, reason=reason)
    if at < plan.changed_at:
        msg = (
            f"emergency plan {plan.id} has stood since {plan.changed_at.isoformat()}, "
            f"so it was not revised at {at.isoformat()}"
        )
        raise refusals.BeforeChangeError(msg)
    revised = events.EmergencyPlanRevised(
        emergency_plan_id=plan.id,
        by=by,
        levels=plan.levels if levels is None else _graded(plan.id, levels),
        prevention=plan.prevention if prevention is None else _prevention(plan.id, prevention),
        reason=reason,
        at=at,
    )
    return [revised]


def level_named(plan: EmergencyPlan, name: str) -> ResponseLevel:
    """Return the level of that name.

    Raises:
        UnknownLevelError: If the plan has none.
    """
    for each in plan.levels:
        if each.name == name:
            return each
    expected = ", ".join(each.name for each in plan.levels)
    msg = f"emergency plan {plan.id} has no level {name!r}; expected {expected} (om2025:7.1d)"
    raise refusals.UnknownLevelError(msg)


# --- What is rehearsed -----------------------------------------------------------------


def count_drill(
    plan: EmergencyPlan, *, drill_id: str, held_on: date, at: datetime
) -> list[EmergencyPlanEvent]:
    """Count a drill with all staff for its quarter, once (om2025:7.1c)."""
    if drill_id in plan.drills or held_on not in plan.period:
        return []
    counted = events.EmergencyPlanDrillCounted(
        emergency_plan_id=plan.id,
        drill_id=drill_id,
        held_on=held_on,
        readings=_met(plan, DRILLS, by_one_on=held_on),
        at=max(at, plan.made_at),
    )
    return [counted]


def count_training(
    plan: EmergencyPlan, *, training_id: str, held_on: date, lasted: timedelta, at: datetime
) -> list[EmergencyPlanEvent]:
    """Count an emergency training for its year, once, if it was long enough (om2025:7.3b)."""
    if training_id in plan.trainings or held_on not in plan.period:
        return []
    if not all(each.counts(lasted) for each in plan.duties if each.name == TRAININGS):
        return []
    counted = events.EmergencyPlanTrainingCounted(
        emergency_plan_id=plan.id,
        training_id=training_id,
        held_on=held_on,
        readings=_met(plan, TRAININGS, by_one_on=held_on),
        at=max(at, plan.made_at),
    )
    return [counted]


def remind_if_due(
    plan: EmergencyPlan, /, *, at: datetime, terms: Terms
) -> list[EmergencyPlanEvent]:
    """Put on record what is missing shortly before a quarter or year ends, and at its end."""
    del terms  # What was owed stands on record.
    return [_reminded(plan, reading, rung, at) for reading, rung in passed(plan.reminders, at)]


# -------------------------------------------------------------------------------------


def _reminded(
    plan: EmergencyPlan, reading: Reading, rung: RungReached, at: datetime
) -> EmergencyPlanEvent:
    duty = _duty(plan, reading)
    period = period_of(reading, duty)
    facts = {
        "emergency_plan_id": plan.id,
        "duty": duty.name,
        "period": period.name,
        "missing": duty.missing(plan.done(duty.name, period)),
        **told(reading, rung, clause=duty.clause, at=at),
    }
    if rung.name == OVER:
        return events.EmergencyPlanFellShort(**facts, to=Level.MANAGER)
    return events.EmergencyPlanReminded(**facts, to=plan.by)


def _met(plan: EmergencyPlan, duty: str, *, by_one_on: date) -> Reminders:
    """Return the reminders that nobody needs any more if there is one more on that day."""
    return settled(
        (
            each
            for each in plan.reminders
            if each.clock == duty
            and by_one_on in (period := period_of(each, _duty(plan, each)))
            and not _duty(plan, each).missing(plan.done(duty, period) + 1)
        ),
        state=State.MET,
    )


def _duty(plan: EmergencyPlan, reading: Reading) -> Duty:
    return next(each for each in plan.duties if each.name == reading.clock)


def _reminders(
    duties: Iterable[Duty], year: CalendarPeriod, calendar: WorkingCalendar, today: date
) -> Iterable[Reading]:
    for duty in duties:
        period = CalendarPeriod.holding(year.first, per=duty.per)
        while period.first in year:
            if today < period.until:
                yield duty.reminder_of(period, calendar)
            period = period.following


def _year(plan_id: str, year: int) -> CalendarPeriod:
    if not isinstance(year, int) or not MINYEAR < year < MAXYEAR:
        msg = f"emergency plan {plan_id}: {year!r} is not a year"
        raise refusals.NoYearError(msg)
    return CalendarPeriod.holding(date(year, 1, 1), per="year")


def _graded(plan_id: str, levels: Sequence[ResponseLevel]) -> tuple[ResponseLevel, ...]:
    graded = tuple(levels)
    if not graded:
        msg = (
            f"emergency plan {plan_id} has no level; each has a process and a person (om2025:7.1d)"
        )
        raise refusals.NoLevelsError(msg)
    for each in graded:
        each.must_be_whole()
    name, times = Counter(each.name for each in graded).most_common(1)[0]
    if times > 1:
        msg = f"emergency plan {plan_id} has level {name!r} {times} times; expected each once"
        raise refusals.NoLevelsError(msg)
    return graded


def _prevention(plan_id: str, prevention: Mapping[Scenario | str, str]) -> dict[Scenario, str]:
    told_as = {
        Scenario.told_as(word, whose=f"emergency plan {plan_id}"): measure
        for word, measure in prevention.items()
    }
    must_be_told(**{f"prevention of {each.value}": text for each, text in told_as.items()})
    return told_as
