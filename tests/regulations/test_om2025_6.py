"""2025年售后服务操作手册, chapter 6: what is measured."""

from __future__ import annotations

from datetime import timedelta

import pytest

from . import complaints
from .figures import share
from .office import A_SECOND, after, opened


class TestAnUntimelyAnswer:
    """om2025:6.2a: An answer later than 4.5 hours is untimely; high priority goes first.

    Open: which ticket is taken up first is left to people.
    """

    @pytest.mark.parametrize(("late_by", "k"), [(timedelta(), 1), (A_SECOND, 0)])
    def test_the_last_moment_is_timely(self, desk, late_by, k):
        opened(desk, priority="C")
        desk.tickets.answer("T-1", by="Wu", at=after(hours=4.5) + late_by)
        assert share(desk.reports.outlets(), "within_timely_response") == (k, 1)


class TestTheComplaintHandlingRate:
    """om2025:6.1b: The rate at which complaints are handled is watched."""

    def test_is_closed_of_received(self, desk):
        does = complaints.doing(complaints.handled(complaints.registered(desk)))
        does("satisfy", asked_by="Li")
        does("close", by="Li")
        desk.complaints.receive("C-2", at=complaints.MONDAY, **complaints.COMPLAINT)
        assert share(desk.reports.complaints(), "complaint_handling_rate") == (1, 2)
