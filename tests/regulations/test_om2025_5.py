"""2025年售后服务操作手册, chapter 5: how customers are treated."""

from __future__ import annotations

import pytest

from servicecore import RefusedError, UnknownTicketError

from . import complaints
from .complaints import A_SECOND, doing, handled, registered, shown, told
from .figures import figure, share
from .office import after, opened


class TestARepairProposal:
    """om2025:5.1a: A repair proposal states when it is done, what it costs, and who does it.

    Open: a proposal without a time or a cost is still taken.
    """

    def test_tells_all_three_on_record(self, desk):
        opened(desk)
        desk.tickets.offer_solution(
            "T-1",
            by="Wu",
            solution="a new seal",
            responsible="workshop Pudong",
            ready_by=after(days=2),
            cost="CNY 120.50",
            at=after(hours=1),
        )
        proposal = desk.tickets.history("T-1")[-1].event
        assert (proposal.ready_by, proposal.cost) == (after(days=2), "CNY 120.50")
        assert proposal.responsible == "workshop Pudong"

    def test_is_refused_when_nobody_is_responsible(self, desk):
        opened(desk)
        with pytest.raises(RefusedError, match="responsible"):
            desk.tickets.offer_solution(
                "T-1", by="Wu", solution="a new seal", responsible="", at=after(hours=1)
            )


class TestTheWayInOfComplaints:
    """om2025:5.3a: One channel in; product quality, service attitude, delivery delay, or other."""

    @pytest.mark.parametrize(
        "category", ["product_quality", "service_attitude", "delivery_delay", "other"]
    )
    def test_each_has_one_of_four_kinds(self, desk, category):
        doing(registered(desk))("classify", category, by="Li")
        assert desk.complaints.get("C-1").category.value == category
        with pytest.raises(RefusedError, match=r"om2025:5\.3a"):
            doing(desk)("classify", "other", by="Li")

    def test_there_is_no_fifth(self, desk):
        with pytest.raises(RefusedError, match="no category"):
            doing(registered(desk))("classify", "price", by="Li")


class TestTheStartOfHandling:
    """om2025:5.3b: Handling starts within 24 hours; a quality complaint starts a repair at once."""

    @pytest.mark.parametrize(
        ("at", "state"),
        [
            (complaints.after(hours=24), "met"),
            (complaints.after(hours=24) + A_SECOND, "missed"),
        ],
    )
    def test_is_in_time_until_the_last_second(self, desk, at, state):
        doing(registered(desk), at)("assign", to="Wu", department="quality")
        assert shown(desk, "handling_start") == state

    def test_a_late_one_goes_to_the_supervisor(self, desk):
        registered(desk)
        desk.run_due(complaints.after(hours=24) + A_SECOND)
        assert desk.complaints.get("C-1").level.value == "supervisor"

    def test_a_quality_complaint_opens_a_repair_ticket_in_that_moment(self, desk):
        does = doing(registered(desk), complaints.after(hours=1))
        does("classify", "product_quality", by="Li")
        assert desk.tickets.get("C-1-repair").opened_at == complaints.after(hours=1)

    def test_another_complaint_opens_none(self, desk):
        doing(registered(desk))("classify", "delivery_delay", by="Li")
        with pytest.raises(UnknownTicketError):
            desk.tickets.get("C-1-repair")


class TestTheRootCause:
    """om2025:5.3c: The root cause is analysed, and the solution explained to the customer.

    Open: that the customer understood it is not asked for.
    """

    def test_is_found_by_an_investigation(self, desk):
        with pytest.raises(RefusedError, match="not investigated"):
            doing(registered(desk))("find_cause", by="Wu", cause="a guess")

    def test_comes_before_the_solution(self, desk):
        handled(registered(desk))
        steps = told(desk)
        assert steps.index("ComplaintCauseFound") < steps.index("ComplaintSolutionProposed")


class TestTheOutcomeOfAComplaint:
    """om2025:5.3d: Fed back and followed up; a dissatisfied customer gets a second conversation."""

    def test_is_told_when_every_measure_is_carried_out(self, desk):
        does = doing(registered(desk))
        does("investigate", by="Wu", facts="the list was lost")
        does("find_cause", by="Wu", cause="one list for two teams")
        does("propose_solution", by="Wu", solution="two lists")
        does("plan", measures=[complaints.CALL], by="Wu")
        with pytest.raises(RefusedError, match=r"om2025:5\.3d"):
            does("feed_back", by="Wu", result="nearly")

    def test_a_dissatisfied_customer_is_heard_again(self, desk):
        doing(handled(registered(desk)))("dissatisfy", asked_by="Li", reason="rude")
        assert told(desk)[-1] == "ComplaintTakenUpAgain"
        doing(handled(desk))("satisfy", asked_by="Li")
        assert desk.complaints.get("C-1").times_dissatisfied == 1

    def test_nothing_is_exhausted_before_the_second_conversation(self, desk):
        does = doing(handled(registered(desk)))
        does("dissatisfy", asked_by="Li", reason="rude")
        with pytest.raises(RefusedError, match=r"om2025:5\.3d"):
            does("exhaust", by="Wu", reason="nothing left", alternatives=["the court"])


class TestTheAnswerToAComplaint:
    """om2025:5.1b: Complaints are answered within 24 hours on average."""

    def test_the_mean_is_told(self, desk):
        for n, hours in ((1, 10), (2, 38)):
            desk.complaints.receive(f"C-{n}", at=complaints.MONDAY, **complaints.COMPLAINT)
            desk.complaints.register(f"C-{n}", **complaints.REGISTERED, at=complaints.MONDAY)
            desk.complaints.answer(
                f"C-{n}", by="Wu", answer="we look into it", at=complaints.after(hours=hours)
            )
        told = figure(desk.reports.complaints(), "complaint_answered")
        assert (told.n, told.value) == (2, 24 * 3600)


class TestWeakPoints:
    """om2025:5.3e: Complaints are analysed for weak points, together with satisfaction."""

    def test_stand_beside_the_satisfaction_with_the_handling(self, desk):
        does = doing(registered(desk))
        does("classify", "service_attitude", by="Wu")
        handled(desk)
        does("satisfy", asked_by="Li")
        does("close", by="Li")
        answer = desk.reports.complaints()
        assert figure(answer, "weak_points", of="category").value == 1
        assert figure(answer, "weak_points", of="cause", what="one list for two teams").n == 1
        assert share(answer, "complaint_handling_satisfaction") == (1, 1)
