"""2025年售后服务操作手册, chapter 6: what is measured."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore import RefusedError, load_standard
from servicecore.domain.improvement import ImprovementCheckDue

from . import checks, complaints, customers, quality, surveys
from .figures import share
from .office import A_SECOND, REQUEST, after, opened


class TestTheIndicators:
    """om2025:6.1a: Answered in 4.5 hours, 80 of 100 handled in time, 88 of 100 satisfied."""

    @pytest.mark.parametrize(
        ("over", "verdict"), [(timedelta(), checks.PASS), (A_SECOND, checks.FAIL)]
    )
    def test_the_mean_answer_takes_four_hours_and_a_half(self, desk, over, verdict):
        checks.served(desk, "T-1", waits=timedelta(hours=4.5) + over)
        assert checks.verdict(desk, "indicator.timely_response", "om2025:6.1a") is verdict

    @pytest.mark.parametrize(("in_time", "verdict"), [(4, checks.PASS), (3, checks.FAIL)])
    def test_four_of_five_are_handled_in_time(self, desk, in_time, verdict):
        for n in range(5):
            waits = timedelta(hours=1 if n < in_time else 121)
            checks.served(desk, f"T-{n}", waits=waits)
        found = checks.checked(desk, "indicator.handling_efficiency", "om2025:6.1a")
        assert (found.population, found.verdict) == (5, verdict)

    @pytest.mark.parametrize(("satisfied", "verdict"), [(22, checks.PASS), (21, checks.FAIL)])
    def test_twenty_two_of_twenty_five_are_satisfied(self, desk, satisfied, verdict):
        surveys.satisfied(desk, satisfied, 25)
        found = checks.verdict(desk, "indicator.satisfaction_watched", "om2025:6.1a")
        assert found is verdict


class TestAnUntimelyAnswer:
    """om2025:6.2a: An answer later than 4.5 hours is untimely; high priority goes first."""

    @pytest.mark.parametrize(("late_by", "k"), [(timedelta(), 1), (A_SECOND, 0)])
    def test_the_last_moment_is_timely(self, desk, late_by, k):
        opened(desk, priority="C")
        desk.tickets.answer("T-1", by="Wu", at=after(hours=4.5) + late_by)
        assert share(desk.reports.outlets(), "within_timely_response") == (k, 1)

    @pytest.mark.parametrize("opened_in_order", ["ABC", "CBA", "BAC"])
    def test_high_priority_is_taken_up_first(self, desk, opened_in_order):
        for n, priority in enumerate(opened_in_order):
            desk.tickets.open(f"T-{priority}", priority=priority, at=after(minutes=n), **REQUEST)
        listed = [each.ticket_id for each in desk.reports.worklist(as_of=after(hours=1))]
        assert listed == ["T-A", "T-B", "T-C"]


class TestTheComplaintHandlingRate:
    """om2025:6.1b: The rate at which complaints are handled is watched."""

    def test_is_closed_of_received(self, desk):
        does = complaints.doing(complaints.handled(complaints.registered(desk)))
        does("satisfy", asked_by="Li")
        does("close", by="Li")
        desk.complaints.receive("C-2", at=complaints.MONDAY, **complaints.COMPLAINT)
        assert share(desk.reports.complaints(), "complaint_handling_rate") == (1, 2)


class TestTheRevisitRate:
    """om2025:6.1c: The rate at which revisits are made is watched."""

    def test_is_held_of_planned(self, desk):
        customers.delivered(desk)
        customers.planned(desk)
        customers.planned(desk)
        customers.held(desk, at=customers.MONDAY + customers.A_DAY)
        told = desk.reports.revisits(as_of=customers.MONDAY + 30 * customers.A_DAY)
        assert share(told, "revisit_rate") == (1, 2)


class TestTheServiceQualityIndex:
    """om2025:6.1d: Satisfaction, timeliness, professionalism and consistency make one index.

    Outside: which figures tell the parts, and what they weigh, the manual does not say.
    """

    def test_is_told_with_its_four_parts(self, desk):
        quality.answered_late(desk)
        index = desk.reports.service_quality_index(period="2025-Q1")
        named = ("satisfaction", "timeliness", "professionalism", "consistency")
        assert tuple(each.name for each in index.parts) == named
        assert index["professionalism"].value == 1.0

    def test_is_not_told_where_a_part_is_unknown(self, desk):
        quality.answered_late(desk)
        index = desk.reports.service_quality_index(period="2025-Q1")
        assert index["satisfaction"].value is None
        assert (index.value, index.grade) == (None, "")

    def test_has_its_parts_from_the_manual(self):
        values = load_standard("operations_manual_2025").setting("service_quality_index").values
        assert set(values) == set(
            load_standard("operations_manual_2025").scale("service_quality_weights").values
        )


class TestTheCircle:
    """om2025:6.1e: Plan, do, check, act: what was done is assessed regularly."""

    def test_no_step_is_skipped(self, desk):
        quality.collected(desk)
        steps = (quality.planned, lambda desk: quality.checked(desk, has_effect=True))
        for step in steps:
            with pytest.raises(RefusedError):
                step(desk)
        with pytest.raises(RefusedError):
            desk.improvements.adopt("I-1", by="He", standard_practice="?", at=quality.MONDAY)

    def test_it_goes_round_until_there_is_an_effect(self, desk):
        quality.carried_out(desk)
        quality.checked(desk, has_effect=False)
        desk.improvements.take_up_again("I-1", by="Gao", reason="no calls", at=quality.MONDAY)
        quality.analysed(desk)
        quality.planned(desk)
        desk.improvements.carry_out("I-1", measure=2, by="Wu", result="done", at=quality.MONDAY)
        quality.checked(desk, has_effect=True)
        desk.improvements.adopt("I-1", by="He", standard_practice="a list", at=quality.MONDAY)
        assert desk.improvements.get("I-1").rounds == 2


class TestTheCommittee:
    """om2025:6.3a: The heads of service, operations, technology and quality optimise together."""

    def test_a_review_is_held_by_all_of_them(self, desk):
        quality.published(desk)
        assert len(desk.quality_reviews.get("2025-Q1").participants) == 4

    @pytest.mark.parametrize("missing", quality.COMMITTEE)
    def test_and_by_no_fewer(self, desk, missing):
        desk.quality_reviews.schedule("2025-Q1", at=quality.MONDAY)
        there = {role: who for role, who in quality.COMMITTEE.items() if role != missing}
        with pytest.raises(RefusedError, match=f"without {missing}"):
            desk.quality_reviews.hold(
                "2025-Q1", participants=there, minutes="we met", at=quality.OVER
            )


class TestTheEffect:
    """om2025:6.3b: The effect is tracked monthly, quarterly and yearly, and counts in appraisal.

    Open: the effect stands beside the appraisals; whose score it changes and by how much, the
    manual does not say, so the appraiser weighs it.
    """

    @pytest.mark.parametrize(
        ("check", "due"),
        [("monthly", (2025, 4, 3)), ("quarterly", (2025, 6, 3)), ("yearly", (2026, 3, 3))],
    )
    def test_falls_due_to_be_looked_at(self, desk, check, due):
        quality.carried_out(desk)
        opening = datetime(*due, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
        desk.run_due(opening)
        assert check not in self.due(desk)
        desk.run_due(opening + A_SECOND)
        assert check in self.due(desk)

    def test_is_tracked_to_the_end(self, desk):
        quality.carried_out(desk)
        desk.improvements.answer("I-1", by="Li", answer="a list", at=quality.MONDAY)
        quality.checked(desk, has_effect=True, check="monthly")
        desk.improvements.adopt("I-1", by="He", standard_practice="a list", at=quality.MONDAY)
        with pytest.raises(RefusedError, match="still to be checked: quarterly"):
            desk.improvements.close("I-1", by="He", at=quality.MONDAY)

    def due(self, desk):
        history = desk.improvements.history("I-1")
        return [e.event.check for e in history if isinstance(e.event, ImprovementCheckDue)]
