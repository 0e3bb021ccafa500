"""What a customer is promised, and what was made of it: every figure restated by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore.domain.people import Level
from servicecore.domain.sla import State
from servicecore.domain.ticket import (
    Kind,
    Priority,
    TicketEscalated,
    TicketWarned,
    decisions,
)
from tests.moments import (
    ELEVEN,
    HOUR,
    MANUAL,
    MINUTE,
    NINE,
    NOTHING,
    SECOND,
    TERMS,
    given,
    going_on,
    opened,
    opened_as,
)

#: In hours, by the operations manual: 2.2b-d.
FIRST_RESPONSE = {"A": 2, "B": 24, "C": 48}
RESOLUTION = {"A": 48, "B": 72, "C": 120}
CLAUSE = {"A": "om2025:2.2b", "B": "om2025:2.2c", "C": "om2025:2.2d"}
DAY = 24 * HOUR


def promised(*history):
    """Return how long each clock of a ticket has in all, from its opening."""
    ticket = given(*history)
    return {clock: told.due - told.started_at for (clock, _), told in ticket.promises.items()}


def reading(history, clock, round_=1):
    return given(*history).readings[clock, round_]


def resolve(history, *, at):
    return going_on(history, decisions.resolve, by="Lin", solution="a new seal", at=at)


def levels(history):
    """Return which steps of which ladder were told, in order."""
    return [
        (each.clock, each.rung)
        for each in history
        if isinstance(each, TicketWarned | TicketEscalated)
    ]


class TestEveryTicket:
    """Acknowledged within 15 minutes, assessed within 48 hours, handled within 72."""

    def test_is_promised_this_when_it_opens(self):
        assert promised(*opened()) == {
            "acknowledgement": 15 * MINUTE,
            "first_assessment": 48 * HOUR,
            "handling_limit": 72 * HOUR,
        }

    def test_the_promise_names_what_it_was_made_under(self):
        """Rules change; promises do not."""
        [event] = opened()
        told = {each.clock: each for each in event.promises}

        assert told["acknowledgement"].clause == "om2025:4.2a"
        assert told["acknowledgement"].within == "15 min"
        assert told["handling_limit"].standard == "operations_manual_2025@1"
        assert told["handling_limit"].calendar == "always@1"
        assert told["handling_limit"].started_at == NINE

    def test_an_automatic_reply_is_no_answer(self):
        told = going_on(opened_as("A"), decisions.acknowledge, automatic=True, at=NINE + MINUTE)

        assert reading(told, "acknowledgement").state is State.MET
        assert reading(told, "acknowledgement").spent == MINUTE
        assert reading(told, "first_response").state is State.RUNNING

    def test_an_answer_acknowledges_too(self):
        answered = going_on(opened(), decisions.answer, by="Lin", at=NINE + MINUTE)

        assert reading(answered, "acknowledgement").state is State.MET

    @pytest.mark.parametrize("by", ["diagnose", "offer_solution", "resolve"])
    def test_a_first_assessment_is_a_diagnosis_or_more(self, by):
        facts = {
            "diagnose": {"finding": "a seal"},
            "offer_solution": {
                "solution": "a new seal",
                "responsible": "Wu",
                "ready_by": NINE + HOUR,
                "cost": "nothing",
            },
            "resolve": {"solution": "a new seal"},
        }[by]
        done = going_on(opened(), getattr(decisions, by), by="Lin", at=NINE + HOUR, **facts)

        assert reading(done, "first_assessment").state is State.MET
        assert reading(done, "first_assessment").spent == HOUR


class TestClasses:
    """Answered in 2, 24, 48 hours and resolved in 48, 72, 120 by class."""

    @pytest.mark.parametrize("priority", "ABC")
    def test_the_class_makes_the_promise(self, priority):
        told = promised(*opened_as(priority))

        assert told["first_response"] == FIRST_RESPONSE[priority] * HOUR
        assert told["resolution"] == RESOLUTION[priority] * HOUR
        assert given(*opened_as(priority)).promises["resolution", 1].clause == CLAUSE[priority]

    def test_it_counts_from_the_opening_however_late_the_class_is_known(self):
        late = going_on(opened(), decisions.classify, priority=Priority.B, at=NINE + 10 * HOUR)

        assert reading(late, "first_response").due == NINE + DAY
        assert reading(late, "first_response").spent == 10 * HOUR

    def test_an_answer_from_before_the_class_was_known_counts(self):
        answered = going_on(opened(), decisions.answer, by="Lin", at=NINE + MINUTE)
        late = going_on(answered, decisions.classify, priority=Priority.A, at=NINE + 10 * HOUR)

        assert reading(late, "first_response").state is State.MET
        assert reading(late, "first_response").spent == MINUTE

    @pytest.mark.parametrize(
        ("kind", "clock", "hours"),
        [
            (Kind.GENERAL, "general_handling", 48),
            (Kind.COMPLEX, "complex_resolution", 72),
            (Kind.SPECIAL, "complex_resolution", 72),
            (Kind.EMERGENCY, "emergency_answer", 24),
        ],
    )
    def test_the_kind_of_case_has_limits_of_its_own(self, kind, clock, hours):
        """om2025:8.1b"""
        told = going_on(opened(), decisions.classify, priority=Priority.C, kind=kind, at=NINE)
        by_kind = {"general_handling", "complex_resolution", "emergency_answer"}

        assert promised(*told)[clock] == hours * HOUR
        assert by_kind & set(promised(*told)) == {clock}

    def test_more_urgent_is_never_promised_later(self):
        a, b, c = (promised(*opened_as(each)) for each in "ABC")

        for clock in ("first_response", "resolution"):
            assert a[clock] < b[clock] < c[clock]


class TestInTime:
    """The very moment of the deadline is in time."""

    @pytest.mark.parametrize(
        ("off_by", "state"),
        [(-SECOND, State.MET), (NOTHING, State.MET), (SECOND, State.MISSED)],
    )
    def test_an_answer_around_the_deadline(self, off_by, state):
        answered = going_on(opened_as("A"), decisions.answer, by="Lin", at=ELEVEN + off_by)

        assert reading(answered, "first_response").state is state
        assert reading(answered, "first_response").spent == 2 * HOUR + off_by
        assert reading(answered, "first_response").due == ELEVEN

    def test_a_later_answer_changes_nothing(self):
        answered = going_on(opened_as("A"), decisions.answer, by="Lin", at=NINE + HOUR)
        again = going_on(answered, decisions.answer, by="Lin", at=NINE + 9 * HOUR)

        assert reading(again, "first_response").spent == HOUR
        assert again[-1].readings == ()

    @pytest.mark.parametrize(
        ("off_by", "rungs"), [(-SECOND, 0), (NOTHING, 0), (SECOND, 1), (12 * MINUTE + SECOND, 1)]
    )
    def test_a_warning_around_its_moment(self, off_by, rungs):
        """At 80 % of two hours: 10:36."""
        warned_at = NINE + 96 * MINUTE
        seen = decisions.escalate_if_due(
            given(*going_on(opened_as("A"), decisions.acknowledge, automatic=True, at=NINE)),
            at=warned_at + off_by,
            terms=TERMS,
        )

        assert [(each.clock, each.rung, each.due) for each in seen] == (
            [("first_response", "warning", warned_at)] * rungs
        )


class TestLadder:
    """A warning at 80 %, the supervisor at the deadline, the manager at 150 %."""

    ACKNOWLEDGED = going_on(opened_as("A"), decisions.acknowledge, automatic=True, at=NINE)

    def look(self, history, *, at):
        return history + decisions.escalate_if_due(given(*history), at=at, terms=TERMS)

    def test_a_late_look_finds_what_a_punctual_one_finds(self):
        warning, supervisor, manager = self.look(self.ACKNOWLEDGED, at=NINE + 9 * HOUR)[-3:]

        assert warning == TicketWarned(
            ticket_id="T-1",
            clock="first_response",
            rung="warning",
            clause="om2025:2.2b",
            to="assignee",
            due=NINE + 96 * MINUTE,
            at=NINE + 9 * HOUR,
        )
        assert (supervisor.to, supervisor.due) == (Level.SUPERVISOR, ELEVEN)
        assert (manager.to, manager.due) == (Level.MANAGER, NINE + 3 * HOUR)
        assert manager == TicketEscalated(
            ticket_id="T-1",
            clock="first_response",
            rung="manager",
            clause="om2025:2.2b",
            to=Level.MANAGER,
            due=NINE + 3 * HOUR,
            at=NINE + 9 * HOUR,
        )

    def test_each_level_is_told_once(self):
        once = self.look(self.ACKNOWLEDGED, at=ELEVEN + MINUTE)

        assert self.look(once, at=ELEVEN + MINUTE) == once
        assert levels(self.look(once, at=NINE + 9 * HOUR)) == [
            ("first_response", "warning"),
            ("first_response", "supervisor"),
            ("first_response", "manager"),
        ]

    def test_a_warning_leaves_the_ticket_where_it_is_and_a_case_never_goes_down(self):
        history = self.look(self.ACKNOWLEDGED, at=NINE + 97 * MINUTE)
        assert given(*history).level is Level.STAFF

        history = self.look(history, at=NINE + 9 * HOUR)
        assert given(*history).level is Level.MANAGER

        history = self.look(history, at=NINE + 48 * HOUR + SECOND)
        assert ("resolution", "supervisor") in levels(history)
        assert given(*history).level is Level.MANAGER

    def test_whoever_comes_late_finds_the_levels_on_record_before_his_step(self):
        answered = going_on(self.ACKNOWLEDGED, decisions.answer, by="Lin", at=ELEVEN + MINUTE)

        assert [type(each).__name__ for each in answered[-3:]] == [
            "TicketWarned",
            "TicketEscalated",
            "TicketAnswered",
        ]
        assert {each.at for each in answered[-3:]} == {ELEVEN + MINUTE}
        assert given(*answered).level is Level.SUPERVISOR

    def test_an_answer_in_time_leaves_nothing_to_tell(self):
        answered = going_on(self.ACKNOWLEDGED, decisions.answer, by="Lin", at=ELEVEN)

        assert levels(self.look(answered, at=NINE + 30 * HOUR)) == [("first_response", "warning")]

    def test_a_promise_made_late_on_hold_tells_the_level_that_it_finds_behind_it(self):
        """Four fifths of 48 hours had run when it came to a halt, and nobody has been told."""
        told = going_on(opened(), decisions.acknowledge, automatic=True, at=NINE)
        told = going_on(told, decisions.diagnose, by="Lin", finding="a seal", at=NINE + HOUR)
        held = going_on(told, decisions.pause, reason="customer", at=NINE + 47 * HOUR)
        late = going_on(held, decisions.classify, priority=Priority.A, at=NINE + 50 * HOUR)
        found = reading(late, "resolution")

        assert found.state is State.PAUSED
        assert [("warning", NINE + 38.4 * HOUR)] == [(each.name, each.due) for each in found.rungs]

    def test_the_levels_ahead_stand_in_the_record_and_those_told_do_not(self):
        """So that the list of deadlines is told by the events alone."""
        due = [each.due for each in reading(self.ACKNOWLEDGED, "first_response").rungs]
        assert due == [NINE + 96 * MINUTE, ELEVEN, NINE + 3 * HOUR]

        late = self.look(self.ACKNOWLEDGED, at=ELEVEN + SECOND)
        calmer = going_on(
            late,
            decisions.change_priority,
            priority=Priority.B,
            reason="a drop",
            at=ELEVEN + SECOND,
        )
        assert [each.name for each in reading(calmer, "first_response").rungs] == ["manager"]

    def test_levels_of_all_clocks_are_told_in_the_order_they_were_due(self):
        told = decisions.escalate_if_due(given(*opened_as("A")), at=NINE + 60 * HOUR, terms=TERMS)

        assert [each.due for each in told] == sorted(each.due for each in told)
        assert [each.clock for each in told[:6]] == ["acknowledgement"] * 3 + ["first_response"] * 3

    def test_what_was_answered_before_it_was_promised_reaches_no_level(self):
        """Late it was, but there is nothing left that anybody could do."""
        answered = going_on(opened(), decisions.answer, by="Lin", at=NINE + 3 * HOUR)
        known = going_on(answered, decisions.classify, priority=Priority.A, at=NINE + 4 * HOUR)

        assert reading(known, "first_response").state is State.MISSED
        assert reading(known, "first_response").rungs == ()
        assert self.look(known, at=NINE + 5 * HOUR) == known

    def test_a_ticket_that_is_over_reaches_no_more(self):
        gone = going_on(self.ACKNOWLEDGED, decisions.cancel, reason="sold it", at=NINE + HOUR)

        assert self.look(gone, at=NINE + 1000 * HOUR) == gone
        assert reading(gone, "resolution").state is State.CANCELLED


class TestPauses:
    """Waiting for the customer, a part or a third party stops the work, not the answers."""

    PAUSED = going_on(opened_as("A"), decisions.pause, reason="parts", at=NINE + HOUR)

    def test_the_work_stands_still_and_the_answer_does_not(self):
        state = {clock: told.state for (clock, _), told in given(*self.PAUSED).readings.items()}

        assert {clock for clock, each in state.items() if each is State.PAUSED} == {
            "resolution",
            "general_handling",
            "handling_limit",
        }
        assert state["first_response"] is state["first_assessment"] is State.RUNNING

    def test_the_deadline_moves_by_as_long_as_it_waited(self):
        resumed = going_on(self.PAUSED, decisions.resume, at=NINE + 6 * HOUR)

        assert reading(resumed, "resolution").due == NINE + (48 + 5) * HOUR
        assert reading(resumed, "resolution").spent == HOUR
        assert reading(resumed, "handling_limit").due == NINE + (72 + 5) * HOUR

    def test_what_stands_still_reaches_no_level(self):
        resumed = going_on(self.PAUSED, decisions.resume, at=NINE + 200 * HOUR)

        assert ("resolution", "warning") not in levels(resumed)
        assert ("first_response", "manager") in levels(resumed)

    def test_a_promise_tightened_on_hold_may_be_behind_already(self):
        """Hours 60 to 70 on hold; at 70 it turns out to be class A, which had 48."""
        waiting = going_on(opened_as("C"), decisions.pause, reason="parts", at=NINE + 60 * HOUR)
        urgent = going_on(
            waiting,
            decisions.change_priority,
            priority=Priority.A,
            reason="flooded",
            at=NINE + 70 * HOUR,
        )

        told = reading(urgent, "resolution")
        assert told.state is State.PAUSED
        assert [(each.name, each.due) for each in told.rungs] == [
            ("warning", NINE + timedelta(hours=38.4)),
            ("supervisor", NINE + 48 * HOUR),
        ]
        seen = decisions.escalate_if_due(given(*urgent), at=NINE + 70 * HOUR, terms=TERMS)
        assert ("resolution", "supervisor") in levels(seen)


class TestOtherPriority:
    """Counted from the opening, with the pauses there were."""

    WAITED = going_on(
        going_on(opened_as("B"), decisions.pause, reason="parts", at=NINE + 10 * HOUR),
        decisions.resume,
        at=NINE + 15 * HOUR,
    )

    @pytest.mark.parametrize("priority", "AC")
    def test_up_or_down_the_pauses_are_kept(self, priority):
        changed = going_on(
            self.WAITED,
            decisions.change_priority,
            priority=Priority(priority),
            reason="seen",
            at=NINE + 20 * HOUR,
        )

        assert reading(changed, "resolution").due == NINE + (RESOLUTION[priority] + 5) * HOUR
        assert reading(changed, "resolution").spent == 15 * HOUR
        assert promised(*changed)["first_response"] == FIRST_RESPONSE[priority] * HOUR

    def test_limits_that_do_not_depend_on_it_are_not_promised_again(self):
        changed = going_on(
            opened_as("B"), decisions.change_priority, priority=Priority.C, reason="?", at=NINE
        )

        assert {each.clock for each in changed[-1].promises} == {"first_response", "resolution"}

    def test_a_broken_promise_stays_broken(self):
        calmer = going_on(
            opened_as("A"),
            decisions.change_priority,
            priority=Priority.C,
            reason="?",
            at=ELEVEN + SECOND,
        )
        answered = going_on(calmer, decisions.answer, by="Lin", at=ELEVEN + MINUTE)

        assert reading(answered, "first_response").state is State.MISSED

    def test_an_answered_ticket_keeps_the_promise_it_was_answered_under(self):
        answered = going_on(opened_as("C"), decisions.answer, by="Lin", at=NINE + 40 * HOUR)
        urgent = going_on(
            answered,
            decisions.change_priority,
            priority=Priority.A,
            reason="?",
            at=NINE + 41 * HOUR,
        )

        assert reading(urgent, "first_response").state is State.MET
        assert promised(*urgent)["first_response"] == 48 * HOUR


class TestReopening:
    """The time in which it was resolved is not counted; the clock goes on."""

    def test_the_clock_goes_on_where_it_was(self):
        resolved = resolve(opened_as("A"), at=NINE + 10 * HOUR)
        assert reading(resolved, "resolution").state is State.MET
        assert reading(resolved, "resolution").spent == 10 * HOUR

        back = going_on(resolved, decisions.reopen, reason="it leaks again", at=NINE + 40 * HOUR)
        assert reading(back, "resolution").state is State.RUNNING
        assert reading(back, "resolution").due == NINE + (48 + 30) * HOUR

        again = resolve(back, at=NINE + 50 * HOUR)
        assert reading(again, "resolution").spent == 20 * HOUR
        assert reading(again, "resolution").state is State.MET

    def test_a_missed_one_stays_missed(self):
        resolved = resolve(opened_as("A"), at=NINE + 49 * HOUR)
        back = going_on(resolved, decisions.reopen, reason="it leaks again", at=NINE + 60 * HOUR)

        assert reading(resolve(back, at=NINE + 61 * HOUR), "resolution").state is State.MISSED

    def test_an_answer_owed_stands_still_while_the_ticket_is_resolved(self):
        resolved = resolve(opened_as("B"), at=NINE + 10 * HOUR)
        assert reading(resolved, "first_response").state is State.PAUSED

        back = going_on(resolved, decisions.reopen, reason="it leaks again", at=NINE + 40 * HOUR)
        assert reading(back, "first_response").due == NINE + (24 + 30) * HOUR

    def test_levels_told_before_are_not_told_again(self):
        late = resolve(opened_as("A"), at=NINE + 49 * HOUR)
        back = going_on(late, decisions.reopen, reason="it leaks again", at=NINE + 50 * HOUR)
        seen = back + decisions.escalate_if_due(given(*back), at=NINE + 99 * HOUR, terms=TERMS)

        told = levels(seen)
        assert len(told) == len(set(told))
        assert ("resolution", "manager") in told


class TestRegisteredLate:
    """What happened counts from when it happened, whenever it was written down."""

    def test_an_answer_written_down_after_the_resolution_was_given_in_time(self):
        resolved = resolve(opened_as("A"), at=NINE + 10 * HOUR)
        assert reading(resolved, "first_response").state is State.PAUSED

        answered = going_on(resolved, decisions.answer, by="Lin", at=NINE + HOUR)
        assert reading(answered, "first_response").state is State.MET
        assert reading(answered, "first_response").spent == HOUR
        assert reading(answered, "resolution").spent == 10 * HOUR

    def test_levels_on_record_stay_on_record(self):
        """Somebody was told; that cannot be undone."""
        late = resolve(opened_as("A"), at=NINE + 10 * HOUR)
        answered = going_on(late, decisions.answer, by="Lin", at=NINE + HOUR)

        assert ("first_response", "manager") in levels(answered)
        assert given(*answered).level is Level.MANAGER

    def test_the_history_of_a_case_is_kept_in_order_of_time(self):
        resolved = resolve(opened_as("A"), at=NINE + 10 * HOUR)
        answered = going_on(resolved, decisions.answer, by="Lin", at=NINE + HOUR)
        told = [each.what for each in given(*answered).timeline]

        assert told == ["opened", "classified", "answered", "resolved"]

    def test_at_one_moment_what_was_registered_first_came_first(self):
        paused = going_on(opened(), decisions.pause, reason="parts", at=NINE)
        resumed = going_on(paused, decisions.resume, at=NINE)
        waiting = going_on(resumed, decisions.pause, reason="customer", at=NINE + HOUR)
        told = going_on(waiting, decisions.receive_message, at=NINE)

        assert [each.what for each in given(*told).timeline] == [
            "opened",
            "paused",
            "resumed",
            "message_received",
            "paused",
        ]

    def test_a_clock_that_turns_out_never_to_have_begun_is_taken_off_the_list(self):
        """Classified at ten, though the customer had withdrawn at half past nine."""
        known = going_on(opened(), decisions.classify, priority=Priority.A, at=NINE + HOUR)
        gone = going_on(known, decisions.cancel, reason="sold it", at=NINE + HOUR / 2)

        states = {told.state for told in given(*gone).readings.values()}
        assert states == {State.CANCELLED}
        assert [rung for told in gone[-1].readings for rung in told.rungs] == []
        called_off = [told.clock for told in gone[-1].readings]
        assert called_off[-3:] == ["first_response", "resolution", "general_handling"]


def test_the_calendar_of_the_standard_is_on_record_even_where_promises_run_day_and_night():
    """So that working days can be promised later."""
    assert given(*opened()).calendar == MANUAL.calendar.reference == "china_office@1"
