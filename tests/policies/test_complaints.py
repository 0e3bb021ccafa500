"""What follows from complaints by itself: repairs, higher levels, another handling."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from servicecore.domain.complaint import (
    Category,
    ComplaintClassified,
    ComplaintDissatisfied,
    ComplaintEscalated,
    ComplaintRepairRequested,
    ComplaintResponseStarted,
    ComplaintTakenUpAgain,
    Severity,
    decisions,
    ending,
)
from servicecore.domain.people import Level
from servicecore.domain.relationship import Grade
from servicecore.domain.standard import Rulebook, UnknownStandardError
from servicecore.domain.ticket import TicketOpened
from servicecore.policies import (
    EscalateByDeadline,
    HandleAgain,
    RepairWhatIsComplainedOf,
    RespondOnThreeLevels,
)
from servicecore.standards import load_standard, parse_standard, shipped_standards
from tests.domain.complaint.given import (
    HOUR,
    NINE,
    SECOND,
    TEN,
    closed,
    dissatisfied,
    fed_back,
    given,
    going_on,
    received,
    registered,
    satisfied,
    taken_up_again,
    understood,
)
from tests.moments import on_record

BOOK = Rulebook(standards=tuple(shipped_standards().values()))
NO_BOOK = Rulebook()


def recorded(history):
    return on_record(*history, subject="complaint/C-1")


def wanted(policy, history, event):
    """Return what *policy* wants when it sees *event*."""
    [seen] = [each for each in recorded(history) if type(each.event) is event]
    return policy.react(seen)


def decided(policy, history, event):
    """Return what it decides on the complaint that *history* leaves."""
    [only] = wanted(policy, history, event)
    assert only.subject == "complaint/C-1"
    return list(only.decide(given(history)))


def assessed(severity, standard="project_service_plan"):
    history = registered(standard=f"{standard}@1")
    return going_on(history, decisions.assess, severity, by="Li", reason="?", at=TEN + HOUR)


class TestARepair:
    """Whenever a complaint is about the quality of a product, a repair begins (om2025:5.3b)."""

    policy = RepairWhatIsComplainedOf(BOOK)
    quality = going_on(
        registered(), decisions.classify, Category.PRODUCT_QUALITY, by="Li", at=TEN + HOUR
    )

    def requested(self):
        return [*self.quality, *decided(self.policy, self.quality, ComplaintClassified)]

    def ticket(self, file=None):
        """Return the ticket that is wanted, for a customer with or without a *file*."""
        [look] = wanted(self.policy, self.requested(), ComplaintRepairRequested)
        assert look.subject == "relationship/Acme"
        [ticket] = look.then(file)
        return ticket

    def test_is_filed_by_the_grade_of_the_customer(self):
        grades = [SimpleNamespace(grade=Grade.KEY), None]
        opened = [self.ticket(file).decide(None)[0].grade for file in grades]
        assert opened == ["key", ""]

    def test_is_requested_in_the_moment_of_the_classification(self):
        [request] = decided(self.policy, self.quality, ComplaintClassified)
        assert (request.ticket_id, request.at) == ("C-1-repair", TEN + HOUR)

    def test_opens_a_ticket_that_says_what_the_complaint_said(self):
        ticket = self.ticket()
        [opened] = ticket.decide(None)
        assert ticket.subject == "ticket/C-1-repair"
        assert isinstance(opened, TicketOpened)
        assert (opened.ticket_id, opened.customer_id, opened.at) == (
            "C-1-repair",
            "Acme",
            TEN + HOUR,
        )
        assert (opened.product, opened.model, opened.contact) == ("pump", "P-200", "Ms Lin")
        assert (opened.fault, opened.channel) == ("nobody ever calls back", "telephone")

    def test_promises_what_the_standard_of_the_complaint_promises_on_tickets(self):
        ticket = self.ticket()
        [opened] = ticket.decide(None)
        due = {each.clock: each.due for each in opened.promises}
        assert due == {"first_response": TEN + 2 * HOUR, "resolution": TEN + 49 * HOUR}

    def test_is_opened_once(self):
        ticket = self.ticket()
        assert ticket.decide("a ticket that is there already") == []

    def test_is_not_for_other_complaints(self):
        history = going_on(registered(), decisions.classify, Category.SERVICE_ATTITUDE, by="Li")
        assert decided(self.policy, history, ComplaintClassified) == []


class TestThreeLevels:
    """Whenever a complaint is major, headquarters, centre and branch respond (om2025:7.1a)."""

    policy = RespondOnThreeLevels(BOOK)

    def respond(self, severity, standard):
        history = assessed(severity, standard)
        return decided(self.policy, history, type(history[-1]))

    def test_at_once_and_with_the_manager(self):
        started, escalated = self.respond(Severity.MAJOR, "operations_manual_2025")
        assert isinstance(started, ComplaintResponseStarted)
        assert started.levels == ("headquarters", "regional_centre", "local_branch")
        assert isinstance(escalated, ComplaintEscalated)
        assert escalated.to is Level.MANAGER
        assert {started.clause, escalated.clause} == {"om2025:7.1a"}
        assert started.at == escalated.at == TEN + HOUR

    def test_a_complex_one_goes_upwards_where_the_standard_says_so(self):
        [escalated] = self.respond(Severity.COMPLEX, "post_delivery_regulation")
        assert (escalated.to, escalated.clause) == (Level.SUPERVISOR, "pdr:5.3b")

    @pytest.mark.parametrize(
        ("severity", "standard"),
        [
            (Severity.ORDINARY, "operations_manual_2025"),
            (Severity.COMPLEX, "operations_manual_2025"),
            (Severity.ORDINARY, "post_delivery_regulation"),
            (Severity.MAJOR, "tender_standard"),
        ],
    )
    def test_others_stay_where_they_are(self, severity, standard):
        assert self.respond(severity, standard) == []

    def test_an_unknown_standard_is_not_guessed_at(self):
        history = assessed(Severity.MAJOR)
        with pytest.raises(UnknownStandardError):
            decided(RespondOnThreeLevels(NO_BOOK), history, type(history[-1]))


class TestHandlingAgain:
    """Whenever the customer is not satisfied, the complaint goes on (pdr:5.4a, om2025:5.3d)."""

    policy = HandleAgain(BOOK)

    def test_in_the_moment_the_customer_said_so(self):
        [again] = decided(self.policy, dissatisfied(at=TEN + HOUR), ComplaintDissatisfied)
        assert isinstance(again, ComplaintTakenUpAgain)
        assert (again.round, again.reason, again.at) == (2, "rude", TEN + HOUR)

    def test_under_what_its_standard_promises_on_complaints(self):
        """An organisation may promise the second handling a time of its own."""
        ours = parse_standard(
            'id = "ours"\ntitle = "Ours"\nextends = "project_service_plan"\n'
            '[[clock]]\nname = "second_conversation"\nof = "complaint"\nwithin = "24 h"\n'
            'starts = "taken_up_again"\nstops = "informed"\nclause = "ours:1"',
            source="ours.toml",
        )
        history = dissatisfied(
            fed_back(understood(registered(standard=ours.reference))), at=TEN + HOUR
        )
        [again] = decided(HandleAgain(Rulebook((ours,))), history, ComplaintDissatisfied)
        assert [(each.clock, each.due) for each in again.promises] == [
            ("second_conversation", TEN + 25 * HOUR)
        ]

    def test_once(self):
        assert decided(self.policy, taken_up_again(), ComplaintDissatisfied) == []

    def test_not_when_it_is_settled_meanwhile(self):
        from_a_worker = wanted(self.policy, dissatisfied(), ComplaintDissatisfied)
        assert list(from_a_worker[0].decide(given(closed()))) == []


class TestWhatMovesNobody:
    @pytest.mark.parametrize(
        ("policy", "moved_by"),
        [
            (RepairWhatIsComplainedOf, {"ComplaintClassified", "ComplaintRepairRequested"}),
            (RespondOnThreeLevels, {"ComplaintAssessed"}),
            (HandleAgain, {"ComplaintDissatisfied"}),
        ],
    )
    def test_each_policy_looks_at_its_own_events_only(self, policy, moved_by):
        histories = [
            dissatisfied(),
            satisfied(),
            assessed(Severity.MAJOR),
            TestARepair().requested(),
        ]
        for history in histories:
            for each in recorded(history):
                reacts = bool(policy(BOOK).react(each))
                assert reacts == (type(each.event).__name__ in moved_by)

    @pytest.mark.parametrize(
        ("policy", "name"),
        [
            (RepairWhatIsComplainedOf, "complaint_repair"),
            (RespondOnThreeLevels, "three_levels"),
            (HandleAgain, "rehandling"),
        ],
    )
    def test_each_has_a_lasting_name(self, policy, name):
        assert (policy.name, policy.version) == (name, "1")


class TestEscalationOfComplaints:
    """Whenever a deadline of a complaint passes, its own ladder is climbed."""

    def test_is_decided_on_what_complaints_are_promised(self):
        policy = EscalateByDeadline(BOOK, {"complaint": ending.escalate_if_due})

        class Passed:
            subject, told_by, correlation_id = "complaint/C-1", "complaint/C-1#1", "a chain"

        now = NINE + 24 * HOUR + SECOND
        [due] = policy.what_is_due([Passed()], now=now)
        told = list(due.decide(given(received())))
        assert [(each.clock, each.rung) for each in told] == [
            ("registration", "warning"),
            ("registration", "supervisor"),
        ]
        assert {each.at for each in told} == {now}

    def test_the_plan_promises_complaints_and_tickets_different_things(self):
        plan = load_standard("project_service_plan")
        kinds = {of: {t.clock for t in plan.terms(of=of).targets} for of in ("ticket", "complaint")}
        assert kinds == {
            "ticket": {"first_response", "resolution"},
            "complaint": {"registration", "proposed_solution"},
        }
