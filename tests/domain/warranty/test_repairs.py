"""Whether a repair is free, what it costs if not, and when it may begin."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest

from servicecore.domain.refusals import IncompleteError
from servicecore.domain.warranty import (
    AlreadyDecidedError,
    BadFeeError,
    BeforeGrantError,
    FeeLine,
    FeesNotAcceptedError,
    FreeOfChargeError,
    Ground,
    ImpossibleFaultError,
    NotDecidedError,
    NothingOfferedError,
    RepairBegunError,
    decisions,
    repairs,
)

from .given import (
    DAY,
    DELIVERED,
    LABOUR,
    LAST_DAY,
    MIDNIGHT,
    NINE,
    SEAL,
    given,
    going_on,
    granted,
    judged,
    not_covered,
    offered,
)

LATER = MIDNIGHT + 5 * DAY


def verdict(history):
    repair = given(*history).repairs["T-1"]
    return repair.is_covered, repair.ground


def begun(history, *, at=NINE):
    return going_on(history, repairs.begin_repair, ticket_id="T-1", by="Wu", at=at)


def accepted(history, *, at=NINE):
    return going_on(history, repairs.accept_fees, ticket_id="T-1", by="Ms Lin", at=at)


class TestCoverage:
    """A fault of a covered day is repaired free of charge, however late it is reported."""

    @pytest.mark.parametrize("fault_on", [DELIVERED, LAST_DAY])
    def test_holds_from_the_delivery_to_the_last_day(self, fault_on):
        assert verdict(judged(granted(), fault_on, at=LATER)) == (True, Ground.IN_TERM)

    def test_is_over_the_day_after(self):
        history = judged(granted(), LAST_DAY + DAY, at=LATER)
        assert verdict(history) == (False, Ground.TERM_OVER)
        assert history[-1].reason == (
            "the product is covered until 2026-03-03, and the fault is of 2026-03-04"
        )

    def test_of_a_key_part_lasts_longer(self):
        history = granted(key_parts={"motor": 24})
        assert verdict(judged(history, LAST_DAY + DAY, at=LATER, part="motor"))[0]
        assert not verdict(judged(history, LAST_DAY + DAY, at=LATER, part="seal"))[0]

    def test_ends_with_a_fault_that_is_not_the_products(self):
        history = not_covered()
        assert verdict(history) == (False, Ground.EXCLUDED)
        assert history[-1].reason == "it was dropped"

    def test_ends_when_the_warranty_is_void_whatever_else_is_said(self):
        history = going_on(granted(), decisions.void, by="Wu", reason="opened", at=NINE)
        history = judged(history, DELIVERED, at=NINE, excluded_because="dropped")
        assert verdict(history) == (False, Ground.VOID)
        assert history[-1].reason == "the warranty is void: opened"

    def test_of_a_repair_decided_before_stays_when_it_is_voided(self):
        history = judged(granted(), DELIVERED, at=NINE)
        history = going_on(history, decisions.void, by="Wu", reason="opened", at=NINE)
        assert verdict(history) == (True, Ground.IN_TERM)
        assert given(*begun(history)).repairs["T-1"].begun_at == NINE

    def test_is_decided_once_a_ticket(self):
        with pytest.raises(AlreadyDecidedError, match="T-1 was judged before, as not covered"):
            judged(not_covered(), DELIVERED, at=NINE)
        both = judged(not_covered(), DELIVERED, at=NINE, ticket_id="T-2")
        assert sorted(given(*both).repairs) == ["T-1", "T-2"]

    @pytest.mark.parametrize("fault_on", [DELIVERED - DAY, DELIVERED + DAY])
    def test_is_judged_by_a_day_between_delivery_and_today(self, fault_on):
        with pytest.raises(ImpossibleFaultError, match=f"got {fault_on}"):
            judged(granted(), fault_on, at=NINE)

    def test_today_is_that_of_the_office(self):
        """At 16:00 in London it is tomorrow in Shanghai."""
        assert verdict(judged(granted(), date(2026, 3, 4), at=MIDNIGHT))[1] is Ground.TERM_OVER
        with pytest.raises(ImpossibleFaultError):
            judged(granted(), date(2026, 3, 5), at=MIDNIGHT)

    def test_is_not_judged_before_the_grant(self):
        with pytest.raises(BeforeGrantError):
            judged(granted(), DELIVERED, at=NINE - DAY)

    @pytest.mark.parametrize("empty", ["ticket_id", "by"])
    def test_says_for_which_ticket_and_by_whom(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            judged(granted(), DELIVERED, at=NINE, **{empty: ""})


class TestFees:
    """What is not covered has its price in lines that the customer understands (tender:2.3a)."""

    def test_add_up_to_the_cent(self):
        event = offered(not_covered(), LABOUR, SEAL)[-1]
        assert (event.total, event.currency) == (Decimal("381.30"), "CNY")

    def test_are_not_asked_for_under_warranty(self):
        history = judged(granted(), DELIVERED, at=NINE)
        with pytest.raises(FreeOfChargeError, match=r"T-1 is covered .* free \(tender:1.2d\)"):
            offered(history, LABOUR)

    def test_are_not_asked_for_before_it_is_decided_who_pays(self):
        with pytest.raises(NotDecidedError, match="T-1"):
            offered(granted(), LABOUR)

    def test_need_a_line(self):
        with pytest.raises(BadFeeError, match="T-1 need a line"):
            offered(not_covered())

    @pytest.mark.parametrize(
        "wrong",
        [
            {"quantity": 0},
            {"quantity": 1.5},
            {"quantity": True},
            {"unit_price": Decimal(-1)},
            {"unit_price": Decimal("NaN")},
            {"unit_price": 9.9},
        ],
        ids=str,
    )
    def test_have_no_line_that_cannot_be_understood(self, wrong):
        with pytest.raises(BadFeeError, match=r"seal: a .* or more; got"):
            offered(not_covered(), LABOUR, attrs.evolve(SEAL, **wrong))

    def test_say_what_each_line_is_for(self):
        with pytest.raises(IncompleteError, match="what"):
            offered(not_covered(), FeeLine(what="", quantity=1, unit_price=Decimal(1)))

    def test_may_be_nothing(self):
        gift = FeeLine(what="labour", quantity=1, unit_price=Decimal(0))
        assert offered(not_covered(), gift)[-1].total == 0

    def test_are_accepted_by_name_once(self):
        history = accepted(offered(not_covered(), LABOUR))
        assert given(*history).repairs["T-1"].accepted_by == "Ms Lin"
        assert accepted(history) == history

    def test_that_nobody_offered_are_neither_accepted_nor_declined(self):
        with pytest.raises(NothingOfferedError, match="T-1"):
            accepted(not_covered())
        with pytest.raises(NothingOfferedError, match="T-1"):
            going_on(not_covered(), repairs.decline_fees, ticket_id="T-1", by="Ms Lin", at=NINE)

    @pytest.mark.parametrize("answer", [repairs.accept_fees, repairs.decline_fees])
    def test_are_answered_after_they_were_offered(self, answer):
        history = offered(not_covered(), LABOUR, at=NINE + DAY)
        with pytest.raises(NothingOfferedError, match="offered by 2025-03-03T01:00:00"):
            going_on(history, answer, ticket_id="T-1", by="Ms Lin", at=NINE)

    def test_that_were_declined_stand_no_more(self):
        history = accepted(offered(not_covered(), LABOUR))
        history = going_on(history, repairs.decline_fees, ticket_id="T-1", by="Ms Lin", at=NINE)
        with pytest.raises(NothingOfferedError):
            accepted(history)
        with pytest.raises(FeesNotAcceptedError):
            begun(history)

    def test_of_a_new_offer_have_to_be_accepted_anew(self):
        history = offered(accepted(offered(not_covered(), LABOUR)), LABOUR, SEAL)
        with pytest.raises(FeesNotAcceptedError):
            begun(history)
        assert given(*begun(accepted(history))).repairs["T-1"].total == Decimal("381.30")

    def test_do_not_change_once_work_has_begun(self):
        history = begun(accepted(offered(not_covered(), LABOUR)))
        with pytest.raises(RepairBegunError, match="began at 2025-03-03T01:00:00"):
            offered(history, SEAL)


class TestWork:
    """Work that is not covered begins when its price was accepted (tender:2.3a)."""

    def test_begins_at_once_under_warranty(self):
        history = begun(judged(granted(), DELIVERED, at=NINE))
        assert given(*history).repairs["T-1"].begun_at == NINE

    def test_does_not_begin_before_it_is_decided_who_pays(self):
        with pytest.raises(NotDecidedError):
            begun(granted())
        history = judged(granted(), DELIVERED, at=NINE + DAY)
        with pytest.raises(NotDecidedError, match="had decided by 2025-03-03T01:00:00"):
            begun(history, at=NINE)

    @pytest.mark.parametrize("steps", [0, 1])
    def test_does_not_begin_before_the_customer_agreed(self, steps):
        history = [not_covered(), offered(not_covered(), LABOUR)][steps]
        with pytest.raises(FeesNotAcceptedError, match=r"\(it was dropped\).* \(tender:2\.3a\)"):
            begun(history)

    def test_may_begin_in_the_moment_the_customer_agrees_and_not_before(self):
        history = accepted(offered(not_covered(), LABOUR), at=NINE + DAY)
        with pytest.raises(FeesNotAcceptedError):
            begun(history, at=NINE)
        assert given(*begun(history, at=NINE + DAY)).repairs["T-1"].begun_at == NINE + DAY

    def test_begins_once(self):
        history = begun(judged(granted(), DELIVERED, at=NINE))
        with pytest.raises(RepairBegunError, match="T-1"):
            begun(history)
