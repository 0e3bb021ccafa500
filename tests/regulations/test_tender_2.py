"""售后服务标准（招投标专用）, chapter 2: how a repair is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .office import A_SECOND, after, opened, promised, shown


class TestComingToTheCustomer:
    """tender:2.1a: Somebody is on site within 24 hours of the request, in remote areas within 48.

    Open: a request does not say yet whether it comes from a remote area.
    """

    @pytest.fixture
    def desk(self, desk_under):
        return desk_under("tender_standard")

    def visited(self, desk, at, *, on_site):
        desk.tickets.record_work("T-1", by="Wu", work="looked at it", on_site=on_site, at=at)
        return shown(desk, "on_site")

    def test_is_promised_to_every_request(self, desk):
        opened(desk)
        assert promised(desk, "on_site") == (after(hours=24), "tender:2.1a")

    @pytest.mark.parametrize(("late_by", "shown"), [(timedelta(), "met"), (A_SECOND, "missed")])
    def test_the_last_moment_is_in_time(self, desk, late_by, shown):
        opened(desk)
        assert self.visited(desk, after(hours=24) + late_by, on_site=True) == shown

    def test_help_from_afar_is_no_visit(self, desk):
        opened(desk)
        assert self.visited(desk, after(hours=3), on_site=False) == "running"
