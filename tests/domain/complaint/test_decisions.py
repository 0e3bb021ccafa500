"""What can be decided about a complaint, and what is refused: given a history, when, then."""

from __future__ import annotations

import attrs
import pytest

from servicecore.domain.case import Step
from servicecore.domain.complaint import (
    About,
    AlreadyCarriedOutError,
    AlreadyRegisteredError,
    AlreadyReportedError,
    BeforeReceiptError,
    Category,
    ComplaintAlreadyAcknowledgedError,
    ComplaintAlreadyClassifiedError,
    ComplaintEndedError,
    ComplaintOutOfOrderError,
    CustomerNotSatisfiedError,
    HandlerIsSubjectError,
    MeasuresLeftError,
    NoCauseError,
    NoSolutionError,
    NotFedBackError,
    NotHandledAgainError,
    NotInHandError,
    NotInvestigatedError,
    NotRegisteredError,
    NotSettledError,
    OneDepartmentError,
    Outcome,
    Severity,
    Status,
    TeamMember,
    UnknownMeasureError,
    decisions,
    ending,
    events,
)
from servicecore.domain.days import NotYetHappenedError
from servicecore.domain.moments import NaiveMomentError
from servicecore.domain.people import Level
from servicecore.domain.refusals import IncompleteError, RefusedError

from .given import (
    CALL,
    ELEVEN,
    EXHAUSTED,
    NINE,
    NOON,
    RECEIVED,
    REGISTERED,
    REPORT,
    SECOND,
    SUBJECT,
    TEAM,
    TEN,
    TERMS,
    TRAIN,
    closed,
    dissatisfied,
    fed_back,
    given,
    going_on,
    planned,
    received,
    refused_twice,
    registered,
    satisfied,
    solved,
    taken_up_again,
    understood,
)


def told(events_):
    """Return *events_* without what their clocks say."""
    return [
        attrs.evolve(each, promises=(), readings=()) if isinstance(each, Step) else each
        for each in events_
    ]


def decided(history, decide, *args, at=ELEVEN, **facts):
    return told(decide(given(history), *args, at=at, terms=TERMS, **facts))


#: Every verb of handling, with what it is told, and what goes on record.
HANDLING = [
    (
        decisions.classify,
        {"category": Category.OTHER, "by": "Li"},
        events.ComplaintClassified(complaint_id="C-1", by="Li", category=Category.OTHER, at=ELEVEN),
    ),
    (
        decisions.assess,
        {"severity": Severity.COMPLEX, "by": "Li", "reason": "two teams"},
        events.ComplaintAssessed(
            complaint_id="C-1", by="Li", severity=Severity.COMPLEX, reason="two teams", at=ELEVEN
        ),
    ),
    (
        decisions.assign,
        {"to": "Wu", "department": "quality"},
        events.ComplaintAssigned(complaint_id="C-1", to="Wu", department="quality", at=ELEVEN),
    ),
    (
        decisions.set_team,
        {"members": TEAM},
        events.ComplaintTeamSet(complaint_id="C-1", members=tuple(TEAM), at=ELEVEN),
    ),
    (
        decisions.investigate,
        {"by": "Wu", "facts": "nobody called"},
        events.ComplaintInvestigated(complaint_id="C-1", by="Wu", facts="nobody called", at=ELEVEN),
    ),
    (
        decisions.find_cause,
        {"by": "Wu", "cause": "one list"},
        events.ComplaintCauseFound(complaint_id="C-1", by="Wu", cause="one list", at=ELEVEN),
    ),
    (
        decisions.answer,
        {"by": "Wu", "answer": "we look into it"},
        events.ComplaintAnswered(complaint_id="C-1", by="Wu", answer="we look into it", at=ELEVEN),
    ),
    (
        decisions.propose_solution,
        {"by": "Wu", "solution": "two lists", "met": ["quality", "sales"]},
        events.ComplaintSolutionProposed(
            complaint_id="C-1", by="Wu", solution="two lists", met=("quality", "sales"), at=ELEVEN
        ),
    ),
    (
        decisions.plan,
        {"measures": [TRAIN], "by": "Wu"},
        events.ComplaintPlanned(complaint_id="C-1", by="Wu", measures=(TRAIN,), at=ELEVEN),
    ),
    (
        decisions.carry_out,
        {"number": 1, "by": "Wu", "result": "called"},
        events.ComplaintMeasureCarriedOut(
            complaint_id="C-1", number=1, by="Wu", result="called", at=ELEVEN
        ),
    ),
]
VERBS = [pytest.param(*each[:2], id=each[0].__name__) for each in HANDLING]
#: Whoever does these, must not be the one complained of.
DONE_BY = [
    (decisions.assess, {"severity": Severity.MAJOR, "by": SUBJECT, "reason": "?"}, registered),
    (decisions.assign, {"to": SUBJECT, "department": "sales"}, registered),
    (
        decisions.set_team,
        {"members": [*TEAM, TeamMember(person=SUBJECT, department="sales")]},
        registered,
    ),
    (decisions.investigate, {"by": SUBJECT, "facts": "?"}, registered),
    (decisions.find_cause, {"by": SUBJECT, "cause": "?"}, understood),
    (decisions.answer, {"by": SUBJECT, "answer": "?"}, registered),
    (decisions.propose_solution, {"by": SUBJECT, "solution": "?"}, understood),
    (decisions.plan, {"by": SUBJECT, "measures": [CALL]}, solved),
    (ending.satisfy, {"asked_by": SUBJECT}, fed_back),
    (ending.dissatisfy, {"asked_by": SUBJECT, "reason": "?"}, fed_back),
    (ending.exhaust, {**EXHAUSTED, "by": SUBJECT}, refused_twice),
    (ending.close, {"by": SUBJECT}, satisfied),
]


class TestReceipt:
    """A complaint is taken in as it comes; only who, how and what must be told."""

    def test_goes_on_record_with_what_it_is_about(self):
        [event] = told(received())
        assert event == events.ComplaintReceived(complaint_id="C-1", **RECEIVED, at=NINE)

    def test_needs_no_product_no_ticket_and_no_person(self):
        [event] = received(about=About())
        assert event.about == About()

    @pytest.mark.parametrize("missing", ["customer_id", "channel", "what"])
    def test_is_refused_without(self, missing):
        with pytest.raises(IncompleteError, match=missing):
            received(**{missing: " "})

    def test_needs_a_moment_with_an_offset(self):
        with pytest.raises(NaiveMomentError):
            received(at=NINE.replace(tzinfo=None))


class TestRegistration:
    """psp:3.4a: it is written down completely, and handled only then."""

    def test_brings_it_in_hand(self):
        history = received()
        [event] = decided(history, decisions.register, **REGISTERED, happened_at=NINE)
        assert event == events.ComplaintRegistered(
            complaint_id="C-1", **REGISTERED, happened_at=NINE, at=ELEVEN
        )
        assert given([*history, event]).status is Status.IN_HAND

    @pytest.mark.parametrize("missing", REGISTERED)
    def test_is_complete_or_refused(self, missing):
        with pytest.raises(IncompleteError, match=missing):
            decided(received(), decisions.register, **{**REGISTERED, missing: ""})

    def test_tells_of_something_that_happened_before_the_complaint(self):
        with pytest.raises(NotYetHappenedError, match="complaint C-1: happened_at"):
            decided(received(), decisions.register, **REGISTERED, happened_at=NINE + SECOND)

    def test_happens_once(self):
        with pytest.raises(AlreadyRegisteredError):
            decided(registered(), decisions.register, **REGISTERED)

    @pytest.mark.parametrize(("verb", "facts"), VERBS)
    def test_comes_before_all_handling(self, verb, facts):
        with pytest.raises(NotRegisteredError, match=r"psp:3\.4a"):
            decided(received(), verb, **facts)


class TestHandling:
    """What is done about it goes on record as it was told."""

    @pytest.mark.parametrize(
        ("verb", "facts", "event"), [pytest.param(*e, id=e[0].__name__) for e in HANDLING]
    )
    def test_each_step_is_an_event(self, verb, facts, event):
        assert decided(planned(), verb, **facts) == [event]

    @pytest.mark.parametrize(("verb", "facts"), VERBS)
    def test_rests_while_the_customer_has_the_word(self, verb, facts):
        with pytest.raises(NotInHandError, match="fed_back"):
            decided(fed_back(), verb, **facts)

    @pytest.mark.parametrize(("verb", "facts"), VERBS)
    def test_ends_with_the_complaint(self, verb, facts):
        with pytest.raises(ComplaintEndedError):
            decided(closed(), verb, **facts)

    @pytest.mark.parametrize(("verb", "facts"), VERBS)
    def test_is_not_before_the_receipt(self, verb, facts):
        with pytest.raises(BeforeReceiptError):
            decided(planned(), verb, at=NINE - SECOND, **facts)

    @pytest.mark.parametrize(("verb", "facts"), VERBS)
    def test_is_not_before_the_registration(self, verb, facts):
        with pytest.raises(ComplaintOutOfOrderError):
            decided(planned(), verb, at=TEN - SECOND, **facts)
        assert decided(planned(), verb, at=TEN, **facts)

    @pytest.mark.parametrize(
        ("verb", "facts"),
        [
            pytest.param(verb, {**facts, name: " "}, id=f"{verb.__name__} {name}")
            for verb, facts, _ in HANDLING
            for name, value in facts.items()
            if isinstance(value, str)
        ],
    )
    def test_leaves_nothing_out(self, verb, facts):
        with pytest.raises(IncompleteError):
            decided(planned(), verb, **facts)


class TestAcknowledgement:
    """pdr:5.1a: the customer is told that the complaint arrived, registered or not."""

    def test_may_come_before_the_registration(self):
        [event] = decided(received(), decisions.acknowledge, by="Li")
        assert event == events.ComplaintAcknowledged(complaint_id="C-1", by="Li", at=ELEVEN)

    def test_happens_once(self):
        history = going_on(received(), decisions.acknowledge, by="Li")
        with pytest.raises(ComplaintAlreadyAcknowledgedError):
            decided(history, decisions.acknowledge, by="Li")

    def test_news_may_be_told_at_any_time_until_the_end(self):
        for history in (received(), fed_back(), satisfied()):
            [event] = decided(history, decisions.inform, by="Li", news="on Friday")
            assert event.news == "on Friday"
        with pytest.raises(ComplaintEndedError):
            decided(closed(), decisions.inform, by="Li", news="on Friday")


class TestClassification:
    """om2025:5.3a: one category, set once; the severity may turn out otherwise."""

    def test_happens_once(self):
        history = going_on(registered(), decisions.classify, Category.OTHER, by="Li")
        with pytest.raises(ComplaintAlreadyClassifiedError, match=r"om2025:5\.3a"):
            decided(history, decisions.classify, Category.OTHER, by="Li")

    def test_a_second_assessment_replaces_the_first(self):
        history = going_on(
            registered(), decisions.assess, Severity.ORDINARY, by="Li", reason="a trifle"
        )
        history = going_on(history, decisions.assess, Severity.MAJOR, by="Li", reason="the press")
        assert given(history).severity is Severity.MAJOR

    def test_the_same_assessment_again_changes_nothing(self):
        history = going_on(registered(), decisions.assess, Severity.MAJOR, by="Li", reason="a")
        assert decided(history, decisions.assess, Severity.MAJOR, by="Li", reason="b") == []


class TestRepair:
    """om2025:5.3b: a complaint about the quality of a product starts a repair at once."""

    quality = going_on(registered(), decisions.classify, Category.PRODUCT_QUALITY, by="Li")

    def test_is_requested_with_all_that_a_ticket_needs(self):
        [requested] = decisions.request_repair(given(self.quality), at=ELEVEN)
        assert requested == events.ComplaintRepairRequested(
            complaint_id="C-1",
            ticket_id="C-1-repair",
            customer_id="Acme",
            channel="telephone",
            product="pump",
            model="P-200",
            fault="nobody ever calls back",
            contact="Ms Lin",
            standard="project_service_plan@1",
            calendar="china_office@1",
            at=ELEVEN,
        )

    def test_says_so_when_the_product_was_not_told(self):
        history = going_on(
            registered(about=About()), decisions.classify, Category.PRODUCT_QUALITY, by="Li"
        )
        [requested] = decisions.request_repair(given(history), at=ELEVEN)
        assert (requested.product, requested.model) == ("not told", "not told")

    def test_is_requested_once(self):
        history = [*self.quality, *decisions.request_repair(given(self.quality), at=ELEVEN)]
        assert given(history).repair_ticket == "C-1-repair"
        assert decisions.request_repair(given(history), at=ELEVEN) == []

    @pytest.mark.parametrize("category", [e for e in Category if e.value != "product_quality"])
    def test_is_not_requested_for_anything_else(self, category):
        history = going_on(registered(), decisions.classify, category, by="Li")
        assert decisions.request_repair(given(history), at=ELEVEN) == []


class TestTheThreeLevels:
    """om2025:7.1a: a major complaint is everybody's at once."""

    major = going_on(registered(), decisions.assess, Severity.MAJOR, by="Li", reason="the press")

    def respond(self, history):
        return decisions.start_response(given(history), ["a", "b"], clause="om2025:7.1a", at=ELEVEN)

    def test_are_started_once(self):
        [started] = self.respond(self.major)
        assert started == events.ComplaintResponseStarted(
            complaint_id="C-1", levels=("a", "b"), clause="om2025:7.1a", at=ELEVEN
        )
        assert given([*self.major, started]).response_levels == ("a", "b")
        assert self.respond([*self.major, started]) == []

    def test_are_not_for_less(self):
        history = going_on(registered(), decisions.assess, Severity.COMPLEX, by="Li", reason="two")
        assert self.respond(history) == []

    def escalate(self, history, to):
        return decisions.escalate_at_once(given(history), to=to, clause="pdr:5.3b", at=ELEVEN)

    def test_a_higher_level_becomes_responsible_without_a_deadline(self):
        [escalated] = self.escalate(self.major, Level.MANAGER)
        assert (escalated.to, escalated.clause) == (Level.MANAGER, "pdr:5.3b")
        assert given([*self.major, escalated]).level is Level.MANAGER

    def test_it_never_goes_down_nor_sideways(self):
        history = [*self.major, *self.escalate(self.major, Level.SUPERVISOR)]
        assert self.escalate(history, Level.SUPERVISOR) == []
        assert self.escalate(history, Level.STAFF) == []

    def test_nobody_is_called_to_what_is_settled(self):
        assert self.escalate(satisfied(), Level.MANAGER) == []


class TestTheTeam:
    """pdr:5.2a: a team of several departments."""

    @pytest.mark.parametrize(
        "members", [[], TEAM[:1], [TEAM[0], attrs.evolve(TEAM[0], person="X")]]
    )
    def test_of_one_department_or_none_is_refused(self, members):
        with pytest.raises(OneDepartmentError, match=r"pdr:5\.2a"):
            decided(registered(), decisions.set_team, members)

    @pytest.mark.parametrize("left_out", [{"person": ""}, {"department": " "}])
    def test_of_people_without_name_or_department_is_refused(self, left_out):
        with pytest.raises(IncompleteError):
            decided(registered(), decisions.set_team, [*TEAM, attrs.evolve(TEAM[0], **left_out)])


class TestObjectivity:
    """ISO 10002: nobody handles a complaint about himself."""

    @pytest.mark.parametrize(
        ("verb", "facts", "history"), [pytest.param(*e, id=e[0].__name__) for e in DONE_BY]
    )
    def test_the_one_complained_of_is_refused(self, verb, facts, history):
        with pytest.raises(HandlerIsSubjectError, match=SUBJECT):
            decided(history(), verb, **facts)

    def test_nor_does_he_bring_the_outcome_or_write_the_report(self):
        ready = going_on(planned(), decisions.carry_out, 1, by="Wu", result="called")
        with pytest.raises(HandlerIsSubjectError):
            decided(ready, decisions.feed_back, by=SUBJECT, result="?")
        with pytest.raises(HandlerIsSubjectError):
            ending.report(given(satisfied()), **{**REPORT, "by": SUBJECT}, at=ELEVEN)

    @pytest.mark.parametrize("name", ["zhao", " Zhao ", "ZHAO"])
    def test_however_the_name_is_written(self, name):
        with pytest.raises(HandlerIsSubjectError):
            decided(registered(), decisions.assign, to=name, department="sales")

    def test_a_measure_may_be_his(self):
        [event] = decided(planned(), decisions.carry_out, 1, by=SUBJECT, result="apologised")
        assert event.by == SUBJECT

    def test_where_nobody_is_complained_of_anybody_may_handle_it(self):
        history = registered(about=About())
        assert decided(history, decisions.assign, to=SUBJECT, department="sales")


class TestTheWayToASolution:
    """om2025:5.3c, pdr:5.3a: look into it, find the cause, propose, plan, carry out."""

    def test_a_cause_needs_an_investigation(self):
        with pytest.raises(NotInvestigatedError, match=r"pdr:5\.2a"):
            decided(registered(), decisions.find_cause, by="Wu", cause="a guess")

    def test_a_solution_needs_a_cause(self):
        history = going_on(registered(), decisions.investigate, by="Wu", facts="nobody called")
        with pytest.raises(NoCauseError, match=r"om2025:5\.3c"):
            decided(history, decisions.propose_solution, by="Wu", solution="?")

    @pytest.mark.parametrize("met", ["quality", ["quality", ""]], ids=str)
    def test_departments_that_met_are_a_list_of_names(self, met):
        with pytest.raises(IncompleteError, match="department"):
            decided(understood(), decisions.propose_solution, by="Wu", solution="?", met=met)

    def test_a_plan_needs_a_solution(self):
        with pytest.raises(NoSolutionError, match=r"pdr:5\.3a"):
            decided(understood(), decisions.plan, [CALL], by="Wu")

    def test_a_plan_needs_a_measure(self):
        with pytest.raises(IncompleteError, match=r"pdr:5\.3a"):
            decided(solved(), decisions.plan, [], by="Wu")

    @pytest.mark.parametrize("left_out", ["what", "department", "person"])
    def test_a_measure_leaves_nothing_out(self, left_out):
        with pytest.raises(IncompleteError, match=left_out):
            decided(
                solved(), decisions.plan, [CALL, attrs.evolve(TRAIN, **{left_out: ""})], by="Wu"
            )

    def test_a_second_plan_adds_to_the_first(self):
        history = going_on(planned(CALL), decisions.plan, [TRAIN], by="Wu")
        assert given(history).measures == (CALL, TRAIN)
        assert given(history).measures_left == (1, 2)

    @pytest.mark.parametrize("number", [0, 3, -1])
    def test_only_what_was_planned_is_carried_out(self, number):
        with pytest.raises(UnknownMeasureError, match=f"number {number}"):
            decided(planned(CALL, TRAIN), decisions.carry_out, number, by="Wu", result="?")

    def test_a_measure_is_carried_out_once(self):
        history = going_on(planned(CALL, TRAIN), decisions.carry_out, 1, by="Wu", result="called")
        assert given(history).measures_left == (2,)
        with pytest.raises(AlreadyCarriedOutError):
            decided(history, decisions.carry_out, 1, by="Wu", result="called again")

    def test_the_outcome_is_fed_back_when_nothing_is_left(self):
        history = going_on(planned(CALL, TRAIN), decisions.carry_out, 1, by="Wu", result="called")
        with pytest.raises(MeasuresLeftError, match="when measure 2 is done"):
            decided(history, decisions.feed_back, by="Wu", result="?")
        history = going_on(history, decisions.carry_out, 2, by="Sun", result="trained")
        [event] = decided(history, decisions.feed_back, by="Wu", result="all done")
        assert event == events.ComplaintFedBack(
            complaint_id="C-1", by="Wu", result="all done", at=ELEVEN
        )

    def test_without_a_plan_there_is_no_outcome(self):
        with pytest.raises(MeasuresLeftError, match="a plan"):
            decided(solved(), decisions.feed_back, by="Wu", result="?")


class TestTheCustomersWord:
    """pdr:5.4a: asked when the outcome is known; not satisfied is handled again."""

    @pytest.mark.parametrize("history", [received, registered, planned, satisfied, dissatisfied])
    def test_is_asked_for_when_the_outcome_is_known_and_once(self, history):
        with pytest.raises(NotFedBackError):
            decided(history(), ending.satisfy, asked_by="Li")
        with pytest.raises(NotFedBackError):
            decided(history(), ending.dissatisfy, asked_by="Li", reason="?")

    def test_is_not_heard_before_the_outcome_was_told(self):
        history = fed_back(at=NOON)
        with pytest.raises(ComplaintOutOfOrderError):
            decided(history, ending.satisfy, asked_by="Li", at=NOON - SECOND)
        with pytest.raises(ComplaintOutOfOrderError):
            decided(history, ending.dissatisfy, asked_by="Li", reason="?", at=NOON - SECOND)

    def test_satisfied_goes_on_record(self):
        [event] = decided(fed_back(), ending.satisfy, asked_by="Li")
        assert event == events.ComplaintSatisfied(complaint_id="C-1", asked_by="Li", at=ELEVEN)

    def test_dissatisfied_goes_on_record_with_the_reason(self):
        [event] = decided(fed_back(), ending.dissatisfy, asked_by="Li", reason="rude")
        assert event == events.ComplaintDissatisfied(
            complaint_id="C-1", asked_by="Li", reason="rude", at=ELEVEN
        )
        with pytest.raises(IncompleteError, match="reason"):
            decided(fed_back(), ending.dissatisfy, asked_by="Li", reason="")

    def test_dissatisfied_is_taken_up_again_in_a_round_of_its_own(self):
        [event] = decided(dissatisfied(), ending.take_up_again)
        assert event == events.ComplaintTakenUpAgain(
            complaint_id="C-1", round=2, reason="rude", at=ELEVEN
        )
        again = given([*dissatisfied(), event])
        assert (again.status, again.rounds) == (Status.IN_HAND, 2)

    def test_a_new_round_needs_a_solution_and_a_plan_of_its_own(self):
        with pytest.raises(NoSolutionError, match="round 2"):
            decided(taken_up_again(), decisions.plan, [CALL], by="Wu")
        with pytest.raises(MeasuresLeftError):
            decided(taken_up_again(), decisions.feed_back, by="Wu", result="as before")

    def test_a_new_round_knows_what_was_understood(self):
        assert given(taken_up_again()).cause == "one list for two teams"

    @pytest.mark.parametrize("history", [received, registered, fed_back, satisfied])
    def test_nobody_else_is_taken_up_again(self, history):
        assert decided(history(), ending.take_up_again) == []

    def test_is_not_taken_up_before_the_customer_spoke(self):
        with pytest.raises(ComplaintOutOfOrderError):
            decided(dissatisfied(fed_back(), at=NOON), ending.take_up_again, at=NOON - SECOND)


class TestExhaustion:
    """A house choice: remedies are exhausted when a second handling failed, too."""

    def test_is_recorded_with_the_alternatives_offered(self):
        history = refused_twice()
        [event] = decided(history, ending.exhaust, **EXHAUSTED)
        assert event == events.ComplaintExhausted(
            complaint_id="C-1",
            by="Wu",
            reason="nothing is left",
            alternatives=("the arbitration board",),
            at=ELEVEN,
        )
        assert given([*history, event]).alternatives == ("the arbitration board",)

    def test_may_follow_the_second_refusal_at_once(self):
        history = dissatisfied(fed_back(taken_up_again()))
        assert decided(history, ending.exhaust, **EXHAUSTED)

    @pytest.mark.parametrize("history", [registered, dissatisfied, taken_up_again])
    def test_needs_a_second_handling_in_vain(self, history):
        with pytest.raises(NotHandledAgainError, match=r"om2025:5\.3d"):
            decided(history(), ending.exhaust, **EXHAUSTED)

    @pytest.mark.parametrize(
        "left_out",
        [
            {"by": ""},
            {"reason": " "},
            {"alternatives": []},
            {"alternatives": [" "]},
            {"alternatives": "court"},
        ],
        ids=str,
    )
    def test_leaves_nothing_out(self, left_out):
        with pytest.raises(IncompleteError):
            decided(refused_twice(), ending.exhaust, **{**EXHAUSTED, **left_out})

    @pytest.mark.parametrize(
        "history", [lambda: fed_back(refused_twice()), lambda: satisfied(fed_back(refused_twice()))]
    )
    def test_is_not_for_a_customer_who_has_the_word_or_is_satisfied(self, history):
        with pytest.raises(NotInHandError):
            decided(history(), ending.exhaust, **EXHAUSTED)

    def test_is_not_before_the_second_refusal(self):
        history = dissatisfied(fed_back(taken_up_again()), at=NOON)
        with pytest.raises(ComplaintOutOfOrderError):
            decided(history, ending.exhaust, **EXHAUSTED, at=NOON - SECOND)


class TestClosing:
    """pdr:5.4a: only with the customer satisfied, or all remedies exhausted."""

    @pytest.mark.parametrize(
        "history",
        [received, registered, planned, fed_back, dissatisfied, taken_up_again, refused_twice],
    )
    def test_is_refused_while_the_customer_is_not_satisfied(self, history):
        with pytest.raises(CustomerNotSatisfiedError, match=r"pdr:5\.4a"):
            decided(history(), ending.close, by="Wu")

    def test_tells_that_the_customer_was_satisfied(self):
        [event] = decided(satisfied(), ending.close, by="Wu")
        assert event == events.ComplaintClosed(
            complaint_id="C-1", by="Wu", outcome=Outcome.SATISFIED, at=ELEVEN
        )

    def test_tells_that_remedies_were_exhausted(self):
        history = going_on(refused_twice(), ending.exhaust, **EXHAUSTED)
        [event] = decided(history, ending.close, by="Wu")
        assert event.outcome is Outcome.EXHAUSTED
        assert given([*history, event]).outcome is Outcome.EXHAUSTED

    def test_is_not_before_the_customers_word(self):
        with pytest.raises(ComplaintOutOfOrderError):
            decided(satisfied(at=NOON), ending.close, by="Wu", at=NOON - SECOND)

    @pytest.mark.parametrize(
        ("verb", "facts"),
        [
            (ending.close, {"by": "Wu"}),
            (ending.satisfy, {"asked_by": "Li"}),
            (ending.dissatisfy, {"asked_by": "Li", "reason": "?"}),
            (ending.exhaust, EXHAUSTED),
            (ending.take_up_again, {}),
            (decisions.register, REGISTERED),
            (decisions.acknowledge, {"by": "Li"}),
        ],
    )
    def test_is_for_good(self, verb, facts):
        with pytest.raises(ComplaintEndedError):
            decided(closed(), verb, **facts)


class TestTheReport:
    """pdr:5.4b: facts, course, result, cause and improvement, and how a repeat is prevented."""

    @pytest.mark.parametrize("history", [satisfied, closed])
    def test_is_written_when_there_is_a_result(self, history):
        [event] = ending.report(given(history()), **REPORT, at=ELEVEN)
        assert event == events.ComplaintReported(complaint_id="C-1", **REPORT, at=ELEVEN)

    @pytest.mark.parametrize("missing", REPORT)
    def test_leaves_nothing_out(self, missing):
        with pytest.raises(IncompleteError, match=missing):
            ending.report(given(closed()), **{**REPORT, missing: ""}, at=ELEVEN)

    @pytest.mark.parametrize("history", [received, planned, fed_back, dissatisfied])
    def test_waits_for_the_result(self, history):
        with pytest.raises(NotSettledError, match=r"pdr:5\.4b"):
            ending.report(given(history()), **REPORT, at=ELEVEN)

    def test_is_written_once(self):
        history = [*closed(), *ending.report(given(closed()), **REPORT, at=ELEVEN)]
        with pytest.raises(AlreadyReportedError):
            ending.report(given(history), **REPORT, at=ELEVEN)

    @pytest.mark.parametrize("history", [satisfied, closed])
    def test_is_not_written_before_the_result(self, history):
        with pytest.raises(ComplaintOutOfOrderError, match="so it cannot have been reported on"):
            ending.report(given(history()), **REPORT, at=NINE)

    def test_is_not_written_before_the_receipt(self):
        with pytest.raises(BeforeReceiptError):
            ending.report(given(closed()), **REPORT, at=NINE - SECOND)


class TestARefusal:
    """It is one kind of error, and it tells the number of the complaint."""

    def test_names_the_complaint(self):
        with pytest.raises(RefusedError, match="C-1"):
            decided(received(), ending.close, by="Wu")
