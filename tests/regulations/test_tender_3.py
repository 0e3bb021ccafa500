"""售后服务标准（招投标专用）, chapter 3: who serves, and who watches over it."""

from __future__ import annotations

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
