"""项目售后服务方案, chapter 6: how its effect is known."""

from __future__ import annotations

import pytest

from . import surveys


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
