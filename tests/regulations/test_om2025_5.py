"""2025年售后服务操作手册, chapter 5: how customers are treated."""

from __future__ import annotations

import pytest

from servicecore import RefusedError

from .office import after, opened


class TestARepairProposal:
    """om2025:5.1a: A repair proposal states when it is done, what it costs, and who does it.

    Open: a proposal without a time or a cost is still taken.
    """

    def test_tells_all_three_on_record(self, desk):
        opened(desk)
        desk.tickets.offer_solution(
            "T-1",
            by="Wu",
            solution="a new seal",
            responsible="workshop Pudong",
            ready_by=after(days=2),
            cost="CNY 120.50",
            at=after(hours=1),
        )
        proposal = desk.tickets.history("T-1")[-1].event
        assert (proposal.ready_by, proposal.cost) == (after(days=2), "CNY 120.50")
        assert proposal.responsible == "workshop Pudong"

    def test_is_refused_when_nobody_is_responsible(self, desk):
        opened(desk)
        with pytest.raises(RefusedError, match="responsible"):
            desk.tickets.offer_solution(
                "T-1", by="Wu", solution="a new seal", responsible="", at=after(hours=1)
            )
