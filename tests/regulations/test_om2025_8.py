"""2025年售后服务操作手册, chapter 8: how service is scored; the text ends within it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from servicecore import RefusedError

from .figures import share
from .office import A_SECOND, after, opened, promised, resolved, shown
from .people import NEW_YEAR


class TestTheLimitsByKind:
    """om2025:8.1b: Emergencies answered in 24 hours, general cases handled in 48, complex in 72."""

    @pytest.mark.parametrize(
        ("kind", "clock", "hours"),
        [
            ("emergency", "emergency_answer", 24),
            ("general", "general_handling", 48),
            ("complex", "complex_resolution", 72),
        ],
    )
    def test_is_promised_from_the_opening(self, desk, kind, clock, hours):
        opened(desk, priority="B", kind=kind)
        assert promised(desk, clock) == (after(hours=hours), "om2025:8.1b")

    def test_an_emergency_a_second_too_late_is_late(self, desk):
        opened(desk, priority="B", kind="emergency")
        desk.tickets.answer("T-1", by="Wu", at=after(hours=24) + A_SECOND)
        assert shown(desk, "emergency_answer") == "missed"

    @pytest.mark.parametrize(
        ("kind", "clock", "hours"),
        [("general", "general_handling", 48), ("complex", "complex_resolution", 72)],
    )
    def test_solved_at_the_last_moment_is_in_time(self, desk, kind, clock, hours):
        opened(desk, priority="C", kind=kind)
        assert resolved(desk, after(hours=hours), clock) == "met"


class TestTheScoreOfAnOutlet:
    """om2025:8.1a: Each outlet responds within 24 hours, and takes up a case within 48."""

    @pytest.mark.parametrize(("late_by", "k"), [(timedelta(), 1), (A_SECOND, 0)])
    def test_the_last_moment_is_in_time(self, desk, late_by, k):
        opened(desk, priority="C")
        desk.tickets.assign("T-1", to="Wu", team="Pudong", at=after(hours=1))
        desk.tickets.answer("T-1", by="Wu", at=after(hours=24) + late_by)
        desk.tickets.diagnose("T-1", by="Wu", finding="worn seal", at=after(hours=48) + late_by)
        answer = desk.reports.outlets()
        assert share(answer, "within_outlet_response", team="Pudong") == (k, 1)
        assert share(answer, "within_outlet_first_handling", team="Pudong") == (k, 1)


COST = {"kind": "training", "subject": "training/TR-1", "entered_for": date(2025, 2, 3)}


class TestServiceCost:
    """om2025:8.1c: What service costs is controlled.

    Outside: who may spend what, is for the organisation to say; costs are entered and told.
    """

    def test_is_entered_for_something_and_summed_up(self, desk):
        desk.costs.open("C-25", year=2025, at=NEW_YEAR)
        for entry, amount in (("1", "100.10"), ("2", "200.20")):
            desk.costs.enter("C-25", entry=entry, amount=Decimal(amount), **COST, at=NEW_YEAR)
        [cost] = desk.reports.costs(period="2025-Q1", as_of=NEW_YEAR)["cost"]
        assert (dict(cost.group), cost.value, cost.n) == ({"kind": "training"}, 300.30, 2)

    def test_is_corrected_by_reversal_alone(self, desk):
        desk.costs.open("C-25", year=2025, at=NEW_YEAR)
        desk.costs.enter("C-25", entry="1", amount=Decimal(100), **COST, at=NEW_YEAR)
        with pytest.raises(RefusedError, match="has entry 1 already"):
            desk.costs.enter("C-25", entry="1", amount=Decimal(99), **COST, at=NEW_YEAR)
        desk.costs.reverse("C-25", entry="2", reverses="1", by="Gao", reason="x", at=NEW_YEAR)
        assert desk.costs.get("C-25").spent == 0
        assert len(desk.costs.history("C-25")) == 3
