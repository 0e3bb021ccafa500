"""What can be done with a ticket, and what is refused: given a history, when, then."""

from __future__ import annotations

from datetime import datetime

import pytest

from servicecore.domain.case import Step
from servicecore.domain.days import NotYetHappenedError
from servicecore.domain.events import with_facts
from servicecore.domain.moments import NaiveMomentError
from servicecore.domain.people import Level
from servicecore.domain.refusals import IncompleteError, RefusedError
from servicecore.domain.ticket import (
    AlreadyAcknowledgedError,
    AlreadyClassifiedError,
    AlreadyPausedError,
    AlreadyResolvedError,
    BeforeOpeningError,
    Kind,
    MergedIntoItselfError,
    NotClassifiedError,
    NotPausedError,
    NotResolvedError,
    OutOfOrderError,
    Priority,
    Status,
    TicketAcknowledged,
    TicketAnswered,
    TicketAssigned,
    TicketCancelled,
    TicketClassified,
    TicketClosed,
    TicketConfirmed,
    TicketDiagnosed,
    TicketEndedError,
    TicketEscalated,
    TicketMerged,
    TicketMessageReceived,
    TicketNoted,
    TicketOpened,
    TicketPaused,
    TicketPriorityChanged,
    TicketReopened,
    TicketResolved,
    TicketResumed,
    TicketSolutionOffered,
    TicketWorkRecorded,
    UnknownPauseReasonError,
    decisions,
)
from tests.moments import (
    ELEVEN,
    HOUR,
    MANUAL,
    MINUTE,
    NINE,
    REQUEST,
    SECOND,
    TERMS,
    given,
    going_on,
    opened,
    opened_as,
)

TEN = NINE + HOUR
OPENED = opened()
CLASSIFIED = opened_as("B")
PAUSED = going_on(CLASSIFIED, decisions.pause, reason="parts", at=TEN)
RESOLVED = going_on(CLASSIFIED, decisions.resolve, by="Lin", solution="a new seal", at=TEN)
CLOSED = going_on(RESOLVED, decisions.confirm, at=TEN)
CANCELLED = going_on(CLASSIFIED, decisions.cancel, reason="sold it", at=TEN)
MERGED = going_on(CLASSIFIED, decisions.merge, into="T-2", at=TEN)

#: What people do with a ticket, with all that it takes; a note and a reopening have other rules.
STEPS = {
    "acknowledge": {"automatic": False},
    "classify": {"priority": Priority.A},
    "change_priority": {"priority": Priority.A, "reason": "flooded"},
    "assign": {"to": "Lin"},
    "answer": {"by": "Lin"},
    "receive_message": {},
    "diagnose": {"by": "Lin", "finding": "a seal"},
    "offer_solution": {
        "by": "Lin",
        "solution": "a new seal",
        "responsible": "Wu",
        "ready_by": ELEVEN,
        "cost": "20 CNY",
    },
    "record_work": {"by": "Lin", "on_site": False, "work": "a new seal"},
    "pause": {"reason": "parts"},
    "resume": {},
    "resolve": {"by": "Lin", "solution": "a new seal"},
    "confirm": {},
    "close": {},
    "cancel": {"reason": "sold it"},
    "merge": {"into": "T-2"},
}
#: The words that a step must have; an empty one is refused.
WORDS = [
    (step, word)
    for step, facts in {**STEPS, "reopen": {"reason": "it leaks"}}.items()
    for word, value in facts.items()
    if isinstance(value, str) and (step, word) != ("pause", "reason")
]


def when(history, step, **facts):
    """Return what this step adds to that history."""
    return getattr(decisions, step)(given(*history), terms=TERMS, **facts)


def plain(events):
    """Return the steps, without what they promise and measure: other tests look at that."""
    steps = (each for each in events if isinstance(each, Step))
    return [with_facts(each, promises=(), readings=()) for each in steps]


class TestOpening:
    """A request holds who, how, what, which model, which fault, and how to reach them (2.1a)."""

    def test_the_fault_occurred_before_the_request(self):
        assert plain(opened(fault_at=NINE))[0].fault_at == NINE
        with pytest.raises(NotYetHappenedError, match=r"T-1: fault_at .* after .*om2025:2\.1a"):
            opened(fault_at=NINE + SECOND)
        with pytest.raises(NaiveMomentError, match="fault_at"):
            opened(fault_at=NINE.replace(tzinfo=None))

    def test_all_that_was_told_goes_on_record(self):
        [event] = plain(opened(fault_at=NINE - HOUR, channel="mail"))

        assert event == TicketOpened(
            ticket_id="T-1",
            **REQUEST,
            channel="mail",
            fault_at=NINE - HOUR,
            standard="operations_manual_2025@1",
            calendar="china_office@1",
            at=NINE,
        )

    @pytest.mark.parametrize("word", [*REQUEST, "channel", "ticket_id"])
    @pytest.mark.parametrize("empty", ["", "  ", None])
    def test_none_of_it_may_be_missing(self, word, empty):
        with pytest.raises(
            IncompleteError, match=rf"{word} must (not be empty|be a text), got {empty!r}"
        ):
            opened(**{word: empty})

    def test_a_moment_without_an_offset_is_refused(self):
        """Nine o'clock where?"""
        with pytest.raises(NaiveMomentError, match="at needs a UTC offset, got 2025-03-03T09"):
            opened(at=datetime(2025, 3, 3, 9))  # noqa: DTZ001


class TestEachStepGoesOnRecord:
    """What was done, by whom, when, why."""

    @pytest.mark.parametrize(
        ("history", "step", "facts", "event"),
        [
            (OPENED, "acknowledge", {"automatic": True}, TicketAcknowledged),
            (OPENED, "classify", {"priority": Priority.C, "kind": Kind.SPECIAL}, TicketClassified),
            (
                CLASSIFIED,
                "change_priority",
                {"priority": Priority.A, "reason": "flooded"},
                TicketPriorityChanged,
            ),
            (OPENED, "assign", {"to": "Lin", "team": "pumps"}, TicketAssigned),
            (OPENED, "receive_message", {"text": "hello?"}, TicketMessageReceived),
            (OPENED, "diagnose", {"by": "Lin", "finding": "a seal"}, TicketDiagnosed),
            (
                OPENED,
                "offer_solution",
                {
                    "by": "Lin",
                    "solution": "a new seal",
                    "responsible": "Wu",
                    "ready_by": ELEVEN,
                    "cost": "20 CNY",
                },
                TicketSolutionOffered,
            ),
            (
                OPENED,
                "record_work",
                {"by": "Wu", "on_site": True, "work": "a new seal"},
                TicketWorkRecorded,
            ),
            (OPENED, "pause", {"reason": "customer"}, TicketPaused),
            (PAUSED, "resume", {}, TicketResumed),
            (OPENED, "resolve", {"by": "Lin", "solution": "a new seal"}, TicketResolved),
            (PAUSED, "resolve", {"by": "Lin", "solution": "a new seal"}, TicketResolved),
            (RESOLVED, "reopen", {"reason": "it leaks again"}, TicketReopened),
            (CLOSED, "reopen", {"reason": "it leaks again"}, TicketReopened),
            (OPENED, "cancel", {"reason": "sold it"}, TicketCancelled),
            (RESOLVED, "cancel", {"reason": "sold it"}, TicketCancelled),
            (PAUSED, "merge", {"into": "T-2"}, TicketMerged),
        ],
    )
    def test_with_all_that_was_told(self, history, step, facts, event):
        [recorded] = plain(when(history, step, at=ELEVEN - HOUR / 2, **facts))

        carried = {"carried": recorded.carried} if step == "merge" else {}
        assert recorded == event(ticket_id="T-1", at=ELEVEN - HOUR / 2, **facts, **carried)

    def test_a_case_is_a_general_one_unless_told(self):
        assert when(OPENED, "classify", priority=Priority.A, at=NINE)[0].kind is Kind.GENERAL

    def test_the_first_answer_is_the_first_response(self):
        assert plain(when(OPENED, "answer", by="Lin", at=TEN)) == [
            TicketAnswered(ticket_id="T-1", by="Lin", is_first=True, at=TEN)
        ]

    def test_a_later_answer_is_another_answer(self):
        answered = going_on(OPENED, decisions.answer, by="Lin", at=TEN)

        assert [each.is_first for each in when(answered, "answer", by="Wu", at=TEN)] == [False]

    def test_an_answer_given_before_the_one_on_record_is_the_first(self):
        answered = going_on(OPENED, decisions.answer, by="Lin", at=TEN)

        assert when(answered, "answer", by="Wu", at=TEN - SECOND)[-1].is_first
        assert given(*going_on(answered, decisions.answer, by="Wu", at=NINE)).answered_at == NINE

    def test_the_customers_word_closes_the_loop(self):
        """Confirmed and closed in one step (om2025:2.3a)."""
        assert plain(when(RESOLVED, "confirm", at=ELEVEN)) == [
            TicketConfirmed(ticket_id="T-1", at=ELEVEN),
            TicketClosed(ticket_id="T-1", is_confirmed=True, at=ELEVEN),
        ]

    def test_it_can_be_closed_without_the_customers_word(self):
        assert plain(when(RESOLVED, "close", at=ELEVEN)) == [
            TicketClosed(ticket_id="T-1", is_confirmed=False, at=ELEVEN)
        ]

    def test_the_same_priority_is_no_change(self):
        assert when(CLASSIFIED, "change_priority", priority=Priority.B, reason="?", at=TEN) == []

    @pytest.mark.parametrize("history", [OPENED, PAUSED, RESOLVED, CLOSED, CANCELLED, MERGED])
    def test_a_note_can_be_made_at_any_time(self, history):
        note = decisions.note(given(*history), by="Lin", text="called back", at=NINE)

        assert note == [TicketNoted(ticket_id="T-1", by="Lin", text="called back", at=NINE)]


class TestEscalationAtOnce:
    """Some cases start above the staff (om2025:2.1d)."""

    def test_the_level_goes_on_record_with_the_clause_that_asks_for_it(self):
        [event] = decisions.escalate_at_once(
            given(*OPENED), to=Level.MANAGER, clause="om2025:2.1d", at=TEN
        )

        assert event == TicketEscalated(
            ticket_id="T-1",
            to=Level.MANAGER,
            clock="",
            rung="at_once",
            clause="om2025:2.1d",
            due=TEN,
            at=TEN,
        )

    @pytest.mark.parametrize("to", [Level.STAFF, Level.SUPERVISOR])
    def test_nobody_is_told_who_is_responsible_already(self, to):
        event = TicketEscalated(
            ticket_id="T-1",
            to=Level.SUPERVISOR,
            clock="resolution",
            rung="supervisor",
            clause="",
            due=TEN,
            at=TEN,
        )

        assert decisions.escalate_at_once(given(*OPENED, event), to=to, clause="", at=TEN) == []

    def test_a_ticket_that_is_over_stays_where_it_is(self):
        with pytest.raises(TicketEndedError, match="T-1 is closed, so it cannot be escalated"):
            decisions.escalate_at_once(given(*CLOSED), to=Level.MANAGER, clause="", at=ELEVEN)


class TestRefusals:
    """What must not be done has a name, and says the number of the ticket and what did not fit."""

    @pytest.mark.parametrize(
        ("history", "step", "refusal", "message"),
        [
            (
                going_on(OPENED, decisions.acknowledge, automatic=True, at=NINE),
                "acknowledge",
                AlreadyAcknowledgedError,
                "ticket T-1 was acknowledged at 2025-03-03T09:00:00",
            ),
            (
                CLASSIFIED,
                "classify",
                AlreadyClassifiedError,
                "ticket T-1 has priority B; change it, with a reason",
            ),
            (OPENED, "change_priority", NotClassifiedError, "ticket T-1 has no priority yet"),
            (
                PAUSED,
                "pause",
                AlreadyPausedError,
                "ticket T-1 is paused, so it cannot be paused for 'parts'",
            ),
            (RESOLVED, "pause", AlreadyPausedError, "ticket T-1 is resolved, so it cannot"),
            (OPENED, "resume", NotPausedError, "ticket T-1 is open, not paused"),
            (RESOLVED, "resume", NotPausedError, "ticket T-1 is resolved, not paused"),
            (
                RESOLVED,
                "resolve",
                AlreadyResolvedError,
                "ticket T-1 was resolved at 2025-03-03T10:00",
            ),
            (OPENED, "confirm", NotResolvedError, "ticket T-1 is open; resolve it before it can"),
            (PAUSED, "close", NotResolvedError, "ticket T-1 is paused; resolve it .* be closed"),
        ],
    )
    def test_out_of_turn(self, history, step, refusal, message):
        with pytest.raises(refusal, match=message) as refused:
            when(history, step, at=ELEVEN, **STEPS[step])

        assert isinstance(refused.value, RefusedError)

    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize(
        "history", [CLOSED, CANCELLED, MERGED], ids=lambda each: given(*each).status.value
    )
    def test_nobody_works_on_a_ticket_that_is_over(self, history, step):
        status = given(*history).status.value

        with pytest.raises(TicketEndedError, match=f"ticket T-1 is {status}, so it cannot be "):
            when(history, step, at=ELEVEN, **STEPS[step])

    @pytest.mark.parametrize("step", STEPS)
    def test_nothing_happens_before_the_customer_asked(self, step):
        with pytest.raises(
            BeforeOpeningError, match=r"T-1 was opened at .*T09:00.* at .*T08:59:59"
        ):
            when(OPENED, step, at=NINE - SECOND, **STEPS[step])

    def test_nor_is_anything_noted_or_reopened_before(self):
        early = NINE - SECOND

        with pytest.raises(BeforeOpeningError, match="cannot have been noted on at"):
            decisions.note(given(*OPENED), by="Lin", text="?", at=early)
        with pytest.raises(BeforeOpeningError, match="cannot have been reopened at"):
            when(RESOLVED, "reopen", reason="?", at=early)

    @pytest.mark.parametrize(("step", "word"), WORDS)
    def test_an_empty_word_is_refused(self, step, word):
        history = {"reopen": CLOSED, "change_priority": CLASSIFIED}.get(step, OPENED)
        facts = {**STEPS.get(step, {"reason": "it leaks"}), word: " "}

        with pytest.raises(IncompleteError, match=f"{word} must not be empty, got ' '"):
            when(history, step, at=ELEVEN, **facts)

    @pytest.mark.parametrize("word", ["by", "text"])
    def test_so_is_an_empty_note(self, word):
        facts = {"by": "Lin", "text": "called back", word: ""}

        with pytest.raises(IncompleteError, match=f"{word} must not be empty"):
            decisions.note(given(*OPENED), at=NINE, **facts)

    def test_a_reason_that_the_standard_does_not_know(self):
        with pytest.raises(
            UnknownPauseReasonError,
            match="'lunch' is not a reason for a pause under operations_manual_2025@1; "
            "expected customer, parts, third_party",
        ):
            when(OPENED, "pause", reason="lunch", at=TEN)

    def test_a_ticket_cannot_go_on_inside_itself(self):
        with pytest.raises(MergedIntoItselfError, match="ticket T-1 cannot be merged into itself"):
            when(OPENED, "merge", into="T-1", at=TEN)

    @pytest.mark.parametrize("history", [OPENED, PAUSED, CANCELLED, MERGED])
    def test_only_what_was_resolved_can_be_reopened(self, history):
        with pytest.raises(NotResolvedError, match="only a resolved one can be reopened"):
            when(history, "reopen", reason="it leaks again", at=ELEVEN)


class TestOrder:
    """Steps may be registered late, but the status of a ticket changes in the order of time."""

    @pytest.mark.parametrize(
        ("history", "step", "facts"),
        [
            (PAUSED, "resume", {}),
            (PAUSED, "resolve", STEPS["resolve"]),
            (PAUSED, "cancel", STEPS["cancel"]),
            (PAUSED, "merge", STEPS["merge"]),
            (RESOLVED, "confirm", {}),
            (RESOLVED, "close", {}),
            (RESOLVED, "reopen", {"reason": "it leaks again"}),
            (CLOSED, "reopen", {"reason": "it leaks again"}),
            (going_on(PAUSED, decisions.resume, at=TEN), "pause", {"reason": "parts"}),
            (
                going_on(
                    going_on(opened(), decisions.resolve, by="Lin", solution="?", at=NINE),
                    decisions.reopen,
                    reason="?",
                    at=TEN,
                ),
                "resolve",
                STEPS["resolve"],
            ),
        ],
    )
    def test_a_turn_cannot_come_before_the_last_one(self, history, step, facts):
        status = given(*history).status.value

        with pytest.raises(
            OutOfOrderError, match=f"T-1 has been {status} since .*T10:00:00.* at .*T09:59:59"
        ):
            when(history, step, at=TEN - SECOND, **facts)
        assert when(history, step, at=TEN, **facts)

    @pytest.mark.parametrize(
        "step", ["acknowledge", "answer", "receive_message", "diagnose", "assign", "record_work"]
    )
    def test_everything_else_may_be_told_later(self, step):
        assert when(PAUSED, step, at=TEN - MINUTE, **STEPS[step])[-1].at == TEN - MINUTE


class TestAWholeLife:
    """From the first call to the second confirmation."""

    def test_the_ticket_is_where_each_step_leaves_it(self):
        history, at = opened(), NINE
        for step, facts, status in [
            ("acknowledge", {"automatic": True}, Status.OPEN),
            ("classify", {"priority": Priority.B}, Status.OPEN),
            ("assign", {"to": "Lin", "team": "pumps"}, Status.OPEN),
            ("answer", {"by": "Lin"}, Status.OPEN),
            ("receive_message", {"text": "hello?"}, Status.OPEN),
            ("diagnose", {"by": "Lin", "finding": "a seal"}, Status.OPEN),
            ("offer_solution", STEPS["offer_solution"], Status.OPEN),
            ("pause", {"reason": "parts"}, Status.PAUSED),
            ("resume", {}, Status.OPEN),
            ("record_work", STEPS["record_work"], Status.OPEN),
            ("resolve", STEPS["resolve"], Status.RESOLVED),
            ("confirm", {}, Status.CLOSED),
            ("reopen", {"reason": "it leaks again"}, Status.OPEN),
            ("change_priority", {"priority": Priority.A, "reason": "flooded"}, Status.OPEN),
            ("pause", {"reason": "customer"}, Status.PAUSED),
            ("resolve", STEPS["resolve"], Status.RESOLVED),
            ("close", {}, Status.CLOSED),
        ]:
            at += MINUTE
            history = going_on(history, getattr(decisions, step), at=at, **facts)
            assert given(*history).status is status, step

        ticket = given(*history)
        assert (ticket.id, ticket.customer_id, ticket.opened_at) == ("T-1", "Acme", NINE)
        assert (ticket.product, ticket.model, ticket.fault) == ("pump", "P-200", "it leaks")
        assert (ticket.channel, ticket.contact) == ("telephone", "Lin, 555-0101")
        assert (ticket.priority, ticket.kind) == (Priority.A, Kind.GENERAL)
        assert (ticket.assignee, ticket.team) == ("Lin", "pumps")
        assert (ticket.acknowledged_at, ticket.answered_at) == (NINE + MINUTE, NINE + 4 * MINUTE)
        assert (ticket.resolved_at, ticket.closed_at) == (NINE + 16 * MINUTE, NINE + 17 * MINUTE)
        assert (ticket.reopenings, ticket.pause_reason, ticket.merged_into) == (1, None, None)
        assert (ticket.level, ticket.standard) == (Level.STAFF, MANUAL.reference)

    def test_reopening_forgets_that_it_was_resolved_and_closed(self):
        ticket = given(*going_on(CLOSED, decisions.reopen, reason="it leaks", at=ELEVEN))

        assert (ticket.status, ticket.resolved_at, ticket.closed_at) == (Status.OPEN, None, None)

    def test_every_reopening_is_counted(self):
        history = going_on(CLOSED, decisions.reopen, reason="it leaks", at=ELEVEN)
        history = going_on(history, decisions.resolve, by="Lin", solution="?", at=ELEVEN)
        history = going_on(history, decisions.reopen, reason="it leaks", at=ELEVEN)

        assert given(*history).reopenings == 2

    def test_what_is_resolved_waits_for_nothing_any_more(self):
        resolved = going_on(PAUSED, decisions.resolve, by="Lin", solution="?", at=ELEVEN)

        assert given(*resolved).pause_reason is None

    def test_a_merged_ticket_says_where_it_goes_on(self):
        ticket = given(*MERGED)

        assert (ticket.merged_into, ticket.closed_at) == ("T-2", TEN)
        assert ticket.status.is_over

    def test_a_paused_ticket_says_what_it_waits_for(self):
        assert given(*PAUSED).pause_reason == "parts"
        assert given(*CANCELLED).closed_at == TEN
