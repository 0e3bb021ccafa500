"""项目售后服务方案, chapter 1: what the service is for."""

from __future__ import annotations

import pytest

from . import surveys
from .office import opened, promised
from .settings import said

PLAN = "project_service_plan"


class TestTheServices:
    """psp:1.2a: Software support, hardware maintenance, user training, and complaints."""

    def test_stand_in_the_plan(self):
        services = ("software_support", "hardware_maintenance", "user_training", "complaints")
        assert said(PLAN, "services") == (services, "psp:1.2a")

    @pytest.mark.parametrize("product", ["accounting software", "pump", "a course for users"])
    def test_whatever_is_asked_for_is_promised_an_answer(self, desk_under, product):
        desk = desk_under(PLAN)
        opened(desk, product=product)
        assert promised(desk, "first_response")[1] == "psp:4.1a"

    def test_complaints_are_taken_in_too(self, desk_under):
        desk = desk_under(PLAN)
        desk.complaints.receive("C-1", customer_id="Acme", what="too slow", channel="telephone")
        assert "psp:3.4a" in {each.clause for each in desk.complaints.get("C-1").promises.values()}


class TestSatisfaction:
    """psp:1.1a: At least 85 of 100 customers are satisfied."""

    @pytest.mark.parametrize(("satisfied", "is_met"), [(17, True), (16, False)])
    def test_is_measured_and_exactly_that_is_enough(self, desk_under, satisfied, is_met):
        desk = desk_under("project_service_plan")
        surveys.satisfied(desk, satisfied, 20)
        found = surveys.judged(desk, "satisfaction")
        assert (found.k, found.n, found.is_met) == (satisfied, 20, is_met)
        assert found.clause == "psp:1.1a"
