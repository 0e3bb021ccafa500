"""售后服务标准（招投标专用）, chapter 3: who serves, and who watches over it."""

from __future__ import annotations

import pytest

from . import people
from .figures import figure
from .office import after, opened
from .settings import said


class TestTheServiceTeam:
    """tender:3.1a: A team of its own sees to the service."""

    def test_stands_in_the_standard(self):
        assert said("tender_standard", "teams") == (("service",), "tender:3.1a")

    def test_a_ticket_has_its_team_on_record(self, desk_under):
        desk = desk_under("tender_standard")
        opened(desk)
        desk.tickets.assign("T-1", to="Wu", team="service", at=after(minutes=10))
        assert desk.tickets.history("T-1")[-1].event.team == "service"


class TestTheCourseOfService:
    """tender:3.3a: The course of service is monitored as it happens."""

    def test_a_report_knows_what_happened_a_moment_ago(self, desk_under):
        desk = desk_under("tender_standard")
        opened(desk)
        assert figure(desk.reports.backlog(by=()), "backlog").n == 1
        desk.tickets.resolve("T-1", by="Wu", solution="a seal", at=after(hours=1))
        assert "backlog" not in desk.reports.backlog(by=()).measures()


class TestTrainingAndAppraisal:
    """tender:3.2a: Staff are trained, for example 40 hours a year, and appraised."""

    @pytest.mark.parametrize(("hours", "short"), [(40, []), (39, [people.AN_HOUR])])
    def test_forty_hours_are_enough(self, desk_under, hours, short):
        desk = desk_under("tender_standard")
        people.hired(desk)
        people.trained(desk, "TR-1", hours, "Wu")
        desk.run_due(people.NEXT_YEAR)
        assert people.fell_short(desk, "Wu", "training") == short

    def test_everybody_can_be_appraised(self, desk_under):
        desk = desk_under("tender_standard")
        people.hired(desk)
        scores = {"skill": 0.5}
        desk.staff.appraise("Wu", period="2025", by="Gao", scores=scores, at=people.day(12, 1))
        assert desk.staff.get("Wu").appraisal_of("2025").overall == pytest.approx(0.5)
