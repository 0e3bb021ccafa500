"""项目售后服务方案, chapter 2: where we start from."""

from __future__ import annotations

from .figures import figure
from .office import REQUEST, after, opened


class TestTheBaseline:
    """psp:2.1a: Feedback took more than 48 hours on average; that is to be beaten."""

    def test_the_mean_of_a_period_stands_beside_it(self, desk_under):
        desk = desk_under("project_service_plan")
        indicators = {each.name: each for each in desk.standard.indicators}
        opened(desk)
        desk.tickets.open("T-2", **REQUEST, at=after())
        for number, hours in (("T-1", 20), ("T-2", 60)):
            desk.tickets.resolve(number, by="Wu", solution="a seal", at=after(hours=hours))
        told = figure(desk.reports.response_times(by=()), "last_resolution_wall")
        assert told.value == 40 * 3600
        assert told.value < indicators["feedback_processing"].at_most.total_seconds()
