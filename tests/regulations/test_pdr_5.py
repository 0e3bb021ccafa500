"""交付后活动管理制度, chapter 5: complaints."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from servicecore import Level, RefusedError, ServiceDesk
from servicecore.domain.complaint import Measure
from servicecore.domain.figures import MissingTimesError

from . import complaints
from .complaints import CALL, COMPLAINT, REPORT, TEAM, doing, handled, received, registered, shown

THREE_DAYS = datetime(2025, 3, 6, 10, tzinfo=timezone.utc)  # Thursday, six in Shanghai.
TEN_DAYS = datetime(2025, 3, 17, 10, tzinfo=timezone.utc)


@pytest.fixture
def regulated_desk():
    with ServiceDesk.open("memory:", standard=complaints.OUR_REGULATION) as desk:
        yield desk


class TestTheChannelsOfComplaints:
    """pdr:5.1a: Hotline, mailbox and online platform; recorded in detail, handling promised."""

    @pytest.mark.parametrize("channel", ["hotline", "mailbox", "online_platform"])
    def test_each_is_taken_and_stays_on_record(self, regulated_desk, channel):
        received(regulated_desk, channel=channel)
        assert regulated_desk.complaints.get("C-1").channel == channel
        offered = regulated_desk.standard.setting("complaint_channels")
        assert channel in offered.values

    def test_the_customer_is_told_that_it_will_be_handled(self, regulated_desk):
        doing(received(regulated_desk))("acknowledge", by="Li")
        assert regulated_desk.complaints.get("C-1").acknowledged_at == complaints.MONDAY


class TestTheVerification:
    """pdr:5.2a: A team of several departments verifies it in a set time, and finds the root."""

    def test_without_a_time_of_the_organisation_no_complaint_is_taken(self):
        with (
            ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk,
            pytest.raises(MissingTimesError, match=r"pdr:5\.2a"),
        ):
            desk.complaints.receive("C-1", **COMPLAINT)

    def test_is_done_by_several_departments(self, regulated_desk):
        does = doing(registered(regulated_desk))
        with pytest.raises(RefusedError, match="several departments"):
            does("set_team", {"Wu": "quality", "Sun": "quality"})
        does("set_team", TEAM)
        departments = {each.department for each in regulated_desk.complaints.get("C-1").team}
        assert departments == {"quality", "sales"}

    @pytest.mark.parametrize(
        ("at", "state"), [(THREE_DAYS, "met"), (THREE_DAYS + complaints.A_SECOND, "missed")]
    )
    def test_is_in_time_when_the_root_is_found(self, regulated_desk, at, state):
        does = doing(registered(regulated_desk), at)
        does("investigate", by="Wu", facts="the list was lost")
        assert shown(regulated_desk, "verification") == "running"
        does("find_cause", by="Wu", cause="one list for two teams")
        assert shown(regulated_desk, "verification") == state


class TestThePlan:
    """pdr:5.3a: A plan says what is done, by which department, by whom, and when."""

    @pytest.mark.parametrize("left_out", ["what", "department", "person"])
    def test_leaves_none_of_it_out(self, regulated_desk, left_out):
        does = doing(registered(regulated_desk))
        does("investigate", by="Wu", facts="the list was lost")
        does("find_cause", by="Wu", cause="one list for two teams")
        does("propose_solution", by="Wu", solution="two lists")
        told = {"what": "call", "department": "service", "person": "Wu", "due": CALL.due}
        with pytest.raises(RefusedError, match=left_out):
            does("plan", [Measure(**{**told, left_out: ""})], by="Wu")
        with pytest.raises(TypeError, match="due"):
            Measure(what="call", department="service", person="Wu")

    def test_stays_on_record(self, regulated_desk):
        handled(registered(regulated_desk))
        assert regulated_desk.complaints.get("C-1").measures == (CALL,)


class TestTheSatisfactoryAnswer:
    """pdr:5.3b: Kept informed; complex ones go upwards; a satisfactory answer in a set time."""

    def test_the_customer_is_told_how_things_stand(self, regulated_desk):
        doing(registered(regulated_desk))("inform", by="Wu", news="we look for the list")
        assert regulated_desk.complaints.history("C-1")[-1].event.news == "we look for the list"

    def test_a_complex_one_is_reported_upwards(self, regulated_desk):
        doing(registered(regulated_desk))("assess", "complex", by="Li", reason="two teams")
        assert regulated_desk.complaints.get("C-1").level is Level.SUPERVISOR

    @pytest.mark.parametrize(
        ("at", "state"), [(TEN_DAYS, "met"), (TEN_DAYS + complaints.A_SECOND, "missed")]
    )
    def test_is_given_when_the_customer_says_so(self, regulated_desk, at, state):
        handled(registered(regulated_desk))
        assert shown(regulated_desk, "satisfactory_answer") == "running"
        doing(regulated_desk, at)("satisfy", asked_by="Li")
        assert shown(regulated_desk, "satisfactory_answer") == state


class TestTheRevisitAfterAComplaint:
    """pdr:5.4a: Asked afterwards; not satisfied is understood further, and handled again."""

    def test_nobody_is_asked_before_the_outcome_is_told(self, regulated_desk):
        with pytest.raises(RefusedError, match=r"pdr:5\.4a"):
            doing(registered(regulated_desk))("satisfy", asked_by="Li")

    def test_a_dissatisfied_customer_says_why_and_is_handled_again(self, regulated_desk):
        does = doing(handled(registered(regulated_desk)))
        with pytest.raises(RefusedError, match="reason"):
            does("dissatisfy", asked_by="Li", reason="")
        does("dissatisfy", asked_by="Li", reason="still nobody calls")
        again = regulated_desk.complaints.get("C-1")
        assert (again.status.value, again.rounds, again.solution) == ("in_hand", 2, None)
        assert again.grievance == "still nobody calls"

    def test_it_does_not_close_before_the_customer_is_satisfied(self, regulated_desk):
        registered(regulated_desk)
        for _ in range(2):
            does = doing(handled(regulated_desk))
            does("dissatisfy", asked_by="Li", reason="still nobody calls")
            with pytest.raises(RefusedError, match=r"pdr:5\.4a"):
                does("close", by="Li")

    def test_or_nothing_is_left_and_the_customer_knows_where_else_to_turn(self, regulated_desk):
        registered(regulated_desk)
        for _ in range(2):
            does = doing(handled(regulated_desk))
            does("dissatisfy", asked_by="Li", reason="still nobody calls")
        with pytest.raises(RefusedError, match="needs at least one alternative"):
            does("exhaust", by="Wu", reason="nothing left", alternatives=[])
        does("exhaust", by="Wu", reason="nothing left", alternatives=["the arbitration board"])
        does("close", by="Li")
        ended = regulated_desk.complaints.get("C-1")
        assert (ended.outcome.value, ended.alternatives) == (
            "exhausted",
            ("the arbitration board",),
        )


class TestTheReportOnAComplaint:
    """pdr:5.4b: Facts, course, result, cause and improvement; a repeat is prevented."""

    def test_is_asked_for_when_the_complaint_is_closed_and_missed_until_it_is_written(
        self, regulated_desk
    ):
        letters = []
        does = doing(handled(registered(regulated_desk)))
        does("satisfy", asked_by="Li")
        regulated_desk.notices.register("mail", letters.append)
        does("close", by="Li")
        regulated_desk.notices.deliver()
        [to_staff] = [each for each in letters if each.to == "assignee"]
        assert (to_staff.subject, "report" in to_staff.text) == ("complaint/C-1", True)
        assert self.missed(regulated_desk) == ("complaint/C-1",)
        does("report", **REPORT)
        assert self.missed(regulated_desk) == ()

    def missed(self, desk):
        """Return the complaints whose report a check misses."""
        [found] = [e for e in desk.compliance.look("2025-Q1") if e.id == "complaint.reported"]
        return found.failing

    def test_makes_the_prevention_an_improvement(self, regulated_desk):
        does = doing(handled(registered(regulated_desk)))
        does("satisfy", asked_by="Li")
        does("report", **REPORT)
        improvement = regulated_desk.improvements.get("C-1-prevention")
        assert improvement.about.startswith(REPORT["prevention"])
        assert improvement.origin == "complaint/C-1"

    def test_holds_all_of_it(self, regulated_desk):
        does = doing(handled(registered(regulated_desk)))
        does("satisfy", asked_by="Li")
        does("close", by="Li")
        does("report", **REPORT)
        report = regulated_desk.complaints.history("C-1")[-1].event
        assert {name: getattr(report, name) for name in REPORT} == REPORT

    @pytest.mark.parametrize("missing", REPORT)
    def test_is_refused_when_something_is_left_out(self, regulated_desk, missing):
        doing(handled(registered(regulated_desk)))("satisfy", asked_by="Li")
        with pytest.raises(RefusedError, match=missing):
            doing(regulated_desk)("report", **{**REPORT, missing: " "})
