"""What is counted, put right, cleared and asked for, so that the books say what is there."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from servicecore.domain.refusals import IncompleteError
from servicecore.domain.spare_part import (
    BadQuantityError,
    CountLine,
    IncompleteCountError,
    NotEnoughError,
    SparePartCountDue,
    SparePartExpired,
    SparePartReleased,
    UnknownBatchError,
    clearing,
    decisions,
    issuing,
    purchasing,
)

from .given import (
    CALENDAR,
    DAY,
    LAST_DAY,
    MICROSECOND,
    MIDNIGHT,
    NINE,
    TERMS,
    books,
    bought,
    given,
    going_on,
    in_stock,
    issued,
    moved,
    received,
    registered,
    reserved,
)

COUNT_DUE = datetime(2025, 6, 2, 16, tzinfo=timezone.utc)  # The third of June begins there.


def counted(history, found, *, at=NINE):
    return going_on(history, clearing.count, counted=found, by="Gao", calendar=CALENDAR, at=at)


def adjusted(history, change, **facts):
    told = {"batch": "B-1", "by": "Gao", "reason": "found behind the shelf", **facts}
    return going_on(history, clearing.adjust, change=change, **told)


def scrapped(history, quantity, **facts):
    told = {"batch": "B-1", "reason": "damaged", "attested_by": "Green Ltd", "attestation": "W-3"}
    return going_on(history, clearing.scrap, quantity=quantity, **{**told, **facts})


def reminded(history, at):
    return decisions.remind_if_due(given(*history), at=at, terms=TERMS)


class TestACount:
    """The books are counted against what is there; nothing changes by counting (pdr:3.4c)."""

    def test_tells_what_differs(self):
        history = counted(in_stock(), {"B-1": 9})
        assert history[-1].lines == (CountLine(batch="B-1", books=10, counted=9),)
        assert books(history) == (10, 0, 0)

    def test_leaves_no_batch_out_of_which_there_should_be_some(self):
        history = received(bought(in_stock(), 5, batch="B-2"), 5, batch="B-2")
        with pytest.raises(IncompleteCountError, match="batch B-2 was not counted"):
            counted(history, {"B-1": 10})

    def test_need_not_look_for_what_is_gone_but_may_find_it(self):
        history = issued(in_stock(), 10)
        assert counted(history, {})[-1].lines == ()
        assert counted(history, {"B-1": 1})[-1].lines[0].books == 0

    def test_is_of_batches_there_are_in_whole_pieces(self):
        with pytest.raises(UnknownBatchError):
            counted(in_stock(), {"B-1": 10, "B-2": 1})
        with pytest.raises(BadQuantityError, match="counted"):
            counted(in_stock(), {"B-1": -1})
        with pytest.raises(IncompleteError, match="by"):
            going_on(in_stock(), clearing.count, counted={"B-1": 1}, by="", calendar=CALENDAR)

    def test_is_asked_for_regularly_once_each_time(self):
        history = registered(count_months=3)
        assert reminded(history, COUNT_DUE) == []
        [due] = reminded(history, COUNT_DUE + MICROSECOND)
        assert isinstance(due, SparePartCountDue)
        assert (due.due, due.clause) == (COUNT_DUE, "pdr:3.4c")
        assert reminded([*history, due], COUNT_DUE + 400 * DAY) == []

    def test_made_early_puts_the_next_one_off(self):
        history = counted(registered(count_months=3), {}, at=NINE + 10 * DAY)
        assert reminded(history, COUNT_DUE + 9 * DAY) == []
        [due] = reminded(history, COUNT_DUE + 10 * DAY + MICROSECOND)
        assert due.round == 2
        assert next(each.rungs for each in history[-1].readings) == ()

    def test_is_not_asked_for_where_nobody_wants_it(self):
        assert reminded(registered(), COUNT_DUE + 400 * DAY) == []


class TestAnAdjustment:
    """The books change by hand only for a reason, and never to less than nothing."""

    def test_goes_both_ways(self):
        assert books(adjusted(in_stock(), 2)) == (12, 0, 0)
        assert books(adjusted(in_stock(), -10)) == (0, 0, 0)

    @pytest.mark.parametrize("change", [0, 1.5, True, "1"])
    def test_is_of_whole_pieces(self, change):
        with pytest.raises(BadQuantityError):
            adjusted(in_stock(), change)

    def test_leaves_nothing_below_none_and_what_is_set_aside_alone(self):
        with pytest.raises(NotEnoughError, match="11 of batch"):
            adjusted(in_stock(), -11)
        with pytest.raises(NotEnoughError, match="6 are free"):
            adjusted(reserved(in_stock(), 4), -7)

    @pytest.mark.parametrize("empty", ["by", "reason"])
    def test_says_by_whom_and_why(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            adjusted(in_stock(), 1, **{empty: ""})


class TestScrapping:
    """Waste is handled by the environmental standard, and somebody attests it (tender:2.2b)."""

    def test_takes_pieces_off_the_books(self):
        assert books(scrapped(in_stock(), 10)) == (0, 0, 0)

    @pytest.mark.parametrize("empty", ["reason", "attested_by", "attestation"])
    def test_is_attested(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            scrapped(in_stock(), 1, **{empty: ""})

    def test_is_of_what_is_there_and_free(self):
        with pytest.raises(NotEnoughError, match="11 of batch"):
            scrapped(in_stock(), 11)
        with pytest.raises(NotEnoughError, match="6 are free"):
            scrapped(reserved(in_stock(), 4), 7)
        with pytest.raises(BadQuantityError):
            scrapped(in_stock(), 0)


class TestAnExpiredBatch:
    """What has expired is to be cleared (pdr:3.4c)."""

    def test_is_told_of_once_from_the_midnight_after_its_last_day(self):
        history = in_stock(expires_on=LAST_DAY)
        assert reminded(history, MIDNIGHT) == []
        [expired] = reminded(history, MIDNIGHT + MICROSECOND)
        assert isinstance(expired, SparePartExpired)
        assert (expired.batch, expired.to_clear, expired.clause) == ("B-1", 10, "pdr:3.4c")
        assert reminded([*history, expired], MIDNIGHT + 400 * DAY) == []

    def test_is_to_be_cleared_until_it_is_scrapped(self):
        history = in_stock(expires_on=LAST_DAY)
        history += reminded(history, MIDNIGHT + DAY)
        assert given(*history).to_clear == {"B-1": 10}
        assert given(*scrapped(history, 4)).to_clear == {"B-1": 6}
        assert given(*scrapped(history, 10)).to_clear == {}

    def test_frees_what_was_set_aside_of_it(self):
        history = reserved(in_stock(expires_on=LAST_DAY), 4)
        released, expired = reminded(history, MIDNIGHT + DAY)
        assert isinstance(released, SparePartReleased)
        assert (released.ticket_id, released.quantity, released.reason) == ("T-1", 4, "expired")
        assert given(*history, released, expired).batches["B-1"].reserved == {}

    def test_is_the_one_that_expired(self):
        history = in_stock(expires_on=LAST_DAY)
        history = bought(history, 5, batch="1")
        history = received(history, 5, batch="1", expires_on=LAST_DAY + 30 * DAY)
        assert [each.batch for each in reminded(history, MIDNIGHT + DAY)] == ["B-1"]
        assert [each.batch for each in reminded(history, MIDNIGHT + 60 * DAY)] == ["B-1", "1"]

    def test_counts_no_more_as_free(self):
        history = in_stock(expires_on=LAST_DAY)
        part = given(*history, *reminded(history, MIDNIGHT + DAY))
        assert (part.free, part.on_hand) == (0, 10)


class TestTheReorderLevel:
    """When the free stock falls to the level, more is asked for, once until it comes (pdr:3.4a)."""

    def asked(self, history):
        return decisions.ask_for_more_if_low(given(*history), at=NINE)

    def test_is_reached_and_not_only_passed(self):
        assert self.asked(issued(in_stock(), 7)) == []
        [asked] = self.asked(issued(in_stock(), 8))
        assert (asked.free, asked.level) == (2, 2)

    def test_counts_what_is_set_aside_as_gone(self):
        assert len(self.asked(reserved(in_stock(), 8))) == 1

    def test_asks_once_until_something_comes(self):
        history = issued(in_stock(), 8)
        history += self.asked(history)
        history = issued(history, 1)
        assert self.asked(history) == []
        history = received(bought(history, 1, batch="B-2"), 1, batch="B-2")
        assert len(self.asked(history)) == 1

    def test_does_not_ask_while_something_is_to_come(self):
        history = bought(issued(in_stock(), 8), 5, batch="B-2")
        assert self.asked(history) == []
        end = {"batch": "B-2", "reason": "supplier closed"}
        assert len(self.asked(going_on(history, purchasing.end_purchase, **end))) == 1

    def test_at_none_asks_when_the_last_piece_is_gone(self):
        empty = going_on(in_stock(), decisions.set_reorder_level, level=0, reason="rarely used")
        assert self.asked(issued(empty, 9)) == []
        assert len(self.asked(issued(empty, 10))) == 1

    def test_is_not_reached_by_what_comes_back(self):
        history = issued(in_stock(), 8)
        assert self.asked(moved(history, issuing.bring_back, 1, by="Wu")) == []
