"""Whenever this has happened, that should follow: each policy on plain values."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from servicecore.desk.registry import POLICIES
from servicecore.domain.events import CATALOGUE, Provenance, Recorded, stream_of
from servicecore.domain.people import Level
from servicecore.domain.standard import Rulebook, UnknownCalendarError, UnknownStandardError
from servicecore.domain.ticket import (
    Kind,
    Priority,
    TicketAcknowledged,
    TicketClassified,
    TicketEscalated,
    TicketOpened,
    TicketWarned,
    decisions,
)
from servicecore.policies import AcknowledgeAtOnce, EscalateByDeadline, StartAtTheRightLevel
from tests.moments import (
    ELEVEN,
    HOUR,
    MANUAL,
    MINUTE,
    NINE,
    SECOND,
    given,
    going_on,
    on_record,
    opened,
    opened_as,
)

BOOK = Rulebook(standards=(MANUAL,))
NO_BOOK = Rulebook()
VERBS = {"ticket": decisions.escalate_if_due}
EVERY_KIND_OF_EVENT = going_on(
    going_on(opened_as("A"), decisions.answer, by="Lin", at=NINE + 3 * HOUR),
    decisions.resolve,
    by="Lin",
    solution="?",
    at=NINE + 4 * HOUR,
)


def asked(policy, history, event):
    """Return what *policy* decides on *event*, once the ticket has that history."""
    [recorded] = [each for each in on_record(*history) if type(each.event) is event]
    [wanted] = policy.react(recorded)
    assert wanted.subject == "ticket/T-1"
    return list(wanted.decide(given(*history)))


class TestAcknowledgement:
    """Whenever a customer asks for help, they are told at once (om2025:4.2a)."""

    policy = AcknowledgeAtOnce(BOOK)

    def test_in_the_moment_of_the_request_however_late_the_policy_looks(self):
        [told] = asked(self.policy, opened(), TicketOpened)

        assert isinstance(told, TicketAcknowledged)
        assert (told.ticket_id, told.automatic, told.at) == ("T-1", True, NINE)

    def test_once(self):
        done = going_on(opened(), decisions.acknowledge, automatic=False, at=NINE + MINUTE)

        assert asked(self.policy, done, TicketOpened) == []

    @pytest.mark.parametrize(
        ("step", "facts"), [("cancel", {"reason": "?"}), ("merge", {"into": "T-2"})]
    )
    def test_not_when_it_is_over(self, step, facts):
        over = going_on(opened(), getattr(decisions, step), at=NINE + MINUTE, **facts)

        assert asked(self.policy, over, TicketOpened) == []

    def test_nothing_else_moves_it(self):
        for recorded in on_record(*EVERY_KIND_OF_EVENT):
            assert bool(self.policy.react(recorded)) == isinstance(recorded.event, TicketOpened)

    def test_a_promise_under_an_unknown_standard_is_not_touched(self):
        with pytest.raises(UnknownStandardError, match=r"'operations_manual_2025@1' .* are none"):
            asked(AcknowledgeAtOnce(NO_BOOK), opened(), TicketOpened)
        with pytest.raises(UnknownCalendarError, match="'elsewhere@2'"):
            asked(self.policy, opened(calendar="elsewhere@2"), TicketOpened)

    def test_it_has_a_name_and_a_version_on_record(self):
        assert (self.policy.name, self.policy.version) == ("acknowledgement", "1")


class TestStartingLevel:
    """Complex cases start with the supervisor, special ones and emergencies above (2.1d)."""

    policy = StartAtTheRightLevel(BOOK)

    def classified(self, kind):
        return going_on(
            opened(), decisions.classify, priority=Priority.A, kind=kind, at=NINE + MINUTE
        )

    @pytest.mark.parametrize(
        ("kind", "level"),
        [
            (Kind.COMPLEX, Level.SUPERVISOR),
            (Kind.SPECIAL, Level.MANAGER),
            (Kind.EMERGENCY, Level.MANAGER),
        ],
    )
    def test_by_the_kind_of_case(self, kind, level):
        [told] = asked(self.policy, self.classified(kind), TicketClassified)

        assert isinstance(told, TicketEscalated)
        assert (told.to, told.clause, told.rung) == (level, "om2025:2.1d", "at_once")
        assert told.at == told.due == NINE + MINUTE

    def test_general_cases_begin_with_the_staff(self):
        assert asked(self.policy, self.classified(Kind.GENERAL), TicketClassified) == []

    def test_nobody_is_told_twice(self):
        history = self.classified(Kind.COMPLEX)
        history += asked(self.policy, history, TicketClassified)

        assert asked(self.policy, history, TicketClassified) == []

    def test_not_when_it_is_over(self):
        over = going_on(self.classified(Kind.SPECIAL), decisions.cancel, reason="?", at=ELEVEN)

        assert asked(self.policy, over, TicketClassified) == []

    def test_nothing_else_moves_it(self):
        for recorded in on_record(*EVERY_KIND_OF_EVENT):
            assert bool(self.policy.react(recorded)) == isinstance(recorded.event, TicketClassified)

    def test_a_promise_under_an_unknown_standard_is_not_touched(self):
        with pytest.raises(UnknownStandardError):
            asked(StartAtTheRightLevel(NO_BOOK), self.classified(Kind.COMPLEX), TicketClassified)

    def test_it_has_a_name_and_a_version_on_record(self):
        assert (self.policy.name, self.policy.version) == ("starting_level", "1")


@attrs.frozen
class Passed:
    """A deadline that has passed, as the list tells it."""

    subject: str
    told_by: str = "ticket/T-1#2"
    correlation_id: str = "call-7"


class TestEscalation:
    """Whenever a deadline comes near or passes, the next level is told (2.2e)."""

    policy = EscalateByDeadline(BOOK, VERBS)
    acknowledged = going_on(opened_as("A"), decisions.acknowledge, automatic=True, at=NINE)

    def decided(self, history, *, now):
        [due] = self.policy.what_is_due([Passed("ticket/T-1")], now=now)
        return list(due.decide(given(*history)))

    def test_the_ticket_decides_what_was_really_reached(self):
        assert self.decided(self.acknowledged, now=NINE + HOUR) == []
        assert [type(each) for each in self.decided(self.acknowledged, now=ELEVEN + SECOND)] == [
            TicketWarned,
            TicketEscalated,
        ]

    def test_a_ticket_answered_a_moment_ago_is_left_alone(self):
        answered = going_on(self.acknowledged, decisions.answer, by="Lin", at=NINE + HOUR)

        assert self.decided(answered, now=ELEVEN + SECOND) == []

    def test_each_case_is_looked_at_once_however_many_deadlines_it_has(self):
        passed = [Passed("ticket/T-2", told_by="first"), Passed("ticket/T-1"), Passed("ticket/T-2")]
        due = self.policy.what_is_due(passed, now=ELEVEN)

        assert [(each.subject, each.told_by) for each in due] == [
            ("ticket/T-2", "first"),
            ("ticket/T-1", "ticket/T-1#2"),
        ]
        assert {each.correlation_id for each in due} == {"call-7"}

    def test_each_kind_of_case_is_looked_at_in_its_own_way_under_its_own_promises(self):
        told = []

        def look(case, /, *, at, terms):
            told.append((case.id, at, terms.targets))
            return ["done"]

        policy = EscalateByDeadline(BOOK, {"ticket": decisions.escalate_if_due, "parcel": look})
        [due] = policy.what_is_due([Passed("parcel/T-1")], now=ELEVEN)

        assert due.decide(given(*self.acknowledged)) == ["done"]
        assert told == [("T-1", ELEVEN, ())]

    def test_nothing_passed_nothing_due(self):
        assert self.policy.what_is_due([], now=ELEVEN) == []

    def test_a_promise_under_an_unknown_standard_is_not_touched(self):
        [due] = EscalateByDeadline(NO_BOOK, VERBS).what_is_due([Passed("ticket/T-1")], now=ELEVEN)

        with pytest.raises(UnknownStandardError):
            due.decide(given(*self.acknowledged))

    def test_it_has_a_name_and_a_version_on_record(self):
        assert (self.policy.name, self.policy.version) == ("escalation", "1")

    @given_any(st.lists(st.timedeltas(timedelta(), timedelta(days=9)), min_size=1, max_size=6))
    def test_whoever_looks_and_however_often_the_same_is_told(self, looks):
        history = self.acknowledged
        for look in sorted(looks):
            history = history + self.decided(history, now=NINE + look)
        at_once = self.decided(self.acknowledged, now=NINE + max(looks))

        told = history[len(self.acknowledged) :]
        assert [(e.clock, e.rung, e.due) for e in told] == [
            (e.clock, e.rung, e.due) for e in at_once
        ]


def test_policies_look_at_the_event_alone():
    """The same event, the same wish: nothing is remembered between two."""
    [recorded, *_] = on_record(*opened())
    assert isinstance(recorded, Recorded)
    once, again = (AcknowledgeAtOnce(BOOK).react(recorded) for _ in range(2))

    assert [each.subject for each in once] == [each.subject for each in again]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.__name__)
def test_a_policy_reacts_to_nothing_it_does_not_listen_to(policy):
    """Else it would miss what passes it by unread."""
    for cls in CATALOGUE.classes().values():
        event = object.__new__(cls)
        object.__setattr__(event, "at", NINE)
        recorded = Recorded(
            event=event,
            position=1,
            stream=stream_of("ticket/T-1"),
            version=1,
            subject="ticket/T-1",
            recorded_at=NINE,
            provenance=Provenance(actor="Lin"),
        )
        if cls not in policy.listens:
            assert policy(BOOK).react(recorded) == []
