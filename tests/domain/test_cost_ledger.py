"""The ledger of a year: budgets, entries, and corrections by reversal alone (psp:5.1b)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from servicecore.domain.cost_ledger import (
    AlreadyReversedError,
    BadAmountError,
    CostLedgerEntryReversed,
    EntryExistsError,
    NoYearError,
    OtherYearError,
    OutOfTurnError,
    UnknownEntryError,
    decisions,
    evolve,
)
from servicecore.domain.days import NoDateError
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.figures import Quota
from servicecore.domain.refusals import IncompleteError
from servicecore.standards import load_standard

from .people import DAY, MICROSECOND, NEW_YEAR, given, going_on

PLAN = load_standard("project_service_plan")
amounts = st.decimals("0.01", "999999.99", places=2)


def opened(*, standard=PLAN, **facts):
    told = {"year": 2025, "standard": standard, "calendar": standard.calendar, **facts}
    return decisions.open_ledger("C-25", **told, at=NEW_YEAR)


def entered(history=None, *, entry="1", amount=Decimal("120.50"), **facts):
    told = {
        "kind": "training",
        "entered_for": date(2025, 2, 3),
        "subject": "training/TR-1",
        "at": NEW_YEAR,
        **facts,
    }
    return going_on(
        evolve, history or opened(), decisions.enter_cost, entry=entry, amount=amount, **told
    )


def gained(history=None, *, entry="2", amount=Decimal(5000), **facts):
    told = {
        "kind": "sales",
        "entered_for": date(2025, 12, 31),
        "subject": "customer/Acme",
        "assuming": "a tenth of the sales came back by the survey",
        "at": NEW_YEAR,
        **facts,
    }
    return going_on(
        evolve, history or opened(), decisions.enter_benefit, entry=entry, amount=amount, **told
    )


def taken_back(history, *, entry="3", reverses="1", by="Gao", reason="a slip"):
    facts = {"entry": entry, "reverses": reverses, "by": by, "reason": reason, "at": NEW_YEAR}
    return going_on(evolve, history, decisions.reverse, **facts)


class TestTheBudgets:
    """Training 30,000 a quarter; support system 20,000 a year; surveys 10,000 twice a year."""

    def test_are_those_of_the_plan_for_a_year(self):
        budgets = given(evolve, opened()).budgets
        assert {each.kind: (each.total, each.clause) for each in budgets} == {
            "training": (Decimal(120_000), "psp:5.1b"),
            "support_system_upkeep": (Decimal(20_000), "psp:5.1b"),
            "survey": (Decimal(20_000), "psp:5.1b"),
        }

    def test_hold_what_is_paid_once_in_the_first_year(self):
        budgets = given(evolve, opened(is_first=True)).budgets
        assert sum(each.total for each in budgets) == Decimal(260_000)

    def test_follow_how_often_customers_are_asked(self):
        asked = Quota(name="survey_campaigns", clause="psp:5.1a", at_least=3, per="quarter")
        for quotas, times in (((asked,), 12), ((), 1)):
            budgets = given(evolve, opened(standard=attrs.evolve(PLAN, quotas=quotas))).budgets
            assert [each.times for each in budgets if each.kind == "survey"] == [times]

    def test_are_none_where_the_standard_names_no_costs(self):
        assert given(evolve, opened(standard=load_standard("tender_standard"))).budgets == ()

    @pytest.mark.parametrize("year", ["2025", 0, 9999, 10_000, True, None])
    def test_are_for_a_year(self, year):
        with pytest.raises(NoYearError, match=r"C-25: .* is not a year"):
            opened(year=year)


class TestEntries:
    """What was spent and gained, each for a day of the year, and for something."""

    def test_add_up(self):
        ledger = given(evolve, gained(entered(entered(), entry="1b")))
        assert (ledger.spent, ledger.gained) == (Decimal("241.00"), Decimal(5000))
        assert ledger.currency == "CNY"

    @for_all(st.lists(amounts, max_size=10))
    def test_add_up_to_the_cent(self, sums):
        history = opened()
        for n, each in enumerate(sums):
            history = entered(history, entry=f"{n}", amount=each)
        in_cents = sum(int(each * 100) for each in sums)
        assert given(evolve, history).spent == Decimal(in_cents) / 100

    @pytest.mark.parametrize(
        "amount",
        [
            0,
            120,
            120.5,
            "120.50",
            None,
            Decimal(0),
            Decimal(-1),
            Decimal("0.001"),
            Decimal("Infinity"),
            Decimal("NaN"),
        ],
    )
    def test_are_sums_of_cents(self, amount):
        for enter in (entered, gained):
            with pytest.raises(BadAmountError, match="expected a Decimal above 0 in full cents"):
                enter(amount=amount)

    @pytest.mark.parametrize("amount", [Decimal("0.01"), Decimal(10**40), Decimal("1E+3")])
    def test_may_be_small_and_great(self, amount):
        assert given(evolve, entered(amount=amount)).spent == amount

    @pytest.mark.parametrize("day", [date(2024, 12, 31), date(2026, 1, 1)])
    def test_belong_to_the_year(self, day):
        for enter in (entered, gained):
            with pytest.raises(OtherYearError, match="C-25 is for 2025"):
                enter(entered_for=day)
        with pytest.raises(NoDateError, match="entered_for"):
            entered(entered_for=NEW_YEAR)

    def test_have_a_number_of_their_own(self):
        for again in (entered, gained):
            with pytest.raises(EntryExistsError, match="C-25 has entry 1 already"):
                again(entered(), entry="1")

    @pytest.mark.parametrize("empty", ["kind", "subject"])
    def test_say_what_they_are_for(self, empty):
        for enter in (entered, gained):
            with pytest.raises(IncompleteError, match=empty):
                enter(**{empty: ""})

    def test_a_benefit_names_its_assumption(self):
        with pytest.raises(IncompleteError, match="assuming"):
            gained(assuming=" ")


class TestTheOrder:
    """A ledger is written in the order of time; what an entry is for may lie back."""

    def test_nothing_is_entered_before_the_last_entry(self):
        early = {"at": NEW_YEAR - MICROSECOND}
        for enter in (entered, gained):
            with pytest.raises(OutOfTurnError, match="C-25 was last written at 2025-01-02"):
                enter(**early)
        later = entered(at=NEW_YEAR + DAY)
        with pytest.raises(OutOfTurnError, match="entry 3 was not made"):
            taken_back(later)


class TestCorrections:
    """A wrong entry is taken back by another; both stay."""

    def test_take_an_entry_back(self):
        ledger = given(evolve, taken_back(gained(entered())))
        assert (ledger.spent, ledger.gained) == (Decimal(0), Decimal(5000))
        assert ledger.entries["1"].amount == Decimal("120.50")
        assert ledger.entries["1"].reversed_by == "3"

    def test_take_a_benefit_back(self):
        ledger = given(evolve, taken_back(gained(entered()), reverses="2"))
        assert (ledger.spent, ledger.gained) == (Decimal("120.50"), Decimal(0))

    def test_happen_once(self):
        with pytest.raises(AlreadyReversedError, match="entry 1 was reversed by 3"):
            taken_back(taken_back(entered()), entry="4")

    @pytest.mark.parametrize("reverses", ["9", "3"])
    def test_are_of_an_entry(self, reverses):
        with pytest.raises(UnknownEntryError, match="no entry"):
            taken_back(taken_back(entered()), entry="4", reverses=reverses)

    def test_have_a_number_and_a_reason(self):
        with pytest.raises(EntryExistsError, match="entry 1"):
            taken_back(entered(), entry="1")
        with pytest.raises(EntryExistsError, match="entry 3"):
            entered(taken_back(entered()), entry="3")
        with pytest.raises(IncompleteError, match="reason"):
            taken_back(entered(), reason="")


class TestImpossibleHistories:
    """The auditor's alarm."""

    def reversal(self, ledger_id="C-25", reverses="1", entry="3"):
        return CostLedgerEntryReversed(
            cost_ledger_id=ledger_id,
            entry=entry,
            reverses=reverses,
            by="Gao",
            reason="x",
            at=NEW_YEAR,
        )

    def test_nothing_comes_before_the_ledger(self):
        with pytest.raises(ImpossibleHistoryError, match="before the cost ledger was opened"):
            given(evolve, [self.reversal()])

    def test_an_entry_of_another_one_does_not_belong_here(self):
        with pytest.raises(ImpossibleHistoryError, match=r"not belong .* ledger C-25"):
            given(evolve, [*entered(), self.reversal("C-26")])

    def test_nothing_comes_twice(self):
        for twice in (entered()[-1], opened()[0]):
            with pytest.raises(ImpossibleHistoryError, match="cannot come twice"):
                given(evolve, [*entered(), twice])

    def test_only_what_stands_there_is_taken_back(self):
        with pytest.raises(ImpossibleHistoryError, match="does not hold"):
            given(evolve, [*entered(), self.reversal(reverses="9")])
        with pytest.raises(ImpossibleHistoryError, match="does not hold"):
            given(evolve, [*taken_back(entered()), self.reversal(entry="4")])
