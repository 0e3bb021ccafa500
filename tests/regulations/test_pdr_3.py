"""交付后活动管理制度, chapter 3: service after delivery."""

from __future__ import annotations

import pytest

from servicecore import Level

from .office import opened


class TestComplexProblems:
    """pdr:3.2b: Complex problems are reported upwards, and resources are coordinated.

    Open: which resources, and how, people decide.
    """

    @pytest.mark.parametrize(
        ("kind", "level"), [("general", Level.STAFF), ("complex", Level.SUPERVISOR)]
    )
    def test_begin_with_the_supervisor(self, desk_under, kind, level):
        desk = desk_under("post_delivery_regulation")
        opened(desk, priority="B", kind=kind)
        assert desk.tickets.get("T-1").level is level
