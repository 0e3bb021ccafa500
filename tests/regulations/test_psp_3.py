"""项目售后服务方案, chapter 3: what is offered."""

from __future__ import annotations

import pytest

from servicecore.domain.ticket import TicketAcknowledged

from .office import MONDAY, after, opened


class TestTheAutomaticReply:
    """psp:3.2a: Every online request gets an automatic reply at once."""

    def replies(self, desk):
        return [
            each.event
            for each in desk.tickets.history("T-1")
            if isinstance(each.event, TicketAcknowledged)
        ]

    @pytest.mark.parametrize("channel", ["website", "app", "official_account", "mail", "chat"])
    def test_comes_in_the_moment_of_the_request(self, desk, channel):
        opened(desk, channel=channel)
        (reply,) = self.replies(desk)
        assert reply.automatic
        assert reply.at == MONDAY

    def test_comes_once(self, desk):
        opened(desk)
        desk.tickets.receive_message("T-1", text="hello?", at=after(hours=1))
        desk.run_due(after(hours=2))
        assert len(self.replies(desk)) == 1

    def test_says_which_policy_sent_it(self, desk):
        opened(desk)
        (recorded,) = [
            each
            for each in desk.tickets.history("T-1")
            if isinstance(each.event, TicketAcknowledged)
        ]
        assert recorded.provenance.actor == "policy/acknowledgement"
