"""项目售后服务方案, chapter 6: how its effect is known."""

from __future__ import annotations

import pytest

from . import customers, surveys
from .figures import share


class TestChurn:
    """psp:6.2a: Churn is tracked regularly, and analysed."""

    @pytest.fixture
    def desk(self, desk_under):
        desk = desk_under("project_service_plan")
        customers.customer(desk)
        told = {"name": "Borg Ltd", "contact": "x", "kind": "dealer", "responsible": "Wu"}
        desk.relationships.open("Borg", **told, at=customers.MONDAY)
        at = customers.MONDAY + 60 * customers.A_DAY
        desk.relationships.lose("Borg", reason="moved", at=at)
        return desk

    def test_by_month_and_by_quarter(self, desk):
        as_of = customers.MONDAY + 200 * customers.A_DAY
        months = desk.reports.churn(period="2025-Q2", by="month", as_of=as_of)
        assert share(months, "churn", month="2025-04") == (0, 2)
        assert share(months, "churn", month="2025-05") == (1, 2)
        assert share(months, "churn", month="2025-06") == (0, 1)
        assert share(desk.reports.churn(period="2025-Q2", as_of=as_of), "churn") == (1, 2)

    def test_by_the_reason_and_the_kind_of_customer(self, desk):
        as_of = customers.MONDAY + 200 * customers.A_DAY
        told = desk.reports.churn(period="2025-Q2", by="kind", as_of=as_of)
        assert share(told, "churn_left", kind="dealer") == (1, 1)
        assert share(told, "churn_left", kind="factory") == (0, 1)
        assert share(told, "churn_lapsed_assumed", kind="dealer") == (0, 1)


class TestBeforeAndAfter:
    """psp:6.2b: Satisfaction before and after is compared."""

    def test_by_the_difference_and_how_sure_it_is(self, desk_under):
        desk = desk_under("project_service_plan")
        surveys.satisfied(desk, 48, 80)
        surveys.satisfied(desk, 56, 70, at=surveys.MONDAY + 31 * surveys.A_DAY)
        told = desk.reports.satisfaction_change(
            before="2025-03", after="2025-04", as_of=surveys.MONDAY + 90 * surveys.A_DAY
        )
        [difference] = told["csat_difference"]
        assert difference.value == pytest.approx(0.2)
        assert (difference.low, difference.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)

    def test_of_what_was_not_asked_before_is_left_open(self, desk_under):
        desk = desk_under("project_service_plan")
        surveys.satisfied(desk, 1, 2)
        told = desk.reports.satisfaction_change(before="2025-02", after="2025-03")
        assert told["csat_difference"][0].value is None
