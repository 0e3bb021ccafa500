"""How parts come in: from whom, how many, how long they last, and where they lie."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore.domain.days import NoDateError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.spare_part import (
    BadQuantityError,
    BatchExistsError,
    BatchExpiredError,
    BeforeReceiptError,
    MoreThanOrderedError,
    OtherExpiryError,
    Source,
    UnknownBatchError,
    UnknownSourceError,
    decisions,
    purchasing,
)

from .given import (
    CALENDAR,
    DAY,
    LAST_DAY,
    MANUAL,
    MIDNIGHT,
    NINE,
    books,
    bought,
    given,
    going_on,
    in_stock,
    received,
    registered,
)


def authorised(history, supplier="Sealco", evidence="letter 12"):
    return going_on(history, purchasing.authorise, supplier=supplier, evidence=evidence)


class TestRegistering:
    """A part is kept under a number, with a level at which more is asked for."""

    @pytest.mark.parametrize("level", [-1, 1.5, True, "2"])
    def test_its_level_is_a_whole_number(self, level):
        with pytest.raises(BadQuantityError, match=r"reorder_level .* 0 or more"):
            registered(reorder_level=level)

    def test_counts_are_so_many_months_apart(self):
        with pytest.raises(BadQuantityError, match="count_months"):
            registered(count_months=-1)

    @pytest.mark.parametrize("empty", ["spare_part_id", "name"])
    def test_nothing_is_left_out(self, empty):
        facts = {"spare_part_id": "P-7", "name": "seal", empty: ""}
        number = facts.pop("spare_part_id")
        rest = {"reorder_level": 1, "standard": MANUAL.reference, "calendar": CALENDAR}
        with pytest.raises(IncompleteError, match=empty):
            decisions.register(number, **facts, **rest, at=NINE)

    def test_its_level_may_change_with_demand(self):
        facts = {"level": 5, "reason": "more repairs"}
        history = going_on(registered(), decisions.set_reorder_level, **facts)
        assert given(*history).reorder_level == 5
        assert going_on(history, decisions.set_reorder_level, **facts) == history
        with pytest.raises(IncompleteError, match="reason"):
            going_on(registered(), decisions.set_reorder_level, level=5, reason="")
        with pytest.raises(BadQuantityError):
            going_on(registered(), decisions.set_reorder_level, level=-5, reason="x")

    def test_the_ledger_begins_with_it(self):
        with pytest.raises(BeforeReceiptError, match="ledger of spare part P-7 begins at"):
            going_on(registered(), decisions.set_reorder_level, level=5, reason="x", at=NINE - DAY)


class TestSources:
    """Parts are genuine, or from a third party that is authorised for them (tender:2.2a)."""

    def test_genuine_parts_need_no_name(self):
        batch = given(*bought(registered())).batches["B-1"]
        assert (batch.source, batch.to_come, batch.on_hand) == (Source.GENUINE, 10, 0)

    @pytest.mark.parametrize("source", ["grey market", "", "GENUINE"])
    def test_an_unknown_source_is_refused(self, source):
        with pytest.raises(UnknownSourceError, match=r"must be one of genuine, authorised"):
            bought(registered(), source=source)

    @pytest.mark.parametrize("supplier", ["", "Otherco"])
    def test_a_third_party_must_be_authorised(self, supplier):
        with pytest.raises(UnknownSourceError, match=r"not authorised.*; Sealco is \(tender:2.2a"):
            bought(authorised(registered()), source="authorised", supplier=supplier)

    def test_an_authorised_one_may_supply(self):
        history = bought(authorised(registered()), source="authorised", supplier="Sealco")
        batch = given(*history).batches["B-1"]
        assert (batch.source, batch.supplier) == (Source.AUTHORISED, "Sealco")

    def test_an_authorisation_has_its_evidence_and_is_told_once(self):
        with pytest.raises(IncompleteError, match="evidence"):
            authorised(registered(), evidence="")
        history = authorised(registered())
        assert authorised(history) == history
        assert given(*authorised(history, evidence="letter 13")).suppliers == {
            "Sealco": "letter 13"
        }


class TestAPurchase:
    """A batch is bought once, under a number of its own."""

    def test_is_made_once(self):
        with pytest.raises(BatchExistsError, match="B-1 was bought before"):
            bought(bought(registered()))

    @pytest.mark.parametrize("quantity", [0, -1, 2.0, True])
    def test_is_of_whole_pieces(self, quantity):
        with pytest.raises(BadQuantityError, match="whole pieces"):
            bought(registered(), quantity)

    def test_may_end_before_all_has_come(self):
        history = received(bought(registered()), 4)
        end = {"batch": "B-1", "reason": "supplier closed"}
        history = going_on(history, purchasing.end_purchase, **end)
        assert given(*history).to_come == 0
        assert going_on(history, purchasing.end_purchase, **end) == history
        with pytest.raises(MoreThanOrderedError, match="0 are still to come"):
            received(history, 1)


class TestAReceipt:
    """What comes of a batch is on hand, and no more comes than was ordered."""

    def test_may_come_piece_by_piece(self):
        history = received(received(bought(registered()), 4), 6)
        assert books(history) == (10, 0, 0)
        assert given(*history).to_come == 0

    def test_is_never_of_more_than_was_ordered(self):
        with pytest.raises(MoreThanOrderedError, match="7 of batch B-1 came in, but 6 are"):
            received(received(bought(registered()), 4), 7)

    def test_is_of_a_batch_that_was_bought(self):
        with pytest.raises(UnknownBatchError, match="no batch 'B-2'; it has B-1"):
            received(bought(registered()), 1, batch="B-2")

    @pytest.mark.parametrize("early", [timedelta(seconds=1), DAY])
    def test_does_not_come_before_it_was_ordered(self, early):
        ordered = bought(registered(), at=NINE + DAY)
        with pytest.raises(BeforeReceiptError, match="so nothing of it came in at"):
            received(ordered, 4, at=NINE + DAY - early)
        assert books(received(ordered, 4, at=NINE + DAY)) == (4, 0, 0)

    def test_says_when_all_of_it_expires(self):
        history = received(bought(registered()), 4, expires_on=LAST_DAY)
        assert given(*received(history, 6, expires_on=LAST_DAY)).batches["B-1"].on_hand == 10
        for other in (None, LAST_DAY + DAY):
            with pytest.raises(OtherExpiryError, match="expire on 2025-03-31"):
                received(history, 6, expires_on=other)

    def test_is_reminded_of_once_whatever_comes_later(self):
        history = received(bought(registered()), 4, expires_on=LAST_DAY)
        history = received(history, 6, expires_on=LAST_DAY)
        assert [len(each.readings) for each in history[-2:]] == [1, 0]

    def test_is_not_of_what_has_expired(self):
        at = MIDNIGHT
        assert books(in_stock(expires_on=LAST_DAY, at=at - DAY)) == (10, 0, 0)
        with pytest.raises(BatchExpiredError, match="expired on 2025-03-31, before it came in"):
            in_stock(expires_on=LAST_DAY, at=at)

    def test_an_expiry_is_a_day(self):
        with pytest.raises(NoDateError, match="expires_on"):
            in_stock(expires_on=NINE)

    def test_has_its_place(self):
        put = {"batch": "B-1", "place": "shelf 4"}
        history = going_on(in_stock(), purchasing.store, **put)
        assert given(*history).batches["B-1"].place == "shelf 4"
        assert going_on(history, purchasing.store, **put) == history
        with pytest.raises(BeforeReceiptError, match="B-1 was received not yet"):
            going_on(bought(registered()), purchasing.store, **put)
