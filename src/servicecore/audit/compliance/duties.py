"""Rules about what is owed every quarter or year: training, appraisals, drills, campaigns.

What an employee or an emergency plan owes went on record with it.  What the
organisation owes as a whole, is counted from the day on which its log begins.
A quarter or year belongs to the period in which it ends; one that is not over,
or still in its grace, is no case yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from ...domain import drill, emergency_plan, staff
from ...domain.calendar_periods import CalendarPeriod
from ...domain.campaign import CampaignAnnounced
from ...domain.duties import Amount, Duty
from ...domain.events import Recorded
from ...domain.figures import Quota
from ...domain.quality_review import QualityReviewPublished
from ...domain.sla.promise import told
from ...domain.standard import Rulebook
from .rules import Case, Look, Record, Rule, Scope, positions

_DAY = timedelta(days=1)


# --- Of each employee, of each plan ----------------------------------------------------


def _of_an_employee(record: Record, duty: Duty, scope: Scope) -> Iterator[CalendarPeriod]:
    employee = record.state
    known_on = scope.local_day(employee.joined_at)
    period = duty.first_period(since=employee.joined_on, known_on=known_on)
    while employee.serves_on(period.until - _DAY):
        yield period
        period = period.following


def _of_a_plan(record: Record, duty: Duty, scope: Scope) -> Iterator[CalendarPeriod]:
    plan = record.state
    period = CalendarPeriod.holding(
        max(scope.local_day(plan.made_at), plan.period.first), per=duty.per
    )
    while period.first in plan.period:
        yield period
        period = period.following


@attrs.frozen(kw_only=True)
class _Owed:
    """Looks whether a duty of a record was done in every quarter or year it was owed in."""

    quota: Quota
    periods: Callable[[Record, Duty, Scope], Iterator[CalendarPeriod]]
    done: Callable[[Any, Duty, CalendarPeriod], Any]
    shown_by: tuple[type, ...]

    def __call__(self, record: Record, scope: Scope) -> Iterator[Case]:
        for duty in record.state.duties:
            if (duty.name, duty.clause) == (self.quota.name, self.quota.clause):
                yield from self._cases(record, duty, scope)

    def _cases(self, record: Record, duty: Duty, scope: Scope) -> Iterator[Case]:
        for period in self.periods(record, duty, scope):
            if scope.midnight(period.until) > min(scope.end, scope.as_of):
                return
            missing = duty.missing(self.done(record.state, duty, period))
            is_open = scope.as_of < scope.midnight(duty.grace.after(period.until))
            if scope.ends_here(period.until) and not (missing and is_open):
                yield Case(
                    id=f"{record.subject} in {period.name}",
                    amiss=f"{_told(missing)} missing of {self.quota}" if missing else "",
                    evidence=positions([record.history[0], *record.of(*self.shown_by)]),
                )


def _told(amount: Amount) -> str:
    return told(amount) if isinstance(amount, timedelta) else str(amount)


_TRAINED = (staff.StaffTrained, staff.StaffTrainingCorrected)
_STAFF: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys((staff.TRAINING, *staff.TOPICS), _TRAINED),
    staff.APPRAISALS: (staff.StaffAppraised,),
    staff.YEARLY_APPRAISALS: (staff.StaffAppraised,),
}
_PLANS: Mapping[str, tuple[type, ...]] = {
    emergency_plan.DRILLS: (emergency_plan.EmergencyPlanDrillCounted,),
    emergency_plan.TRAININGS: (emergency_plan.EmergencyPlanTrainingCounted,),
}


def rules_of(rulebook: Rulebook) -> Iterator[Rule]:
    """Yield a rule for each duty that any standard in the book lays on people and plans."""
    quotas = {(q.name, q.clause): q for each in rulebook.standards for q in each.quotas}
    for quota in quotas.values():
        if shown_by := _STAFF.get(quota.name):
            look = _Owed(
                quota=quota,
                periods=_of_an_employee,
                done=lambda employee, duty, period: employee.done(duty, period),
                shown_by=shown_by,
            )
            yield _rule("staff", quota, look)
        elif shown_by := _PLANS.get(quota.name):
            look = _Owed(
                quota=quota,
                periods=_of_a_plan,
                done=lambda plan, duty, period: plan.done(duty.name, period),
                shown_by=shown_by,
            )
            yield _rule("emergency_plan", quota, look)


def _rule(kind: str, quota: Quota, look: Look) -> Rule:
    return Rule(
        id=f"{kind}.{quota.name}",
        of=kind,
        clause=quota.clause,
        says=f"{quota.name.replace('_', ' ').capitalize()}: {quota}.",
        look=look,
    )


def _summed_up(record: Record, scope: Scope) -> Iterator[Case]:
    for held in record.within(scope, drill.DrillHeld):
        summed_up = record.of(drill.DrillSummarised)
        amiss = "" if summed_up else "nobody summed it up"
        yield record.case(held, *summed_up, amiss=amiss)


RULES = (
    Rule(
        id="drill.summarised",
        of="drill",
        clause="om2025:7.3a",
        says="A drill is summed up after it was held.",
        look=_summed_up,
    ),
)


# --- Of the organisation ---------------------------------------------------------------

#: What counts as having done what the organisation owes.
COUNTED: Mapping[str, type] = {
    "survey_campaigns": CampaignAnnounced,
    "quality_reviews": QualityReviewPublished,
}


def owed_by_all(
    quota: Quota, done: Iterable[Recorded], *, begun_at: datetime, scope: Scope
) -> Iterator[Case]:
    """Yield each whole quarter or year that ended in the period, and what was done in it."""
    days = [(_day(each, scope), each) for each in done]
    since = scope.local_day(begun_at)
    period = CalendarPeriod.holding(since, per=quota.per)
    if period.first != since:
        period = period.following
    while scope.midnight(period.until) <= min(scope.end, scope.as_of):
        found = [each for day, each in days if day in period]
        is_enough = not isinstance(quota.at_least, int) or len(found) >= quota.at_least
        if scope.ends_here(period.until):
            amiss = "" if is_enough else f"{len(found)} in {period.name}, expected {quota}"
            yield Case(id=period.name, amiss=amiss, evidence=positions(found))
        period = period.following


def _day(recorded: Recorded, scope: Scope) -> date:
    """Return the day for which something was done: a review is of the quarter it is about."""
    event = recorded.event
    if isinstance(event, QualityReviewPublished):
        return event.first
    return scope.local_day(recorded.occurred_at)
