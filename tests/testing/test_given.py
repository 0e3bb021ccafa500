"""Given, when, then: what it lets pass, what it does not, and how it tells."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from servicecore.domain.ticket import (
    TicketAnswered,
    TicketClosed,
    TicketEndedError,
    TicketMessageReceived,
    TicketWarned,
    decisions,
)
from servicecore.domain.training import TrainingCancelled
from servicecore.extending import Consider, ImpossibleHistoryError, IncompleteError, Wanted
from servicecore.policies import AcknowledgeAtOnce, CreditTrainings
from servicecore.testing import given, like
from servicecore.testing.scenario import subject_of
from tests.laws.test_facts import FILES, recorded
from tests.moments import NINE, TERMS, opened, opened_as

OPENED = opened_as("A")
ANSWER = {"by": "Lin", "at": NINE + timedelta(minutes=5), "terms": TERMS}


class TestThen:
    """Exactly those events go on record, in that order."""

    def test_what_a_decision_returns_passes(self):
        answered = decisions.answer(given(*OPENED).state("ticket/T-1"), **ANSWER)
        given(*OPENED).when(decisions.answer, **ANSWER).then(*answered)

    def test_what_matters_of_an_event_is_enough(self):
        given(*OPENED).when(decisions.answer, **ANSWER).then(like(TicketAnswered, by="Lin"))

    @pytest.mark.parametrize(
        "expected",
        [
            [],
            [like(TicketAnswered, by="Wu")],
            [like(TicketClosed)],
            [like(TicketAnswered), like(TicketAnswered)],
        ],
        ids=["nothing", "another fact", "another kind", "one more"],
    )
    def test_anything_else_does_not(self, expected):
        with pytest.raises(AssertionError, match="but got"):
            given(*OPENED).when(decisions.answer, **ANSWER).then(*expected)

    def test_a_fact_that_events_of_a_kind_do_not_have_is_a_mistake(self):
        with pytest.raises(LookupError, match=r"TicketAnswered has no 'whom'; it tells .*by"):
            like(TicketAnswered, whom="Lin")

    def test_goes_on_from_what_is_on_record_then(self):
        answered = given(*OPENED).when(decisions.answer, **ANSWER).then(like(TicketAnswered))
        again = answered.when(decisions.answer, **ANSWER)
        again.then(like(TicketAnswered, is_first=False))

    def test_a_refusal_is_not_swallowed(self):
        with pytest.raises(IncompleteError, match="by must not be empty"):
            given(*OPENED).when(decisions.answer, **{**ANSWER, "by": ""}).then()


class TestRefused:
    """The rules do not allow it, and say why."""

    def test_passes_when_they_do_not(self):
        given(*OPENED).when(decisions.answer, **{**ANSWER, "by": ""}).refused(
            IncompleteError, match="by must not be empty"
        )

    def test_does_not_pass_when_they_allow_it(self):
        with pytest.raises(AssertionError, match=r"(?s)expected\n  IncompleteError\nbut got.*Lin"):
            given(*OPENED).when(decisions.answer, **ANSWER).refused(IncompleteError)

    def test_does_not_pass_for_another_reason(self):
        with pytest.raises(AssertionError, match=r"(?s)saying 'finding'\nbut got.*saying .by must"):
            given(*OPENED).when(decisions.answer, **{**ANSWER, "by": ""}).refused(
                IncompleteError, match="finding"
            )

    def test_leaves_another_error_alone(self):
        with pytest.raises(IncompleteError):
            given(*OPENED).when(decisions.answer, **{**ANSWER, "by": ""}).refused(TicketEndedError)

    def test_leaves_on_record_what_was(self):
        after = given(*OPENED).when(decisions.answer, **{**ANSWER, "by": ""}).refused(ValueError)
        assert after.history == tuple(OPENED)


class TestWhen:
    """A decision sees the record it is about; one that begins a record sees none."""

    def test_a_beginning_is_given_no_record(self):
        given().when(opened, "T-1").then(*opened("T-1"))

    def test_of_several_records_one_has_to_be_named(self):
        both = given(*OPENED, *opened_as("A", "T-2"))
        with pytest.raises(ValueError, match=r"\['ticket/T-1', 'ticket/T-2'\]: say which"):
            both.when(decisions.answer, **ANSWER).then()
        both.when(decisions.answer, about="ticket/T-2", **ANSWER).then(
            like(TicketAnswered, ticket_id="T-2")
        )

    def test_a_history_that_cannot_have_been_is_noticed(self):
        with pytest.raises(ImpossibleHistoryError):
            given(*OPENED[1:]).when(decisions.answer, **ANSWER).then()


class TestWhenever:
    """A policy is told of an event, and what it wants is decided as at a desk."""

    def test_tells_what_follows(self):
        asked = opened()
        given(*asked[:-1]).whenever(asked[-1], policy=AcknowledgeAtOnce).then(
            like(decisions.events.TicketAcknowledged, automatic=True)
        )

    def test_a_policy_is_not_told_what_it_does_not_listen_to(self):
        cancelled = TrainingCancelled(training_id="TR-1", by="Lin", reason="rain", at=NINE)
        given().whenever(cancelled, policy=CreditTrainings).then()


@attrs.frozen
class AnswersTwice:
    """Answers what a customer writes twice over, if anybody answered before; and hears of it."""

    rulebook: object
    name, version = "twice", "1"
    listens = (TicketMessageReceived,)

    def react(self, recorded):
        return [Consider(recorded.subject, self.twice)]

    def twice(self, ticket):
        if ticket.answered_at is None:
            return []
        return [Wanted("ticket/T-2", lambda other: decisions.answer(other, **ANSWER))] * 2


class TestWhatAPolicyWants:
    """It looks first where that has to be looked at, and each wish sees what the last one left."""

    WRITTEN = TicketMessageReceived(ticket_id="T-1", text="Hello?", at=NINE)
    ANSWERED = TicketAnswered(ticket_id="T-1", by="Lin", is_first=True, at=NINE)

    def test_is_decided_one_after_the_other(self):
        both = given(*OPENED, *opened_as("A", "T-2"), self.ANSWERED)
        both.whenever(self.WRITTEN, policy=AnswersTwice).then(
            like(TicketAnswered, ticket_id="T-2", is_first=True),
            like(TicketAnswered, ticket_id="T-2", is_first=False),
        )

    def test_depends_on_what_it_looked_at(self):
        both = given(*OPENED, *opened_as("A", "T-2"))
        both.whenever(self.WRITTEN, policy=AnswersTwice).then()

    def test_nothing_follows_from_what_it_does_not_listen_to(self):
        both = given(*OPENED, *opened_as("A", "T-2"))
        both.whenever(self.ANSWERED, policy=AnswersTwice).then()


class TestTheTimeline:
    """A test that fails tells the whole story, cut to what one can read."""

    def test_tells_what_was_given_done_expected_and_got(self):
        with pytest.raises(AssertionError) as failed:
            given(*OPENED).when(decisions.answer, **ANSWER).then(
                like(TicketAnswered, by="Wu"), like(TicketClosed)
            )
        lines = str(failed.value).splitlines()
        heads = [line for line in lines if not line.startswith(" ")]
        assert heads == ["given", "when", "expected", "but got"]
        assert lines[1].startswith("  Mon 2025-03-03 09:00:00Z  TicketOpened  promises=(ackn")
        assert "ticket_id='T-1' customer_id='Acme'" in lines[1]
        assert lines[4].startswith("  answer(by='Lin', at=Mon 2025-03-03 09:05:00Z, terms=Terms(")
        assert len(lines[4]) < 200
        assert lines[6] == "  at some time  TicketAnswered  by='Wu'"

    def test_names_the_facts_that_differ(self):
        warned = TicketWarned(
            ticket_id="T-1", clock="x", rung="warning", clause="c", to="assignee", due=NINE, at=NINE
        )
        other = TicketWarned(
            ticket_id="T-1", clock="y", rung="warning", clause="c", to="assignee", due=NINE, at=NINE
        )
        with pytest.raises(AssertionError, match=r"TicketWarned\.clock: expected 'x', got 'y'"):
            given(*OPENED).when(lambda _: [other]).then(warned)


class TestWhoseAnEventIs:
    """The record that an event belongs to, by the field that names it."""

    def test_is_read_off_the_event(self):
        closed = TicketClosed(ticket_id="T-7", is_confirmed=True, at=NINE)
        assert subject_of(closed) == "ticket/T-7"

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_is_what_stands_on_record(self, path):
        """Of every event in the recorded histories; notices belong to the desk."""
        told = [each for each in recorded(path) if not each.subject.startswith("desk/")]
        assert len(told) >= 10
        assert [subject_of(each.event) for each in told] == [each.subject for each in told]
