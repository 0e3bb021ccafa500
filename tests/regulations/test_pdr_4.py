"""交付后活动管理制度, chapter 4: maintenance and upgrades."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore import Level, RefusedError
from servicecore.domain.maintenance import MaintenanceVisitDue, MaintenanceVisitMissed
from servicecore.domain.upgrade import UpgradeStatus

from .products import (
    A_DAY,
    DELIVERED,
    MONDAY,
    PLAN,
    all_but,
    assessed,
    maintained,
    planned,
    released,
    under_way,
    visited,
    wished,
)

CLOSING = datetime(2025, 3, 3, 10, tzinfo=timezone.utc)  # Six in Shanghai.


@pytest.fixture
def desk(desk_under):
    return desk_under("post_delivery_regulation")


class TestThePlanOfMaintenance:
    """pdr:4.1a: Maintenance is planned by product, cycle and feedback: what, when, how, by whom."""

    @pytest.mark.parametrize("kind", ["hardware", "software", "system_upgrade"])
    def test_says_all_of_that(self, desk, kind):
        maintained(desk, kind)
        plan = desk.maintenance.get("M-1")
        said = (plan.product, str(plan.every), plan.content, plan.manner, plan.person)
        assert said == ("pump", "1 month", "oil and seals", "on site", "Wu")
        assert plan.kind.value == kind

    @pytest.mark.parametrize("missing", ["product", "content", "manner", "person"])
    def test_leaves_none_of_it_out(self, desk, missing):
        facts = {**PLAN, missing: "", "kind": "hardware", "first_on": DELIVERED}
        with pytest.raises(RefusedError, match=missing):
            desk.maintenance.plan("M-1", **facts, at=MONDAY)

    def test_comes_to_working_days(self, desk):
        maintained(desk, first_on=date(2025, 10, 1))
        visit = desk.maintenance.get("M-1").visits[1]
        assert (visit.nominal_on, visit.planned_on) == (date(2025, 10, 1), date(2025, 10, 9))

    def test_changes_with_feedback(self, desk):
        maintained(desk)
        desk.maintenance.revise("M-1", every="10 days", reason="wears fast", at=MONDAY)
        visited(desk)
        assert desk.maintenance.get("M-1").visits[2].nominal_on == date(2025, 3, 13)

    def test_is_reminded_of_and_what_is_missed_is_raised(self, desk):
        maintained(desk)
        desk.run_due(CLOSING)
        due = desk.maintenance.history("M-1")[-1].event
        assert isinstance(due, MaintenanceVisitDue)
        desk.run_due(CLOSING + timedelta(microseconds=1))
        missed = desk.maintenance.history("M-1")[-2].event
        assert isinstance(missed, MaintenanceVisitMissed)
        assert (missed.to, missed.clause) == (Level.SUPERVISOR, "pdr:4.1a")


class TestTheRecordOfAVisit:
    """pdr:4.2a: Technicians carry it out, and record time, content and result."""

    def test_holds_them(self, desk):
        maintained(desk)
        visited(desk, at=MONDAY + timedelta(hours=2))
        visit = desk.maintenance.get("M-1").visits[1]
        assert (visit.by, visit.content, visit.result) == ("Wu", "oiled", "runs")
        assert visit.carried_out_at == MONDAY + timedelta(hours=2)

    @pytest.mark.parametrize("missing", ["by", "content", "result"])
    def test_leaves_none_out(self, desk, missing):
        maintained(desk)
        record = {"by": "Wu", "content": "oiled", "result": "runs", missing: ""}
        with pytest.raises(RefusedError, match=missing):
            desk.maintenance.carry_out("M-1", visit=1, **record, at=MONDAY)


class TestTestsBeforehand:
    """pdr:4.2b: Software maintenance and upgrades are tested beforehand."""

    @pytest.mark.parametrize("kind", ["software", "system_upgrade"])
    def test_without_one_no_visit_is_carried_out(self, desk, kind):
        maintained(desk, kind)
        with pytest.raises(RefusedError, match=r"pdr:4\.2b"):
            visited(desk)
        tried = {"visit": 1, "by": "Gao", "has_passed": True, "result": "fine"}
        desk.maintenance.test("M-1", **tried, at=MONDAY)
        visited(desk)
        assert desk.maintenance.get("M-1").visits[1].tested_at == MONDAY

    def test_without_one_no_upgrade_is_released(self, desk):
        all_but(desk, "test")
        with pytest.raises(RefusedError, match=r"'it starts' has not passed \(pdr:4\.2b\)"):
            released(desk)


class TestWishes:
    """pdr:4.3a: Marketing, after-sales and customers wish for function, performance, security."""

    @pytest.mark.parametrize("origin", ["marketing", "after_sales", "customer"])
    @pytest.mark.parametrize("aspect", ["function", "performance", "security"])
    def test_go_on_record(self, desk, origin, aspect):
        wished(desk, origin, aspect)
        upgrade = desk.upgrades.get("U-1")
        assert (upgrade.origin.value, upgrade.aspect.value) == (origin, aspect)

    def test_of_others_are_refused(self, desk):
        with pytest.raises(RefusedError, match=r"'rival' \(pdr:4\.3a\)"):
            wished(desk, origin="rival")


class TestTheAssessment:
    """pdr:4.3b: R&D assesses strategy, feasibility and costs: whether, and with which priority."""

    def test_gives_a_priority(self, desk):
        wished(desk)
        assessed(desk, "low")
        assert desk.upgrades.get("U-1").priority.value == "low"

    def test_or_declines(self, desk):
        wished(desk)
        assessed(desk, None)
        assert desk.upgrades.get("U-1").status is UpgradeStatus.DECLINED

    @pytest.mark.parametrize("missing", ["strategy", "feasibility", "cost_benefit"])
    def test_weighs_all_three(self, desk, missing):
        wished(desk)
        weighed = {"strategy": "fits", "feasibility": "yes", "cost_benefit": "1 : 3", missing: ""}
        with pytest.raises(RefusedError, match=missing):
            desk.upgrades.assess("U-1", by="R&D", **weighed, priority="high", at=MONDAY)


class TestThePlanOfAnUpgrade:
    """pdr:4.4a: It says goal, content, steps, tests, and the risks with their answers."""

    def test_says_them(self, desk):
        planned(desk)
        plan = desk.upgrades.get("U-1").plan
        assert (plan.goal, plan.content) == ("twice as fast", "firmware 2.0")
        assert (plan.steps, plan.tests) == (("load 2.0",), ("it starts",))
        assert [(each.risk, each.answer) for each in plan.risks] == [
            ("power cut", "use the generator")
        ]

    @pytest.mark.parametrize(
        "missing",
        [{"goal": ""}, {"content": ""}, {"steps": []}, {"tests": []}, {"risks": {}}],
        ids=lambda each: next(iter(each)),
    )
    def test_leaves_none_out(self, desk, missing):
        with pytest.raises(RefusedError):
            planned(desk, **missing)

    def test_leaves_no_risk_without_an_answer(self, desk):
        with pytest.raises(RefusedError, match="answer to fire"):
            planned(desk, risks={"fire": ""})


class TestTheApproval:
    """pdr:4.4b: A plan is approved before it is carried out, and carried out as it stands."""

    def test_comes_first(self, desk):
        planned(desk)
        with pytest.raises(RefusedError, match=r"pdr:4\.4b"):
            desk.upgrades.back_up("U-1", by="Wu", kept_at="vault 3", at=MONDAY)
        with pytest.raises(RefusedError, match=r"pdr:4\.4b"):
            released(desk)

    def test_is_of_these_steps_and_no_others(self, desk):
        under_way(desk)
        with pytest.raises(RefusedError, match=r"next comes 'load 2\.0'"):
            desk.upgrades.do_step("U-1", step="load 3.0", by="Wu", at=MONDAY)

    def test_is_not_all_there_is_to_a_release(self, desk):
        all_but(desk, "step")
        with pytest.raises(RefusedError, match=r"'load 2\.0' is not done \(pdr:4\.4b\)"):
            released(desk)

    def test_leads_to_the_release(self, desk):
        all_but(desk, "nothing")
        assert released(desk) == "2.0"


class TestSafety:
    """pdr:4.4c: The data are backed up, and the risks are watched while it is carried out."""

    def test_nothing_is_changed_before_the_backup(self, desk):
        planned(desk)
        desk.upgrades.approve("U-1", by="Ms He", at=MONDAY)
        with pytest.raises(RefusedError, match=r"pdr:4\.4c"):
            desk.upgrades.do_step("U-1", step="load 2.0", by="Wu", at=MONDAY)
        with pytest.raises(RefusedError, match=r"pdr:4\.4c"):
            released(desk)

    def test_nothing_is_released_with_a_risk_that_nobody_watched(self, desk):
        all_but(desk, "risk")
        with pytest.raises(RefusedError, match=r"'power cut' was not watched \(pdr:4\.4c\)"):
            released(desk)

    def test_what_went_wrong_is_put_back(self, desk):
        under_way(desk)
        desk.upgrades.roll_back("U-1", by="Wu", reason="it stalls", at=MONDAY + A_DAY)
        assert desk.upgrades.get("U-1").status is UpgradeStatus.ROLLED_BACK
