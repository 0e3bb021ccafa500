"""2025年售后服务操作手册, chapter 7: risks and emergencies."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from servicecore import Level, RefusedError
from servicecore.domain.complaint import ComplaintResponseStarted

from . import customers, people
from .complaints import COMPLAINT, after, doing, registered
from .settings import said


class TestAMajorComplaint:
    """om2025:7.1a: It starts the three-level response: headquarters, regional centre, branch."""

    def started(self, desk):
        return [
            each.event
            for each in desk.complaints.history("C-1")
            if isinstance(each.event, ComplaintResponseStarted)
        ]

    def test_brings_in_all_three_in_that_moment(self, desk):
        doing(registered(desk), after(hours=2))("assess", "major", by="Li", reason="in the press")
        [response] = self.started(desk)
        assert response.levels == ("headquarters", "regional_centre", "local_branch")
        assert (response.clause, response.at) == ("om2025:7.1a", after(hours=2))

    def test_is_with_the_manager_without_waiting_for_a_deadline(self, desk):
        doing(registered(desk))("assess", "major", by="Li", reason="in the press")
        assert desk.complaints.get("C-1").level is Level.MANAGER

    @pytest.mark.parametrize("severity", ["ordinary", "complex"])
    def test_a_lesser_one_does_not(self, desk, severity):
        doing(registered(desk))("assess", severity, by="Li", reason="a trifle")
        assert self.started(desk) == []


class TestAnEmergency:
    """om2025:7.1b: Emergencies are prevented, monitored, met, recovered from and evaluated."""

    def test_is_prevented_by_a_plan(self, desk):
        people.prepared(desk)
        prevention = desk.emergency_plans.get("EP-25").prevention
        assert {each.value: how for each, how in prevention.items()} == {
            "system_down": "a second line"
        }

    def test_goes_through_all_its_steps(self, desk):
        people.declared(desk)
        counter, at = desk.emergencies, people.day(3, 4)
        counter.monitor("E-1", by="Lin", finding="half of the calls", at=at)
        counter.start_response("E-1", by="Wu", at=at)
        counter.take_measure("E-1", by="Wu", measure="the second line", at=at)
        counter.recover("E-1", by="Wu", result="all calls come through", at=at)
        learnt = {"cause": "a digger", "assessment": "in time", "lessons": ["a third line"]}
        counter.evaluate("E-1", by="Gao", **learnt, at=at)
        assert [type(each.event).__name__ for each in counter.history("E-1")] == [
            "EmergencyDeclared",
            "EmergencyMonitored",
            "EmergencyResponseStarted",
            "EmergencyMeasureTaken",
            "EmergencyRecovered",
            "EmergencyEvaluated",
        ]

    def test_is_not_evaluated_before_it_is_over(self, desk):
        people.declared(desk)
        learnt = {"cause": "x", "assessment": "y", "lessons": ["z"]}
        with pytest.raises(RefusedError, match=r"om2025:7\.1b"):
            desk.emergencies.evaluate("E-1", by="Gao", **learnt, at=people.day(3, 4))


class TestDrills:
    """om2025:7.1c: All staff rehearse every quarter: complaint, equipment fault, system down."""

    def test_are_missed_in_every_quarter_without_one(self, desk):
        people.prepared(desk)
        people.drilled(desk, "D-1", people.day(3, 31), scenario="complaint")
        people.drilled(desk, "D-2", people.day(7, 1), scenario="equipment_fault")
        desk.run_due(people.NEXT_YEAR)
        assert people.missed(desk, "drills") == ["2025-Q2", "2025-Q4"]

    def test_are_with_all_staff(self, desk):
        people.prepared(desk)
        people.drilled(desk, "D-1", people.day(3, 3), participants=["Wu"])
        people.drilled(desk, "D-2", people.day(4, 3), participants=["Wu"], excused={"Li": "ill"})
        desk.run_due(people.day(7, 1))
        assert people.missed(desk, "drills") == ["2025-Q1"]

    def test_are_told_by_quarter(self, desk):
        people.prepared(desk)
        people.drilled(desk, "D-1", people.day(3, 3))
        answer = desk.reports.drills(period="2025", as_of=people.NEXT_YEAR)
        assert people.k_of_n(answer, "drills_met") == (1, 4)

    def test_rehearse_what_the_manual_names(self):
        assert said("operations_manual_2025", "drill_scenarios") == (
            ("complaint", "equipment_fault", "system_down"),
            "om2025:7.1c",
        )


class TestTheGradedResponse:
    """om2025:7.1d: Each level of response has its process and its responsible person."""

    def test_is_planned_with_both(self, desk):
        for missing in ("process", "responsible"):
            level = attrs.evolve(people.LEVELS[0], **{missing: ""})
            with pytest.raises(RefusedError, match=missing):
                desk.emergency_plans.make(
                    "EP-25", year=2025, by="Gao", levels=[level], prevention={}, at=people.NEW_YEAR
                )

    def test_is_started_by_the_person_of_the_level(self, desk):
        people.declared(desk)
        with pytest.raises(RefusedError, match=r"om2025:7\.1d"):
            desk.emergencies.start_response("E-1", by="Lin", at=people.day(3, 4))
        desk.emergencies.start_response("E-1", by="Wu", at=people.day(3, 4))
        assert desk.emergencies.history("E-1")[-1].event.process == "call the shift"

    def test_passes_to_the_person_of_another_level(self, desk):
        people.declared(desk)
        graver = {"level": "I", "by": "Wu", "reason": "it spreads"}
        desk.emergencies.change_level("E-1", **graver, at=people.day(3, 4))
        with pytest.raises(RefusedError, match="'Ms He' answers, not 'Wu'"):
            desk.emergencies.start_response("E-1", by="Wu", at=people.day(3, 4))


class TestTheRisksThatAreWatched:
    """om2025:7.2a: Churn, the complaint rate, delay and failing equipment are watched.

    What tells delay and failures is a house choice: broken promises on tickets, and
    requests for service a customer.
    """

    def test_are_these_four(self, desk):
        told = [each.name for each in desk.reports.risks(period="2025-Q1")]
        assert told[:4] == ["churn", "complaint_rate", "delay", "equipment_failure"]

    def test_each_customer_at_risk_is_told_with_the_reasons(self, desk):
        customers.customer(desk)
        desk.relationships.mark_at_risk("Acme", reason="a new buyer", at=customers.MONDAY)
        [acme] = desk.reports.at_risk(as_of=customers.MONDAY)
        assert [each.because for each in acme.lines] == ["a new buyer"]
        assert acme.points == sum(each.points for each in acme.lines)

    def test_complaints_are_told_for_each_customer(self, desk):
        customers.customer(desk)
        for number in ("C-1", "C-2"):
            desk.complaints.receive(number, **COMPLAINT, at=customers.MONDAY + 60 * customers.A_DAY)
        as_of = customers.MONDAY + 200 * customers.A_DAY
        _, complaints, *_ = desk.reports.risks(period="2025-Q2", as_of=as_of)
        assert (complaints.now.k, complaints.now.n) == (2, 1)


class TestTheAssessmentOfRisks:
    """om2025:7.2c: Risks are assessed from their history, what customers say, and the trend."""

    @pytest.fixture
    def churn(self, desk):
        customers.customer(desk)
        desk.relationships.lose("Acme", reason="moved", at=customers.MONDAY + 60 * customers.A_DAY)
        as_of = customers.MONDAY + 200 * customers.A_DAY
        return {e.name: e for e in desk.reports.risks(period="2025-05", as_of=as_of)}["churn"]

    def test_history_is_the_periods_before(self, churn):
        assert [(each.period, each.k, each.n) for each in churn.history] == [
            ("2025-02", 0, 0),
            ("2025-03", 0, 0),
            ("2025-04", 0, 1),
            ("2025-05", 1, 1),
        ]

    def test_trend_is_how_the_last_two_differ(self, churn):
        assert churn.trend == "rising"

    def test_what_customers_say_is_one_of_the_figures(self, desk):
        about = {"customer_id": "Acme", "about": "delivery/D-1", "contact": "Ms Lin"}
        desk.surveys.send("S-1", **about, at=customers.MONDAY)
        desk.surveys.answer("S-1", overall=1, at=customers.MONDAY)
        *_, said = desk.reports.risks(period="2025-03", as_of=customers.MONDAY)
        assert (said.name, said.now.k, said.now.n) == ("dissatisfied", 1, 1)


class TestEightyHours:
    """om2025:7.2b: Each service employee is trained for 80 hours a year at least."""

    @pytest.mark.parametrize(
        ("hours", "short"),
        [(80, []), (79.75, [timedelta(minutes=15)]), (0.5, [79.5 * people.AN_HOUR])],
    )
    def test_are_short_or_not(self, desk, hours, short):
        people.hired(desk)
        people.trained(desk, "TR-1", hours, "Wu")
        desk.run_due(people.NEXT_YEAR)
        assert people.fell_short(desk, "Wu", "training") == short
        assert people.fell_short(desk, "Li", "training") == [80 * people.AN_HOUR]

    def test_are_told_of_everybody(self, desk):
        people.hired(desk)
        people.trained(desk, "TR-1", 80, "Wu")
        answer = desk.reports.training(period="2025", as_of=people.NEXT_YEAR)
        assert people.k_of_n(answer, "training_met") == (1, 2)


class TestAfterADrill:
    """om2025:7.3a: Drills go by a plan: drill, summary, improvement; natural disasters too."""

    def test_weak_points_begin_an_improvement_by_themselves(self, desk):
        people.prepared(desk)
        people.drilled(desk, "D-1", people.day(3, 3), scenario="natural_disaster")
        desk.drills.summarise(
            "D-1", by="Gao", summary="slow", weak_points=["no list"], at=people.day(3, 4)
        )
        [improvement] = desk.drills.get("D-1").improvements
        assert desk.improvements.get(improvement).about == "no list"
        assert desk.improvements.get(improvement).origin == "drill/D-1"

    def test_no_step_is_left_out(self, desk):
        people.prepared(desk)
        told_ = {"plan_id": "EP-25", "scenario": "complaint", "course": "x", "by": "Gao"}
        planned = people.day(3, 3).date()
        desk.drills.plan("D-1", **told_, planned_on=planned, staff=["Wu"], at=people.NEW_YEAR)
        with pytest.raises(RefusedError, match=r"om2025:7\.3a"):
            desk.drills.summarise("D-1", by="Gao", summary="x", at=people.day(3, 4))

    def test_a_drill_belongs_to_a_plan(self, desk):
        with pytest.raises(LookupError, match="no emergency plan"):
            people.drilled(desk, "D-1", people.day(3, 3))


class TestEmergencyTrainings:
    """om2025:7.3b: Four emergency trainings a year, of two hours; results count in appraisals."""

    def held(self, desk, count, hours, result=None):
        people.prepared(desk)
        people.hired(desk)
        for n in range(count):
            at = people.day(2, 3 + n)
            people.trained(desk, f"TR-{n}", hours, "Wu", topic="emergency", at=at, result=result)

    @pytest.mark.parametrize(
        ("count", "hours", "missed"), [(4, 2, []), (3, 2, ["2025"]), (4, 1.75, ["2025"])]
    )
    def test_are_four_of_two_hours(self, desk, count, hours, missed):
        self.held(desk, count, hours)
        desk.run_due(people.NEXT_YEAR)
        assert people.missed(desk, "emergency_training") == missed

    def test_results_count_in_the_appraisal(self, desk):
        self.held(desk, 2, 2, result=0.5)
        desk.staff.appraise(
            "Wu", period="2025-Q1", by="Gao", scores=people.WELL, at=people.day(4, 1)
        )
        appraisal = desk.staff.get("Wu").appraisal_of("2025-Q1")
        assert appraisal.scores["emergency_training"] == pytest.approx(0.5)
        assert appraisal.overall == pytest.approx((0.8 + 0.9 + 1.0 + 0.7 + 0.5) / 5)
