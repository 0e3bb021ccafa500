"""The counters for customers, their revisits and their orders, with the policies at work."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import attrs
import pytest

from servicecore import RefusedError, ServiceDesk
from servicecore.desk import RecordExistsError, UnknownRecordError
from servicecore.domain.complaint import Measure
from servicecore.domain.relationship import (
    Answers,
    NoConsentError,
    RevisitStatus,
    TooFewPointsError,
)
from servicecore.domain.standard import UnknownStandardError

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
DELIVERED = date(2025, 3, 3)
DAY, HOUR, MICROSECOND = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
FILE = {"name": "Acme Ltd", "contact": "Ms Lin", "kind": "factory", "responsible": "Li"}
ANSWERS = Answers(
    function="works",
    performance="fast enough",
    quality="solid",
    speed=4,
    ability=5,
    problems=("leaks",),
)
REQUEST = {"product": "pump", "model": "P-200", "fault": "leaks", "contact": "Ms Lin"}


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="project_service_plan") as desk:
        desk.relationships.open("Acme", **FILE, at=MONDAY)
        desk.relationships.give_consent("Acme", evidence="form 7", at=MONDAY)
        yield desk


@pytest.fixture
def delivered(desk):
    desk.relationships.deliver("Acme", "D-1", product="pump", delivered_on=DELIVERED, at=MONDAY)
    return desk


def names(desk):
    return [type(each.event).__name__ for each in desk.relationships.history("Acme")]


def rules(desk, name):
    """Return under which rules events of that name are on record."""
    history = desk.relationships.history("Acme")
    return {each.provenance.rule for each in history if type(each.event).__name__ == name}


class TestTheFile:
    def test_is_opened_once(self, desk):
        with pytest.raises(RecordExistsError, match="relationship 'Acme'"):
            desk.relationships.open("Acme", **FILE, at=MONDAY)

    def test_must_be_there(self, desk):
        with pytest.raises(UnknownRecordError, match="no relationship 'Bolt'"):
            desk.relationships.deliver("Bolt", "D-1", product="pump", delivered_on=DELIVERED)
        with pytest.raises(UnknownRecordError):
            desk.revisits.of_customer("Bolt")

    def test_is_corrected_and_graded(self, desk):
        desk.relationships.correct("Acme", contact="Mr Wu", reason="she left", at=MONDAY)
        desk.relationships.grade("Acme", "key", reason="grew", at=MONDAY)
        file = desk.relationships.get("Acme")
        assert (file.contact, file.name, file.grade.value) == ("Mr Wu", "Acme Ltd", "key")

    def test_stores_nothing_of_what_is_refused(self, desk):
        before = desk.log.head()
        with pytest.raises(TooFewPointsError):
            desk.relationships.spend_points("Acme", 1, on="a seal", at=MONDAY)
        with pytest.raises(RefusedError):
            desk.relationships.sign_contract("Acme", "K-1", until=date(2024, 1, 1), at=MONDAY)
        assert desk.log.head() == before

    def test_takes_a_command_once(self, desk):
        for _ in range(2):
            desk.relationships.earn_points(
                "Acme", 5, reason="order", at=MONDAY, command_id="points-1"
            )
        assert desk.relationships.get("Acme").points == 5

    def test_tells_name_and_contact_where_they_are_needed_only(self, delivered):
        desk = delivered
        desk.revisits.hold("Acme", 1, by="Li", answers=ANSWERS, at=MONDAY)
        desk.relationships.correct("Acme", contact="Mr Wu", reason="she left", at=MONDAY)
        telling = {
            type(each.event).__name__
            for each in desk.relationships.history("Acme")
            if any(told in attrs.astuple(each.event) for told in ("Ms Lin", "Mr Wu", "Acme Ltd"))
        }
        assert telling == {"RelationshipOpened", "RelationshipCorrected"}


class TestRevisits:
    def test_are_planned_of_customers_with_a_file(self, desk):
        expected = r"no relationship 'Bolt'; first comes the customer's file: relationships\.open"
        with pytest.raises(UnknownRecordError, match=expected):
            desk.revisits.plan("Bolt", on=date(2025, 4, 1), content="use", clause="x")

    def test_plan_themselves_and_say_by_which_rule(self, delivered):
        revisits = delivered.revisits.of_customer("Acme")
        assert [each.planned_on for each in revisits] == [
            date(2025, 4, 3),
            date(2025, 6, 3),
            date(2025, 9, 3),
        ]
        assert rules(delivered, "RevisitPlanned") == {"revisits"}

    def test_are_there_to_do_on_their_day(self, delivered):
        opening = datetime(2025, 4, 3, 1, tzinfo=timezone.utc)
        delivered.run_due(opening)
        assert delivered.revisits.of_customer("Acme")[0].status is RevisitStatus.PLANNED
        assert delivered.next_wake_up() == opening + MICROSECOND
        delivered.run_due(opening + MICROSECOND)
        assert delivered.revisits.of_customer("Acme")[0].status is RevisitStatus.DUE

    def test_that_were_held_are_not_missed(self, delivered):
        for number in (1, 2, 3):
            delivered.revisits.hold("Acme", number, by="Li", answers=ANSWERS, at=MONDAY)
        delivered.run_due(datetime(2025, 12, 1, tzinfo=timezone.utc))
        assert "RevisitMissed" not in names(delivered)

    def test_can_be_moved_called_off_and_added(self, delivered):
        revisits = delivered.revisits
        revisits.reschedule("Acme", 1, on=date(2025, 4, 5), reason="asked", at=MONDAY)
        revisits.call_off("Acme", 2, reason="asked", at=MONDAY)
        told = {"content": "the new model", "clause": "house choice", "manner": "mail"}
        revisits.plan("Acme", on=date(2025, 3, 8), **told, at=MONDAY)
        assert [(e.planned_on, e.status.value) for e in revisits.of_customer("Acme")] == [
            (date(2025, 4, 7), "planned"),  # A Monday: from Friday on it is Qingming.
            (date(2025, 6, 3), "called_off"),
            (date(2025, 9, 3), "planned"),
            (date(2025, 3, 10), "planned"),
        ]

    def test_need_consent(self, delivered):
        delivered.relationships.withdraw_consent("Acme", at=MONDAY)
        delivered.run_due(datetime(2025, 12, 1, tzinfo=timezone.utc))
        assert "RevisitDue" not in names(delivered)
        told = {"content": "the new model", "clause": "house choice"}
        with pytest.raises(NoConsentError):
            delivered.revisits.plan("Acme", on=date(2025, 3, 8), **told, at=MONDAY)

    def test_come_again_with_the_consent(self, delivered):
        delivered.relationships.withdraw_consent("Acme", at=MONDAY)
        later = datetime(2025, 5, 5, 1, tzinfo=timezone.utc)
        delivered.relationships.give_consent("Acme", evidence="mail", at=later)
        to_come = [e for e in delivered.revisits.of_customer("Acme") if e.is_to_come]
        assert [each.planned_on for each in to_come] == [date(2025, 6, 3), date(2025, 9, 3)]

    def test_lead_to_findings_that_are_routed_and_learnt_from(self, delivered):
        delivered.revisits.hold("Acme", 1, by="Li", answers=ANSWERS, at=MONDAY)
        [finding] = delivered.revisits.findings("Acme")
        assert (finding.what, finding.department) == ("leaks", "technical_support")
        assert delivered.improvements.get("Acme-finding-1").about == "leaks"
        delivered.revisits.route_finding("Acme", 1, to="repair", at=MONDAY)
        delivered.revisits.answer_finding("Acme", 1, by="Wu", answer="a new seal", at=MONDAY)
        delivered.revisits.rate_answer("Acme", 1, by="Li", is_satisfied=True, at=MONDAY)
        [finding] = delivered.revisits.findings("Acme")
        assert (finding.department, finding.is_settled) == ("repair", True)

    def test_follow_a_complaint(self, desk):
        told_at = complained(desk)
        [revisit] = desk.revisits.of_customer("Acme")
        assert revisit.nominal_on == told_at.date() + 3 * DAY
        assert (revisit.complaint_id, revisit.manner.value) == ("C-1", "on_site")
        desk.complaints.dissatisfy("C-1", asked_by="Li", reason="rude", at=told_at)
        again(desk, told_at + DAY)
        assert len(desk.revisits.of_customer("Acme")) == 2

    def test_are_not_planned_again_by_another_desk(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}"
        with ServiceDesk.open(url, standard="project_service_plan") as desk:
            desk.relationships.open("Acme", **FILE, at=MONDAY)
            facts = {"product": "pump", "delivered_on": DELIVERED, "at": MONDAY}
            desk.relationships.deliver("Acme", "D-1", **facts)
            planned = desk.revisits.of_customer("Acme")
        with ServiceDesk.open(url, standard="project_service_plan") as desk:
            desk.run_due(MONDAY)
            assert desk.revisits.of_customer("Acme") == planned
            assert len(planned) == 3


def complained(desk) -> datetime:
    """Hear a complaint of Acme through to its outcome, and return when that was told."""
    complaints = desk.complaints
    complaints.receive("C-1", customer_id="Acme", what="nobody calls", at=MONDAY)
    complaints.register("C-1", by="Li", contact="Ms Lin", demand="a call", at=MONDAY)
    complaints.investigate("C-1", by="Wu", facts="the list was lost", at=MONDAY)
    complaints.find_cause("C-1", by="Wu", cause="one list", at=MONDAY)
    again(desk, MONDAY)
    return MONDAY


def again(desk, at):
    complaints = desk.complaints
    complaints.propose_solution("C-1", by="Wu", solution="two lists", at=at)
    call = Measure(what="call", department="service", person="Wu", due=at)
    complaints.plan("C-1", [call], by="Wu", at=at)
    complaints.carry_out(
        "C-1", len(complaints.get("C-1").measures), by="Wu", result="called", at=at
    )
    complaints.feed_back("C-1", by="Wu", result="we called", at=at)


class TestRecovery:
    """We let a customer down several times at once: that makes one recovery."""

    def test_is_one_for_three_failures(self, desk):
        complained(desk)
        desk.complaints.dissatisfy("C-1", asked_by="Li", reason="rude", at=MONDAY)
        for ticket_id in ("T-1", "T-2"):
            desk.tickets.open(ticket_id, customer_id="Acme", **REQUEST, at=MONDAY)
        desk.run_due(MONDAY + 2 * HOUR)
        recovery = desk.relationships.get("Acme").recovery
        assert recovery.reason == "complaint/C-1 was not settled: rude"
        assert names(desk).count("RecoveryBegun") == 1

    def test_begins_anew_when_the_last_one_has_ended(self, desk):
        desk.tickets.open("T-1", customer_id="Acme", **REQUEST, at=MONDAY)
        desk.run_due(MONDAY + HOUR + MICROSECOND)
        recovery = desk.relationships.get("Acme").recovery
        assert recovery.reason == "ticket/T-1: first_response was late"
        later = MONDAY + HOUR + MICROSECOND
        desk.relationships.end_recovery("Acme", by="Li", outcome="a gift", at=later)
        desk.run_due(MONDAY + 2 * HOUR)
        assert desk.relationships.get("Acme").recovery.number == 2

    def test_can_be_begun_by_hand(self, desk):
        facts = {"reason": "the lorry came late", "because_of": "a call"}
        desk.relationships.begin_recovery("Acme", **facts, at=MONDAY)
        with pytest.raises(RefusedError, match="one at a time"):
            desk.relationships.begin_recovery("Acme", **facts, at=MONDAY)

    def test_writes_nothing_for_customers_without_a_file(self, desk):
        desk.tickets.open("T-1", customer_id="Bolt", **REQUEST, at=MONDAY)
        desk.run_due(MONDAY + 2 * HOUR)
        with pytest.raises(UnknownRecordError):
            desk.relationships.get("Bolt")


class TestStandingAndContracts:
    def test_a_contract_is_told_of_before_it_ends(self, desk):
        desk.relationships.sign_contract("Acme", "K-1", until=date(2025, 12, 31), at=MONDAY)
        desk.run_due(datetime(2025, 12, 1, tzinfo=timezone.utc))
        assert names(desk)[-1] == "ContractEnding"
        at = datetime(2025, 12, 2, tzinfo=timezone.utc)
        desk.relationships.renew_contract("Acme", "K-1", until=date(2026, 12, 31), at=at)
        desk.run_due(datetime(2026, 2, 1, tzinfo=timezone.utc))
        assert names(desk)[-1] == "ContractRenewed"

    def test_who_leaves_and_comes_back_is_revisited_again(self, delivered):
        counter = delivered.relationships
        counter.mark_at_risk("Acme", reason="silent", at=MONDAY)
        counter.clear_risk("Acme", reason="ordered", at=MONDAY)
        counter.lose("Acme", reason="too dear", at=MONDAY)
        assert [e for e in delivered.revisits.of_customer("Acme") if e.is_to_come] == []
        counter.win_back("Acme", reason="a discount", at=MONDAY)
        assert len([e for e in delivered.revisits.of_customer("Acme") if e.is_to_come]) == 3

    def test_benefits_are_granted(self, desk):
        desk.relationships.grant_benefit("Acme", "priority", reason="loyal", at=MONDAY)
        assert desk.relationships.get("Acme").benefits == ("priority",)


class TestOrders:
    def test_confirmed_are_purchases(self, desk):
        for order_id in ("O-1", "O-2"):
            desk.orders.place(order_id, customer_id="Acme", what="seals", at=MONDAY)
            desk.orders.confirm(order_id, by="Chen", at=MONDAY)
        assert desk.relationships.get("Acme").purchases == ("O-1", "O-2")
        recorded = [each.event for each in desk.relationships.history("Acme")][-2:]
        assert [each.is_repurchase for each in recorded] == [False, True]

    def test_are_placed_once_and_followed(self, desk):
        desk.orders.place("O-1", customer_id="Bolt", what="seals", at=MONDAY)
        with pytest.raises(RecordExistsError):
            desk.orders.place("O-1", customer_id="Bolt", what="seals", at=MONDAY)
        desk.orders.follow_up("O-1", by="Sun", result="asked", at=MONDAY + 4 * HOUR)
        desk.orders.cancel("O-1", reason="sold out", at=MONDAY + 5 * HOUR)
        assert desk.orders.get("O-1").status.value == "cancelled"
        assert len(desk.orders.history("O-1")) == 3
        with pytest.raises(UnknownRecordError, match="no order 'O-2'"):
            desk.orders.confirm("O-2", by="Chen", at=MONDAY)


def test_workers_do_what_the_desk_would_have_done():
    """Whether policies follow at once or later, the same stands in the file."""
    told = []
    for react in ("inline", "worker"):
        with ServiceDesk.open("memory:", standard="project_service_plan", react=react) as desk:
            desk.relationships.open("Acme", **FILE, at=MONDAY)
            desk.relationships.give_consent("Acme", evidence="form 7", at=MONDAY)
            facts = {"product": "pump", "delivered_on": DELIVERED, "at": MONDAY}
            desk.relationships.deliver("Acme", "D-1", **facts)
            desk.tickets.open("T-1", customer_id="Acme", **REQUEST, at=MONDAY)
            desk.run_due(MONDAY + 2 * HOUR)
            told.append(sorted(names(desk)))
    assert told[0] == told[1]
    assert told[0].count("RevisitPlanned") == 3


class TestAContractWithAStandardOfItsOwn:
    """What a contract promises, counts for the customer while it is in force."""

    @pytest.fixture
    def contracted(self, desk):
        desk.relationships.open("Beta", **FILE, at=MONDAY)
        desk.relationships.sign_contract(
            "Beta",
            "S-1",
            until=date(2025, 6, 30),
            served_under="tender_standard@1",
            at=MONDAY,
        )
        return desk

    @staticmethod
    def opened(desk, number, customer, at):
        facts = {"product": "pump", "model": "P", "fault": "it leaks", "contact": "Lin"}
        desk.tickets.open(number, customer_id=customer, at=at, **facts)
        return desk.tickets.get(number)

    def test_its_requests_are_served_under_that(self, contracted):
        ticket = self.opened(contracted, "T-1", "Beta", MONDAY)
        assert ticket.standard == "tender_standard@1"
        assert ticket.promises["first_response", 1].clause == "tender:1.2a"

    def test_and_its_complaints(self, contracted):
        contracted.complaints.receive(
            "C-1", customer_id="Beta", what="slow", channel="mail", at=MONDAY
        )
        assert contracted.complaints.get("C-1").standard == "tender_standard@1"

    def test_those_of_others_are_not(self, contracted):
        assert self.opened(contracted, "T-1", "Acme", MONDAY).standard != "tender_standard@1"

    def test_when_it_is_over_all_is_as_before(self, contracted):
        last = datetime(2025, 6, 30, 15, 59, tzinfo=timezone.utc)
        assert self.opened(contracted, "T-1", "Beta", last).standard == "tender_standard@1"
        after = self.opened(contracted, "T-2", "Beta", last + timedelta(minutes=1))
        assert after.standard == contracted.standard.reference

    def test_renewed_it_goes_on(self, contracted):
        contracted.relationships.renew_contract("Beta", "S-1", until=date(2026, 6, 30), at=MONDAY)
        july = datetime(2025, 7, 10, 3, tzinfo=timezone.utc)
        assert self.opened(contracted, "T-1", "Beta", july).standard == "tender_standard@1"

    def test_a_standard_that_the_desk_does_not_know_is_refused(self, desk):
        desk.relationships.open("Beta", **FILE, at=MONDAY)
        with pytest.raises(UnknownStandardError, match="'ours@7'"):
            desk.relationships.sign_contract(
                "Beta", "S-1", until=date(2026, 1, 1), served_under="ours@7", at=MONDAY
            )
        assert desk.relationships.get("Beta").contracts == {}
