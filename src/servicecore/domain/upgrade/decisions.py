"""What can be decided about an upgrade: whether, how, and that customers may have it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import TypeVar

from ..choices import one_of
from ..refusals import all_told, must_be_told
from . import events, refusals
from .events import Aspect, Origin, Risk, UpgradeEvent, UpgradePriority
from .guards import (
    approved,
    must_be_backed_up,
    must_be_complete,
    must_be_in_order,
    must_be_in_plan,
    must_wait_for_approval,
    planned,
)
from .upgrade import Upgrade, UpgradeStatus

W = TypeVar("W", bound=Enum)

_MAY_BE_PLANNED = {
    UpgradeStatus.ACCEPTED,
    UpgradeStatus.PLANNED,
    UpgradeStatus.APPROVED,
    UpgradeStatus.ROLLED_BACK,
}

# --- Whether, and how ----------------------------------------------------------------


def wish_for(
    upgrade_id: str,
    *,
    product: str,
    origin: Origin | str,
    aspect: Aspect | str,
    wish: str,
    at: datetime,
) -> list[UpgradeEvent]:
    """Take in the wish for an upgrade: who has it, and what it is to better (pdr:4.3a).

    Raises:
        UnknownWishError: If nobody is of that origin, or nothing of that aspect.
    """
    must_be_told(upgrade_id=upgrade_id, product=product, wish=wish)
    wished = events.UpgradeWished(
        upgrade_id=upgrade_id,
        product=product,
        origin=_word_of(Origin, origin, f"upgrade {upgrade_id}: origin", clause="pdr:4.3a"),
        aspect=_word_of(Aspect, aspect, f"upgrade {upgrade_id}: aspect", clause="pdr:4.3a"),
        wish=wish,
        at=at,
    )
    return [wished]


def assess(
    upgrade: Upgrade,
    *,
    by: str,
    strategy: str,
    feasibility: str,
    cost_benefit: str,
    priority: UpgradePriority | str | None,
    at: datetime,
) -> list[UpgradeEvent]:
    """Let R&D decide whether it is done, and with which *priority*; None declines (pdr:4.3b).

    What was declined may be assessed again.

    Raises:
        OutOfTurnError: If it was accepted before.
    """
    must_be_in_order(upgrade, "assessed", at)
    must_be_told(by=by, strategy=strategy, feasibility=feasibility, cost_benefit=cost_benefit)
    if upgrade.status not in {UpgradeStatus.WISHED, UpgradeStatus.DECLINED}:
        msg = f"upgrade {upgrade.id} is {upgrade.status.value}, so it was assessed"
        raise refusals.OutOfTurnError(msg)
    if priority is not None:
        called = f"upgrade {upgrade.id}: priority"
        priority = _word_of(UpgradePriority, priority, called, clause="pdr:4.3b")
    assessed = events.UpgradeAssessed(
        upgrade_id=upgrade.id,
        by=by,
        strategy=strategy,
        feasibility=feasibility,
        cost_benefit=cost_benefit,
        priority=priority,
        at=at,
    )
    return [assessed]


def plan(
    upgrade: Upgrade,
    *,
    by: str,
    goal: str,
    content: str,
    steps: Iterable[str],
    tests: Iterable[str],
    risks: Iterable[Risk],
    at: datetime,
) -> list[UpgradeEvent]:
    """Plan an upgrade that was accepted; a new plan needs a new approval (pdr:4.4a).

    Raises:
        NotAcceptedError: If R&D did not accept it, or it is under way.
        IncompletePlanError: If there is no step, no test or no risk, or one is empty or doubled.
    """
    must_be_in_order(upgrade, "planned", at)
    if upgrade.status not in _MAY_BE_PLANNED:
        msg = f"upgrade {upgrade.id} is {upgrade.status.value}, so it is not planned (pdr:4.3b)"
        raise refusals.NotAcceptedError(msg)
    must_be_told(by=by, goal=goal, content=content)
    written = events.UpgradePlanned(
        upgrade_id=upgrade.id,
        by=by,
        goal=goal,
        content=content,
        steps=all_told("step", steps),
        tests=all_told("test", tests),
        risks=tuple(risks),
        at=at,
    )
    must_be_complete(upgrade, "step", written.steps)
    must_be_complete(upgrade, "test", written.tests)
    must_be_complete(upgrade, "risk", tuple(each.risk for each in written.risks))
    must_be_told(**{f"the answer to {each.risk}": each.answer for each in written.risks})
    return [written]


def approve(upgrade: Upgrade, *, by: str, at: datetime) -> list[UpgradeEvent]:
    """Approve the plan as it stands (pdr:4.4b).

    Raises:
        NotPlannedError: If none waits for approval.
    """
    must_wait_for_approval(upgrade, "approved", at)
    must_be_told(by=by)
    return [events.UpgradeApproved(upgrade_id=upgrade.id, by=by, at=at)]


def send_back(upgrade: Upgrade, *, by: str, reason: str, at: datetime) -> list[UpgradeEvent]:
    """Refuse the plan, for a reason: another one is needed.

    Raises:
        NotPlannedError: If none waits for approval.
    """
    must_wait_for_approval(upgrade, "sent back", at)
    must_be_told(by=by, reason=reason)
    return [events.UpgradeSentBack(upgrade_id=upgrade.id, by=by, reason=reason, at=at)]


# --- Carried out by the plan ---------------------------------------------------------


def back_up(upgrade: Upgrade, *, by: str, kept_at: str, at: datetime) -> list[UpgradeEvent]:
    """Save the data before anything is changed (pdr:4.4c).

    Raises:
        NotApprovedError: If the plan was not approved.
    """
    approved(upgrade, "backed up", at)
    must_be_told(by=by, kept_at=kept_at)
    return [events.UpgradeBackedUp(upgrade_id=upgrade.id, by=by, kept_at=kept_at, at=at)]


def do_step(upgrade: Upgrade, *, step: str, by: str, at: datetime) -> list[UpgradeEvent]:
    """Do the next step of the plan, when it is approved and the data are saved (pdr:4.4b).

    Raises:
        NotApprovedError: If the plan was not approved.
        NotBackedUpError: If the data were not saved.
        NotInPlanError: If it is not the next step of the plan.
    """
    agreed = approved(upgrade, "carried out", at)
    must_be_told(by=by)
    must_be_backed_up(upgrade, "carried out")
    ahead = agreed.steps[len(upgrade.done) :]
    if step not in ahead[:1]:
        expected = repr(ahead[0]) if ahead else "none, all are done"
        msg = f"upgrade {upgrade.id}: next comes {expected}, got {step!r} (pdr:4.4b)"
        raise refusals.NotInPlanError(msg)
    return [events.UpgradeStepDone(upgrade_id=upgrade.id, by=by, step=step, at=at)]


def test(
    upgrade: Upgrade, *, test: str, by: str, has_passed: bool, result: str, at: datetime
) -> list[UpgradeEvent]:
    """Make a test of the plan; its last result counts (pdr:4.2b).

    Raises:
        NotPlannedError: If there is no plan.
        NotInPlanError: If the plan has no such test.
    """
    known = planned(upgrade, "tested", at)
    must_be_told(by=by, result=result)
    must_be_in_plan(upgrade, "test", test, known.tests)
    tested = events.UpgradeTested(
        upgrade_id=upgrade.id, by=by, test=test, has_passed=has_passed, result=result, at=at
    )
    return [tested]


def watch_risk(
    upgrade: Upgrade, *, risk: str, by: str, has_occurred: bool, finding: str, at: datetime
) -> list[UpgradeEvent]:
    """Look whether a risk of the plan has come true, while the plan is carried out (pdr:4.4c).

    Raises:
        NotApprovedError: If the plan was not approved.
        NotInPlanError: If the plan has no such risk.
    """
    agreed = approved(upgrade, "watched", at)
    must_be_told(by=by, finding=finding)
    must_be_in_plan(upgrade, "risk", risk, tuple(each.risk for each in agreed.risks))
    watched = events.UpgradeRiskWatched(
        upgrade_id=upgrade.id,
        by=by,
        risk=risk,
        has_occurred=has_occurred,
        finding=finding,
        at=at,
    )
    return [watched]


def release_to_customers(
    upgrade: Upgrade, *, release: str, by: str, at: datetime
) -> list[UpgradeEvent]:
    """Let customers have it: approved, backed up, carried out by the plan, tested, watched.

    Raises:
        NotApprovedError: If the plan was not approved.
        NotBackedUpError: If the data were not saved.
        NotCarriedOutError: If a step is not done.
        NotTestedError: If a test has not passed.
        NotWatchedError: If a risk was not watched.
    """
    agreed = approved(upgrade, "released", at)
    must_be_told(release=release, by=by)
    must_be_backed_up(upgrade, "released")
    if ahead := agreed.steps[len(upgrade.done) :]:
        msg = f"upgrade {upgrade.id} cannot be released: {ahead[0]!r} is not done (pdr:4.4b)"
        raise refusals.NotCarriedOutError(msg)
    if open_ := [each for each in agreed.tests if each not in upgrade.passed]:
        msg = f"upgrade {upgrade.id} cannot be released: {open_[0]!r} has not passed (pdr:4.2b)"
        raise refusals.NotTestedError(msg)
    if unseen := [each.risk for each in agreed.risks if each.risk not in upgrade.watched]:
        msg = f"upgrade {upgrade.id} cannot be released: {unseen[0]!r} was not watched (pdr:4.4c)"
        raise refusals.NotWatchedError(msg)
    return [events.UpgradeReleased(upgrade_id=upgrade.id, by=by, release=release, at=at)]


def roll_back(upgrade: Upgrade, *, by: str, reason: str, at: datetime) -> list[UpgradeEvent]:
    """Put the version before back from the backup; what comes next is another plan (house choice).

    Raises:
        NothingToRollBackError: If nothing was begun.
    """
    must_be_in_order(upgrade, "rolled back", at)
    must_be_told(by=by, reason=reason)
    if not upgrade.backup:
        msg = f"upgrade {upgrade.id} is {upgrade.status.value}; there is nothing to roll back"
        raise refusals.NothingToRollBackError(msg)
    return [events.UpgradeRolledBack(upgrade_id=upgrade.id, by=by, reason=reason, at=at)]


# -------------------------------------------------------------------------------------


def _word_of(words: type[W], word: W | str, called: str, *, clause: str) -> W:
    return one_of(words, word, called=called, refusal=refusals.UnknownWishError, clause=clause)
