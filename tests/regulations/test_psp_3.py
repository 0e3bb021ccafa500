"""项目售后服务方案, chapter 3: what is offered."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore import RefusedError
from servicecore.domain.ticket import TicketAcknowledged

from . import complaints, customers, people, surveys
from .complaints import A_SECOND, REGISTERED, doing, handled, received, registered, shown
from .office import MONDAY, REQUEST, after, opened, promised
from .settings import said


class TestTheAutomaticReply:
    """psp:3.2a: Every online request gets an automatic reply at once."""

    def replies(self, desk):
        return [
            each.event
            for each in desk.tickets.history("T-1")
            if isinstance(each.event, TicketAcknowledged)
        ]

    @pytest.mark.parametrize("channel", ["website", "app", "official_account", "mail", "chat"])
    def test_comes_in_the_moment_of_the_request(self, desk, channel):
        opened(desk, channel=channel)
        (reply,) = self.replies(desk)
        assert reply.automatic
        assert reply.at == MONDAY

    def test_comes_once(self, desk):
        opened(desk)
        desk.tickets.receive_message("T-1", text="hello?", at=after(hours=1))
        desk.run_due(after(hours=2))
        assert len(self.replies(desk)) == 1

    def test_says_which_policy_sent_it(self, desk):
        opened(desk)
        (recorded,) = [
            each
            for each in desk.tickets.history("T-1")
            if isinstance(each.event, TicketAcknowledged)
        ]
        assert recorded.provenance.actor == "policy/acknowledgement"


@pytest.fixture
def plan_desk(desk_under):
    return desk_under("project_service_plan")


class TestTheRegistrationOfAComplaint:
    """psp:3.4a: A complaint is registered within 24 hours, and completely."""

    @pytest.mark.parametrize(
        ("at", "state"),
        [
            (complaints.after(hours=24), "met"),
            (complaints.after(hours=24) + A_SECOND, "missed"),
        ],
    )
    def test_is_in_time_until_the_last_second(self, plan_desk, at, state):
        doing(received(plan_desk), at)("register", **REGISTERED)
        assert shown(plan_desk, "registration") == state

    @pytest.mark.parametrize("missing", REGISTERED)
    def test_is_refused_when_something_is_left_out(self, plan_desk, missing):
        with pytest.raises(RefusedError, match=missing):
            doing(received(plan_desk))("register", **{**REGISTERED, missing: ""})

    def test_comes_before_the_handling(self, plan_desk):
        with pytest.raises(RefusedError, match="not registered yet"):
            doing(received(plan_desk))("investigate", by="Wu", facts="the list was lost")


class TestTheAnalysisOfAComplaint:
    """psp:3.4b: Within 48 hours it is analysed, and a solution proposed; departments may meet."""

    @pytest.mark.parametrize(
        ("at", "state"),
        [
            (complaints.after(hours=48), "met"),
            (complaints.after(hours=48) + A_SECOND, "missed"),
        ],
    )
    def test_is_in_time_until_the_last_second(self, plan_desk, at, state):
        does = doing(registered(plan_desk), at)
        does("investigate", by="Wu", facts="the list was lost")
        does("find_cause", by="Wu", cause="one list for two teams")
        assert shown(plan_desk, "proposed_solution") == "running"
        does("propose_solution", by="Wu", solution="two lists", met=["quality", "sales"])
        assert shown(plan_desk, "proposed_solution") == state

    def test_tells_which_departments_met(self, plan_desk):
        does = doing(registered(plan_desk))
        does("investigate", by="Wu", facts="the list was lost")
        does("find_cause", by="Wu", cause="one list for two teams")
        does("propose_solution", by="Wu", solution="two lists", met=["quality", "sales"])
        proposed = plan_desk.complaints.history("C-1")[-1].event
        assert proposed.met == ("quality", "sales")

    def test_is_no_proposal_without_a_cause(self, plan_desk):
        with pytest.raises(RefusedError, match="no root cause"):
            doing(registered(plan_desk))("propose_solution", by="Wu", solution="a guess")


class TestTheFollowUpOfAComplaint:
    """psp:3.4c: After solving it is followed up until the customer is satisfied."""

    def test_goes_on_by_itself_round_after_round(self, plan_desk):
        registered(plan_desk)
        for rounds in (2, 3, 4):
            doing(handled(plan_desk))("dissatisfy", asked_by="Li", reason="nobody called")
            assert plan_desk.complaints.get("C-1").rounds == rounds

    def test_ends_with_a_satisfied_customer(self, plan_desk):
        does = doing(handled(registered(plan_desk)))
        with pytest.raises(RefusedError, match="until the customer is satisfied"):
            does("close", by="Li")
        does("satisfy", asked_by="Li")
        does("close", by="Li")
        assert plan_desk.complaints.get("C-1").outcome.value == "satisfied"


class TestTheDuties:
    """psp:3.1a: Technical support, customer relationship, complaints: each has its department."""

    def test_stand_in_the_plan(self):
        departments = ("technical_support", "customer_relationship", "complaints")
        assert said("project_service_plan", "departments") == (departments, "psp:3.1a")

    def test_a_complaint_goes_to_the_department_that_has_the_duty(self, desk_under):
        desk = desk_under("project_service_plan")
        registered(desk)
        desk.complaints.assign(
            "C-1", to="Li", department="complaints", at=complaints.after(hours=2)
        )
        assert desk.complaints.history("C-1")[-1].event.department == "complaints"


class TestTheHotline:
    """psp:3.2b: The hotline is answered 24 hours a day."""

    def test_its_hours_stand_in_the_plan(self):
        assert said("project_service_plan", "hotline_hours") == (("00:00-24:00",), "psp:3.2b")

    def test_who_calls_at_night_is_promised_an_answer_that_night(self, desk_under):
        desk = desk_under("project_service_plan")
        three_at_night = datetime(2025, 3, 1, 19, tzinfo=timezone.utc)  # Sunday in Shanghai.
        desk.tickets.open("T-1", at=three_at_night, channel="telephone", **REQUEST)
        assert promised(desk, "first_response")[0] == three_at_night + timedelta(hours=1)


class TestRevisitsAfterDelivery:
    """psp:3.3a: Revisits 1, 3 and 6 months after delivery: use, and latent problems."""

    @pytest.fixture
    def plan_desk(self, desk_under):
        return desk_under("project_service_plan")

    @pytest.mark.parametrize(
        ("delivered_on", "expected"),
        [
            # A Thursday, a Tuesday, a Wednesday.
            (date(2025, 3, 3), [date(2025, 4, 3), date(2025, 6, 3), date(2025, 9, 3)]),
            # The last of February, April and July.
            (date(2025, 1, 31), [date(2025, 2, 28), date(2025, 4, 30), date(2025, 7, 31)]),
            # After Spring Festival, the Friday, after Dragon Boat Festival.
            (date(2024, 12, 31), [date(2025, 2, 5), date(2025, 3, 31), date(2025, 6, 30)]),
            # A Saturday goes to Monday.
            (date(2025, 1, 15), [date(2025, 2, 17), date(2025, 4, 15), date(2025, 7, 15)]),
        ],
    )
    def test_are_on_working_days_counted_in_calendar_months(
        self, plan_desk, delivered_on, expected
    ):
        customers.delivered(plan_desk, on=delivered_on)
        assert customers.days(plan_desk) == expected
        revisits = plan_desk.revisits.of_customer("Acme")
        assert {each.clause for each in revisits} == {"psp:3.3a"}
        assert {each.content for each in revisits} == {"the use of pump, and latent problems"}

    def test_are_planned_for_each_delivery_once(self, plan_desk):
        customers.delivered(plan_desk)
        with pytest.raises(RefusedError, match="recorded once"):
            customers.delivered_again(plan_desk, "D-1")
        customers.delivered_again(plan_desk, "D-2")
        assert len(customers.days(plan_desk)) == 6

    def test_that_are_not_held_are_raised(self, plan_desk):
        customers.delivered(plan_desk)
        closing = datetime(2025, 4, 3, 10, tzinfo=timezone.utc)
        plan_desk.run_due(closing)
        assert customers.told(plan_desk)[-1] == "RevisitDue"
        for _ in range(2):
            plan_desk.run_due(closing + customers.A_MOMENT)
        missed = plan_desk.relationships.history("Acme")[-1].event
        assert (type(missed).__name__, missed.to.value) == ("RevisitMissed", "supervisor")
        assert customers.told(plan_desk).count("RevisitMissed") == 1


class TestTheSurveyAfterTheProject:
    """psp:3.3b: After the project, the customer is asked about time, attitude and ability."""

    @pytest.fixture
    def desk(self, desk_under):
        return desk_under("project_service_plan")

    def test_is_sent_after_each_delivery(self, desk):
        customers.delivered(desk)
        [sent] = [each for each in desk.log.since(0) if type(each.event).__name__ == "SurveySent"]
        assert (sent.event.about, sent.event.clause) == ("delivery/D-1", "psp:3.3b")
        assert sent.event.asks == ("response_time", "attitude", "ability_to_solve")

    def test_takes_a_score_of_each_from_one_to_five(self, desk):
        surveys.asked(desk)
        scores = {"response_time": 5, "attitude": 4, "ability_to_solve": 0}
        desk.surveys.answer("S-1", scores=scores, at=surveys.MONDAY)
        assert desk.surveys.get("S-1").answer.scores == {"response_time": 5, "attitude": 4}

    @pytest.mark.parametrize("scores", [{"attitude": 6}, {"price": 3}])
    def test_takes_nothing_else(self, desk, scores):
        surveys.asked(desk)
        with pytest.raises(RefusedError, match=r"psp:3\.3b"):
            desk.surveys.answer("S-1", scores=scores, at=surveys.MONDAY)

    def test_that_was_never_sent_is_not_answered(self, desk):
        with pytest.raises(RefusedError, match=r"never sent.*psp:3\.3b"):
            desk.surveys.answer("S-9", overall=5)


class TestRegularTraining:
    """psp:3.1b: Staff are trained regularly, in product and skill."""

    @pytest.mark.parametrize(("topic", "missing"), [("product", "skill"), ("skill", "product")])
    def test_is_chased_in_each_of_the_two_every_quarter(self, desk_under, topic, missing):
        desk = desk_under("project_service_plan")
        people.hired(desk)
        people.trained(desk, "TR-1", 3, "Wu", topic=topic, at=people.day(3, 31))
        desk.run_due(people.day(4, 1))
        assert people.fell_short(desk, "Wu", f"{topic}_training") == []
        assert people.fell_short(desk, "Wu", f"{missing}_training") == [1]
        assert people.fell_short(desk, "Li", f"{topic}_training") == [1]

    def test_is_told_of_while_there_is_time(self, desk_under):
        desk = desk_under("project_service_plan")
        people.hired(desk, "Wu")
        desk.run_due(people.day(3, 2))
        history = [each.event for each in desk.staff.history("Wu")]
        told = [each.duty for each in history if type(each).__name__ == "StaffReminded"]
        assert told == ["product_training", "skill_training"]

    def test_tells_whose_was_longest_ago(self, desk_under):
        desk = desk_under("project_service_plan")
        people.hired(desk)
        people.trained(desk, "TR-1", 3, "Wu", "Li", topic="product", at=people.day(3, 3))
        people.trained(desk, "TR-2", 3, "Wu", topic="product", at=people.day(4, 7))
        people.trained(desk, "TR-3", 3, "Wu", topic="skill", at=people.day(5, 7))
        answer = desk.reports.training(by="person", as_of=people.day(4, 10))
        since = {each.group: each.value for each in answer["since_training"]}
        assert since == {
            (("person", "Li"), ("topic", "product")): timedelta(days=38).total_seconds(),
            (("person", "Wu"), ("topic", "product")): timedelta(days=3).total_seconds(),
        }

    def test_is_in_nothing_else(self, desk_under):
        desk = desk_under("project_service_plan")
        with pytest.raises(RefusedError, match=r"not one of product, skill .*psp:3\.1b"):
            people.trained(desk, "TR-1", 3, topic="cooking")

    def test_is_checked(self, desk_under):
        desk = desk_under("project_service_plan")
        people.hired(desk, "Wu")
        for n, month in enumerate((2, 5, 8), start=1):
            people.trained(desk, f"TR-{n}", 3, "Wu", topic="product", at=people.day(month, 3))
        checks = desk.compliance.look("2025")
        [found] = [each for each in checks if each.id == "staff.product_training"]
        assert (found.population, found.failing) == (4, ("staff/Wu in 2025-Q4",))

    def test_is_on_record_of_everybody_with_its_topic(self, desk_under):
        desk = desk_under("project_service_plan")
        people.hired(desk)
        people.trained(desk, "TR-1", 3, "Wu", topic="product")
        people.trained(desk, "TR-2", 2, "Wu", topic="skill")
        trainings = desk.staff.get("Wu").trainings
        assert [(each.topic, each.attended) for each in trainings] == [
            ("product", 3 * people.AN_HOUR),
            ("skill", 2 * people.AN_HOUR),
        ]

    def test_is_told_quarter_by_quarter(self, desk_under):
        desk = desk_under("project_service_plan")
        people.hired(desk)
        people.trained(desk, "TR-1", 3, "Wu", topic="product", at=people.day(4, 7))
        answer = desk.reports.training(period="2025", by="quarter", as_of=people.NEXT_YEAR)
        assert [each.k for each in answer["training_coverage"]] == [0, 1, 0, 0]
