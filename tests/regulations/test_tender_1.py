"""售后服务标准（招投标专用）, chapter 1: what is promised in a tender."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .office import A_SECOND, after, answered, opened, promised


class TestTheResponseToARepair:
    """tender:1.2a: Whoever asks for a repair is answered within 24 hours."""

    @pytest.fixture
    def desk(self, desk_under):
        return desk_under("tender_standard")

    def test_is_promised_to_every_request(self, desk):
        opened(desk)
        assert promised(desk, "first_response") == (after(hours=24), "tender:1.2a")

    @pytest.mark.parametrize(("late_by", "shown"), [(timedelta(), "met"), (A_SECOND, "missed")])
    def test_the_last_moment_is_in_time(self, desk, late_by, shown):
        opened(desk)
        assert answered(desk, after(hours=24) + late_by) == shown
