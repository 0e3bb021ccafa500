"""The counter for tickets: every verb, at the moment told or now, by whoever asked."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore import (
    Kind,
    Level,
    Priority,
    RefusedError,
    ServiceDesk,
    Status,
    TicketExistsError,
    UnknownTicketError,
)
from servicecore.domain.moments import NaiveMomentError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.ticket import (
    TicketAcknowledged,
    TicketAnswered,
    TicketClassified,
    TicketOpened,
    UnknownPriorityError,
)
from tests.moments import HOUR, MINUTE, NINE, REQUEST

#: Every verb of the counter on an open ticket, and what the ticket shows then.
VERBS = [
    ("assign", {"to": "Lin", "team": "pumps"}, "assignee", "Lin"),
    ("answer", {"by": "Lin"}, "answered_at", NINE),
    ("pause", {"reason": "parts"}, "status", Status.PAUSED),
    ("resolve", {"by": "Lin", "solution": "a seal"}, "status", Status.RESOLVED),
    ("cancel", {"reason": "sold it"}, "status", Status.CANCELLED),
    ("change_priority", {"priority": "C", "reason": "a drop"}, "priority", Priority.C),
    ("receive_message", {"text": "hello?"}, "status", Status.OPEN),
    ("note", {"by": "Lin", "text": "called back"}, "status", Status.OPEN),
    ("diagnose", {"by": "Lin", "finding": "a seal"}, "status", Status.OPEN),
    (
        "offer_solution",
        {"by": "Lin", "solution": "a seal", "responsible": "Wu", "ready_by": NINE, "cost": "20"},
        "status",
        Status.OPEN,
    ),
    ("record_work", {"by": "Wu", "work": "a seal", "on_site": True}, "status", Status.OPEN),
]


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", clock=lambda: NINE) as desk:
        yield desk


@pytest.fixture
def opened(desk):
    """A desk with one ticket of class A."""
    desk.tickets.open("T-1", **REQUEST, priority="A")
    return desk


class TestOpening:
    """A request is taken in, acknowledged at once, and classified if its class is known."""

    def test_without_a_class(self, desk):
        desk.tickets.open("T-1", **REQUEST)

        told = [type(each.event) for each in desk.tickets.history("T-1")]
        assert told == [TicketOpened, TicketAcknowledged]

    def test_with_a_class(self, opened):
        told = [type(each.event) for each in opened.tickets.history("T-1")]

        assert told == [TicketOpened, TicketClassified, TicketAcknowledged]
        assert opened.tickets.get("T-1").priority is Priority.A
        assert opened.tickets.get("T-1").kind is Kind.GENERAL

    def test_a_case_that_starts_above_the_staff_does(self, desk):
        desk.tickets.open("T-1", **REQUEST, priority=Priority.B, kind="complex")
        desk.tickets.open("T-2", **REQUEST)
        desk.tickets.classify("T-2", "C", kind=Kind.EMERGENCY)

        assert desk.tickets.get("T-1").level is Level.SUPERVISOR
        assert desk.tickets.get("T-2").level is Level.MANAGER

    def test_everything_told_is_kept(self, desk):
        desk.tickets.open("T-1", **REQUEST, channel="mail", fault_at=NINE - HOUR, at=NINE + HOUR)
        event = desk.tickets.history("T-1")[0].event

        assert (event.channel, event.fault_at, event.at) == ("mail", NINE - HOUR, NINE + HOUR)
        assert {name: getattr(event, name) for name in REQUEST} == REQUEST

    def test_a_number_is_taken_once(self, opened):
        with pytest.raises(TicketExistsError, match="T-1 was opened at 2025-03-03T09:00:00"):
            opened.tickets.open("T-1", **REQUEST)

    @pytest.mark.parametrize("priority", ["D", "a", "", 1])
    def test_an_unknown_priority_is_refused_before_anything_is_stored(self, desk, priority):
        with pytest.raises(UnknownPriorityError, match=f"one of A, B, C, got {priority!r}"):
            desk.tickets.open("T-1", **REQUEST, priority=priority)
        assert desk.log.head() == 0

    @pytest.mark.parametrize("priority", ["A", None])
    def test_so_is_an_unknown_kind(self, desk, priority):
        with pytest.raises(UnknownPriorityError, match=r"must be one of general, c.*, got 'odd'"):
            desk.tickets.open("T-1", **REQUEST, priority=priority, kind="odd")
        assert desk.log.head() == 0

    def test_a_kind_without_a_priority_would_be_lost(self, desk):
        with pytest.raises(IncompleteError, match="T-1: a complex case needs its priority"):
            desk.tickets.open("T-1", **REQUEST, kind="complex")

    def test_an_empty_text_is_refused_before_anything_is_stored(self, desk):
        with pytest.raises(IncompleteError, match="fault must not be empty"):
            desk.tickets.open("T-1", **{**REQUEST, "fault": ""})
        assert desk.log.head() == 0


class TestEveryVerb:
    """Does what the domain decides, and tells where it stands."""

    @pytest.mark.parametrize(("verb", "facts", "shown", "value"), VERBS)
    def test_goes_on_record_now(self, opened, verb, facts, shown, value):
        receipt = getattr(opened.tickets, verb)("T-1", **facts)

        assert receipt.events[-1].at == NINE
        assert getattr(opened.tickets.get("T-1"), shown) == value
        for name, told in facts.items():
            on_record = getattr(receipt.events[-1], name)
            assert getattr(on_record, "value", on_record) == told

    @pytest.mark.parametrize(("verb", "facts"), [(verb, facts) for verb, facts, *_ in VERBS])
    def test_or_at_the_moment_told_in_any_zone(self, opened, verb, facts):
        in_shanghai = (NINE + MINUTE).astimezone(timezone(timedelta(hours=8)))
        receipt = getattr(opened.tickets, verb)("T-1", **facts, at=in_shanghai)

        assert receipt.events[-1].at == NINE + MINUTE
        assert receipt.events[-1].at.utcoffset() == timedelta()

    @pytest.mark.parametrize(("verb", "facts"), [(verb, facts) for verb, facts, *_ in VERBS])
    def test_refuses_a_moment_without_an_offset(self, opened, verb, facts):
        head = opened.log.head()

        with pytest.raises(NaiveMomentError, match="at needs a UTC offset"):
            getattr(opened.tickets, verb)("T-1", **facts, at=datetime(2025, 3, 3, 9))  # noqa: DTZ001
        assert opened.log.head() == head

    @pytest.mark.parametrize(("verb", "facts"), [(verb, facts) for verb, facts, *_ in VERBS])
    def test_refuses_a_ticket_that_is_not_there(self, opened, verb, facts):
        with pytest.raises(UnknownTicketError, match="there is no ticket 'T-9'"):
            getattr(opened.tickets, verb)("T-9", **facts)

    def test_those_that_follow_others(self, opened):
        do = opened.tickets
        do.pause("T-1", reason="parts")
        do.resume("T-1")
        assert do.get("T-1").status is Status.OPEN
        do.resolve("T-1", by="Lin", solution="a seal")
        do.confirm("T-1")
        assert do.get("T-1").status is Status.CLOSED
        do.reopen("T-1", reason="it leaks again")
        assert do.get("T-1").reopenings == 1
        do.resolve("T-1", by="Lin", solution="another seal")
        do.close("T-1")
        assert do.history("T-1")[-1].event.is_confirmed is False

    def test_by_hand_an_acknowledgement_is_not_automatic(self):
        with ServiceDesk.open("memory:", clock=lambda: NINE, react="worker") as desk:
            desk.tickets.open("T-1", **REQUEST)
            desk.tickets.acknowledge("T-1", at=NINE + MINUTE)

            assert desk.tickets.history("T-1")[-1].event.automatic is False
            desk.run_due(NINE + MINUTE)
            assert len(desk.tickets.history("T-1")) == 2

    def test_an_unknown_priority_is_refused(self, opened):
        for verb in ("classify", "change_priority"):
            facts = {"reason": "?"} if verb == "change_priority" else {}
            with pytest.raises(UnknownPriorityError, match="must be one of A, B, C, got"):
                getattr(opened.tickets, verb)("T-1", priority="D", **facts)

    def test_a_refusal_leaves_the_record_as_it_was(self, opened):
        head = opened.log.head()

        with pytest.raises(RefusedError):
            opened.tickets.resume("T-1")
        assert opened.log.head() == head


class TestMerging:
    """Into a ticket that is there."""

    def test_it_goes_on_in_the_other(self, opened):
        opened.tickets.open("T-2", **REQUEST)
        opened.tickets.merge("T-2", into="T-1")

        assert opened.tickets.get("T-2").merged_into == "T-1"

    def test_not_into_one_that_is_not_there(self, opened):
        with pytest.raises(UnknownTicketError, match="no ticket 'T-9'"):
            opened.tickets.merge("T-1", into="T-9")
        assert opened.tickets.get("T-1").status is Status.OPEN


class TestWhoAndWhy:
    """Who asked, as what, and why, goes on record with it."""

    def test_whoever_is_named(self, opened):
        opened.tickets.answer(
            "T-1",
            by="Lin",
            actor="Lin",
            role="engineer",
            command_id="c-1",
            correlation_id="call-7",
            causation_id="mail-3",
        )
        told = opened.tickets.history("T-1")[-1].provenance

        assert (told.actor, told.role, told.command_id) == ("Lin", "engineer", "c-1")
        assert (told.correlation_id, told.causation_id) == ("call-7", "mail-3")

    def test_the_desk_if_nobody_is(self, opened):
        assert opened.tickets.history("T-1")[0].provenance.actor == "desk"

    def test_a_policy_names_itself_and_the_event_it_followed(self, opened):
        told = opened.tickets.history("T-1")[2].provenance

        assert told.actor == "policy/acknowledgement"
        assert (told.rule, told.rule_version) == ("acknowledgement", "1")
        assert told.causation_id == told.correlation_id == "ticket/T-1#1"

    def test_a_chain_is_handed_on(self, desk):
        desk.tickets.open("T-1", **REQUEST, priority="A", correlation_id="call-7")
        desk.run_due(NINE + 3 * HOUR)
        told = {each.provenance.actor: each.provenance for each in desk.tickets.history("T-1")}

        assert {each.correlation_id for each in told.values()} == {"call-7"}
        assert told["policy/escalation"].causation_id == "ticket/T-1#2"
        assert (told["policy/escalation"].rule, told["policy/escalation"].rule_version) == (
            "escalation",
            "1",
        )

    def test_a_command_is_carried_out_once_however_often_it_is_sent(self, opened):
        once = opened.tickets.answer("T-1", by="Lin", command_id="c-1")
        again = opened.tickets.answer("T-1", by="Lin", command_id="c-1")

        assert again.repeated
        assert again.position == once.position
        told = [each.event for each in opened.tickets.history("T-1")]
        assert sum(isinstance(each, TicketAnswered) for each in told) == 1


def test_nobody_knows_a_ticket_that_was_never_opened(desk):
    """A lookup, and so a LookupError."""
    for question in (desk.tickets.get, desk.tickets.history):
        with pytest.raises(UnknownTicketError, match="there is no ticket 'T-1'") as unknown:
            question("T-1")
        assert isinstance(unknown.value, LookupError)
