"""What an upgrade must have behind it before its next step."""

from __future__ import annotations

from datetime import datetime

from ..refusals import must_be_told
from . import refusals
from .upgrade import Plan, Upgrade, UpgradeStatus


def must_be_in_order(upgrade: Upgrade, done: str, at: datetime) -> None:
    """Refuse a step from before the last one.

    Raises:
        OutOfTurnError: If it is.
    """
    if at < upgrade.changed_at:
        msg = (
            f"upgrade {upgrade.id} has been {upgrade.status.value} since "
            f"{upgrade.changed_at.isoformat()}, so it was not {done} at {at.isoformat()}"
        )
        raise refusals.OutOfTurnError(msg)


def planned(upgrade: Upgrade, done: str, at: datetime) -> Plan:
    """Return the plan that stands.

    Raises:
        NotPlannedError: If there is none.
        AlreadyReleasedError: If it has been carried out.
    """
    must_be_in_order(upgrade, done, at)
    if upgrade.plan is None:
        msg = f"upgrade {upgrade.id} has no plan, so it cannot be {done} (pdr:4.4a)"
        raise refusals.NotPlannedError(msg)
    if upgrade.status is UpgradeStatus.RELEASED:
        msg = f"upgrade {upgrade.id} was released as {upgrade.release}; it cannot be {done}"
        raise refusals.AlreadyReleasedError(msg)
    return upgrade.plan


def approved(upgrade: Upgrade, done: str, at: datetime) -> Plan:
    """Return the plan that was approved.

    Raises:
        NotApprovedError: If none was.
    """
    plan = planned(upgrade, done, at)
    if not upgrade.approved_by:
        msg = f"the plan of upgrade {upgrade.id} is not approved: it cannot be {done} (pdr:4.4b)"
        raise refusals.NotApprovedError(msg)
    return plan


def must_wait_for_approval(upgrade: Upgrade, done: str, at: datetime) -> None:
    """Refuse to judge a plan that is not there, or was judged.

    Raises:
        NotPlannedError: If none waits for it.
    """
    must_be_in_order(upgrade, done, at)
    if upgrade.status is not UpgradeStatus.PLANNED:
        msg = f"upgrade {upgrade.id} is {upgrade.status.value}: there is no plan to be {done}"
        raise refusals.NotPlannedError(msg)


def must_be_backed_up(upgrade: Upgrade, done: str) -> None:
    """Refuse to touch data that were not saved.

    Raises:
        NotBackedUpError: If they were not.
    """
    if not upgrade.backup:
        msg = f"the data of upgrade {upgrade.id} are not saved: it cannot be {done} (pdr:4.4c)"
        raise refusals.NotBackedUpError(msg)


def must_be_in_plan(upgrade: Upgrade, kind: str, name: str, names: tuple[str, ...]) -> None:
    """Refuse what nobody planned.

    Raises:
        NotInPlanError: If *name* is none of *names*.
    """
    if name not in names:
        msg = f"upgrade {upgrade.id}: {name!r} is not a {kind} of its plan: {', '.join(names)}"
        raise refusals.NotInPlanError(msg)


def must_be_complete(upgrade: Upgrade, kind: str, names: tuple[str, ...]) -> None:
    """Refuse a plan that leaves something out, or says it twice.

    Raises:
        IncompletePlanError: If there is nothing of that *kind*, or one thing twice.
        IncompleteError: If one is empty.
    """
    if not names:
        msg = f"the plan of upgrade {upgrade.id} has no {kind} (pdr:4.4a)"
        raise refusals.IncompletePlanError(msg)
    for name in names:
        must_be_told(**{kind: name})
        if names.count(name) > 1:
            msg = f"the plan of upgrade {upgrade.id} has the {kind} {name!r} twice"
            raise refusals.IncompletePlanError(msg)
