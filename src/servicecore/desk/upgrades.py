"""The counter for upgrades: from the wish for a newer version to its release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Unpack

import attrs

from ..domain.upgrade import Aspect, Origin, Risk, Upgrade, UpgradePriority, decisions
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import UPGRADE


@attrs.frozen
class Upgrades(Counter[Upgrade]):
    """Takes in wishes for upgrades, and sees to it that they are carried out by their plans.

    Every command may say when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> Upgrades:
        """Open the counter."""
        return cls(Drawer(office, "upgrade", UPGRADE))

    # --- Whether, and how -------------------------------------------------------------

    def wish(
        self,
        upgrade_id: str,
        *,
        product: str,
        origin: Origin | str,
        aspect: Aspect | str,
        wish: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take in a wish of marketing, after-sales or a customer.

        Raises:
            RecordExistsError: If the number is taken.
        """
        return self._drawer.begin(
            upgrade_id,
            decisions.wish_for,
            why,
            at,
            product=product,
            origin=origin,
            aspect=aspect,
            wish=wish,
        )

    def assess(
        self,
        upgrade_id: str,
        *,
        by: str,
        strategy: str,
        feasibility: str,
        cost_benefit: str,
        priority: UpgradePriority | str | None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let R&D decide whether it is done, and with which priority; None declines."""
        return self._drawer.decide(
            upgrade_id,
            decisions.assess,
            why,
            at,
            by=by,
            strategy=strategy,
            feasibility=feasibility,
            cost_benefit=cost_benefit,
            priority=priority,
        )

    def plan(
        self,
        upgrade_id: str,
        *,
        by: str,
        goal: str,
        content: str,
        steps: Iterable[str],
        tests: Iterable[str],
        risks: Mapping[str, str],
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Plan an upgrade that was accepted; *risks* holds each risk with its answer."""
        return self._drawer.decide(
            upgrade_id,
            decisions.plan,
            why,
            at,
            by=by,
            goal=goal,
            content=content,
            steps=tuple(steps),
            tests=tuple(tests),
            risks=tuple(Risk(risk=risk, answer=answer) for risk, answer in risks.items()),
        )

    def approve(
        self, upgrade_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Approve the plan as it stands."""
        return self._drawer.decide(upgrade_id, decisions.approve, why, at, by=by)

    def send_back(
        self,
        upgrade_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Refuse the plan, for a reason."""
        return self._drawer.decide(upgrade_id, decisions.send_back, why, at, by=by, reason=reason)

    # --- Carried out by the plan ------------------------------------------------------

    def back_up(
        self,
        upgrade_id: str,
        *,
        by: str,
        kept_at: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Save the data before anything is changed."""
        return self._drawer.decide(upgrade_id, decisions.back_up, why, at, by=by, kept_at=kept_at)

    def do_step(
        self,
        upgrade_id: str,
        *,
        step: str,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Do the next step of the plan."""
        return self._drawer.decide(upgrade_id, decisions.do_step, why, at, step=step, by=by)

    def test(
        self,
        upgrade_id: str,
        *,
        test: str,
        by: str,
        has_passed: bool,
        result: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Make a test of the plan; its last result counts."""
        return self._drawer.decide(
            upgrade_id,
            decisions.test,
            why,
            at,
            test=test,
            by=by,
            has_passed=has_passed,
            result=result,
        )

    def watch_risk(
        self,
        upgrade_id: str,
        *,
        risk: str,
        by: str,
        has_occurred: bool,
        finding: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Look whether a risk of the plan has come true."""
        return self._drawer.decide(
            upgrade_id,
            decisions.watch_risk,
            why,
            at,
            risk=risk,
            by=by,
            has_occurred=has_occurred,
            finding=finding,
        )

    def release(
        self,
        upgrade_id: str,
        *,
        release: str,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let customers have it."""
        return self._drawer.decide(
            upgrade_id, decisions.release_to_customers, why, at, release=release, by=by
        )

    def roll_back(
        self,
        upgrade_id: str,
        *,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put the version before back from the backup."""
        return self._drawer.decide(upgrade_id, decisions.roll_back, why, at, by=by, reason=reason)
