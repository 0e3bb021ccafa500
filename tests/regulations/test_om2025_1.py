"""2025年售后服务操作手册, chapter 1: what after-sales service is."""

from __future__ import annotations

from servicecore import Status

from .office import after, opened, told


class TestTheCourseOfARequest:
    """om2025:1.2a: Received, diagnosed, offered a solution, executed, confirmed by the customer."""

    def test_stands_on_record_in_this_order(self, desk):
        opened(desk)
        desk.tickets.diagnose("T-1", by="Wu", finding="worn seal", at=after(hours=1))
        desk.tickets.offer_solution(
            "T-1", by="Wu", solution="a new seal", responsible="Wu", at=after(hours=2)
        )
        desk.tickets.record_work("T-1", by="Wu", work="seal replaced", at=after(hours=3))
        desk.tickets.resolve("T-1", by="Wu", solution="a new seal", at=after(hours=4))
        desk.tickets.confirm("T-1", at=after(hours=5))
        assert told(desk) == [
            "TicketOpened",
            "TicketAcknowledged",
            "TicketDiagnosed",
            "TicketSolutionOffered",
            "TicketWorkRecorded",
            "TicketResolved",
            "TicketConfirmed",
            "TicketClosed",
        ]
        assert desk.tickets.get("T-1").status is Status.CLOSED
