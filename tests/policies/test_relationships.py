"""What follows by itself between a customer and us: revisits, routes, feedback, recoveries."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import attrs
import pytest

from servicecore.domain.complaint import ComplaintEscalated
from servicecore.domain.events import Provenance, Recorded, stream_of
from servicecore.domain.improvement import ImprovementCollected, Source
from servicecore.domain.people import Level
from servicecore.domain.relationship import (
    RecoveryBegun,
    RevisitPlanned,
    evolve,
    findings,
    revisiting,
)
from servicecore.domain.relationship import decisions as file_decisions
from servicecore.domain.standard import Rulebook, UnknownStandardError
from servicecore.domain.survey import SurveyAnswered
from servicecore.domain.ticket import TicketEscalated
from servicecore.policies import (
    Consider,
    KeepTheFile,
    LearnFromFindings,
    PlanRevisits,
    RecoverOnce,
    RevisitAfterComplaint,
    RouteFindings,
)
from servicecore.standards import load_standard, parse_standard, shipped_standards
from tests.domain.complaint import given as complaints
from tests.domain.relationship.given import (
    CALENDAR,
    MONDAY,
    NINE,
    consenting,
    delivered,
    given,
    going_on,
    opened,
)
from tests.moments import given as ticket
from tests.moments import opened as ticket_opened
from tests.moments import opened_as

BOOK = Rulebook(standards=tuple(shipped_standards().values()))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def seen(event, subject="relationship/Acme", version=7):
    """Return *event* as the log tells it."""
    return Recorded(
        event=event,
        position=version,
        stream=stream_of(subject),
        version=version,
        subject=subject,
        recorded_at=event.at,
        provenance=Provenance(actor="desk"),
    )


def followed(told, states):
    """Let all that is *told* be decided on these *states*, by subject, and return the events."""
    events = []
    for each in told:
        if isinstance(each, Consider):
            events += followed(each.then(states.get(each.subject)), states)
        else:
            events += each.decide(states.get(each.subject))
    return events


def decided(policy, history, *, subject="relationship/Acme", **others):
    """Return what *policy* decides when it sees the last event of *history*."""
    file = given(*history) if subject.startswith("relationship") else None
    states = {"relationship/Acme": file, **others}
    return followed(policy.react(seen(history[-1], subject)), states)


def days(events):
    return [(each.nominal_on, each.clause) for each in events if isinstance(each, RevisitPlanned)]


class TestPlanningRevisits:
    """Whenever something happens that revisits count from, they get their days."""

    policy = PlanRevisits(BOOK)

    def test_after_a_delivery(self):
        assert days(decided(self.policy, delivered())) == [
            (date(2025, 4, 3), "psp:3.3a"),
            (date(2025, 6, 3), "psp:3.3a"),
            (date(2025, 9, 3), "psp:3.3a"),
        ]

    def test_after_the_first_use_by_the_standard_of_the_file(self):
        manual = load_standard("operations_manual_2025")
        used = self.used(delivered(consenting(opened(standard=manual))))
        assert days(decided(self.policy, used)) == [(date(2025, 4, 2), "om2025:5.2c")]
        assert decided(self.policy, self.used(delivered())) == []

    def test_not_twice_however_often_it_sees_the_event(self):
        history = delivered()
        again = [*history, *decided(self.policy, history)]
        assert (
            followed(self.policy.react(seen(history[-1])), {"relationship/Acme": given(*again)})
            == []
        )

    def test_of_key_customers_more_often_from_then_on(self):
        graded = self.graded(delivered(consenting(opened(standard=OURS))), "key")
        # The first day of those two is over on the day of the grading.
        assert days(decided(PlanRevisits(OUR_BOOK), graded)) == [(date(2025, 3, 31), "ours:1")]

    def test_of_frequent_customers_regularly_from_the_grading_on(self):
        manual = load_standard("operations_manual_2025")
        graded = self.graded(delivered(consenting(opened(standard=manual))), "frequent")
        assert days(decided(self.policy, graded)) == [(date(2025, 6, 17), "house choice")]

    def test_of_frequent_customers_regularly_even_if_one_is_called_off(self):
        manual = load_standard("operations_manual_2025")
        begun = delivered(consenting(opened(standard=manual, grade="frequent")))
        begun = [*begun, *decided(self.policy, begun)]
        off = going_on(begun, revisiting.call_off, revisit=1, reason="moved")
        assert days(decided(self.policy, off)) == [(date(2025, 9, 3), "house choice")]

    def test_nothing_under_a_standard_that_nobody_knows(self):
        with pytest.raises(UnknownStandardError):
            decided(PlanRevisits(Rulebook()), delivered())

    def used(self, history):
        facts = {"delivery_id": "D-1", "used_on": MONDAY, "calendar": CALENDAR}
        return going_on(history, file_decisions.begin_use, **facts)

    def graded(self, history, grade):
        facts = {"grade": grade, "reason": "grew", "standard": OURS, "at": NINE + 14 * DAY}
        return going_on(history, file_decisions.grade, **facts)


OURS = parse_standard(
    'id = "ours"\ntitle = "Ours"\nextends = "post_delivery_regulation"\n'
    '[[revisit]]\nname = "key_customers"\nafter = "delivery"\n'
    'in = ["7 days", "28 days"]\nclause = "ours:1"',
    source="ours.toml",
)
OUR_BOOK = Rulebook(standards=(*shipped_standards().values(), OURS))


class TestRevisitsAfterComplaints:
    """Whenever a customer was told the outcome of a complaint, a revisit follows (pdr:5.4a)."""

    policy = RevisitAfterComplaint(BOOK)
    told = complaints.fed_back()

    def plan(self, *history, version=7):
        states = {"complaint/C-1": complaints.given(self.told)}
        states["relationship/Acme"] = given(*history) if history else None
        event = self.told[-1]
        return followed(self.policy.react(seen(event, "complaint/C-1", version)), states)

    def test_is_planned_in_the_file_of_the_customer(self):
        [revisit] = self.plan(*consenting())
        day = (self.told[-1].at + 8 * HOUR).date()
        assert revisit.nominal_on == day + 3 * DAY
        assert (revisit.complaint_id, revisit.clause) == ("C-1", "house choice")

    def test_is_not_for_customers_without_a_file(self):
        assert self.plan() == []

    def test_is_planned_once_for_each_handling(self):
        once = [*consenting(), *self.plan(*consenting())]
        assert self.plan(*once) == []
        assert len(self.plan(*once, version=19)) == 1


class TestRoutes:
    """Whenever a customer told of something, its department deals with it (pdr:2.5a, 2.5b)."""

    policy = RouteFindings(BOOK)

    def found(self, kind, standard):
        history = consenting(opened(standard=load_standard(standard)))
        return going_on(history, findings.record_finding, kind=kind, what="leaks")

    @pytest.mark.parametrize(
        ("standard", "kind", "department"),
        [
            ("post_delivery_regulation", "quality", "quality"),
            ("post_delivery_regulation", "problem", "after_sales"),
            ("post_delivery_regulation", "suggestion", "research"),
            ("operations_manual_2025", "quality", "quality_inspection"),
            ("project_service_plan", "problem", "technical_support"),
        ],
    )
    def test_are_what_the_standard_says(self, standard, kind, department):
        [routed] = decided(self.policy, self.found(kind, standard))
        assert (routed.department, routed.finding) == (department, 1)

    def test_are_not_guessed_at(self):
        assert decided(self.policy, self.found("problem", "tender_standard")) == []

    def test_do_not_change_what_somebody_decided(self):
        found = self.found("problem", "operations_manual_2025")
        routed = going_on(found, findings.route, finding=1, department="sales", clause="us")
        states = {"relationship/Acme": given(*routed)}
        assert followed(self.policy.react(seen(found[-1])), states) == []


class TestFeedback:
    """What a customer told is feedback, to be answered within a day (om2025:5.1d)."""

    policy = LearnFromFindings(BOOK)

    @pytest.mark.parametrize(("revisit", "source"), [(0, Source.CONVERSATION), (3, Source.REVISIT)])
    def test_is_collected_with_its_promises(self, revisit, source):
        manual = load_standard("operations_manual_2025")
        history = going_on(
            opened(standard=manual), findings.record_finding, kind="problem", what="leaks"
        )
        history[-1] = attrs.evolve(history[-1], revisit=revisit)
        [collected] = decided(self.policy, history)
        assert isinstance(collected, ImprovementCollected)
        assert (collected.source, collected.about, collected.at) == (source, "leaks", NINE)
        assert (collected.customer_id, collected.origin) == ("Acme", "relationship/Acme")
        due = {each.clock: each.due for each in collected.promises}
        assert due["first_feedback"] == NINE + 24 * HOUR


class TestTheFile:
    """Whatever we do for a customer stands in the file (om2025:5.2a)."""

    policy = KeepTheFile(BOOK)

    def test_holds_tickets_and_complaints(self):
        states = {"relationship/Acme": given(*opened())}
        for event, subject in [
            (ticket_opened()[0], "ticket/T-1"),
            (complaints.received()[0], "complaint/C-1"),
        ]:
            [recorded] = followed(self.policy.react(seen(event, subject)), states)
            assert (recorded.record, recorded.at) == (subject, event.at)

    def test_is_kept_for_those_who_have_one(self):
        assert followed(self.policy.react(seen(ticket_opened()[0], "ticket/T-1")), {}) == []


class TestRecovery:
    """Whenever we let a customer down, one recovery begins, and not three."""

    policy = RecoverOnce(BOOK)

    def escalated(self, **facts):
        told = {"clock": "first_response", "rung": "supervisor", "to": Level.SUPERVISOR, **facts}
        at = datetime(2025, 3, 4, tzinfo=timezone.utc)
        event = TicketEscalated(ticket_id="T-1", clause="om2025:2.2b", due=at, at=at, **told)
        return seen(event, "ticket/T-1")

    def recovers(self, recorded, file, **states):
        from_ticket = {"ticket/T-1": ticket(*opened_as("A")), "relationship/Acme": file, **states}
        return followed(self.policy.react(recorded), from_ticket)

    def test_begins_when_a_deadline_has_passed(self):
        [begun] = self.recovers(self.escalated(), given(*opened()))
        assert isinstance(begun, RecoveryBegun)
        assert begun.because_of == "ticket/T-1#7"
        assert begun.reason == "ticket/T-1: first_response was late"

    @pytest.mark.parametrize(
        "facts",
        [
            {"rung": "warning", "to": Level.SUPERVISOR},
            {"rung": "at_once", "clock": ""},
            {"clock": "confirmation"},
        ],
        ids=["ahead of it", "at once", "another clock"],
    )
    def test_does_not_begin_before_that(self, facts):
        assert self.recovers(self.escalated(**facts), given(*opened())) == []

    def test_is_not_begun_while_one_is_open_nor_twice_for_the_same(self):
        file = given(*opened())
        once = evolve(file, self.recovers(self.escalated(), file)[0])
        assert self.recovers(self.escalated(), once) == []
        other = attrs.evolve(self.escalated(), version=8)
        assert self.recovers(other, once) == []

    def test_begins_when_a_complaint_was_not_settled(self):
        history = complaints.dissatisfied()
        states = {"complaint/C-1": complaints.given(history)}
        [begun] = self.recovers(seen(history[-1], "complaint/C-1"), given(*opened()), **states)
        assert begun.reason == "complaint/C-1 was not settled: rude"

    def test_begins_when_a_complaint_is_late(self):
        history = complaints.registered(standard="operations_manual_2025@1")
        event = ComplaintEscalated(
            complaint_id="C-1",
            clock="handling_start",
            rung="manager",
            clause="om2025:5.3b",
            to=Level.MANAGER,
            due=NINE,
            at=NINE,
        )
        states = {"complaint/C-1": complaints.given(history)}
        [begun] = self.recovers(seen(event, "complaint/C-1"), given(*opened()), **states)
        assert begun.reason == "complaint/C-1: handling_start was late"

    @pytest.mark.parametrize(("dissatisfied", "recoveries"), [(True, 1), (False, 0)])
    def test_begins_when_a_survey_was_answered_badly(self, dissatisfied, recoveries):
        answered = SurveyAnswered(
            survey_id="S-1",
            customer_id="Acme",
            about="ticket/T-1",
            scores={},
            dissatisfied=dissatisfied,
            clause="house choice",
            is_first=True,
            at=NINE,
        )
        begun = self.recovers(seen(answered, "survey/S-1"), given(*opened()))
        assert [each.reason for each in begun] == ["dissatisfied with ticket/T-1"] * recoveries

    def test_is_not_for_customers_without_a_file(self):
        assert self.recovers(self.escalated(), None) == []


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        (KeepTheFile, "customer_file"),
        (PlanRevisits, "revisits"),
        (RevisitAfterComplaint, "complaint_revisit"),
        (RouteFindings, "findings"),
        (LearnFromFindings, "revisit_feedback"),
        (RecoverOnce, "recovery"),
    ],
)
def test_each_has_a_lasting_name(policy, name):
    assert (policy.name, policy.version) == (name, "1")
