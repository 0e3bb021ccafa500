"""The counter for complaints: every verb, at the moment told or now, by whoever asked."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore import Level, RefusedError, ServiceDesk, UnknownTicketError
from servicecore.desk import ComplaintExistsError, UnknownComplaintError
from servicecore.domain.complaint import (
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintResponseStarted,
    CustomerNotSatisfiedError,
    Measure,
    Outcome,
    Status,
    UnknownCategoryError,
)
from servicecore.domain.moments import NaiveMomentError
from servicecore.domain.refusals import IncompleteError

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Monday, nine in Shanghai.
REQUEST = {
    "customer_id": "Acme",
    "product": "pump",
    "model": "P-200",
    "fault": "it leaks",
    "contact": "Ms Lin",
}
COMPLAINT = {"customer_id": "Acme", "what": "nobody ever calls back"}
REGISTERED = {"by": "Li", "contact": "Ms Lin", "demand": "a call"}
CALL = Measure(what="call back", department="service", person="Wu", due=NINE + HOUR)
REPORT = {
    "by": "Wu",
    "facts": "nobody called",
    "course": "the list was lost",
    "result": "called, and apologised",
    "cause": "one list for two teams",
    "improvement": "a list for each team",
    "prevention": "lists are checked every evening",
}
#: The usual course, verb by verb, and what the complaint shows after each.
COURSE = [
    ("register", REGISTERED, "status", Status.IN_HAND),
    ("acknowledge", {"by": "Li"}, "acknowledged_at", NINE),
    (
        "classify",
        {"category": "service_attitude", "by": "Li"},
        "category.value",
        "service_attitude",
    ),
    ("assess", {"severity": "complex", "by": "Li", "reason": "?"}, "severity.value", "complex"),
    ("assign", {"to": "Wu", "department": "quality"}, "handler", "Wu"),
    ("set_team", {"members": {"Wu": "quality", "Li": "sales"}}, "team.__len__", 2),
    ("investigate", {"by": "Wu", "facts": "the list was lost"}, "investigated_at", NINE),
    ("find_cause", {"by": "Wu", "cause": "one list"}, "cause", "one list"),
    ("answer", {"by": "Wu", "answer": "we look into it"}, "answered_at", NINE),
    ("inform", {"by": "Wu", "news": "on Friday"}, "status", Status.IN_HAND),
    ("propose_solution", {"by": "Wu", "solution": "two", "met": ["a", "b"]}, "solution", "two"),
    ("plan", {"measures": [CALL], "by": "Wu"}, "measures", (CALL,)),
    ("carry_out", {"number": 1, "by": "Wu", "result": "called"}, "measures_left", ()),
    ("feed_back", {"by": "Wu", "result": "we called"}, "status", Status.FED_BACK),
    ("satisfy", {"asked_by": "Li"}, "status", Status.SATISFIED),
    ("close", {"by": "Li"}, "status", Status.CLOSED),
    ("report", REPORT, "reported_at", NINE),
]
ROUND = COURSE[10:14]
DISSATISFIED = ("dissatisfy", {"asked_by": "Li", "reason": "rude"})
EXHAUSTED = ("exhaust", {"by": "Wu", "reason": "nothing left", "alternatives": ["the court"]})


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", clock=lambda: NINE) as desk:
        yield desk


@pytest.fixture
def received(desk):
    desk.complaints.receive("C-1", **COMPLAINT)
    return desk


def follow(desk, course, **facts):
    for verb, told, *_ in course:
        receipt = getattr(desk.complaints, verb)("C-1", **told, **facts)
    return receipt


def shown(complaint, path):
    for name in path.split("."):
        complaint = getattr(complaint, name)
    return complaint() if callable(complaint) else complaint


def told(desk):
    return [type(each.event).__name__ for each in desk.complaints.history("C-1")]


class TestReceiving:
    def test_is_about_a_ticket_that_there_is(self, desk):
        head = desk.log.head()
        with pytest.raises(UnknownTicketError, match="there is no ticket 'T-9'"):
            desk.complaints.receive("C-1", **COMPLAINT, ticket_id="T-9", at=NINE)
        assert desk.log.head() == head

    def test_keeps_everything_told(self, desk):
        desk.tickets.open("T-1", **REQUEST, at=NINE)
        desk.complaints.receive(
            "C-1",
            **COMPLAINT,
            channel="mailbox",
            ticket_id="T-1",
            product="pump",
            model="P-200",
            delivery="D-7",
            person="Zhao",
            at=NINE + HOUR,
        )
        complaint = desk.complaints.get("C-1")
        assert (complaint.customer_id, complaint.what) == tuple(COMPLAINT.values())
        assert (complaint.channel, complaint.opened_at) == ("mailbox", NINE + HOUR)
        about = complaint.about
        assert (about.ticket_id, about.product, about.model) == ("T-1", "pump", "P-200")
        assert (about.delivery, about.person) == ("D-7", "Zhao")
        assert complaint.standard == "operations_manual_2025@1"

    def test_takes_a_number_once(self, received):
        with pytest.raises(ComplaintExistsError, match="C-1 was received at 2025-03-03T01:00:00"):
            received.complaints.receive("C-1", **COMPLAINT)

    def test_stores_nothing_of_what_is_incomplete(self, desk):
        with pytest.raises(IncompleteError, match="what must not be empty"):
            desk.complaints.receive("C-1", **{**COMPLAINT, "what": ""})
        assert desk.log.head() == 0

    def test_counts_working_days_on_the_calendar_of_the_desk(self):
        with ServiceDesk.open("memory:", standard="tender_standard") as desk:
            desk.complaints.receive(
                "C-1", **COMPLAINT, at=datetime(2024, 2, 1, 1, tzinfo=timezone.utc)
            )
            promise = desk.complaints.get("C-1").promises["preliminary_answer", 1]
            # Sunday the 4th was worked; the office closes at six.
            assert promise.due == datetime(2024, 2, 7, 10, tzinfo=timezone.utc)
            assert promise.calendar == "china_office@1"


class TestEveryVerb:
    @pytest.mark.parametrize("n", range(len(COURSE)), ids=[each[0] for each in COURSE])
    def test_goes_on_record_now(self, received, n):
        receipt = follow(received, COURSE[: n + 1])
        _, _, path, value = COURSE[n]
        assert receipt.events[-1].at == NINE
        assert shown(received.complaints.get("C-1"), path) == value

    @pytest.mark.parametrize("n", range(len(COURSE)), ids=[each[0] for each in COURSE])
    def test_or_at_the_moment_told_in_any_zone(self, received, n):
        in_shanghai = (NINE + HOUR).astimezone(timezone(timedelta(hours=8)))
        receipt = follow(received, COURSE[: n + 1], at=in_shanghai)
        assert receipt.events[-1].at == NINE + HOUR

    @pytest.mark.parametrize("n", range(len(COURSE)), ids=[each[0] for each in COURSE])
    def test_refuses_a_moment_without_an_offset(self, received, n):
        verb, facts, *_ = COURSE[n]
        with pytest.raises(NaiveMomentError):
            getattr(received.complaints, verb)("C-1", **facts, at=NINE.replace(tzinfo=None))
        assert received.log.head() == 1

    @pytest.mark.parametrize(
        ("verb", "facts"), [each[:2] for each in COURSE] + [DISSATISFIED, EXHAUSTED]
    )
    def test_refuses_a_complaint_that_is_not_there(self, received, verb, facts):
        with pytest.raises(UnknownComplaintError, match="there is no complaint 'C-9'"):
            getattr(received.complaints, verb)("C-9", **facts)

    def test_those_that_follow_a_customer_who_is_not_satisfied(self, received):
        follow(received, [*COURSE[:14], DISSATISFIED])
        assert received.complaints.get("C-1").rounds == 2
        follow(received, [*ROUND, DISSATISFIED, EXHAUSTED, COURSE[15]])
        assert received.complaints.get("C-1").outcome is Outcome.EXHAUSTED
        assert received.complaints.get("C-1").alternatives == ("the court",)

    def test_a_moment_in_which_it_happened_may_be_told_at_the_registration(self, received):
        received.complaints.register("C-1", **REGISTERED, happened_at=NINE - HOUR)
        assert received.complaints.history("C-1")[-1].event.happened_at == NINE - HOUR

    @pytest.mark.parametrize(
        ("verb", "facts", "message"),
        [
            ("classify", {"category": "rude", "by": "Li"}, "must be one of .* other, got 'rude'"),
            ("assess", {"severity": "bad", "by": "Li", "reason": "?"}, "severity .* got 'bad'"),
        ],
    )
    def test_an_unknown_kind_is_refused(self, received, verb, facts, message):
        follow(received, COURSE[:1])
        with pytest.raises(UnknownCategoryError, match=message):
            getattr(received.complaints, verb)("C-1", **facts)

    def test_a_refusal_leaves_the_record_as_it_was(self, received):
        follow(received, COURSE[:1])
        head = received.log.head()
        with pytest.raises(CustomerNotSatisfiedError, match="pdr"):
            received.complaints.close("C-1", by="Li")
        assert received.log.head() == head

    def test_a_command_is_carried_out_once_however_often_it_is_sent(self, received):
        follow(received, COURSE[:1])
        for _ in range(2):
            received.complaints.answer("C-1", by="Wu", answer="soon", command_id="c-1")
        answers = [
            e for e in received.complaints.history("C-1") if isinstance(e.event, ComplaintAnswered)
        ]
        assert len(answers) == 1

    def test_whoever_asked_is_on_record(self, received):
        received.complaints.register("C-1", **REGISTERED, actor="Li", role="staff")
        provenance = received.complaints.history("C-1")[-1].provenance
        assert (provenance.actor, provenance.role) == ("Li", "staff")


class TestWhatFollowsByItself:
    def test_a_bad_product_is_repaired(self, received):
        follow(received, COURSE[:1])
        received.complaints.classify("C-1", "product_quality", by="Li")
        repair = received.tickets.get("C-1-repair")
        assert (repair.customer_id, repair.fault) == ("Acme", "nobody ever calls back")
        assert repair.acknowledged_at == NINE
        told = received.tickets.history("C-1-repair")[0].provenance
        assert told.actor == "policy/complaint_repair"
        assert told.correlation_id == "complaint/C-1#3"
        assert told.causation_id == "complaint/C-1#4"

    def test_anything_else_is_not(self, received):
        follow(received, COURSE[:3])
        with pytest.raises(UnknownTicketError):
            received.tickets.get("C-1-repair")

    def test_a_major_one_is_everybodys_at_once(self, received):
        follow(received, COURSE[:1])
        received.complaints.assess("C-1", "major", by="Li", reason="in the press")
        assert told(received)[-2:] == ["ComplaintResponseStarted", "ComplaintEscalated"]
        assert received.complaints.get("C-1").level is Level.MANAGER
        (started,) = (
            each.event
            for each in received.complaints.history("C-1")
            if isinstance(each.event, ComplaintResponseStarted)
        )
        assert (started.at, len(started.levels)) == (NINE, 3)

    def test_a_dissatisfied_customer_is_handled_again(self, received):
        follow(received, [*COURSE[:14], DISSATISFIED])
        assert told(received)[-2:] == ["ComplaintDissatisfied", "ComplaintTakenUpAgain"]

    def test_with_workers_it_follows_when_they_come(self):
        with ServiceDesk.open("memory:", clock=lambda: NINE, react="worker") as desk:
            desk.complaints.receive("C-1", **COMPLAINT)
            follow(desk, [*COURSE[:14], DISSATISFIED])
            assert desk.complaints.get("C-1").status is Status.DISSATISFIED
            desk.run_due(NINE)
            assert desk.complaints.get("C-1").status is Status.IN_HAND
            assert desk.complaints.get("C-1").rounds == 2

    def test_no_policy_sets_anything_aside(self, received):
        follow(received, [*COURSE[:14], DISSATISFIED])
        received.complaints.assess("C-1", "major", by="Li", reason="in the press")
        assert [each.dead_letters for each in received.projects.status() if each.dead_letters] == []


class TestDeadlines:
    def test_climb_the_ladder_by_themselves(self, received):
        received.run_due(NINE + 24 * HOUR)
        assert received.complaints.get("C-1").level is Level.STAFF
        received.run_due(NINE + 24 * HOUR + SECOND)
        assert received.complaints.get("C-1").level is Level.SUPERVISOR
        received.run_due(NINE + 40 * HOUR)
        assert received.complaints.get("C-1").level is Level.MANAGER

    def test_are_told_once_by_the_policy_that_follows_them(self, received):
        for _ in range(2):
            received.run_due(NINE + 25 * HOUR)
        escalated = [
            each
            for each in received.complaints.history("C-1")
            if isinstance(each.event, ComplaintEscalated)
        ]
        assert [each.provenance.actor for each in escalated] == ["policy/escalation"]
        assert escalated[0].event.due == NINE + 24 * HOUR

    def test_the_desk_knows_when_to_wake_up(self, received):
        assert received.next_wake_up() == NINE + 0.8 * 24 * HOUR + timedelta(microseconds=1)
        follow(received, COURSE[:5])
        assert received.next_wake_up() is None

    def test_of_complaints_and_tickets_do_not_mix(self, received):
        received.tickets.open(
            "C-1",
            customer_id="Acme",
            product="pump",
            model="P-200",
            fault="it leaks",
            contact="Lin",
            priority="A",
        )
        received.run_due(NINE + 3 * HOUR)
        assert received.tickets.get("C-1").level is Level.SUPERVISOR
        assert received.complaints.get("C-1").level is Level.STAFF


class TestADurableDesk:
    def test_finds_its_complaints_again(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}"
        with ServiceDesk.open(url, clock=lambda: NINE) as desk:
            desk.complaints.receive("C-1", **COMPLAINT, person="Zhao")
            follow(desk, COURSE)
            before = desk.complaints.get("C-1")
        with ServiceDesk.open(url) as desk:
            assert desk.complaints.get("C-1") == before
            assert before.measures == (CALL,)

    def test_tells_nothing_of_them_among_its_tickets(self, received):
        before = received.reports.response_times()
        follow(received, COURSE)
        assert list(received.reports.response_times()) == list(before) == []


def test_nobody_knows_a_complaint_that_was_never_received(desk):
    for question in (desk.complaints.get, desk.complaints.history):
        with pytest.raises(UnknownComplaintError, match="there is no complaint 'C-1'") as unknown:
            question("C-1")
        assert isinstance(unknown.value, LookupError)
        assert not isinstance(unknown.value, RefusedError)
