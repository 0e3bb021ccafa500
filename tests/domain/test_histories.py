"""A history begins with its beginning, and holds nothing of another's."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.histories import must_begin, must_belong
from servicecore.domain.order import OrderConfirmed, OrderPlaced

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
CONFIRMED = OrderConfirmed(order_id="O-1", customer_id="C-1", by="Wu", at=NINE)


class TestABeginning:
    def test_is_given_back(self):
        assert must_begin(CONFIRMED, OrderConfirmed, "it was placed") is CONFIRMED

    def test_cannot_come_before_what_must_come_first(self):
        with pytest.raises(ImpossibleHistoryError, match=r"O-1.* cannot come before it was placed"):
            must_begin(CONFIRMED, OrderPlaced, "it was placed")


class TestBelonging:
    def test_is_having_the_number_of_the_record(self):
        must_belong(CONFIRMED, "order_id", "O-1", "the history of order")

    def test_another_number_belongs_elsewhere(self):
        with pytest.raises(ImpossibleHistoryError, match="not belong in the history of order O-2"):
            must_belong(CONFIRMED, "order_id", "O-2", "the history of order")

    def test_an_event_without_such_a_number_belongs_nowhere(self):
        with pytest.raises(ImpossibleHistoryError, match="not belong in the history of drill O-1"):
            must_belong(CONFIRMED, "drill_id", "O-1", "the history of drill")
