"""A ticket is what its history says, and a history that cannot be is an alarm."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from servicecore.domain.events import Catalogue, ImpossibleHistoryError, event
from servicecore.domain.moments import instant
from servicecore.domain.people import Level
from servicecore.domain.refusals import RefusedError
from servicecore.domain.sla import State
from servicecore.domain.ticket import (
    Priority,
    Status,
    TicketAnswered,
    TicketEscalated,
    TicketNoted,
    TicketResumed,
    TicketWarned,
    decisions,
    evolve,
)
from tests.moments import ELEVEN, HOUR, NINE, TERMS, given, going_on, opened, opened_as

DECISIONS = [
    ("acknowledge", {"automatic": True}),
    ("classify", {"priority": Priority.A}),
    ("change_priority", {"priority": Priority.C, "reason": "seen"}),
    ("change_priority", {"priority": Priority.A, "reason": "seen"}),
    ("assign", {"to": "Lin"}),
    ("answer", {"by": "Lin"}),
    ("receive_message", {"text": "hello?"}),
    ("diagnose", {"by": "Lin", "finding": "a seal"}),
    (
        "offer_solution",
        {"by": "Lin", "solution": "a seal", "responsible": "Wu", "ready_by": NINE, "cost": "20"},
    ),
    ("record_work", {"by": "Lin", "on_site": True, "work": "a new seal"}),
    ("pause", {"reason": "parts"}),
    ("resume", {}),
    ("resolve", {"by": "Lin", "solution": "a new seal"}),
    ("confirm", {}),
    ("close", {}),
    ("reopen", {"reason": "it leaks again"}),
    ("cancel", {"reason": "sold it"}),
    ("merge", {"into": "T-2"}),
    ("escalate_if_due", {}),
]
#: What people did, and how long after the call; some of it is told late.
stories = st.lists(
    st.tuples(st.sampled_from(DECISIONS), st.timedeltas(timedelta(), timedelta(days=6))),
    max_size=14,
)


def lived(story):
    """Return the history of a ticket on which all that was tried, and some refused."""
    history = opened()
    for (step, facts), after in story:
        try:
            history = going_on(history, getattr(decisions, step), at=NINE + after, **facts)
        except RefusedError:
            continue
    return history


class TestWhateverWasDecided:
    """A history that decisions made can always be read."""

    @given_any(stories)
    def test_it_folds_and_each_event_says_what_the_ticket_shows(self, story):
        history = lived(story)

        told = {}
        for each in history:
            told |= {(r.clock, r.round): r for r in getattr(each, "readings", ())}
        assert given(*history).readings == told

    @given_any(stories)
    def test_a_level_is_told_once_and_a_case_never_goes_down(self, story):
        history, reached, level = lived(story), set(), Level.STAFF
        ticket = None
        for each in history:
            ticket = evolve(ticket, each)
            assert ticket.level.rank >= level.rank
            level = ticket.level
            if isinstance(each, TicketWarned | TicketEscalated):
                key = (each.clock, each.round, each.rung)
                assert key not in reached
                reached.add(key)
        assert ticket.levels_reached == reached

    @given_any(stories)
    def test_nothing_is_computed_when_it_is_read(self, story):
        """The figures are copied: false ones would show."""
        history = lived(story)
        false = [
            attrs.evolve(each, readings=tuple(attrs.evolve(r, due=ELEVEN) for r in each.readings))
            if hasattr(each, "readings")
            else each
            for each in history
        ]

        assert {each.due for each in given(*false).readings.values()} == {ELEVEN}
        assert given(*false).timeline == given(*history).timeline

    @given_any(stories)
    def test_the_timeline_is_in_order_of_time(self, story):
        moments = [each.at for each in given(*lived(story)).timeline]

        assert moments == sorted(moments)


class TestWhatTodaysRulesWouldRefuse:
    """Steps that stand in the history are facts all the same."""

    def test_work_that_went_on_without_a_pause(self):
        ticket = given(*opened(), TicketResumed(ticket_id="T-1", at=ELEVEN))

        assert ticket.status is Status.OPEN

    def test_an_answer_after_the_end(self):
        history = going_on(opened(), decisions.cancel, reason="sold it", at=NINE)
        answered = TicketAnswered(ticket_id="T-1", by="Lin", is_first=True, at=ELEVEN)

        assert given(*history, answered).answered_at == ELEVEN

    def test_a_note_changes_nothing(self):
        ticket = given(*opened())
        noted = TicketNoted(ticket_id="T-1", by="Lin", text="called back", at=ELEVEN)

        assert evolve(ticket, noted) == ticket


@event("somewhere.else", catalogue=Catalogue())
class _SomethingElse:
    ticket_id: str = "T-1"
    at: object = instant()


class TestImpossibleHistories:
    """The auditor's alarm."""

    def test_nothing_comes_before_the_opening(self):
        answered = TicketAnswered(ticket_id="T-1", by="Lin", is_first=True, at=ELEVEN)

        with pytest.raises(ImpossibleHistoryError, match=r"TicketAnswered.* before the ticket was"):
            given(answered)

    def test_a_ticket_is_opened_once(self):
        with pytest.raises(ImpossibleHistoryError, match="ticket T-1 cannot be opened twice"):
            given(*opened(), *opened())

    def test_an_event_of_another_ticket_does_not_belong_here(self):
        other = TicketAnswered(ticket_id="T-2", by="Lin", is_first=True, at=ELEVEN)

        with pytest.raises(ImpossibleHistoryError, match=r"'T-2'.* not belong .* ticket T-1"):
            given(*opened(), other)

    def test_nor_does_something_that_is_no_step_of_a_ticket(self):
        with pytest.raises(
            ImpossibleHistoryError, match=r"SomethingElse.* is not a step .* ticket T-1"
        ):
            given(*opened(), _SomethingElse(at=ELEVEN))


def test_a_ticket_under_other_facts_is_another_value():
    """Values: equal when they say the same, and never changed in place."""
    before = given(*opened_as("A"))
    after = evolve(before, TicketAnswered(ticket_id="T-1", by="Lin", is_first=True, at=ELEVEN))

    assert before == given(*opened_as("A"))
    assert after != before
    assert (before.answered_at, after.answered_at) == (None, ELEVEN)


def test_clocks_on_record_say_when_they_stopped():
    """An answer after one hour: one hour spent, and no level ahead."""
    answered = going_on(opened_as("A"), decisions.answer, by="Lin", at=NINE + HOUR)
    told = given(*answered).readings["first_response", 1]

    assert (told.state, told.spent, told.rungs) == (State.MET, HOUR, ())
    assert decisions.escalate_if_due(given(*answered), at=NINE + 3 * HOUR, terms=TERMS) == []
