"""Rules about complaints: what the desk sees to passes, what it would refuse is found."""

from __future__ import annotations

import pytest

from servicecore.domain.complaint import events
from servicecore.domain.complaint.events import Category, Outcome, Severity
from tests.regulations import complaints

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS, after

WHOLE_COURSE = (
    "complaint.registered",
    "complaint.acknowledged",
    "complaint.classified",
    "complaint.analysed",
    "complaint.solution_proposed",
    "complaint.fed_back",
    "complaint.customer_decides",
    "complaint.closed_by_another",
)


def closed(office, *, by="Gao"):
    """Take a complaint through its whole course."""
    desk = complaints.registered(office.desk)
    does = complaints.doing(desk)
    does("acknowledge", by="Li")
    does("classify", category="service_attitude", by="Li")
    complaints.handled(desk)
    does("satisfy", asked_by="Li")
    does("close", by=by)


def told_closed(office, *before, outcome=Outcome.SATISFIED, by="Gao"):
    """Put on record that a complaint was closed, after whatever came *before*."""
    complaints.received(office.desk)
    ended = events.ComplaintClosed(complaint_id="C-1", by=by, outcome=outcome, at=after(days=1))
    office.puts("complaint/C-1", *before, ended)


class TestTheCourse:
    """Registered, acknowledged, classified, analysed, solved, fed back: before it is closed."""

    @pytest.mark.parametrize("rule", WHOLE_COURSE)
    def test_a_complaint_that_took_it_passes(self, office, rule):
        closed(office)
        assert office.found(rule) == (PASS, 1, ())

    @pytest.mark.parametrize("rule", WHOLE_COURSE[:-1])
    def test_one_that_was_just_closed_fails(self, office, rule):
        told_closed(office)
        assert office.found(rule) == (FAIL, 1, ("complaint/C-1",))

    @pytest.mark.parametrize("rule", WHOLE_COURSE)
    def test_one_that_is_open_is_no_case_yet(self, office, rule):
        complaints.received(office.desk)
        assert office.found(rule) == (NOT_APPLICABLE, 0, ())

    @pytest.mark.parametrize("rule", WHOLE_COURSE)
    def test_it_belongs_to_the_period_of_its_closing(self, office, rule):
        closed(office)
        assert office.found(rule, period="2025-Q2") == (NOT_APPLICABLE, 0, ())

    def test_a_step_after_the_closing_comes_too_late(self, office):
        told_closed(office)
        late = events.ComplaintCauseFound(complaint_id="C-1", by="Wu", cause="?", at=after(days=2))
        office.puts("complaint/C-1", late)
        assert office.found("complaint.analysed") == (FAIL, 1, ("complaint/C-1",))

    def test_the_evidence_is_the_step_and_the_closing(self, office):
        cause = events.ComplaintCauseFound(
            complaint_id="C-1", by="Wu", cause="one list", at=after(hours=2)
        )
        told_closed(office, cause)
        registered = office.check("complaint.registered").findings[0]
        closing = office.desk.log.history("complaint/C-1")[-1].position
        assert (registered.what, registered.evidence) == ("it was never registered", (closing,))


class TestUntilSatisfied:
    """pdr:5.4a: who is not satisfied gets another round; nobody closes over his head."""

    def test_the_desk_takes_it_up_again_by_itself(self, office):
        desk = complaints.registered(office.desk)
        complaints.handled(desk)
        complaints.doing(desk)("dissatisfy", asked_by="Li", reason="not called")
        assert office.found("complaint.handled_until_satisfied") == (PASS, 1, ())

    def test_where_nobody_does_it_is_found(self, office_of):
        office = office_of(react="worker")
        desk = complaints.registered(office.desk)
        complaints.handled(desk)
        complaints.doing(desk)("dissatisfy", asked_by="Li", reason="not called")
        assert office.found("complaint.handled_until_satisfied") == (FAIL, 1, ("complaint/C-1",))

    def test_the_last_word_must_be_the_customers(self, office):
        said = {"complaint_id": "C-1", "asked_by": "Li", "at": after(hours=3)}
        told_closed(
            office,
            events.ComplaintSatisfied(**said),
            events.ComplaintDissatisfied(**said, reason="not called after all"),
        )
        assert office.found("complaint.customer_decides") == (FAIL, 1, ("complaint/C-1",))

    def test_being_out_of_remedies_is_no_satisfaction(self, office):
        satisfied = events.ComplaintSatisfied(complaint_id="C-1", asked_by="Li", at=after(hours=3))
        told_closed(office, satisfied, outcome=Outcome.EXHAUSTED)
        assert office.found("complaint.customer_decides") == (FAIL, 1, ("complaint/C-1",))


class TestIndependence:
    """Nobody handles a complaint about himself, nor closes what he called satisfactory."""

    def test_who_is_complained_of_cannot_be_its_handler(self, office):
        complaints.received(office.desk, person="Wu")
        office.puts(
            "complaint/C-1",
            events.ComplaintAssigned(complaint_id="C-1", to=" wu", department="service", at=MONDAY),
        )
        assert office.found("complaint.independent") == (FAIL, 1, ("complaint/C-1",))

    def test_somebody_else_can(self, office):
        complaints.registered(office.desk, person="Wu")
        office.desk.complaints.assign("C-1", to="Li", department="service", at=MONDAY)
        assert office.found("complaint.independent") == (PASS, 1, ())

    def test_who_only_took_it_down_did_not_handle_it(self, office):
        complaints.received(office.desk, person="Li")
        office.desk.complaints.register("C-1", **complaints.REGISTERED, at=MONDAY)
        assert office.found("complaint.independent") == (NOT_APPLICABLE, 0, ())

    def test_a_complaint_about_nobody_is_no_case(self, office):
        closed(office)
        assert office.found("complaint.independent") == (NOT_APPLICABLE, 0, ())

    def test_who_confirmed_the_satisfaction_does_not_close(self, office):
        closed(office, by="li ")
        assert office.found("complaint.closed_by_another") == (FAIL, 1, ("complaint/C-1",))


class TestWhatFollowsFromItsKind:
    """om2025:5.3b, om2025:7.1a: a repair for a bad product, three levels for a major complaint."""

    def test_a_complaint_about_quality_is_repaired(self, office):
        complaints.registered(office.desk)
        office.desk.complaints.classify("C-1", category="product_quality", by="Li", at=MONDAY)
        assert office.found("complaint.repaired") == (PASS, 1, ())

    def test_where_no_repair_begins_it_is_found(self, office_of):
        office = office_of(react="worker")
        complaints.registered(office.desk)
        office.desk.complaints.classify("C-1", category="product_quality", by="Li", at=MONDAY)
        assert office.found("complaint.repaired") == (FAIL, 1, ("complaint/C-1",))

    def test_any_other_needs_none(self, office):
        complaints.registered(office.desk)
        office.desk.complaints.classify("C-1", category=Category.OTHER, by="Li", at=MONDAY)
        assert office.found("complaint.repaired") == (NOT_APPLICABLE, 0, ())

    @pytest.mark.parametrize(("react", "verdict"), [("inline", PASS), ("worker", FAIL)])
    def test_a_major_one_brings_in_three_levels(self, office_of, react, verdict):
        office = office_of(react=react)
        complaints.registered(office.desk)
        told = {"severity": Severity.MAJOR, "by": "Li", "reason": "in the papers"}
        office.desk.complaints.assess("C-1", **told, at=MONDAY)
        assert office.check("complaint.three_levels").verdict is verdict

    def test_an_ordinary_one_does_not(self, office):
        complaints.registered(office.desk)
        told = {"severity": Severity.ORDINARY, "by": "Li", "reason": "a call"}
        office.desk.complaints.assess("C-1", **told, at=MONDAY)
        assert office.found("complaint.three_levels") == (NOT_APPLICABLE, 0, ())

    def test_a_closed_one_has_its_report(self, office):
        closed(office)
        assert office.found("complaint.reported") == (FAIL, 1, ("complaint/C-1",))
        complaints.doing(office.desk)("report", **complaints.REPORT)
        assert office.found("complaint.reported") == (PASS, 1, ())

    def test_an_open_one_needs_no_report(self, office):
        complaints.registered(office.desk)
        assert office.found("complaint.reported") == (NOT_APPLICABLE, 0, ())
