"""项目售后服务方案, chapter 4: how well it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from . import complaints
from .figures import share
from .office import A_SECOND, after, answered, opened, promised, resolved


class TestTechnicalSupport:
    """psp:4.1a: Technical support responds within 1 hour, and resolves within 48."""

    @pytest.fixture
    def desk(self, desk_under):
        return desk_under("project_service_plan")

    def test_is_promised_to_every_request(self, desk):
        opened(desk)
        assert promised(desk, "first_response") == (after(hours=1), "psp:4.1a")
        assert promised(desk, "resolution") == (after(hours=48), "psp:4.1a")

    @pytest.mark.parametrize(("late_by", "shown"), [(timedelta(), "met"), (A_SECOND, "missed")])
    def test_the_last_moment_is_in_time(self, desk, late_by, shown):
        opened(desk)
        assert answered(desk, after(hours=1) + late_by) == shown
        assert resolved(desk, after(hours=48) + late_by) == shown


class TestAnExplicitResponseTime:
    """psp:4.1b: Every service has an explicit response time."""

    @pytest.mark.parametrize("priority", ["A", "B", "C"])
    @pytest.mark.parametrize("kind", ["general", "complex", "special", "emergency"])
    def test_no_request_is_without_one(self, desk_under, priority, kind):
        desk = desk_under("project_service_plan")
        opened(desk, priority=priority, kind=kind)
        due, _ = promised(desk, "first_response")
        assert due == after(hours=1)


class TestComplaintTimeliness:
    """psp:4.1c: The timeliness of complaint handling is measured."""

    @pytest.mark.parametrize(("late_by", "k"), [(timedelta(), 1), (A_SECOND, 0)])
    def test_each_step_is_in_time_or_late(self, desk_under, late_by, k):
        desk = complaints.received(desk_under("project_service_plan"))
        registered_at = complaints.after(hours=24) + late_by
        desk.complaints.register("C-1", **complaints.REGISTERED, at=registered_at)
        answer = desk.reports.complaints()
        assert share(answer, "complaint_registration_attainment") == (k, 1)
