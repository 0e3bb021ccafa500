"""Behind every figure stand its cases, and they add up to it."""

from __future__ import annotations

import pytest

from servicecore import ServiceDesk
from servicecore.projections.behind import NoSuchPartError, UnknownMeasureError
from tests.moments import NINE
from tests.projections.busy_desk import busy_desk

ASKED = {"period": "2025-Q2", "as_of": NINE.replace(year=2026)}


@pytest.fixture(scope="module")
def desk():
    with busy_desk(seed=5, tickets=40) as desk:
        yield desk


class TestTheCasesOfAFigure:
    """What it comes to for each case adds up to what it comes to for all."""

    def test_add_up_to_it_whatever_it_is(self, desk):
        for told in desk.reports.everything(by=(), **ASKED):
            cases = [
                each
                for each in desk.reports.behind(told.measure, **ASKED)
                if each.group[1:] == told.group
            ]
            if told.measure not in {"customers_served", "products_served", "teams_serving"}:
                assert sum(each.n for each in cases) == told.n, told.measure
            if told.k is not None:
                assert sum(each.k for each in cases) == told.k, told.measure
                assert sum(each.open for each in cases) == told.open, told.measure

    def test_can_be_grouped_and_chosen_like_it(self, desk):
        asked = {**ASKED, "by": "priority", "where": {"product": "pump"}}
        for told in desk.reports.response_times(**asked)["resolution_attainment"]:
            cases = [
                each
                for each in desk.reports.behind("resolution_attainment", **asked)
                if each.group[1:] == told.group
            ]
            assert sum(each.k for each in cases) == told.k
            assert {desk.tickets.get(dict(e.group)["case"]).product for e in cases} == {"pump"}

    def test_are_told_by_their_numbers(self, desk):
        told = desk.reports.behind("resolution_attainment", **ASKED)
        numbers = [dict(each.group)["case"] for each in told]
        assert len(numbers) == len(set(numbers)) > 5
        assert all(desk.tickets.get(each) for each in numbers)


class TestAPart:
    def test_of_a_share_is_what_is_so_or_not_or_open(self, desk):
        told = {
            part: desk.reports.behind("resolution_attainment", only=part, **ASKED)
            for part in ("yes", "no", "open")
        }
        assert all(each.k == each.n == 1 for each in told["yes"])
        assert all((each.k, each.n) == (0, 1) for each in told["no"])
        assert all(each.open for each in told["open"])
        [figure] = desk.reports.response_times(by=(), **ASKED)["resolution_attainment"]
        assert (len(list(told["yes"])), len(list(told["no"]))) == (figure.k, figure.n - figure.k)

    def test_is_refused_where_there_is_none(self, desk):
        with pytest.raises(NoSuchPartError, match=r"no part 'late'; expected yes, no, open"):
            desk.reports.behind("resolution_attainment", only="late", **ASKED)
        with pytest.raises(NoSuchPartError, match="first_response is no share"):
            desk.reports.behind("first_response", only="no", **ASKED)

    def test_of_what_is_not_measured_is_refused(self, desk):
        with pytest.raises(UnknownMeasureError, match=r"as 'speed' here; there is .*backlog"):
            desk.reports.behind("speed", **ASKED)
        with (
            ServiceDesk.open("memory:") as empty,
            pytest.raises(UnknownMeasureError, match="there is nothing at all"),
        ):
            empty.reports.behind("csat")
