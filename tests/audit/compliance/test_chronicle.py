"""Rules about the log itself: who did what when, in which order, because of what, and sealed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore.audit.compliance.chronicle import EVENT_RULES
from servicecore.audit.heads import record_heads
from servicecore.audit.keys import Signer
from servicecore.audit.sealer import Sealer
from servicecore.domain.events import Provenance, Recorded, stream_of
from servicecore.domain.ticket import events
from servicecore.storage import Change
from tests.regulations import office as manual

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS, after

KEY = Signer(name="service.example/log", seed=b"\x07" * 32)
RULES = {each.id.removeprefix("event."): each for each in EVENT_RULES}


def recorded(*, at=MONDAY, recorded_at=MONDAY, **known):
    return Recorded(
        event=events.TicketNoted(ticket_id="T-1", by="Wu", text="called", at=at),
        position=2,
        stream=stream_of("ticket/T-1"),
        version=2,
        subject="ticket/T-1",
        recorded_at=recorded_at,
        provenance=Provenance(**{"actor": "Wu", **known}),
    )


class TestEveryEvent:
    """Who, what, when, in order, and for a reason."""

    @pytest.mark.parametrize("rule", RULES)
    def test_what_the_desk_records_is_sound(self, office, rule):
        office.now = manual.MONDAY
        manual.opened(office.desk)
        history = office.desk.log.since(0)
        by_policies = [
            each for each in history if each.provenance.actor == "policy/acknowledgement"
        ]
        concerned = len(by_policies) if rule == "has_a_reason" else office.desk.log.head()
        assert concerned
        assert office.found(f"event.{rule}") == (PASS, concerned, ())

    @pytest.mark.parametrize("rule", RULES)
    def test_it_looks_at_the_events_of_the_period_alone(self, office, rule):
        manual.opened(office.desk)
        assert office.found(f"event.{rule}", period="2025-Q2") == (NOT_APPLICABLE, 0, ())

    def test_what_was_recorded_in_the_period_counts_whenever_it_happened(self, office):
        office.now = after(days=60)
        manual.opened(office.desk)
        both = [office.found("event.who_what_when", period=e)[1] for e in ("2025-Q1", "2025-Q2")]
        assert both == [office.desk.log.head()] * 2

    def test_what_nobody_did_is_found(self):
        assert RULES["who_what_when"].amiss(recorded(actor=" "), None) == "nobody is named for it"

    def test_a_clock_that_went_back_is_found(self):
        amiss = RULES["clock_order"].amiss
        before = recorded(recorded_at=after(seconds=1))
        assert amiss(recorded(), recorded()) == ""
        assert "before ticket/T-1#2" in amiss(recorded(), before)

    def test_what_was_recorded_before_it_happened_is_found(self, office):
        office.now = MONDAY - timedelta(seconds=1)
        manual.opened(office.desk)
        check = office.check("event.not_ahead")
        assert (check.verdict, check.failing[0]) == (FAIL, "ticket/T-1#1")
        assert check.findings[0].evidence == (1,)

    @pytest.mark.parametrize(
        ("known", "missing"),
        [
            ({}, "no rule, no version, no cause"),
            ({"rule": "escalation", "rule_version": "1"}, "no cause"),
            ({"rule": "escalation", "causation_id": "ticket/T-1#1"}, "no version"),
        ],
    )
    def test_what_a_policy_did_without_a_reason_is_found(self, known, missing):
        amiss = RULES["has_a_reason"].amiss(recorded(actor="policy/escalation", **known), None)
        assert amiss == f"policy/escalation did it, and tells {missing}"


class TestWhatIsRecordedLate:
    """A day is time enough to put on record what happened (house choice)."""

    def late(self, office, **time):
        office.now = after(**time)
        manual.opened(office.desk)
        return office.check("event.in_good_time")

    @pytest.mark.parametrize("time", [{}, {"hours": 14}, {"days": 1, "hours": 14, "minutes": 59}])
    def test_by_the_end_of_the_next_day_it_is_in_good_time(self, office, time):
        check = self.late(office, **time)  # It is nine in the morning on the first.
        assert (check.verdict, check.population) == (PASS, office.desk.log.head())

    def test_after_that_it_is_found(self, office):
        check = self.late(office, days=1, hours=15)
        assert check.verdict is FAIL
        assert check.failing[0] == "ticket/T-1#1"
        assert check.findings[0].evidence == (1,)
        assert check.findings[0].what.startswith("it was put on record at 2025-03-04T16:00:00")

    def test_what_was_imported_is_no_case(self, office):
        office.now = after(days=90)
        event = events.TicketNoted(ticket_id="T-1", by="Wu", text="called", at=MONDAY)
        office.desk.log.append(
            Change("ticket/T-1", [event], after=0),
            provenance=Provenance(actor="import", rule="import/tickets"),
        )
        assert office.found("event.in_good_time") == (NOT_APPLICABLE, 0, ())
        assert office.found("event.has_a_reason") == (NOT_APPLICABLE, 0, ())
        assert office.found("event.who_what_when") == (PASS, 1, ())


class TestSealsAndHeads:
    """om2025:4.3g, om2025:4.3b: as it was sealed, and no history cut short."""

    def sealed(self, office):
        manual.opened(office.desk)
        Sealer(office.desk.log, KEY).seal()

    def checked(self, office, verifier):
        found = office.desk.compliance.look("2025-Q1", verifier=str(verifier))
        return next(each for each in found if each.id == "log.seals")

    def test_without_the_key_nobody_can_tell(self, office):
        self.sealed(office)
        assert office.found("log.seals") == (NOT_APPLICABLE, 0, ())

    def test_with_it_the_seals_hold(self, office):
        self.sealed(office)
        check = self.checked(office, KEY.verifier)
        assert (check.verdict, check.population) == (PASS, office.desk.log.head())

    def test_another_key_did_not_sign_them(self, office):
        self.sealed(office)
        other = Signer(name=KEY.name, seed=b"\x08" * 32)
        assert self.checked(office, other.verifier).verdict is FAIL

    def test_a_log_that_was_never_sealed_does_not_pass(self, office):
        manual.opened(office.desk)
        check = self.checked(office, KEY.verifier)
        assert check.failing == ("not sealed",)

    def test_heads_on_record_are_looked_at(self, office):
        manual.opened(office.desk)
        assert office.found("log.heads") == (NOT_APPLICABLE, 0, ())
        record_heads(office.desk.log)
        assert office.found("log.heads") == (PASS, 1, ())
