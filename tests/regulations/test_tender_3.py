"""售后服务标准（招投标专用）, chapter 3: who serves, and who watches over it."""

from __future__ import annotations

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
