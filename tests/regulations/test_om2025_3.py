"""2025年售后服务操作手册, chapter 3: how service is organised."""

from __future__ import annotations

import pytest

from .office import after, opened, resolved, told
from .settings import said


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


class TestTheLayers:
    """om2025:3.1b: Management, execution and support: the service has three layers."""

    def test_stand_in_the_manual(self):
        layers = ("management", "execution", "support")
        assert said("operations_manual_2025", "layers") == (layers, "om2025:3.1b")


class TestTheChannelsOfService:
    """om2025:3.2c: Customers are served by web, app, telephone, mail and chat too."""

    CHANNELS = ("website", "app", "telephone", "mail", "chat")

    def test_stand_in_the_manual(self):
        assert said("operations_manual_2025", "service_channels") == (self.CHANNELS, "om2025:3.2c")

    @pytest.mark.parametrize("channel", CHANNELS)
    def test_a_request_by_each_is_taken_in_and_says_so(self, desk, channel):
        opened(desk, channel=channel)
        assert desk.tickets.get("T-1").channel == channel
