"""The counter for warranties, from the delivery to the day when nothing is free any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from servicecore import RefusedError, ServiceDesk
from servicecore.desk import RecordExistsError, UnknownRecordError
from servicecore.domain.warranty import FeeLine, WarrantyExpiryNoticed
from servicecore.standards import load_standard

NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
DELIVERY = {"product": "pump", "customer_id": "Acme", "delivered_on": date(2025, 3, 3)}
LABOUR = FeeLine(what="labour, hours", quantity=2, unit_price=Decimal("120.50"))


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="tender_standard") as desk:
        desk.warranties.grant("S-1", **DELIVERY, at=NINE)
        yield desk


class TestGranting:
    """One warranty a serial number."""

    def test_a_second_one_is_refused(self, desk):
        with pytest.raises(
            RecordExistsError, match=r"warranty 'S-1' is on record already \(tender:1\.2c\)"
        ):
            desk.warranties.grant("S-1", **DELIVERY, at=NINE)
        assert isinstance(RecordExistsError(), RefusedError)

    def test_another_product_has_its_own(self, desk):
        desk.warranties.grant("S-2", **DELIVERY, months=24, at=NINE)
        assert desk.warranties.get("S-2").cover_of("").until == date(2027, 3, 3)

    def test_what_was_never_granted_is_not_known(self, desk):
        for ask in (desk.warranties.get, desk.warranties.history):
            with pytest.raises(UnknownRecordError, match="no warranty 'S-9'"):
                ask("S-9")
        with pytest.raises(UnknownRecordError, match="no warranty 'S-9'"):
            desk.warranties.extend("S-9", months=1, reason="bought")

    def test_a_command_is_carried_out_once(self, desk):
        bought = {"months": 6, "reason": "bought", "command_id": "c-1", "at": NINE}
        desk.warranties.extend("S-1", **bought)
        assert desk.warranties.extend("S-1", **bought).repeated
        assert desk.warranties.get("S-1").cover_of("").months == 18


class TestTheStandard:
    """A warranty keeps the standard it was granted under, whatever the desk promises now."""

    def test_it_was_granted_under_goes_on_to_hold(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}"
        with ServiceDesk.open(url, standard="tender_standard") as desk:
            desk.warranties.grant("S-1", **DELIVERY, key_parts={"motor": 20}, at=NINE)
        with ServiceDesk.open(url, standard="project_service_plan") as desk:
            with pytest.raises(RefusedError, match=r"tender:2\.1f"):
                desk.warranties.extend("S-1", part="motor", months=5, reason="bought", at=NINE)
            desk.warranties.extend("S-1", part="motor", months=4, reason="bought", at=NINE)
            assert desk.warranties.get("S-1").standard == "tender_standard@1"

    @pytest.mark.parametrize(
        "name",
        [
            "operations_manual_2025",
            "project_service_plan",
            "post_delivery_regulation",
            "tender_standard",
        ],
    )
    def test_tells_the_end_thirty_days_ahead_as_a_house_choice(self, name):
        with ServiceDesk.open("memory:", standard=load_standard(name)) as desk:
            desk.warranties.grant("S-1", **DELIVERY, months=12, at=NINE)
            morning = datetime(2026, 1, 31, 16, tzinfo=timezone.utc)
            assert desk.next_wake_up() == morning + timedelta(microseconds=1)
            desk.run_due(morning + timedelta(microseconds=1))
            noticed = desk.warranties.history("S-1")[-1]
            assert isinstance(noticed.event, WarrantyExpiryNoticed)
            assert noticed.event.clause == "house choice"
            assert noticed.provenance.actor == "policy/escalation"


class TestARepair:
    """From the ticket to the work, free or paid for."""

    def test_under_warranty_costs_nothing(self, desk):
        counter = desk.warranties
        counter.decide_coverage("S-1", ticket_id="T-1", by="Wu", at=NINE)
        counter.begin_repair("S-1", ticket_id="T-1", by="Wu", at=NINE)
        repair = counter.get("S-1").repairs["T-1"]
        assert (repair.is_covered, repair.total, repair.begun_at) == (True, None, NINE)

    def test_after_it_has_a_price_that_the_customer_accepts(self, desk):
        counter, later = desk.warranties, NINE + timedelta(days=400)
        counter.decide_coverage("S-1", ticket_id="T-1", by="Wu", at=later)
        counter.offer_fees("S-1", ticket_id="T-1", lines=iter([LABOUR]), at=later)
        counter.decline_fees("S-1", ticket_id="T-1", by="Ms Lin", reason="dear", at=later)
        counter.offer_fees("S-1", ticket_id="T-1", lines=[LABOUR], currency="EUR", at=later)
        counter.accept_fees("S-1", ticket_id="T-1", by="Ms Lin", at=later, actor="Wu")
        counter.begin_repair("S-1", ticket_id="T-1", by="Wu", at=later)
        repair = counter.get("S-1").repairs["T-1"]
        assert (repair.total, repair.currency) == (Decimal("241.00"), "EUR")
        assert counter.history("S-1")[-2].provenance.actor == "Wu"

    def test_is_judged_by_the_day_the_fault_occurred(self, desk):
        later, fault_on = NINE + timedelta(days=400), date(2026, 3, 3)
        desk.warranties.decide_coverage(
            "S-1", ticket_id="T-1", by="Wu", fault_on=fault_on, at=later
        )
        assert desk.warranties.get("S-1").repairs["T-1"].is_covered

    def test_of_a_void_warranty_is_paid_for(self, desk):
        desk.warranties.void("S-1", by="Wu", reason="opened", at=NINE)
        desk.warranties.decide_coverage("S-1", ticket_id="T-1", by="Wu", at=NINE)
        assert not desk.warranties.get("S-1").repairs["T-1"].is_covered


class TestWhatFallsDue:
    """Nothing is told twice, and nothing stays on the list that was told."""

    def test_the_list_is_empty_when_all_is_told(self, desk):
        late = NINE + timedelta(days=400)
        [first] = desk.run_due(late)
        assert len(first.events) == 2
        assert desk.run_due(late) == []
        assert desk.next_wake_up() is None

    def test_a_void_warranty_is_not_on_it(self, desk):
        desk.warranties.void("S-1", by="Wu", reason="opened", at=NINE)
        assert desk.next_wake_up() is None

    def test_an_extended_one_is_there_with_its_new_end_only(self, desk):
        desk.warranties.extend("S-1", months=12, reason="bought", at=NINE)
        assert desk.run_due(NINE + timedelta(days=400)) == []
        assert desk.next_wake_up() == datetime(2027, 1, 31, 16, 0, 0, 1, tzinfo=timezone.utc)
