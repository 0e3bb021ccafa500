"""An upgrade as its history leaves it: how far it is, and what its plan still asks for."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from . import events
from .events import Aspect, Origin, Risk, UpgradeEvent, UpgradePriority


class UpgradeStatus(Enum):
    """Where an upgrade stands."""

    WISHED = "wished"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    APPROVED = "approved"
    UNDER_WAY = "under_way"
    RELEASED = "released"
    ROLLED_BACK = "rolled_back"


@attrs.frozen(kw_only=True)
class Plan:
    """What an upgrade is for, how it is done and tested, and what may go wrong."""

    goal: str
    content: str
    steps: tuple[str, ...]
    tests: tuple[str, ...]
    risks: tuple[Risk, ...]


@attrs.frozen(kw_only=True)
class Upgrade:
    """A newer version of a product, from the wish for it to its release.

    *done*, *passed* and *watched* hold the steps, tests and risks of the plan
    that were dealt with.
    """

    id: str
    product: str
    origin: Origin
    aspect: Aspect
    wish: str
    changed_at: datetime
    status: UpgradeStatus = UpgradeStatus.WISHED
    priority: UpgradePriority | None = None
    plan: Plan | None = None
    approved_by: str = ""
    backup: str = ""
    done: tuple[str, ...] = ()
    passed: frozenset[str] = frozenset()
    watched: frozenset[str] = frozenset()
    release: str = ""
    roll_backs: int = 0


def evolve(upgrade: Upgrade | None, event: UpgradeEvent) -> Upgrade:
    """Return *upgrade* as *event* leaves it; there is none before somebody wishes for it.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if upgrade is None:
        return _wished(event)
    must_belong(event, "upgrade_id", upgrade.id, "the history of upgrade")
    return attrs.evolve(upgrade, changed_at=event.at, **_facts(upgrade, event))


def _wished(event: UpgradeEvent) -> Upgrade:
    event = must_begin(event, events.UpgradeWished, "anybody wished for the upgrade")
    return Upgrade(
        id=event.upgrade_id,
        product=event.product,
        origin=event.origin,
        aspect=event.aspect,
        wish=event.wish,
        changed_at=event.at,
    )


def _facts(upgrade: Upgrade, event: UpgradeEvent) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912
    match event:
        case events.UpgradeAssessed(priority=None):
            return {"status": UpgradeStatus.DECLINED, "priority": None}
        case events.UpgradeAssessed(priority=priority):
            return {"status": UpgradeStatus.ACCEPTED, "priority": priority}
        case events.UpgradePlanned():
            plan = Plan(
                goal=event.goal,
                content=event.content,
                steps=event.steps,
                tests=event.tests,
                risks=event.risks,
            )
            return {**_nothing_done(), "status": UpgradeStatus.PLANNED, "plan": plan}
        case events.UpgradeApproved():
            return {"status": UpgradeStatus.APPROVED, "approved_by": event.by}
        case events.UpgradeSentBack():
            return {**_nothing_done(), "status": UpgradeStatus.ACCEPTED, "plan": None}
        case events.UpgradeBackedUp():
            return {"status": UpgradeStatus.UNDER_WAY, "backup": event.kept_at}
        case events.UpgradeStepDone():
            return {"done": (*upgrade.done, event.step)}
        case events.UpgradeTested(has_passed=True):
            return {"passed": upgrade.passed | {event.test}}
        case events.UpgradeTested():
            return {"passed": upgrade.passed - {event.test}}
        case events.UpgradeRiskWatched():
            return {"watched": upgrade.watched | {event.risk}}
        case events.UpgradeReleased():
            return {"status": UpgradeStatus.RELEASED, "release": event.release}
        case events.UpgradeRolledBack():
            return {
                **_nothing_done(),
                "status": UpgradeStatus.ROLLED_BACK,
                "plan": None,
                "release": "",
                "roll_backs": upgrade.roll_backs + 1,
            }
        case _:
            msg = f"{event} is not a step in the life of upgrade {upgrade.id}"
            raise ImpossibleHistoryError(msg)


def _nothing_done() -> dict[str, Any]:
    """Return what a new plan begins with."""
    return {
        "approved_by": "",
        "backup": "",
        "done": (),
        "passed": frozenset(),
        "watched": frozenset(),
    }
