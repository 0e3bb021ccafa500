"""The counter for upgrades: from the wish to the release, and back."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.desk import RecordExistsError, UnknownRecordError
from servicecore.domain.upgrade import NotBackedUpError, UpgradeStatus

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
WISH = {"product": "press", "origin": "customer", "aspect": "function", "wish": "faster"}


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk:
        desk.upgrades.wish("U-1", **WISH, at=NINE)
        yield desk


def approved(upgrades):
    upgrades.assess(
        "U-1",
        by="R&D",
        strategy="fits",
        feasibility="yes",
        cost_benefit="1 : 3",
        priority="high",
        at=NINE,
    )
    for decide in ("send_back", "approve"):
        upgrades.plan(
            "U-1",
            by="Gao",
            goal="twice as fast",
            content="firmware 2.0",
            steps=iter(["load 2.0"]),
            tests=iter(["it starts"]),
            risks={"power cut": "use the generator"},
            at=NINE,
        )
        why = {"reason": "too risky"} if decide == "send_back" else {}
        getattr(upgrades, decide)("U-1", by="Ms He", **why, at=NINE)


class TestTheRoadToTheRelease:
    """Wish, assessment, plan, approval, backup, steps, tests, risks, release."""

    def test_is_on_record_step_by_step(self, desk):
        upgrades = desk.upgrades
        approved(upgrades)
        with pytest.raises(NotBackedUpError):
            upgrades.release("U-1", release="2.0", by="Ms He", at=NINE)
        upgrades.back_up("U-1", by="Wu", kept_at="vault 3", at=NINE)
        upgrades.do_step("U-1", step="load 2.0", by="Wu", at=NINE)
        upgrades.test("U-1", test="it starts", by="Gao", has_passed=True, result="ok", at=NINE)
        upgrades.watch_risk(
            "U-1", risk="power cut", by="Wu", has_occurred=False, finding="none", at=NINE
        )
        upgrades.release("U-1", release="2.0", by="Ms He", at=NINE)
        assert upgrades.get("U-1").status is UpgradeStatus.RELEASED
        upgrades.roll_back("U-1", by="Wu", reason="it stalls", at=NINE)
        assert upgrades.get("U-1").status is UpgradeStatus.ROLLED_BACK
        assert [type(each.event).__name__[7:] for each in upgrades.history("U-1")] == [
            "Wished",
            "Assessed",
            "Planned",
            "SentBack",
            "Planned",
            "Approved",
            "BackedUp",
            "StepDone",
            "Tested",
            "RiskWatched",
            "Released",
            "RolledBack",
        ]

    def test_begins_once_a_number(self, desk):
        with pytest.raises(RecordExistsError, match="upgrade 'U-1'"):
            desk.upgrades.wish("U-1", **WISH, at=NINE)
        with pytest.raises(UnknownRecordError, match="no upgrade 'U-2'"):
            desk.upgrades.get("U-2")

    def test_leaves_nothing_to_wait_for(self, desk):
        approved(desk.upgrades)
        assert desk.next_wake_up() is None
