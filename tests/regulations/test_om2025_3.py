"""2025年售后服务操作手册, chapter 3: how service is organised."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore import RefusedError

from .office import after, opened, resolved, told
from .quality import MONDAY
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


ARTICLE = {"product": "pump", "problem": "it leaks", "solution": "a seal"}


class TestTheKnowledgeBase:
    """om2025:3.2b: Solutions of common problems are kept in a knowledge base, and shared."""

    def published(self, desk):
        desk.knowledge.draft("K-1", by="Wu", **ARTICLE, ticket_id="T-1", at=MONDAY)
        desk.knowledge.review("K-1", by="Gao", is_right=True, at=MONDAY)
        desk.knowledge.publish("K-1", by="Gao", at=MONDAY)
        return desk.knowledge

    def test_what_was_learnt_on_one_ticket_is_of_use_on_another(self, desk):
        knowledge = self.published(desk)
        knowledge.use("K-1", ticket_id="T-2", by="Li", at=MONDAY)
        article = knowledge.get("K-1")
        assert (article.ticket_id, article.times_helped) == ("T-1", 1)
        assert article.published.solution == "a seal"

    def test_somebody_else_finds_it_right_before_it_is_shared(self, desk):
        desk.knowledge.draft("K-1", by="Wu", **ARTICLE, at=MONDAY)
        with pytest.raises(RefusedError, match="who cannot review it"):
            desk.knowledge.review("K-1", by="Wu", is_right=True, at=MONDAY)
        with pytest.raises(RefusedError, match="somebody else found it right"):
            desk.knowledge.publish("K-1", by="Wu", at=MONDAY)

    def test_it_is_looked_at_again(self, desk):
        knowledge = self.published(desk)
        desk.run_due(MONDAY + timedelta(days=366))
        assert type(knowledge.history("K-1")[-1].event).__name__ == "KnowledgeArticleReviewDue"
