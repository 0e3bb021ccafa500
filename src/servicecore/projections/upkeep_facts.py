"""One row for each plan of maintenance and each upgrade: what was to be done, and was (pdr:7.1d).

* *Maintenance*: visits carried out / visits planned, in the period of the day
  they are planned on; in time, if that day or before.  A visit whose day is not
  over is open.
* *Upgrades*: released / taken on, in the period in which R&D took them on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta, timezone
from typing import Any

import attrs

from ..domain import maintenance
from ..domain.maintenance.plan import MaintenancePlan, Visit
from ..domain.upgrade import events as upgrades
from .asking import Dimension
from .facts import Facts
from .tally import Tally

_DAY = timedelta(days=1)


# --- Maintenance ---------------------------------------------------------------------


def _fold_plan(plan: MaintenancePlan | None, event: Any) -> MaintenancePlan:
    return maintenance.evolve(plan, event)


MAINTENANCE = Facts(
    name="maintenance_facts", kind="maintenance", row=MaintenancePlan, fold=_fold_plan
)

PLAN_DIMENSIONS: Mapping[str, Dimension] = {
    "kind": lambda plan: plan.kind.value,
    "product": lambda plan: plan.product,
    "customer": lambda plan: plan.customer_id,
    "person": lambda plan: plan.person,
}


def visits(plan: MaintenancePlan, tally: Tally) -> None:
    """Count visits that were planned, carried out, and carried out on their day."""
    for visit in plan.visits.values():
        _count_visit(visit, plan, tally)


def _count_visit(visit: Visit, plan: MaintenancePlan, tally: Tally) -> None:
    zone = tally.question.zone
    begins = datetime.combine(visit.planned_on, time(), tzinfo=zone).astimezone(timezone.utc)
    ends = datetime.combine(visit.planned_on + _DAY, time(), tzinfo=zone).astimezone(timezone.utc)
    done = visit.carried_out_at
    if done is None and (tally.as_of < ends or plan.has_ended):
        tally.open("maintenance_completion", since=begins, is_open=not plan.has_ended)
        return
    tally.share("maintenance_completion", begins, done is not None)
    tally.share("maintenance_in_time", begins, done is not None and done < ends)


# --- Upgrades ------------------------------------------------------------------------


@attrs.define(kw_only=True)
class UpgradeFact:
    """What is known of one upgrade."""

    upgrade_id: str
    product: str
    origin: str
    aspect: str
    priority: str = ""
    taken_on_at: datetime | None = None
    released_at: datetime | None = None
    roll_backs: int = 0


def _fold_upgrade(fact: UpgradeFact | None, event: Any) -> UpgradeFact:
    if fact is None:
        return UpgradeFact(
            upgrade_id=event.upgrade_id,
            product=event.product,
            origin=event.origin.value,
            aspect=event.aspect.value,
        )
    match event:
        case upgrades.UpgradeAssessed(priority=None):
            fact.priority, fact.taken_on_at = "", None
        case upgrades.UpgradeAssessed(priority=upgrades.UpgradePriority(value=priority)):
            fact.priority, fact.taken_on_at = priority, event.at
        case upgrades.UpgradeReleased():
            fact.released_at = event.at
        case upgrades.UpgradeRolledBack():
            fact.released_at, fact.roll_backs = None, fact.roll_backs + 1
    return fact


UPGRADES = Facts(name="upgrade_facts", kind="upgrade", row=UpgradeFact, fold=_fold_upgrade)

UPGRADE_DIMENSIONS: Mapping[str, Dimension] = {
    "priority": lambda fact: fact.priority,
    "product": lambda fact: fact.product,
    "origin": lambda fact: fact.origin,
    "aspect": lambda fact: fact.aspect,
}


def releases(fact: UpgradeFact, tally: Tally) -> None:
    """Count upgrades that were taken on, and those released; how long that took."""
    taken_on, released = fact.taken_on_at, fact.released_at
    if taken_on is None:
        return
    tally.share("upgrade_completion", taken_on, released is not None)
    if released is not None:
        tally.length("upgrade_time", released, released - taken_on)
