"""2025年售后服务操作手册, chapter 3: how service is organised."""

from __future__ import annotations

from .office import after, opened, resolved, told


class TestTheStagesOfARequest:
    """om2025:3.2a: Received, classified, assigned, handled, closed, with the feedback."""

    def test_each_stage_is_an_event_of_its_own(self, desk):
        opened(desk)
        desk.tickets.classify("T-1", "B", at=after(minutes=10))
        desk.tickets.assign("T-1", to="Wu", at=after(minutes=20))
        desk.tickets.record_work("T-1", by="Wu", work="seal replaced", at=after(hours=2))
        resolved(desk, after(hours=3))
        desk.tickets.confirm("T-1", at=after(hours=4))
        assert told(desk) == [
            "TicketOpened",
            "TicketAcknowledged",
            "TicketClassified",
            "TicketAssigned",
            "TicketWorkRecorded",
            "TicketResolved",
            "TicketConfirmed",
            "TicketClosed",
        ]
