"""One row a ticket: what its events tell an analyst."""

from __future__ import annotations

import pickle

import attrs
import pytest

from servicecore.domain.events import Provenance
from servicecore.domain.people import Level
from servicecore.domain.sla import Promise, Reading, State
from servicecore.domain.ticket import Kind, Priority, Status, TicketPaused, TicketResumed, decisions
from servicecore.projections import ticket_facts
from servicecore.storage import Change, Follower, open_log
from tests.moments import ELEVEN, HOUR, MINUTE, NINE, SECOND, TERMS, going_on, opened, opened_as
from tests.moments import given as ticket_with
from tests.projections.facts import fact_of

DESK = Provenance(actor="desk")
RESOLVED = going_on(opened_as("A"), decisions.resolve, by="Lin", solution="a seal", at=NINE + HOUR)


class TestWhatIsKnown:
    """Who, what, and how far."""

    def test_of_a_request(self):
        fact = fact_of(opened(channel="mail"))

        assert (fact.ticket_id, fact.customer_id) == ("T-1", "Acme")
        assert (fact.product, fact.channel, fact.opened_at) == ("pump", "mail", NINE)
        assert (fact.priority, fact.kind, fact.team, fact.person) == ("", "", "", "")
        assert (fact.status, fact.level, fact.answers) == (Status.OPEN, Level.STAFF, 0)

    def test_of_its_class_and_who_looks_after_it(self):
        history = going_on(
            opened(), decisions.classify, priority=Priority.B, kind=Kind.COMPLEX, at=NINE
        )
        history = going_on(history, decisions.assign, to="Lin", team="pumps", at=NINE)
        fact = fact_of(history)
        assert (fact.priority, fact.kind, fact.person, fact.team) == (
            "B",
            "complex",
            "Lin",
            "pumps",
        )

        history = going_on(
            history, decisions.change_priority, priority=Priority.A, reason="?", at=NINE
        )
        assert fact_of(history).priority == "A"

    def test_of_its_answers_the_earliest_given_is_the_first(self):
        history = going_on(opened(), decisions.answer, by="Lin", at=NINE + MINUTE)
        history = going_on(history, decisions.answer, by="Wu", at=NINE + SECOND)
        history = going_on(history, decisions.answer, by="Lin", at=NINE + HOUR)
        fact = fact_of(history)

        assert (fact.answers, fact.answered_at) == (3, NINE + SECOND)

    def test_of_levels_the_highest_and_all_of_them(self):
        history = opened_as("A")
        history += decisions.escalate_if_due(ticket_with(*history), at=ELEVEN + SECOND, terms=TERMS)
        fact = fact_of(history)

        assert fact.level is Level.MANAGER
        assert fact.escalated_to == ["supervisor", "manager", "supervisor"]

    def test_of_when_it_was_work_to_do_only_what_changed_that(self):
        history = going_on(RESOLVED, decisions.close, at=NINE + 2 * HOUR)

        assert fact_of(history).turns == [NINE, NINE + HOUR]

    def test_of_each_round_of_a_clock(self):
        """A later round stands beside the first, under a number."""
        first = Reading(clock="next_reply", state=State.MET, spent=HOUR, due=NINE + HOUR)
        second = attrs.evolve(first, round=2, due=ELEVEN)
        promise = Promise(
            clock="next_reply",
            clause="om2025:2.2b",
            standard="s@1",
            calendar="c@1",
            within="1 h",
            started_at=NINE,
            due=NINE + HOUR,
        )
        promises = (promise, attrs.evolve(promise, round=2))
        told = TicketResumed(ticket_id="T-1", promises=promises, readings=(first, second), at=NINE)
        clocks = fact_of([*opened(), told]).clocks

        assert clocks["next_reply"].due == NINE + HOUR
        assert clocks["next_reply#2"].due == ELEVEN

    def test_of_its_ends(self):
        back = going_on(RESOLVED, decisions.reopen, reason="?", at=NINE + 2 * HOUR)
        fact = fact_of(back)
        assert (fact.status, fact.reopenings, fact.reopened_at) == (
            Status.OPEN,
            1,
            NINE + 2 * HOUR,
        )
        assert (fact.first_resolved_at, fact.last_resolved_at) == (NINE + HOUR, None)

        again = going_on(back, decisions.resolve, by="Lin", solution="?", at=NINE + 3 * HOUR)
        fact = fact_of(going_on(again, decisions.confirm, at=NINE + 4 * HOUR))
        assert (fact.first_resolved_at, fact.last_resolved_at) == (NINE + HOUR, NINE + 3 * HOUR)
        assert fact.status is Status.CLOSED

    def test_a_second_reopening_is_counted_but_the_first_is_the_one_that_matters(self):
        history = RESOLVED
        for hours in (2, 5):
            history = going_on(history, decisions.reopen, reason="?", at=NINE + hours * HOUR)
            history = going_on(
                history, decisions.resolve, by="Lin", solution="?", at=NINE + (hours + 1) * HOUR
            )
        fact = fact_of(history)

        assert (fact.reopenings, fact.reopened_at) == (2, NINE + 2 * HOUR)

    @pytest.mark.parametrize(
        ("step", "facts", "status"),
        [
            ("cancel", {"reason": "sold it"}, Status.CANCELLED),
            ("merge", {"into": "T-2"}, Status.MERGED),
            ("resolve", {"by": "Lin", "solution": "?"}, Status.RESOLVED),
            ("resume", {}, Status.OPEN),
        ],
    )
    def test_how_long_it_waited_and_for_what(self, step, facts, status):
        waiting = going_on(opened(), decisions.pause, reason="parts", at=NINE + HOUR)
        assert fact_of(waiting).status is Status.PAUSED
        assert fact_of(waiting).pause_reason == "parts"

        fact = fact_of(going_on(waiting, getattr(decisions, step), at=NINE + 4 * HOUR, **facts))
        assert fact.waited == {"parts": 3 * HOUR}
        assert (fact.status, fact.paused_at, fact.pause_reason) == (status, None, "")

    def test_a_second_pause_inside_a_pause_changes_nothing(self):
        """Other systems record such things; the ticket waits for what it waited for."""
        pauses = [
            TicketPaused(ticket_id="T-1", reason=reason, at=NINE + hours * HOUR)
            for hours, reason in ((1, "parts"), (2, "customer"))
        ]
        resumed = TicketResumed(ticket_id="T-1", at=NINE + 4 * HOUR)

        assert fact_of([*opened(), *pauses, resumed]).waited == {"parts": 3 * HOUR}

    def test_waits_add_up_by_reason(self):
        history, at = opened(), NINE
        for reason in ("parts", "customer", "parts"):
            history = going_on(history, decisions.pause, reason=reason, at=at)
            history = going_on(history, decisions.resume, at=at + HOUR)
            at += 2 * HOUR

        assert fact_of(history).waited == {"parts": 2 * HOUR, "customer": HOUR}


class TestClocks:
    """When a promise was kept or broken, whichever came first."""

    def clock(self, history, name="first_response"):
        return fact_of(history).clocks[name]

    def test_one_that_was_kept_was_decided_when_it_was_kept(self):
        clock = self.clock(going_on(opened_as("A"), decisions.answer, by="Lin", at=ELEVEN))

        assert (clock.state, clock.decided_at(NINE + 99 * HOUR)) == (State.MET, ELEVEN)
        assert not clock.is_breached(NINE + 99 * HOUR)
        assert (clock.clause, clock.started_at, clock.spent) == ("om2025:2.2b", NINE, 2 * HOUR)

    def test_one_that_was_missed_was_decided_when_it_was_due(self):
        late = going_on(opened_as("A"), decisions.answer, by="Lin", at=NINE + 50 * HOUR)

        assert self.clock(late).decided_at(NINE + 99 * HOUR) == ELEVEN

    def test_one_that_runs_is_open_up_to_its_deadline(self):
        clock = self.clock(opened_as("A"))

        assert clock.decided_at(ELEVEN) is None
        assert clock.decided_at(ELEVEN + SECOND) == ELEVEN
        assert not clock.is_breached(ELEVEN)
        assert clock.is_breached(ELEVEN + SECOND)

    def test_one_that_stands_still_in_time_stays_in_time(self):
        waiting = going_on(opened_as("A"), decisions.pause, reason="parts", at=NINE + HOUR)

        assert self.clock(waiting, "resolution").decided_at(NINE + 1000 * HOUR) is None

    def test_one_that_stood_still_too_late_is_late(self):
        waiting = going_on(opened_as("A"), decisions.pause, reason="parts", at=NINE + 49 * HOUR)

        assert self.clock(waiting, "resolution").decided_at(NINE + 50 * HOUR) == NINE + 48 * HOUR

    def test_one_that_was_cancelled_in_time_is_never_decided(self):
        gone = going_on(opened_as("A"), decisions.cancel, reason="sold it", at=ELEVEN)

        assert self.clock(gone).decided_at(NINE + 1000 * HOUR) is None

    def test_one_that_was_cancelled_after_its_deadline_was_broken_then(self):
        """What was reported for a period cannot vanish from it."""
        gone = going_on(opened_as("A"), decisions.cancel, reason="sold it", at=ELEVEN + SECOND)

        assert self.clock(gone).state is State.CANCELLED
        assert self.clock(gone).decided_at(NINE + 1000 * HOUR) == ELEVEN

    @pytest.mark.parametrize("then", [None, "answer"])
    def test_one_that_was_broken_stays_broken_under_a_new_promise(self, then):
        history = going_on(
            opened_as("A"),
            decisions.change_priority,
            priority=Priority.C,
            reason="?",
            at=NINE + 3 * HOUR,
        )
        if then:
            history = going_on(history, decisions.answer, by="Lin", at=NINE + 4 * HOUR)
        clock = self.clock(history)

        assert clock.due == NINE + 48 * HOUR
        assert clock.is_breached(NINE + 5 * HOUR)
        assert clock.decided_at(NINE + 5 * HOUR) == ELEVEN

    def test_one_with_a_new_promise_in_time_is_open_again(self):
        history = going_on(
            opened_as("A"), decisions.change_priority, priority=Priority.C, reason="?", at=ELEVEN
        )

        assert self.clock(history).decided_at(NINE + 48 * HOUR) is None

    def test_an_answer_given_in_time_and_told_late_keeps_the_promise(self):
        history = going_on(
            opened_as("A"),
            decisions.change_priority,
            priority=Priority.C,
            reason="?",
            at=NINE + 3 * HOUR,
        )
        history = going_on(history, decisions.answer, by="Lin", at=NINE + HOUR)

        assert self.clock(history).decided_at(NINE + 99 * HOUR) == NINE + HOUR
        assert not self.clock(history).is_breached(NINE + 99 * HOUR)


class TestKeeping:
    """Rows live in a table that follows the log."""

    def test_each_ticket_has_one_row_and_nothing_else_has(self):
        log = open_log("memory:")
        log.append(Change("ticket/T-1", opened_as("A"), after=0), provenance=DESK)
        log.append(Change("ticket/T-2", opened("T-2"), after=0), provenance=DESK)
        log.append(Change("parcel/P-1", opened("P-1"), after=0), provenance=DESK)
        follower = Follower(log, "facts", ticket_facts.FACTS.observe)
        with log.tables.batch("facts", 1, upto=0):
            pass
        log.tables.activate("facts", 1)
        follower.catch_up()

        assert [each.ticket_id for each in ticket_facts.FACTS.every(log.tables.read("facts"))] == [
            "T-1",
            "T-2",
        ]
        assert next(iter(ticket_facts.FACTS.every(log.tables.read("facts")))) == fact_of(
            opened_as("A")
        )

    def test_a_row_travels(self):
        fact = fact_of(RESOLVED)

        assert pickle.loads(pickle.dumps(fact)) == fact  # noqa: S301  # our own bytes
