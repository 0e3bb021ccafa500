"""售后服务标准（招投标专用）, chapter 2: how repairs are done, and complaints handled."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from . import complaints
from .complaints import COMPLAINT, doing, handled, registered
from .office import A_SECOND, after, opened, promised, shown

MONDAY_A_WEEK_LATER = datetime(2025, 3, 10, 10, tzinfo=timezone.utc)  # Six in Shanghai.
FIFTEENTH_OF_APRIL = datetime(2025, 4, 15, 10, tzinfo=timezone.utc)  # The 4th was a day off.


@pytest.fixture
def tender_desk(desk_under):
    return desk_under("tender_standard")


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


class TestThePreliminaryAnswer:
    """tender:2.1d: A complaint gets a preliminary answer within 5 working days."""

    @pytest.mark.parametrize(
        ("at", "state"),
        [(MONDAY_A_WEEK_LATER, "met"), (MONDAY_A_WEEK_LATER + A_SECOND, "missed")],
    )
    def test_is_in_time_until_the_office_closes_on_the_fifth(self, tender_desk, at, state):
        doing(registered(tender_desk), at)("answer", by="Wu", answer="we look into it")
        assert complaints.shown(tender_desk, "preliminary_answer") == state

    @pytest.mark.parametrize(
        ("received_at", "due"),
        [
            # Thursday before the Spring Festival of 2024: Sunday the 4th was worked.
            (datetime(2024, 2, 1, 1, tzinfo=timezone.utc), "2024-02-07"),
            # Before the National Day of 2026, with its make-up day.
            (datetime(2026, 9, 30, 1, tzinfo=timezone.utc), "2026-10-13"),
        ],
    )
    def test_counts_the_working_days_of_china(self, tender_desk, received_at, due):
        tender_desk.complaints.receive("C-1", **COMPLAINT, at=received_at)
        promise = tender_desk.complaints.get("C-1").promises["preliminary_answer", 1]
        assert promise.due.date().isoformat() == due
        assert promise.clause == "tender:2.1d"


class TestTheEndOfTheHandling:
    """tender:2.1e: Investigation and handling are complete within 30 working days."""

    @pytest.mark.parametrize(
        ("at", "state"),
        [(FIFTEENTH_OF_APRIL, "met"), (FIFTEENTH_OF_APRIL + A_SECOND, "missed")],
    )
    def test_is_in_time_until_the_office_closes_on_the_thirtieth(self, tender_desk, at, state):
        doing(handled(registered(tender_desk)))("satisfy", asked_by="Li")
        assert complaints.shown(tender_desk, "closing") == "running"
        doing(tender_desk, at)("close", by="Li")
        assert complaints.shown(tender_desk, "closing") == state

    def test_a_second_handling_gets_no_new_month(self, tender_desk):
        doing(handled(registered(tender_desk)))("dissatisfy", asked_by="Li", reason="rude")
        promises = tender_desk.complaints.get("C-1").promises
        assert [each.due for (clock, _), each in promises.items() if clock == "closing"] == [
            FIFTEENTH_OF_APRIL
        ]
