"""The page: one file that needs nothing else, the same for the same figures, safe to open."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import servicecore.report
from servicecore import ServiceDesk
from servicecore.projections.answer import Measured
from servicecore.projections.statistics import Share
from servicecore.report import UnknownLanguageError
from servicecore.report.drawing import Series, lines, scale_of
from servicecore.report.figures import change, length, percent
from servicecore.report.words import CHINESE, Words
from tests.desk.test_questions import closed, received
from tests.moments import NINE, REQUEST
from tests.projections.busy_desk import busy_desk

NASTY = '<script>alert("1")</script>'
AS_OF = NINE + timedelta(days=210)
ASKED = {"period": "2025-Q2", "as_of": AS_OF}


@pytest.fixture(scope="module")
def desk():
    """A busy desk with complaints, and with a customer, a product and a person who mean harm."""
    with busy_desk(seed=3, tickets=60) as desk:
        nasty = {**REQUEST, "customer_id": NASTY, "product": NASTY, "fault": NASTY}
        at = NINE + timedelta(days=40)
        desk.tickets.open("T-x", **nasty, priority="A", at=at)
        desk.tickets.assign("T-x", to=NASTY, team=NASTY, at=at)
        desk.tickets.answer("T-x", by=NASTY, at=at)
        desk.tickets.resolve("T-x", by=NASTY, solution="?", at=at)
        closed(desk, at=at)
        received(desk, "C-2", product=NASTY, at=at)
        yield desk


@pytest.fixture(scope="module", params=["en", "zh"])
def page(desk, request):
    return desk.reports.html(language=request.param, **ASKED)


class Seen(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag in {"svg", "text", "table", "section", "details", "title", "td"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in {"svg", "text", "table", "section", "details", "title", "td"}:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


class TestOneFile:
    """No script, no request, nothing beside it."""

    def test_nothing_is_fetched_or_run(self, page):
        seen = Seen(page)
        assert not {"script", "link", "img", "iframe", "object", "form"} & set(seen.tags)
        assert "src" not in {name for name, _ in seen.attributes}
        assert all(to.startswith("#") for name, to in seen.attributes if name == "href")
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        assert "url(" not in page
        assert "@import" not in page
        assert "http" not in page

    def test_it_is_whole(self, page):
        seen = Seen(page)
        assert seen.open == []
        assert page.startswith("<!doctype html>")
        assert page.endswith("</html>\n")

    def test_names_are_told_and_never_carried_out(self, page):
        assert "<script" not in page
        assert any(NASTY in text for text in Seen(page).text)

    def test_it_suits_light_dark_a_phone_and_paper(self, page):
        for wish in ("prefers-color-scheme:dark", "max-width:560px", "@media print", "size:A4"):
            assert wish in page

    def test_every_plot_says_what_it_shows_and_numbers_stand_under_it(self, page):
        plots = re.findall(r"<div class=plot><svg [^>]*>", page)
        assert len(plots) >= 6
        assert all('role=img aria-label="' in plot for plot in plots)
        assert page.count("<details>") >= 5

    def test_no_figure_is_nowhere(self, page):
        assert not re.search(r"\bnan\b|\binf\b|None", page)


class TestTheSamePage:
    """Equal inputs are equal bytes, wherever they are drawn."""

    def test_drawn_twice(self, desk):
        assert desk.reports.html(**ASKED) == desk.reports.html(**ASKED)

    def test_drawn_by_another_desk(self):
        pages = set()
        for _ in range(2):
            with busy_desk(seed=3, tickets=10) as desk:
                pages.add(desk.reports.html(**ASKED))
        assert len(pages) == 1

    def test_drawn_by_the_command_in_its_footer(self, desk, page):
        """What was recorded since does not matter, once a position is named."""
        command = re.search(r"<code>(servicecore report html [^<]*)</code>", page)[1]
        assert command == (
            "servicecore report html --period 2025-Q2 --zone Asia/Shanghai "
            f"--as-of 2025-09-29T17:00:00+08:00 --known-at {desk.log.head()}"
        )
        known = desk.log.head()
        language = "zh" if "lang=zh" in page else "en"
        assert desk.reports.html(language=language, known_at=known, **ASKED) == page


class TestWhatItTells:
    """The same figures as every other answer."""

    def test_shares_at_the_top(self, desk, page):
        [told] = desk.reports.first_contact(by=(), **ASKED)["first_contact_resolution"]
        assert f'<a href="#first_contact_resolution">{percent(told.value)}</a>' in page

    def test_what_it_was_made_from(self, desk, page):
        assert f"{desk.log.head()}" in page
        assert "operations_manual_2025@1" in page
        assert re.search(r"sha256 [0-9a-f]{16}", page)

    def test_every_figure_at_the_top_leads_to_the_cases_behind_it(self, desk, page):
        leads = set(re.findall(r'<div class=num><a href="#(\w+)">', page))
        assert {"first_response_attainment", "reopen_rate"} <= leads
        for measure in leads:
            row = page.partition(f'<span id="{measure}">')[2].partition("</tr>")[0]
            failures, n = map(int, re.search(r"<td>(\d+) / (\d+)</td>", row).groups())
            part = re.search(rf"report list {measure} --only (yes|no) --period 2025-Q2 ", row)[1]
            told = desk.reports.behind(measure, only=part, **ASKED)
            assert sum(e.k if part == "yes" else e.n - e.k for e in told) == failures <= n

    def test_the_period_before_stands_beside_it(self, page):
        assert "2025-Q1" in page

    def test_of_nothing_it_says_so(self):
        with ServiceDesk.open("memory:") as desk:
            assert "No cases in this period." in desk.reports.html()
            assert "本期没有数据" in desk.reports.html(language="zh", period="2025")

    def test_in_no_other_language(self, desk):
        with pytest.raises(UnknownLanguageError, match="en, zh, got 'fr'"):
            desk.reports.html(language="fr")


class TestTheWords:
    """Whatever the page says in English, it can say in Chinese."""

    def test_each_has_its_chinese(self):
        said = set()
        for path in Path(servicecore.report.__file__).parent.glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Name(id="words"), args=[ast.Constant(value=str(text))]):
                        said.add(text)
        assert len(said) > 25
        assert sorted(said - CHINESE.keys()) == []


class TestTheDrawing:
    """Round figures, no name over another, gaps where nothing was measured."""

    def test_a_scale_holds_its_values_with_round_ticks(self):
        for values in ([3.0], [0.0, 7.3], [1200.0], []):
            scale = scale_of(values, start=100.0, end=0.0)
            assert scale.ticks[0] == 0
            assert all(0 <= scale(value) <= 100 for value in values)
            steps = {round(b - a, 6) for a, b in pairwise(scale.ticks)}
            assert len(steps) == 1

    def test_a_share_ends_at_a_hundred_percent(self):
        scale = scale_of([0.97, 0.99], start=100.0, end=0.0, share=True)
        assert (scale.high, scale(1.0)) == (1.0, 0.0)

    def test_a_gap_stays_a_gap(self):
        drawn = lines(
            [Series(name="P50", values=[1.0, None, 2.0])],
            times=["2025-01", "2025-02", "2025-03"],
            label="?",
            told=str,
        )
        path = re.search(r'<path class="ln s0" d="([^"]*)"', drawn)[1]
        assert (path.count("M"), path.count("L"), drawn.count("<circle")) == (2, 0, 2)

    def test_names_of_lines_that_meet_stand_apart(self):
        drawn = lines(
            [Series(name=name, values=[1.0, 1.0]) for name in ("P50", "P90", "P95")],
            times=["2025-01", "2025-02"],
            label="?",
            told=str,
        )
        heights = [float(y) for y in re.findall(r'<text class="lab s0" x=[\d.]+ y=([\d.]+)', drawn)]
        assert all(b - a >= 13 for a, b in pairwise(heights))

    @pytest.mark.parametrize(
        ("seconds", "told"),
        [(0, "0 min"), (3599, "60 min"), (3600, "1 h"), (345600, "4 d"), (9000, "2.5 h")],
    )
    def test_lengths_are_told_as_people_do(self, seconds, told):
        assert length(seconds) == told


class TestChanges:
    """A change has a colour only if it is sure; whether up is good depends on the figure."""

    @pytest.mark.parametrize(
        ("k", "less_is_better", "told"),
        [
            (900, False, "<span class=up>▲ +10.0 pp</span>"),
            (900, True, "<span class=down>▲ +10.0 pp</span>"),
            (700, False, "<span class=down>▼ −10.0 pp</span>"),
            (700, True, "<span class=up>▼ −10.0 pp</span>"),
            (801, False, "<span class=same>■ +0.1 pp · no clear change</span>"),
        ],
    )
    def test_against_eight_hundred_of_a_thousand(self, k, less_is_better, told):
        now, before = (
            Measured.of_share("csat", (), Share(each, 1000), open_=0) for each in (k, 800)
        )
        assert change(now, before, Words("en"), less_is_better=less_is_better) == told

    def test_without_a_period_before(self):
        now = Measured.of_share("csat", (), Share(1, 2), open_=0)
        told = change(now, None, Words("zh"), less_is_better=False)
        assert told == "<span class=same>无上期</span>"
