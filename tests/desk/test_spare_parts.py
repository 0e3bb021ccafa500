"""The counter for spare parts: a ledger from the purchase to the last piece."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.desk import RecordExistsError, UnknownRecordError
from servicecore.domain.spare_part import (
    NotEnoughError,
    SparePartCountDue,
    SparePartExpired,
    SparePartReorderAsked,
)

NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)
ISSUE = {"batch": "B-1", "ticket_id": "T-1", "by": "Wu", "at": NINE}


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk:
        parts = desk.spare_parts
        parts.register("P-7", name="seal", reorder_level=2, count_months=3, at=NINE)
        parts.purchase("P-7", batch="B-1", quantity=10, source="genuine", at=NINE)
        parts.receive("P-7", batch="B-1", quantity=10, expires_on=date(2025, 3, 31), at=NINE)
        yield desk


def told(desk, kind):
    events = (each.event for each in desk.spare_parts.history("P-7"))
    return [each for each in events if isinstance(each, kind)]


class TestTheLedger:
    """Purchase, receipt, storage, issue and use: every line is on record (pdr:3.4b)."""

    def test_holds_the_whole_course(self, desk):
        parts = desk.spare_parts
        parts.store("P-7", batch="B-1", place="shelf 4", at=NINE)
        parts.reserve("P-7", ticket_id="T-1", quantity=3, at=NINE)
        parts.release(
            "P-7", ticket_id="T-1", batch="B-1", quantity=1, reason="one is enough", at=NINE
        )
        parts.issue("P-7", quantity=2, **ISSUE)
        parts.use("P-7", quantity=1, **ISSUE)
        parts.bring_back("P-7", quantity=1, **ISSUE)
        parts.count("P-7", counted={"B-1": 8}, by="Gao", at=NINE)
        parts.adjust("P-7", batch="B-1", change=-1, by="Gao", reason="lost", at=NINE)
        parts.scrap(
            "P-7",
            batch="B-1",
            quantity=1,
            reason="torn",
            attested_by="Green Ltd",
            attestation="W-3",
            at=NINE,
        )
        batch = parts.get("P-7").batches["B-1"]
        assert (batch.on_hand, batch.free, batch.place) == (7, 7, "shelf 4")
        assert [type(each.event).__name__[9:] for each in parts.history("P-7")] == [
            "Registered",
            "Purchased",
            "Received",
            "Stored",
            "Reserved",
            "Released",
            "Issued",
            "Used",
            "Returned",
            "Counted",
            "Adjusted",
            "Scrapped",
        ]

    def test_is_begun_once_a_part(self, desk):
        with pytest.raises(RecordExistsError, match="spare part 'P-7'"):
            desk.spare_parts.register("P-7", name="seal", reorder_level=2, at=NINE)
        with pytest.raises(UnknownRecordError, match="no spare part 'P-8'"):
            desk.spare_parts.issue("P-8", quantity=1, **ISSUE)

    def test_takes_parts_of_whom_it_knows(self, desk):
        parts = desk.spare_parts
        parts.authorise("P-7", supplier="Sealco", evidence="letter 12", at=NINE)
        bought = {"quantity": 5, "source": "authorised", "supplier": "Sealco", "at": NINE}
        parts.purchase("P-7", batch="B-2", **bought)
        assert parts.get("P-7").to_come == 5
        parts.end_purchase("P-7", batch="B-2", reason="not delivered", at=NINE)
        assert parts.get("P-7").to_come == 0

    def test_survives_the_night(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}"
        with ServiceDesk.open(url) as desk:
            desk.spare_parts.register("P-7", name="seal", reorder_level=2, at=NINE)
            desk.spare_parts.purchase("P-7", batch="B-1", quantity=5, source="genuine", at=NINE)
            desk.spare_parts.receive("P-7", batch="B-1", quantity=5, at=NINE)
        with ServiceDesk.open(url) as desk:
            with pytest.raises(NotEnoughError):
                desk.spare_parts.issue("P-7", quantity=6, **ISSUE)
            assert desk.spare_parts.get("P-7").on_hand == 5


class TestTheReorderLevel:
    """When the stock falls to it, more is asked for once, by itself (pdr:3.4a)."""

    def test_asks_in_the_moment_the_stock_is_low_and_once(self, desk):
        desk.spare_parts.issue("P-7", quantity=7, **ISSUE)
        assert told(desk, SparePartReorderAsked) == []
        desk.spare_parts.issue("P-7", quantity=1, **ISSUE)
        [asked] = told(desk, SparePartReorderAsked)
        assert (asked.at, asked.free, asked.level) == (NINE, 2, 2)
        desk.spare_parts.issue("P-7", quantity=1, **ISSUE)
        assert len(told(desk, SparePartReorderAsked)) == 1

    def test_is_put_on_record_by_its_policy(self, desk):
        desk.spare_parts.issue("P-7", quantity=8, correlation_id="case 1", **ISSUE)
        by = desk.spare_parts.history("P-7")[-1].provenance
        assert (by.actor, by.rule, by.correlation_id) == ("policy/reorder", "reorder", "case 1")

    def test_can_be_raised(self, desk):
        desk.spare_parts.set_reorder_level("P-7", 10, reason="more repairs", at=NINE)
        [asked] = told(desk, SparePartReorderAsked)
        assert (asked.free, asked.level) == (10, 10)

    def test_is_looked_at_when_a_batch_expires(self, desk):
        desk.run_due(NINE + 40 * DAY)
        desk.run_due(NINE + 40 * DAY)  # Policies follow what was told.
        assert [each.free for each in told(desk, SparePartReorderAsked)] == [0]


class TestWhatFallsDue:
    """Batches expire, and books are counted (pdr:3.4c)."""

    def test_is_told_once_and_then_off_the_list(self, desk):
        desk.run_due(NINE + 400 * DAY)
        desk.run_due(NINE + 400 * DAY)
        assert [each.batch for each in told(desk, SparePartExpired)] == ["B-1"]
        assert len(told(desk, SparePartCountDue)) == 1
        assert desk.next_wake_up() is None
        assert desk.spare_parts.get("P-7").to_clear == {"B-1": 10}

    def test_comes_again_after_a_count(self, desk):
        desk.run_due(NINE + 100 * DAY)
        desk.spare_parts.count("P-7", counted={"B-1": 10}, by="Gao", at=NINE + 100 * DAY)
        desk.run_due(NINE + 300 * DAY)
        assert [each.round for each in told(desk, SparePartCountDue)] == [1, 2]
