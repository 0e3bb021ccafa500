"""What service costs and brings: to the cent, by kind, against the budget (psp:5.1b, psp:5.2b)."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore import ServiceDesk
from servicecore.domain.figures import Goal
from servicecore.projections.cost_benefit import CostBenefit, NoGoalError, expected
from servicecore.projections.cost_facts import Money, Return
from tests.domain.people import NEW_YEAR

AS_OF = datetime(2026, 1, 1, tzinfo=timezone.utc)
SCENARIO = {
    "sales": Decimal(2_000_000),
    "margin": Decimal("0.2"),
    "churned_sales": Decimal(100_000),
}
amounts = st.decimals("0.01", "99999.99", places=2)


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="project_service_plan") as desk:
        desk.costs.open("C-25", year=2025, is_first=True, at=NEW_YEAR)
        yield desk


def spent(desk, entry, amount, *, kind="training", on=date(2025, 2, 3)):
    told = {"kind": kind, "amount": Decimal(amount), "entered_for": on}
    desk.costs.enter("C-25", entry=entry, **told, subject="training/TR-1", at=NEW_YEAR)


def gained(desk, entry, amount, *, on=date(2025, 2, 3)):
    told = {"kind": "sales", "amount": Decimal(amount), "entered_for": on, "assuming": "a tenth"}
    desk.costs.enter_benefit("C-25", entry=entry, **told, subject="customer/Acme", at=NEW_YEAR)


def told(answer, measure):
    if measure not in answer.measures():
        return {}
    return {tuple(v for _, v in each.group): each.value for each in answer[measure]}


class TestCosts:
    """Entries that nobody took back, by kind, on the day they were entered for."""

    def test_add_up_by_kind(self, desk):
        spent(desk, "1", "100.10")
        spent(desk, "2", "200.20")
        spent(desk, "3", "0.05", kind="survey")
        answer = desk.reports.costs(as_of=AS_OF)
        assert told(answer, "cost") == {("training",): 300.30, ("survey",): 0.05}
        assert [each.n for each in answer["cost"]] == [1, 2]

    def test_leave_out_what_was_taken_back(self, desk):
        spent(desk, "1", "100.10")
        spent(desk, "2", "200.20")
        desk.costs.reverse("C-25", entry="3", reverses="1", by="Gao", reason="x", at=NEW_YEAR)
        assert told(desk.reports.costs(as_of=AS_OF), "cost") == {("training",): 200.20}

    @pytest.mark.parametrize(
        ("period", "sum_"), [("2025-Q1", 1.0), ("2025-Q2", 2.0), ("2025", 3.0), ("2024", None)]
    )
    def test_belong_to_their_day(self, desk, period, sum_):
        spent(desk, "1", "1.00", on=date(2025, 3, 31))
        spent(desk, "2", "2.00", on=date(2025, 4, 1))
        answer = desk.reports.costs(period=period, as_of=AS_OF)
        assert told(answer, "cost") == ({} if sum_ is None else {("training",): sum_})

    def test_stand_beside_their_budget(self, desk):
        answer = desk.reports.costs(period="2025", as_of=AS_OF)
        assert told(answer, "budget") == {
            ("training",): 120_000.0,
            ("support_system",): 100_000.0,
            ("support_system_upkeep",): 20_000.0,
            ("survey",): 20_000.0,
        }
        second = desk.reports.costs(period="2025-Q2", as_of=AS_OF)
        assert told(second, "budget") == {("training",): 30_000.0}


class TestTheReturn:
    """(benefit - cost) / cost, and none where nothing was spent."""

    def test_is_what_was_gained_above_what_was_spent(self, desk):
        spent(desk, "1", "400")
        gained(desk, "2", "500")
        answer = desk.reports.costs(as_of=AS_OF)
        assert told(answer, "benefit") == {("sales",): 500.0}
        assert told(answer, "return_on_cost") == {(): 0.25}

    def test_is_a_loss_where_nothing_was_gained(self, desk):
        spent(desk, "1", "400")
        assert told(desk.reports.costs(as_of=AS_OF), "return_on_cost") == {(): -1.0}

    def test_is_none_where_nothing_was_spent(self, desk):
        gained(desk, "1", "500")
        assert told(desk.reports.costs(as_of=AS_OF), "return_on_cost") == {(): None}

    @given(costs=st.lists(amounts, min_size=1), benefits=st.lists(amounts))
    def test_adds_up_in_any_order(self, costs, benefits):
        entries = [Return(1, each, Decimal()) for each in costs]
        entries += [Return(1, Decimal(), each) for each in benefits]
        forwards, backwards = Return(), Return()
        for each in entries:
            forwards.add(each)
        for each in reversed(entries):
            backwards.add(each)
        assert forwards == backwards
        backwards.add(entries[0].times(-1))
        assert backwards.n == len(entries) - 1
        assert backwards.cost == sum(costs[1:], Decimal())

    @given(st.lists(amounts))
    def test_money_is_exact(self, sums):
        money = Money()
        for each in sums:
            money.add(Money(1, each))
        assert money.sum * 100 == sum(int(each * 100) for each in sums)
        assert money.n == len(sums)


class TestTheScenario:
    """What the goals of the standard would bring, with every assumption named (psp:5.2b)."""

    def test_is_growth_and_what_is_not_lost(self, desk):
        # 15 % of 2,000,000 and 5 % of 100,000, of which a fifth remains; all budgets are 260,000.
        found = desk.reports.cost_benefit("C-25", **SCENARIO)
        assert (found.cost, found.benefit) == (Decimal(260_000), Decimal("61000.000"))
        assert found.ratio == (Decimal(61_000) - 260_000) / 260_000

    def test_may_tell_churn_in_points(self, desk):
        # 5 points of 2,000,000 are 100,000.
        found = desk.reports.cost_benefit("C-25", **SCENARIO, churn_in="points")
        assert found.benefit == Decimal(80_000)

    def test_names_what_it_assumes(self, desk):
        assert desk.reports.cost_benefit("C-25", **SCENARIO).assumptions == {
            **SCENARIO,
            "sales_growth": Decimal("0.15"),
            "churn_change": Decimal("-0.05"),
            "churn_in": "relative",
        }

    def test_is_none_of_nothing(self):
        assert CostBenefit(cost=Decimal(), benefit=Decimal(1), assumptions={}).ratio is None

    def test_needs_goals(self):
        churn = Goal(name="churn", clause="psp:5.2a", change=-0.05, per="year")
        with pytest.raises(NoGoalError, match=r"no goal 'sales'.*psp:5\.2b"):
            expected(Decimal(1), goals=(churn,), **SCENARIO)
