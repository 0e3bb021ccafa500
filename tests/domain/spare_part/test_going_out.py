"""How parts go out: set aside, issued, used and brought back, and never more than there is."""

from __future__ import annotations

import pytest

from servicecore.domain.refusals import IncompleteError
from servicecore.domain.spare_part import (
    BadQuantityError,
    BatchExpiredError,
    BeforeReceiptError,
    NotEnoughError,
    NotIssuedError,
    NotReservedError,
    UnknownBatchError,
    decisions,
    issuing,
)

from .given import (
    DAY,
    LAST_DAY,
    MICROSECOND,
    MIDNIGHT,
    NINE,
    TERMS,
    books,
    bought,
    going_on,
    in_stock,
    issued,
    moved,
    received,
    reserved,
)


class TestReserving:
    """Pieces set aside for one ticket are there for no other (house choice)."""

    def test_takes_what_is_free(self):
        assert books(reserved(in_stock(), 10)) == (10, 10, 0)

    def test_of_what_is_reserved_is_refused(self):
        history = reserved(in_stock(), 7)
        with pytest.raises(NotEnoughError, match=r"4 of batch B-1 .* of the 10 .*, 3 are free"):
            reserved(history, 4, ticket_id="T-2")
        assert books(reserved(history, 3, ticket_id="T-2")) == (10, 10, 0)

    def test_adds_up_for_a_ticket(self):
        assert books(reserved(reserved(in_stock(), 2), 3)) == (10, 5, 0)

    def test_goes_by_what_expires_first(self):
        history = in_stock(5)
        history = received(bought(history, 5, batch="B-2"), 5, batch="B-2", expires_on=LAST_DAY)
        assert reserved(history, 2, batch=None)[-1].batch == "B-2"

    def test_then_by_what_came_first(self):
        history = received(bought(in_stock(5), 5, batch="A-9"), 5, batch="A-9", at=NINE + DAY)
        assert reserved(history, 2, batch=None, at=NINE + 2 * DAY)[-1].batch == "B-1"

    def test_takes_one_batch_that_has_enough(self):
        history = received(bought(in_stock(5), 8, batch="B-2"), 8, batch="B-2")
        assert reserved(history, 7, batch=None)[-1].batch == "B-2"
        with pytest.raises(NotEnoughError, match="no batch has 9 free pieces; 13 are free"):
            reserved(history, 9, batch=None)

    def test_passes_over_what_was_not_there_or_has_expired(self):
        history = in_stock(5, expires_on=LAST_DAY)
        history = received(bought(history, 5, batch="B-2"), 5, batch="B-2", at=NINE + DAY)
        assert reserved(history, 1, batch=None, at=NINE)[-1].batch == "B-1"
        assert reserved(history, 1, batch=None, at=MIDNIGHT)[-1].batch == "B-2"

    def test_is_taken_back_with_a_reason(self):
        history = reserved(in_stock(), 4)
        assert books(moved(history, issuing.release, 3, reason="solved")) == (10, 1, 0)
        with pytest.raises(NotReservedError, match="4 of batch B-1 are set aside for ticket T-1"):
            moved(history, issuing.release, 5, reason="solved")
        with pytest.raises(NotReservedError, match="0 of batch"):
            moved(history, issuing.release, 1, ticket_id="T-2", reason="solved")
        with pytest.raises(IncompleteError, match="reason"):
            moved(history, issuing.release, 1, reason="")


class TestIssuing:
    """No more leaves the store than is there, and not what is set aside for others."""

    def test_takes_what_was_set_aside_first(self):
        history = issued(reserved(in_stock(), 4), 6)
        assert history[-1].from_reserved == 4
        assert books(history) == (4, 0, 6)

    def test_leaves_the_rest_of_what_was_set_aside(self):
        assert books(issued(reserved(in_stock(), 4), 3)) == (7, 1, 3)

    def test_of_all_there_is_is_possible_and_of_one_more_is_not(self):
        assert books(issued(in_stock(), 10)) == (0, 0, 10)
        with pytest.raises(NotEnoughError, match="11 of batch B-1"):
            issued(in_stock(), 11)

    def test_leaves_what_is_set_aside_for_others(self):
        history = reserved(reserved(in_stock(), 4), 3, ticket_id="T-2")
        assert books(issued(history, 7)) == (3, 3, 7)
        with pytest.raises(NotEnoughError, match="7 are free"):
            issued(history, 8)

    @pytest.mark.parametrize("quantity", [0, -1, 1.0, True])
    def test_is_of_whole_pieces(self, quantity):
        with pytest.raises(BadQuantityError, match="whole pieces"):
            issued(in_stock(), quantity)
        with pytest.raises(BadQuantityError, match="whole pieces"):
            reserved(in_stock(), quantity)

    def test_is_of_a_batch_there_is(self):
        with pytest.raises(UnknownBatchError, match="'B-2'"):
            issued(in_stock(), 1, batch="B-2")

    def test_is_not_before_it_came(self):
        with pytest.raises(BeforeReceiptError, match="so nothing of it moved at"):
            issued(in_stock(), 1, at=NINE - MICROSECOND)

    def test_says_to_whom(self):
        with pytest.raises(IncompleteError, match="ticket_id"):
            issued(in_stock(), 1, ticket_id="")


class TestExpiry:
    """An expired batch is neither set aside nor issued; its last day is still good (pdr:3.4c)."""

    @pytest.mark.parametrize("take", [reserved, issued])
    def test_begins_with_the_midnight_after_the_last_day(self, take):
        history = in_stock(expires_on=LAST_DAY)
        take(history, 1, at=MIDNIGHT - MICROSECOND)
        with pytest.raises(BatchExpiredError, match=r"expired after 2025-03-31.*\(pdr:3.4c\)"):
            take(history, 1, at=MIDNIGHT)

    def test_nothing_is_set_aside_of_what_is_to_be_cleared_even_if_told_late(self):
        history = going_on(
            in_stock(expires_on=LAST_DAY), decisions.remind_if_due, at=MIDNIGHT + DAY, terms=TERMS
        )
        with pytest.raises(BatchExpiredError, match="is to be cleared"):
            reserved(history, 1, at=MIDNIGHT - DAY)

    def test_what_left_before_it_may_be_told_after_it(self):
        history = going_on(
            in_stock(expires_on=LAST_DAY), decisions.remind_if_due, at=MIDNIGHT + DAY, terms=TERMS
        )
        assert books(issued(history, 1, at=MIDNIGHT - DAY)) == (9, 0, 1)


class TestUseAndReturn:
    """What was issued to a ticket is used, or comes back."""

    @pytest.mark.parametrize("decide", [issuing.use, issuing.bring_back])
    def test_is_of_no_more_than_was_issued_to_it(self, decide):
        history = issued(issued(in_stock(), 3), 4, ticket_id="T-2")
        with pytest.raises(NotIssuedError, match="3 of batch B-1 are out for ticket T-1, so 4"):
            moved(history, decide, 4, by="Wu")
        with pytest.raises(BadQuantityError):
            moved(history, decide, 0, by="Wu")
        with pytest.raises(IncompleteError, match="by"):
            moved(history, decide, 1, by="")

    def test_what_is_used_is_gone(self):
        history = moved(issued(in_stock(), 3), issuing.use, 2, by="Wu")
        assert books(history) == (7, 0, 1)
        with pytest.raises(NotIssuedError, match="1 of batch"):
            moved(history, issuing.bring_back, 2, by="Wu")

    def test_what_comes_back_is_there_again(self):
        history = moved(issued(in_stock(), 3), issuing.bring_back, 3, by="Wu")
        assert books(history) == (10, 0, 0)
        with pytest.raises(NotIssuedError, match="0 of batch"):
            moved(history, issuing.use, 1, by="Wu")
