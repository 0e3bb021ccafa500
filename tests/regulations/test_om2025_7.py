"""2025年售后服务操作手册, chapter 7: risks and emergencies."""

from __future__ import annotations

import pytest

from servicecore import Level
from servicecore.domain.complaint import ComplaintResponseStarted

from .complaints import after, doing, registered


class TestAMajorComplaint:
    """om2025:7.1a: It starts the three-level response: headquarters, regional centre, branch."""

    def started(self, desk):
        return [
            each.event
            for each in desk.complaints.history("C-1")
            if isinstance(each.event, ComplaintResponseStarted)
        ]

    def test_brings_in_all_three_in_that_moment(self, desk):
        doing(registered(desk), after(hours=2))("assess", "major", by="Li", reason="in the press")
        [response] = self.started(desk)
        assert response.levels == ("headquarters", "regional_centre", "local_branch")
        assert (response.clause, response.at) == ("om2025:7.1a", after(hours=2))

    def test_is_with_the_manager_without_waiting_for_a_deadline(self, desk):
        doing(registered(desk))("assess", "major", by="Li", reason="in the press")
        assert desk.complaints.get("C-1").level is Level.MANAGER

    @pytest.mark.parametrize("severity", ["ordinary", "complex"])
    def test_a_lesser_one_does_not(self, desk, severity):
        doing(registered(desk))("assess", severity, by="Li", reason="a trifle")
        assert self.started(desk) == []
