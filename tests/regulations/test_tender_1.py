"""售后服务标准（招投标专用）, chapter 1: what is promised in a tender."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore import RefusedError

from .office import A_SECOND, REQUEST, after, answered, opened, promised
from .products import A_DAY, DELIVERED, LABOUR, LAST_DAY, MONDAY, granted, judged
from .settings import said


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


class TestTheYearOfWarranty:
    """tender:1.2c: What is delivered has a warranty of one year at least."""

    @pytest.fixture
    def desk(self, desk_under):
        return desk_under("tender_standard")

    def test_is_given_to_whom_nobody_promised_more(self, desk):
        granted(desk)
        assert desk.warranties.get("S-1").cover_of("").until == LAST_DAY

    def test_is_never_shorter(self, desk):
        with pytest.raises(RefusedError, match=r"tender:1\.2c"):
            granted(desk, months=11)
        granted(desk, months=12)

    @pytest.mark.parametrize(("fault_on", "is_free"), [(LAST_DAY, True), (LAST_DAY + A_DAY, False)])
    def test_covers_its_last_day_and_not_the_next(self, desk, fault_on, is_free):
        granted(desk)
        assert judged(desk, fault_on).is_covered is is_free

    def test_is_one_a_product(self, desk):
        granted(desk)
        with pytest.raises(RefusedError, match="S-1"):
            granted(desk, months=24)


class TestARepairUnderWarranty:
    """tender:1.2d: Repairs under warranty are free."""

    def test_has_no_price_and_begins_at_once(self, desk_under):
        desk = desk_under("tender_standard")
        granted(desk)
        assert judged(desk, DELIVERED).is_covered
        at = MONDAY + 730 * A_DAY
        with pytest.raises(RefusedError, match=r"tender:1\.2d"):
            desk.warranties.offer_fees("S-1", ticket_id="T-1", lines=[LABOUR], at=at)
        desk.warranties.begin_repair("S-1", ticket_id="T-1", by="Wu", at=at)
        assert desk.warranties.get("S-1").repairs["T-1"].begun_at == at


class TestTechnicalSupport:
    """tender:1.2b: Technical support is there day and night, seven days a week."""

    def test_its_hours_stand_in_the_standard(self):
        hours = (("00:00-24:00",), "tender:1.2b")
        assert said("tender_standard", "technical_support_hours") == hours

    def test_the_hours_of_a_promise_count_through_night_and_weekend(self, desk_under):
        desk = desk_under("tender_standard")
        saturday_night = datetime(2025, 3, 1, 15, tzinfo=timezone.utc)
        desk.tickets.open("T-1", at=saturday_night, **REQUEST)
        assert promised(desk, "first_response")[0] == saturday_night + timedelta(hours=24)
