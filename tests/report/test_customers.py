"""Customers on the page: who stays, by cohort, and whom we may lose."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from servicecore import ServiceDesk
from servicecore.report.drawing import Step, steps
from servicecore.report.figures import percent
from tests.projections.customers import delivered, nine

CAME, NOW = nine(2025, 1, 8), nine(2025, 12, 1)
NASTY = "<i>Bob</i>"
CURVE = {"until": 10.0, "ticks": [], "label": "stay", "told": percent}


@pytest.fixture(scope="module")
def desk():
    """Twenty customers came in one week; two left, and one is said to be at risk."""
    with ServiceDesk.open("memory:", standard="project_service_plan") as desk:
        for n in range(20):
            delivered(desk, f"K-{n:02}", CAME)
        delivered(desk, NASTY, CAME)
        desk.relationships.lose("K-00", reason="moved", at=CAME + timedelta(days=30))
        desk.relationships.lose("K-01", reason="moved", at=CAME + timedelta(days=200))
        desk.relationships.mark_at_risk(NASTY, reason="silent", at=nine(2025, 11, 3))
        yield desk


def card(page: str, title: str) -> str:
    return page.partition(f"<h2>{title}</h2>")[2].partition("</section>")[0]


class TestWhoStays:
    """The curve of Kaplan and Meier, with what it is drawn from under it."""

    def test_goes_down_whenever_somebody_left(self, desk):
        told = card(desk.reports.html(as_of=NOW), "Who stays")
        rows = re.findall(r"<td>(\d+)</td><td>(\d+)</td><td>([\d.]+%)</td>", told)
        assert rows == [("30", "21", percent(20 / 21)), ("200", "20", percent(19 / 21))]

    def test_is_left_out_while_all_are_there(self, desk):
        assert card(desk.reports.html(as_of=CAME + timedelta(days=29)), "Who stays") == ""

    def test_is_the_same_whatever_period_is_looked_at(self, desk):
        pages = [desk.reports.html(as_of=NOW, period=each) for each in ("2025-Q1", "2025-Q3")]
        assert len({card(each, "Who stays") for each in pages}) == 1
        assert card(pages[0], "Who stays") != ""

    def test_is_left_out_where_cases_are_chosen_by_what_customers_do_not_have(self, desk):
        page = desk.reports.html(as_of=NOW, where={"priority": "A"})
        assert (card(page, "Who stays"), card(page, "Whom we may lose")) == ("", "")


class TestTheCohorts:
    def test_are_told_quarter_by_quarter(self, desk):
        told = card(desk.reports.html(as_of=NOW), "Retention by quarter of delivery")
        assert re.findall(r">([\d.]+%)<", told) == [percent(n / 21) for n in (20, 20, 19)]
        assert "<td>2025-Q1</td><td>21</td>" in told


class TestWhomWeMayLose:
    def test_stands_with_every_reason(self, desk):
        told = card(desk.reports.html(as_of=NOW), "Whom we may lose")
        assert "said to be at risk: silent" in told
        assert "标记为有流失风险" in desk.reports.html(as_of=NOW, language="zh")

    def test_is_nobody_who_does_harm(self, desk):
        page = desk.reports.html(as_of=NOW)
        assert NASTY not in page
        assert "&lt;i&gt;Bob&lt;/i&gt;" in card(page, "Whom we may lose")


class TestTheSteps:
    """A share holds until the next step, and its band with it."""

    def test_begin_at_all_and_hold_until_the_end(self):
        half = Step(at=4.0, share=0.5, low=0.25, high=0.75)
        drawn = steps([half], **CURVE)
        [line] = re.findall(r'class="ln s0" d="M([^"]*)"', drawn)
        places = [tuple(map(float, each.split(","))) for each in line.split("L")]
        (x0, top), (x1, still), (x2, fallen), (x3, last) = places
        assert (x0 < x1, x1 == x2, x2 < x3) == (True, True, True)
        assert (top == still, fallen == last, fallen > still) == (True, True, True)
        assert (x1 - x0) / (x3 - x0) == pytest.approx(0.4, abs=0.01)

    def test_have_a_band_that_stays_on_the_paper(self):
        drawn = steps([Step(at=1.0, share=0.9, low=0.02, high=1.0)], **CURVE)
        [band] = re.findall(r'class="band s0" d="M([^"]*)Z"', drawn)
        assert all(12 <= float(each.split(",")[1]) <= 184 for each in band.split("L"))
