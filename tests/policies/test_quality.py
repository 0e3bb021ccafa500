"""What follows from reviews, surveys and reports by itself: improvements, and the next review."""

from __future__ import annotations

import attrs
import pytest

from servicecore.domain.complaint import ending
from servicecore.domain.improvement import Source
from servicecore.domain.improvement import evolve as improve
from servicecore.domain.quality_review import Figure
from servicecore.domain.quality_review import evolve as review
from servicecore.domain.standard import Rulebook
from servicecore.domain.survey import SurveyAnswered, SurveySent
from servicecore.domain.survey import evolve as ask
from servicecore.policies import (
    ImproveWhatDissatisfies,
    ImproveWhatMissesItsStandard,
    PreventARepeat,
    ReviewTheNextQuarter,
    Wanted,
)
from servicecore.standards import load_standard, parse_standard, shipped_standards
from tests.domain.complaint import given as complaints
from tests.domain.test_quality_review import MET, MISSED, OVER, assessed, published
from tests.moments import on_record

BOOK = Rulebook(standards=tuple(shipped_standards().values()))
MANUAL = load_standard("operations_manual_2025")
UNMEASURED = Figure(name="training_coverage", n=0, bound="at least 100%")
ALSO_MISSED = Figure(
    name="response", n=9, value=9e3, bound="at most 2 h", clause="om2025:4.1a", is_met=False
)


def reactions(policy, history, *, subject="quality_review/2025-Q2", state=None):
    """Return what *policy* wants on the last event, having considered *state* if it must."""
    told = policy.react(on_record(*history, subject=subject)[-1])
    wanted = [
        e for each in told for e in ([each] if isinstance(each, Wanted) else each.then(state))
    ]
    assert all(isinstance(each, Wanted) for each in wanted)
    return wanted


def collected(wanted):
    """Return the improvement that a wish opens where there is none."""
    [event] = wanted.decide(None)
    return improve(None, event)


class TestAMissedIndicator:
    """pdr:3.3b: what is below its standard is improved, once a review and indicator."""

    policy = ImproveWhatMissesItsStandard(BOOK)

    def test_opens_an_improvement_each(self):
        history = published(figures=[MISSED, MET, UNMEASURED, ALSO_MISSED])
        wanted = reactions(self.policy, history)
        assert [each.subject for each in wanted] == [
            "improvement/2025-Q2-satisfaction",
            "improvement/2025-Q2-response",
        ]

    def test_says_what_was_missed_and_where_it_was_seen(self):
        [wanted] = reactions(self.policy, published(figures=[ALSO_MISSED]))
        opened = collected(wanted)
        assert opened.about == "response was not at most 2 h in 2025-Q2 (om2025:4.1a)"
        assert (opened.source, opened.origin) == (Source.INDICATOR, "quality_review/2025-Q2")
        assert (opened.opened_at, opened.customer_id) == (OVER, None)
        assert {clock for clock, _ in opened.promises} == {"analysis", "measures"}

    def test_is_collected_once(self):
        [wanted] = reactions(self.policy, published(figures=[MISSED]))
        assert list(wanted.decide(collected(wanted))) == []

    def test_of_none_opens_none(self):
        assert reactions(self.policy, published(figures=[MET, UNMEASURED])) == []


class TestABadProduct:
    """pdr:6.4a: delivered products are assessed, and what is not good is improved."""

    policy = ImproveWhatMissesItsStandard(BOOK)

    def test_opens_an_improvement(self):
        [wanted] = reactions(self.policy, assessed())
        opened = collected(wanted)
        assert wanted.subject == "improvement/2025-Q2-product-pump"
        assert (opened.source, opened.about) == (Source.QUALITY_REVIEW, "pump: it leaks")

    def test_a_good_one_does_not(self):
        assert reactions(self.policy, assessed(is_acceptable=True)) == []


class TestTheNextQuarter:
    """psp:4.2a: quarter follows quarter."""

    policy = ReviewTheNextQuarter(BOOK)

    def test_is_scheduled_with_the_time_the_standard_allows(self):
        [wanted] = reactions(self.policy, published())
        assert wanted.subject == "quality_review/2025-Q3"
        [scheduled] = wanted.decide(None)
        next_one = review(None, scheduled)
        assert (next_one.id, next_one.scheduled_at) == ("2025-Q3", OVER)
        assert next_one.due_on.isoformat() == "2025-10-15"

    def test_is_left_alone_if_it_is_scheduled(self):
        [wanted] = reactions(self.policy, published())
        [scheduled] = wanted.decide(None)
        assert wanted.decide(review(None, scheduled)) == []

    def test_has_no_reminder_under_a_standard_that_names_no_time(self):
        bare = parse_standard(
            'id = "bare"\ntitle = "Bare"\n[calendar]\nname = "china_office"\nchina = [2025]\n',
            source="bare.toml",
        )
        *_, last = published()
        history = [attrs.evolve(last, standard=bare.reference)]
        [wanted] = reactions(ReviewTheNextQuarter(Rulebook([bare, MANUAL])), history)
        [scheduled] = wanted.decide(None)
        assert (scheduled.due_on, scheduled.readings) == (None, ())

    def test_waits_for_the_figures(self):
        assert reactions(self.policy, assessed()) == []


class TestADissatisfiedCustomer:
    """om2025:5.2e, 2.3b: the results of surveys drive improvement."""

    policy = ImproveWhatDissatisfies(BOOK)
    sent = SurveySent(
        survey_id="S-1",
        customer_id="Acme",
        about="ticket/T-1",
        contact="Ms Lin",
        asks=("response_speed", "attitude"),
        clause="om2025:4.2d",
        open_until=OVER,
        standard=MANUAL.reference,
        calendar=MANUAL.calendar.reference,
        at=complaints.NINE,
    )

    def answered(self, *, dissatisfied=True, comment="rude", overall=2):
        return SurveyAnswered(
            survey_id="S-1",
            customer_id="Acme",
            about="ticket/T-1",
            scores={"response_speed": 4, "attitude": 1},
            overall=overall,
            comment=comment,
            dissatisfied=dissatisfied,
            clause="house choice",
            is_first=True,
            at=complaints.TEN,
        )

    def wanted(self, *answers):
        subject, state = "survey/S-1", ask(None, self.sent)
        return reactions(self.policy, [self.sent, *answers], subject=subject, state=state)

    def test_is_heard_and_owed_an_answer(self):
        [wanted] = self.wanted(self.answered())
        opened = collected(wanted)
        assert (opened.source, opened.origin) == (Source.SURVEY, "survey/S-1")
        assert (opened.customer_id, opened.opened_at) == ("Acme", complaints.TEN)
        assert {clock for clock, _ in opened.promises} == {
            "first_feedback",
            "analysis",
            "measures",
        }

    @pytest.mark.parametrize(
        ("told", "about"),
        [
            ({}, "ticket/T-1: rude; response speed 4 of 5; attitude 1 of 5; overall 2 of 5"),
            ({"comment": ""}, "ticket/T-1: response speed 4 of 5; attitude 1 of 5; overall 2 of 5"),
            ({"overall": None}, "ticket/T-1: rude; response speed 4 of 5; attitude 1 of 5"),
        ],
    )
    def test_is_told_in_the_customers_words(self, told, about):
        [wanted] = self.wanted(self.answered(**told))
        assert collected(wanted).about == about

    def test_is_heard_once_an_answer(self):
        first, again = self.answered(), self.answered(comment="still rude")
        numbers = [self.wanted(first)[0].subject, self.wanted(first, again)[0].subject]
        assert numbers == ["improvement/S-1-answer-2", "improvement/S-1-answer-3"]
        [wanted] = self.wanted(first)
        assert list(wanted.decide(collected(wanted))) == []

    def test_a_satisfied_one_asks_for_nothing(self):
        assert self.wanted(self.answered(dissatisfied=False)) == []


class TestTheReportOnAComplaint:
    """pdr:5.4b: a repeat is prevented."""

    def wanted(self):
        history = complaints.closed()
        told = ending.report(complaints.given(history), **complaints.REPORT, at=complaints.ELEVEN)
        state = complaints.given([*history, *told])
        return reactions(PreventARepeat(BOOK), told, subject="complaint/C-1", state=state)

    def test_opens_an_improvement_under_the_standard_of_the_complaint(self):
        [wanted] = self.wanted()
        opened = collected(wanted)
        assert wanted.subject == "improvement/C-1-prevention"
        assert (opened.source, opened.origin) == (Source.COMPLAINT, "complaint/C-1")
        assert opened.about == "lists are checked every evening (one list for two teams)"
        assert (opened.standard, opened.opened_at) == (
            complaints.PLAN.reference,
            complaints.ELEVEN,
        )

    def test_owes_no_second_answer_to_the_customer(self):
        assert collected(self.wanted()[0]).customer_id is None

    def test_is_followed_once(self):
        [wanted] = self.wanted()
        assert list(wanted.decide(collected(wanted))) == []
