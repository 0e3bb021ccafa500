"""The counter for clocks: when a ticket has to be looked at next, and why a clock shows that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore import ServiceDesk, UnknownTicketError
from tests.moments import HOUR, MICROSECOND, MINUTE, NINE, REQUEST

WARNED_AFTER = 0.8  # Of the target, by the ladder of the operations manual.
TO_ACKNOWLEDGE, TO_ANSWER_A, TO_ANSWER_B = 15 * MINUTE, 2 * HOUR, 24 * HOUR


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", clock=lambda: NINE) as desk:
        desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
        desk.tickets.open("T-2", **REQUEST, priority="B", at=NINE)
        yield desk


class TestTheNextWakeUp:
    """A level is noticed just after its moment, which is still in time."""

    def test_of_one_ticket_is_its_own(self, desk):
        assert NINE + WARNED_AFTER * TO_ANSWER_A + MICROSECOND == desk.sla.next_wake_up("T-1")
        assert NINE + WARNED_AFTER * TO_ANSWER_B + MICROSECOND == desk.sla.next_wake_up("T-2")

    def test_of_the_desk_is_the_first_of_all(self, desk):
        assert desk.sla.next_wake_up("T-1") == desk.sla.next_wake_up() == desk.next_wake_up()
        desk.tickets.cancel("T-1", reason="sold it", at=NINE)
        assert desk.sla.next_wake_up("T-2") == desk.sla.next_wake_up() == desk.next_wake_up()

    def test_a_level_on_record_is_passed_by(self, desk):
        desk.run_due(NINE + TO_ANSWER_A - MINUTE)

        assert NINE + TO_ANSWER_A + MICROSECOND == desk.sla.next_wake_up("T-1")

    def test_what_was_passed_unnoticed_is_told_as_it_was(self, desk):
        """Whoever looks late is told that he does."""
        desk.tickets.answer("T-2", by="Lin", at=NINE + 5 * HOUR)

        assert NINE + WARNED_AFTER * TO_ANSWER_A + MICROSECOND == desk.sla.next_wake_up("T-1")

    def test_of_a_ticket_that_is_over_there_is_none(self, desk):
        desk.tickets.cancel("T-1", reason="sold it", at=NINE)

        assert desk.sla.next_wake_up("T-1") is None

    def test_of_no_ticket_at_all_it_is_refused(self, desk):
        with pytest.raises(UnknownTicketError, match="T-9"):
            desk.sla.next_wake_up("T-9")


class TestExplaining:
    """Which event did what to each clock, and what comes next."""

    def test_a_promise_made_late_says_from_when_it_counts(self, desk):
        desk.tickets.open("T-3", **REQUEST, at=NINE)
        desk.tickets.classify("T-3", "A", at=NINE + HOUR)
        steps = {
            each.clock: (each.happening, each.at, each.counted_from)
            for each in desk.sla.explain("T-3", at=NINE + HOUR).steps
            if each.did.startswith("started")
        }

        assert ("opened", NINE, None) == steps["first_assessment"]
        assert ("classified", NINE + HOUR, NINE) == steps["first_response"]

    def test_what_comes_next_is_what_the_desk_wakes_up_for(self, desk):
        told = desk.sla.explain("T-1", at=NINE + timedelta(minutes=1)).next

        assert ("first_response", "warning", "assignee") == (told.clock, told.rung, told.to)
        assert told.at + MICROSECOND == desk.sla.next_wake_up("T-1")
