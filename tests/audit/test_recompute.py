"""Whoever changes what is on record is found out by computing it once more."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given as given_any

from servicecore.audit import check_ticket
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.people import Level
from servicecore.domain.sla import State
from servicecore.domain.standard import Rulebook, UnknownCalendarError, UnknownStandardError
from servicecore.domain.ticket import Priority, TicketEscalated, decisions
from tests.domain.ticket.test_history import lived, stories
from tests.moments import (
    ELEVEN,
    HOUR,
    MANUAL,
    MINUTE,
    NINE,
    SECOND,
    TERMS,
    given,
    going_on,
    on_record,
    opened,
    opened_as,
)

BOOK = Rulebook(standards=(MANUAL,))


def honest():
    """Return a history in which all sorts of things happened, and two levels were told."""
    history = going_on(opened_as("A"), decisions.acknowledge, automatic=True, at=NINE)
    history += decisions.escalate_if_due(given(*history), at=ELEVEN + MINUTE, terms=TERMS)
    history = going_on(history, decisions.answer, by="Lin", at=NINE + 9 * HOUR)
    history = going_on(history, decisions.pause, reason="parts", at=NINE + 10 * HOUR)
    history = going_on(history, decisions.resume, at=NINE + 30 * HOUR)
    history = going_on(
        history, decisions.change_priority, priority=Priority.B, reason="?", at=NINE + 31 * HOUR
    )
    return going_on(history, decisions.resolve, by="Lin", solution="?", at=NINE + 60 * HOUR)


def found(history):
    return [(each.event, each.what) for each in check_ticket(on_record(*history), BOOK)]


def the(history, kind, n=0):
    """Return the place of the n-th event of that kind."""
    return [i for i, each in enumerate(history) if type(each).__name__ == kind][n]


def with_reading(event, clock, **false):
    readings = [
        attrs.evolve(each, **false) if each.clock == clock else each for each in event.readings
    ]
    return attrs.evolve(event, readings=tuple(readings))


class TestAnHonestHistory:
    """What the rules made, the rules make again."""

    def test_agrees(self):
        assert found(honest()) == []

    def test_agrees_where_somebody_was_told_without_a_deadline(self):
        """A case that starts above the staff is on no clock's ladder."""
        history = opened()
        history += decisions.escalate_at_once(
            given(*history), to=Level.MANAGER, clause="om2025:2.1d", at=NINE
        )

        assert found(history) == []

    @given_any(stories)
    def test_agrees_whatever_happened_and_however_late_it_was_told(self, story):
        assert found(lived(story)) == []


class TestTampering:
    """Each false figure is found, with the event it stands in."""

    def tampered(self, kind, change, n=0):
        history = honest()
        place = the(history, kind, n)
        history[place] = change(history[place])
        return f"ticket/T-1#{place + 1}", found(history)

    def test_a_promise_made_easier(self):
        def later(event):
            first, *rest = event.promises
            return attrs.evolve(event, promises=(attrs.evolve(first, due=first.due + HOUR), *rest))

        event, told = self.tampered("TicketClassified", later)
        assert told == [(event, "due in the promise of first_response, round 1")]

    def test_a_promise_taken_back(self):
        event, told = self.tampered("TicketOpened", lambda each: attrs.evolve(each, promises=()))
        assert told == [
            (event, f"promise of {clock}, round 1")
            for clock in ("acknowledgement", "first_assessment", "handling_limit")
        ]

    def test_a_promise_told_twice(self):
        def twice(event):
            first, *_ = event.promises
            easier = attrs.evolve(first, due=first.due + HOUR)
            return attrs.evolve(event, promises=(easier, *event.promises))

        event, told = self.tampered("TicketClassified", twice)
        assert told == [(event, "promises")]

    @pytest.mark.parametrize(
        "false",
        [
            {"due": NINE + 9 * HOUR},
            {"spent": 2 * HOUR},
            {"state": State.MET},
        ],
    )
    def test_a_late_answer_made_punctual(self, false):
        event, told = self.tampered(
            "TicketAnswered", lambda each: with_reading(each, "first_response", **false)
        )
        (fact,) = false
        assert told == [(event, f"{fact} in the reading of first_response, round 1")]

    def test_an_answer_moved_to_an_earlier_moment(self):
        """Then its figures are not those of that moment."""
        event, told = self.tampered("TicketAnswered", lambda each: attrs.evolve(each, at=NINE))
        assert (event, "spent in the reading of first_response, round 1") in told

    def test_a_pause_made_longer(self):
        _, told = self.tampered(
            "TicketPaused", lambda each: attrs.evolve(each, at=each.at - 5 * HOUR)
        )
        assert told

    def test_levels_taken_off_the_list_of_deadlines(self):
        event, told = self.tampered(
            "TicketOpened", lambda each: with_reading(each, "handling_limit", rungs=())
        )
        assert told == [(event, "rungs in the reading of handling_limit, round 1")]

    @pytest.mark.parametrize(
        ("false", "what"),
        [
            ({"due": ELEVEN + SECOND}, "due"),
            ({"to": Level.MANAGER}, "to"),
            ({"clause": "om2025:9.9"}, "clause"),
        ],
    )
    def test_a_level_told_falsely(self, false, what):
        event, told = self.tampered("TicketEscalated", lambda each: attrs.evolve(each, **false))
        assert told == [(event, f"{what} of level supervisor of first_response")]

    def test_a_level_noticed_before_it_was_due(self):
        event, told = self.tampered("TicketEscalated", lambda each: attrs.evolve(each, at=ELEVEN))
        assert (event, "due of level supervisor of first_response") in told

    def test_a_level_that_was_never_reached(self):
        history = honest()
        forged = TicketEscalated(
            ticket_id="T-1",
            clock="resolution",
            rung="manager",
            clause="om2025:2.2b",
            to=Level.MANAGER,
            due=NINE + 72 * HOUR,
            at=NINE + 73 * HOUR,
        )

        assert found([*history, forged])[0] == (
            f"ticket/T-1#{len(history) + 1}",
            "due of level manager of resolution",
        )

    def test_a_level_told_twice(self):
        history = honest()
        place = the(history, "TicketEscalated")
        history.insert(place + 1, history[place])

        assert (f"ticket/T-1#{place + 2}", "due of level supervisor of first_response") in found(
            history
        )

    def test_a_level_removed(self):
        history = honest()
        place = the(history, "TicketEscalated")
        removed = history.pop(place)
        told = found(history)

        assert (removed.clock, removed.rung) == ("first_response", "supervisor")
        assert any("level supervisor of first_response, due 2025-03-03T11:00" in w for _, w in told)

    def test_it_says_what_stands_there_and_what_should(self):
        history = honest()
        place = the(history, "TicketEscalated")
        history[place] = attrs.evolve(history[place], to=Level.MANAGER)
        [told] = check_ticket(on_record(*history), BOOK)

        assert (told.on_record, told.recomputed) == (Level.MANAGER, Level.SUPERVISOR)
        assert str(told) == (
            f"ticket/T-1#{place + 1}: to of level supervisor of first_response: "
            "manager on record, supervisor recomputed"
        )


class TestWhatCannotBeChecked:
    """Better an alarm than a clean bill."""

    def test_a_standard_that_is_not_known(self):
        with pytest.raises(UnknownStandardError, match="'operations_manual_2025@1' is not known"):
            list(check_ticket(on_record(*honest()), Rulebook()))

    def test_a_calendar_that_is_not_known(self):
        other = opened(calendar="somewhere@3")

        with pytest.raises(UnknownCalendarError, match="calendar 'somewhere@3' is not known here"):
            list(check_ticket(on_record(*other), BOOK))

    def test_a_history_that_cannot_be(self):
        with pytest.raises(ImpossibleHistoryError):
            list(check_ticket(on_record(*opened(), *opened()), BOOK))

    def test_a_level_before_the_opening(self):
        level = TicketEscalated(
            ticket_id="T-1",
            clock="resolution",
            rung="manager",
            clause="",
            to=Level.MANAGER,
            due=NINE - timedelta(days=9),
            at=NINE,
        )

        with pytest.raises(ImpossibleHistoryError):
            list(check_ticket(on_record(level, *opened()), BOOK))
