"""One row for each drill and each emergency plan: was enough rehearsed, and what came of it?

Definitions (each figure says which of them it is):

* *Drills met* is enough / owed: quarters of emergency plans, each at its last
  moment (om2025:7.1c); *emergency trainings met* the same, of years (om2025:7.3b).
  What is not over is open.  A quarter that was over when its plan was made does
  not count.
* *Drills* and *emergency trainings* are those that counted, on the day they were held.
* *All staff* is drills nobody missed / held; *summarised* and *improved* follow
  drill, summary, improvement (om2025:7.3a): summed up / held, and acted upon /
  summed up with a weak point, on the day the drill was held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..domain import drill, emergency_plan
from ..domain.calendar_periods import CalendarPeriod
from ..domain.drill import Drill, DrillStatus
from ..domain.duties import Duty
from ..domain.emergency_plan import DRILLS, TRAININGS, EmergencyPlan
from .asking import Dimension
from .facts import Facts
from .local_days import begins, last_moment, local_day
from .tally import Tally

MET = {DRILLS: "drills_met", TRAININGS: "emergency_trainings_met"}


# --- Drills ------------------------------------------------------------------------------


def _fold_drill(fact: Drill | None, event: Any) -> Drill:
    return drill.evolve(fact, event)


FACTS = Facts(name="drill_facts", kind="drill", row=Drill, fold=_fold_drill)
DIMENSIONS: Mapping[str, Dimension] = {
    "scenario": lambda fact: fact.scenario.value,
    "emergency_plan": lambda fact: fact.emergency_plan_id,
}


def course(fact: Drill, tally: Tally) -> None:
    """Count drills that were held: with whom, and whether anything followed."""
    if fact.held_on is None:
        return
    at, is_summed_up = begins(fact.held_on, tally), fact.status is DrillStatus.SUMMARISED
    tally.share("all_staff", at, not fact.absent)
    tally.share("summarised", at, is_summed_up)
    if is_summed_up and fact.weak_points:
        tally.share("improved", at, fact.improvements)


# --- Emergency plans -----------------------------------------------------------------------


def _fold_plan(plan: EmergencyPlan | None, event: Any) -> EmergencyPlan:
    return emergency_plan.evolve(plan, event)


PLANS = Facts(
    name="emergency_plan_facts", kind="emergency_plan", row=EmergencyPlan, fold=_fold_plan
)
PLAN_DIMENSIONS: Mapping[str, Dimension] = {"emergency_plan": lambda plan: plan.id}


def rehearsed(plan: EmergencyPlan, tally: Tally) -> None:
    """Count what was held, and the quarters and years in which that was enough."""
    for day in plan.drills.values():
        tally.total("drills", begins(day, tally))
    for day in plan.trainings.values():
        tally.total("emergency_trainings", begins(day, tally))
    for duty in plan.duties:
        for period in _owed(plan, duty, tally):
            _count(plan, duty, period, tally)


def _count(plan: EmergencyPlan, duty: Duty, period: CalendarPeriod, tally: Tally) -> None:
    at, is_met = last_moment(period.until, tally), not duty.missing(plan.done(duty.name, period))
    if at < tally.as_of:
        tally.share(MET[duty.name], at, is_met)
    elif not is_met:
        tally.unsettled(MET[duty.name], at)


def _owed(plan: EmergencyPlan, duty: Duty, tally: Tally) -> Iterator[CalendarPeriod]:
    made_on = local_day(plan.made_at, tally)
    period = CalendarPeriod.holding(max(made_on, plan.period.first), per=duty.per)
    while period.first in plan.period:
        yield period
        period = period.following
