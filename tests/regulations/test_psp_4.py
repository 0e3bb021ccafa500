"""项目售后服务方案, chapter 4: how well it is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from servicecore import RefusedError

from . import complaints, people, quality
from .figures import share
from .office import A_SECOND, after, answered, opened, promised, resolved


class TestTechnicalSupport:
    """psp:4.1a: Technical support responds within 1 hour, and resolves within 48."""

    @pytest.fixture
    def desk(self, desk_under):
        return desk_under("project_service_plan")

    def test_is_promised_to_every_request(self, desk):
        opened(desk)
        assert promised(desk, "first_response") == (after(hours=1), "psp:4.1a")
        assert promised(desk, "resolution") == (after(hours=48), "psp:4.1a")

    @pytest.mark.parametrize(("late_by", "shown"), [(timedelta(), "met"), (A_SECOND, "missed")])
    def test_the_last_moment_is_in_time(self, desk, late_by, shown):
        opened(desk)
        assert answered(desk, after(hours=1) + late_by) == shown
        assert resolved(desk, after(hours=48) + late_by) == shown


class TestAnExplicitResponseTime:
    """psp:4.1b: Every service has an explicit response time."""

    @pytest.mark.parametrize("priority", ["A", "B", "C"])
    @pytest.mark.parametrize("kind", ["general", "complex", "special", "emergency"])
    def test_no_request_is_without_one(self, desk_under, priority, kind):
        desk = desk_under("project_service_plan")
        opened(desk, priority=priority, kind=kind)
        due, _ = promised(desk, "first_response")
        assert due == after(hours=1)


class TestComplaintTimeliness:
    """psp:4.1c: The timeliness of complaint handling is measured."""

    @pytest.mark.parametrize(("late_by", "k"), [(timedelta(), 1), (A_SECOND, 0)])
    def test_each_step_is_in_time_or_late(self, desk_under, late_by, k):
        desk = complaints.received(desk_under("project_service_plan"))
        registered_at = complaints.after(hours=24) + late_by
        desk.complaints.register("C-1", **complaints.REGISTERED, at=registered_at)
        answer = desk.reports.complaints()
        assert share(answer, "complaint_registration_attainment") == (k, 1)


class TestTheQuarterlyReview:
    """psp:4.2a: Quality is reviewed every quarter, and the strategy adjusted."""

    @pytest.fixture
    def desk(self, desk_under):
        return desk_under("project_service_plan")

    def test_falls_due_when_the_quarter_is_over(self, desk):
        desk.quality_reviews.schedule("2025-Q1", at=quality.MONDAY)
        desk.run_due(quality.OVER)
        assert quality.told(desk) == ["QualityReviewScheduled"]
        desk.run_due(quality.OVER + A_SECOND)
        assert quality.told(desk) == ["QualityReviewScheduled", "QualityReviewDue"]

    def test_brings_the_next_with_it(self, desk):
        quality.published(desk)
        following = desk.quality_reviews.get("2025-Q2")
        assert following.until == date(2025, 7, 1)
        desk.run_due(quality.OVER + 91 * quality.A_DAY + A_SECOND)
        assert quality.told(desk, "2025-Q2")[-1] == "QualityReviewDue"

    def test_adjusts_the_strategy_to_figures_that_stand_still(self, desk):
        quality.published(desk)
        desk.quality_reviews.adjust_strategy(
            "2025-Q1", by="He", actions=["one more clerk"], at=quality.OVER
        )
        assert desk.quality_reviews.get("2025-Q1").actions == ("one more clerk",)
        with pytest.raises(RefusedError, match="2025-Q1 was published at"):
            desk.quality_reviews.publish("2025-Q1", by="He", at=quality.OVER)


class TestQuantifiedIndicators:
    """psp:4.1d: Quality is watched by indicators that are figures."""

    def test_each_is_measured_and_held_against_its_bound(self, desk_under):
        desk = desk_under("operations_manual_2025")
        quality.answered_late(desk)
        quality.published(desk)
        figures = {each.name: each for each in desk.quality_reviews.get("2025-Q1").figures}
        for indicator in desk.standard.indicators:
            assert figures[indicator.name].bound == str(indicator)
        assert (figures["response"].value, figures["response"].is_met) == (3 * 3600, False)
        assert figures["timely_response"].is_met is True
        assert figures["satisfaction"].is_met is None  # Nobody was asked.


class TestRewards:
    """psp:4.2b: Outstanding staff are rewarded: their scores are told, pay is not ours."""

    def test_scores_are_told_of_each_person(self, desk_under):
        desk = desk_under("project_service_plan")
        people.hired(desk)
        for name, score in (("Wu", 0.9), ("Li", 0.6)):
            scores = {"attitude": score, "speed": 1.0}
            at = people.day(4, 1)
            desk.staff.appraise(name, period="2025-Q1", by="Gao", scores=scores, at=at)
        answer = desk.reports.appraisals(by="person", as_of=people.day(4, 2))
        rows = [each for each in answer.rows() if each["aspect"] == "overall"]
        assert {each["person"]: each["value"] for each in rows} == {
            "Wu": pytest.approx(0.95),
            "Li": pytest.approx(0.8),
        }
        assert "appraisal_score" in answer.to_csv()
