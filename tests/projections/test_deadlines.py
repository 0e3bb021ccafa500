"""The list of deadlines: told by events alone, and gone when they are kept."""

from __future__ import annotations

import pytest

from servicecore.domain.events import Provenance
from servicecore.domain.ticket import decisions
from servicecore.projections import deadlines
from servicecore.storage import Change, Follower, open_log
from tests.moments import (
    ELEVEN,
    HOUR,
    MICROSECOND,
    MINUTE,
    NINE,
    TERMS,
    given,
    going_on,
    opened_as,
)

DESK = Provenance(actor="desk")
ACKNOWLEDGED = going_on(opened_as("A"), decisions.acknowledge, automatic=True, at=NINE)
WARNED_AT = NINE + 96 * MINUTE  # 80 % of two hours.


class AList:
    """A list of deadlines that follows a log."""

    def __init__(self):
        self.log = open_log("memory:")
        self.follower = Follower(self.log, "deadlines", deadlines.observe)
        with self.log.tables.batch("deadlines", 1, upto=0):
            pass
        self.log.tables.activate("deadlines", 1)
        self.known = 0

    def sees(self, history, subject="ticket/T-1", **why):
        provenance = Provenance(actor="desk", **why)
        after = len(self.log.history(subject))
        self.log.append(Change(subject, history[after:], after=after), provenance=provenance)
        self.follower.catch_up()
        return self

    @property
    def rows(self):
        return self.log.tables.read("deadlines")

    def passed(self, now):
        return [(each.subject, each.clock, each.due) for each in deadlines.passed(self.rows, now)]

    def next(self):
        return deadlines.next_wake_up(self.rows)


class TestWhatIsDue:
    """A level is due after its moment, which is still in time."""

    def test_nothing_known_nothing_due(self):
        assert AList().next() is None
        assert AList().passed(NINE + 9000 * HOUR) == []

    def test_the_first_instant_at_which_anything_has_passed(self):
        todo = AList().sees(ACKNOWLEDGED)

        assert todo.next() == WARNED_AT + MICROSECOND
        assert todo.passed(WARNED_AT) == []
        assert todo.passed(WARNED_AT + MICROSECOND) == [("ticket/T-1", "first_response", WARNED_AT)]

    def test_the_soonest_comes_first(self):
        other = [*opened_as("B", "T-2", at=NINE - 24 * HOUR)]
        todo = AList().sees(ACKNOWLEDGED).sees(other, "ticket/T-2")
        told = todo.passed(NINE + 9000 * HOUR)

        assert [due for *_, due in told] == sorted(due for *_, due in told)
        assert todo.next() == NINE - 24 * HOUR + 12 * MINUTE + MICROSECOND

    def test_it_tells_who_set_it(self):
        todo = AList().sees(opened_as("A"), correlation_id="call-7")
        told = {each.clock: each for each in deadlines.passed(todo.rows, NINE + 9000 * HOUR)}

        assert told["acknowledgement"].told_by == "ticket/T-1#1"
        assert told["first_response"].told_by == "ticket/T-1#2"
        assert told["first_response"].correlation_id == "call-7"
        assert [each.name for each in told["first_response"].rungs] == [
            "warning",
            "supervisor",
            "manager",
        ]

    def test_a_chain_begins_with_the_event_where_none_is_told(self):
        todo = AList().sees(opened_as("A"))
        told = {each.clock: each for each in deadlines.passed(todo.rows, NINE + 9000 * HOUR)}

        assert told["first_response"].correlation_id == "ticket/T-1#2"


class TestWhatIsDone:
    """What was answered, stands still or was told is off the list."""

    def clocks(self, history):
        return {clock for _, clock, _ in AList().sees(history).passed(NINE + 9000 * HOUR)}

    def test_an_answer_takes_its_clock_off(self):
        before = self.clocks(ACKNOWLEDGED)
        after = self.clocks(going_on(ACKNOWLEDGED, decisions.answer, by="Lin", at=NINE + HOUR))

        assert before - after == {"first_response"}

    def test_what_stands_still_is_not_due_until_it_goes_on(self):
        waiting = going_on(ACKNOWLEDGED, decisions.pause, reason="parts", at=NINE + HOUR)
        going = going_on(waiting, decisions.resume, at=NINE + 3 * HOUR)

        assert self.clocks(waiting) == {"first_response", "first_assessment"}
        assert self.clocks(going) == self.clocks(ACKNOWLEDGED)

    def test_a_level_that_was_told_makes_room_for_the_next(self):
        todo = AList().sees(ACKNOWLEDGED)
        told = decisions.escalate_if_due(given(*ACKNOWLEDGED), at=ELEVEN + MINUTE, terms=TERMS)
        todo.sees(ACKNOWLEDGED + told)

        assert todo.next() == NINE + 3 * HOUR + MICROSECOND

    def test_at_the_top_nothing_is_left(self):
        told = decisions.escalate_if_due(given(*ACKNOWLEDGED), at=NINE + 9000 * HOUR, terms=TERMS)
        todo = AList().sees(ACKNOWLEDGED + told)

        assert todo.next() is None
        assert list(todo.rows.scan()) == []

    @pytest.mark.parametrize(
        ("step", "facts"), [("cancel", {"reason": "?"}), ("merge", {"into": "T-2"})]
    )
    def test_a_ticket_that_is_over_is_off_the_list(self, step, facts):
        over = going_on(ACKNOWLEDGED, getattr(decisions, step), at=NINE + HOUR, **facts)

        assert AList().sees(over).next() is None
