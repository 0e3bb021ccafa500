"""Whether customers are revisited, and what they tell."""

from __future__ import annotations

from datetime import date

import pytest

from servicecore import ServiceDesk
from servicecore.projections import revisit_figures
from servicecore.projections.asking import Question
from servicecore.projections.customer_facts import CustomerFact, FindingFact
from servicecore.projections.tally import Tally

from .customers import DAY, MOMENT, answers, delivered, midnight, nine, shares, values

MONDAY = nine(2025, 3, 3)
LATER = nine(2025, 6, 3)


@pytest.fixture
def desk():
    """Acme has a pump, and is asked on the tenth, eleventh and twelfth of March."""
    with ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk:
        delivered(desk, "Acme", MONDAY)
        for day in (10, 11, 12):
            desk.revisits.plan(
                "Acme", content="use", clause="pdr:2.1a", on=date(2025, 3, day), at=MONDAY
            )
        yield desk


def held(desk, revisit, at, **told):
    manner = told.pop("manner", None)
    desk.revisits.hold("Acme", revisit, by="Li", answers=answers(**told), manner=manner, at=at)


class TestTheRevisitRate:
    """om2025:6.1c: held / planned, of those whose day is over or that were held."""

    def rate(self, desk, as_of, measure="revisit_rate", **asked):
        return shares(desk.reports.revisits(as_of=as_of, **asked), measure)

    def test_waits_until_the_day_is_over(self, desk):
        over = midnight(2025, 3, 11)
        assert self.rate(desk, over - MOMENT) == {(): (0, 0, 3)}
        assert self.rate(desk, over) == {(): (0, 1, 2)}

    def test_is_of_those_that_were_due(self, desk):
        held(desk, 1, nine(2025, 3, 10))
        held(desk, 2, midnight(2025, 3, 12))
        assert self.rate(desk, LATER) == {(): (2, 3, 0)}
        assert self.rate(desk, LATER, "revisits_in_time") == {(): (1, 3, 0)}
        assert self.rate(desk, LATER, by="day") == {
            ("2025-03-10",): (1, 1, 0),
            ("2025-03-11",): (1, 1, 0),
            ("2025-03-12",): (0, 1, 0),
        }

    def test_counts_one_that_is_held_before_its_day(self, desk):
        held(desk, 3, nine(2025, 3, 4))
        assert self.rate(desk, nine(2025, 3, 5)) == {(): (1, 1, 2)}

    def test_leaves_out_what_was_called_off(self, desk):
        desk.revisits.call_off("Acme", 1, reason="away", at=nine(2025, 3, 4))
        assert self.rate(desk, LATER) == {(): (0, 2, 0)}

    def test_leaves_out_what_the_customer_would_not_have(self, desk):
        held(desk, 1, nine(2025, 3, 10))
        desk.relationships.withdraw_consent("Acme", at=nine(2025, 3, 10) + MOMENT)
        assert self.rate(desk, LATER) == {(): (1, 1, 0)}

    def test_goes_by_the_day_that_it_was_moved_to(self, desk):
        for revisit in (2, 3):
            desk.revisits.call_off("Acme", revisit, reason="away", at=nine(2025, 3, 4))
        day = {"on": date(2025, 4, 7), "reason": "away"}
        desk.revisits.reschedule("Acme", 1, **day, at=nine(2025, 3, 4))
        assert self.rate(desk, LATER, by="month") == {("2025-04",): (0, 1, 0)}

    def test_has_its_counts_beside_it(self, desk):
        held(desk, 1, nine(2025, 4, 1), manner="on_site")
        told = desk.reports.revisits(by="month", as_of=LATER)
        assert values(told, "revisits_planned") == {("2025-03",): 3}
        assert values(told, "revisits_missed") == {("2025-03",): 2}
        assert values(told, "revisits_held") == {("2025-04", "on_site"): 1}


class TestFindings:
    """pdr:2.4a: what customers told is analysed for common problems and trends."""

    def common(self, desk, of, **asked):
        told = desk.reports.findings(as_of=LATER, **asked)
        return {
            (*(v for k, v in each.group if k not in {"of", "what"}), dict(each.group)["what"]): (
                each.value
            )
            for each in told["findings"]
            if dict(each.group)["of"] == of
        }

    @pytest.fixture(autouse=True)
    def _told(self, desk):
        held(desk, 1, nine(2025, 3, 10), problems=("It leaks", "hums"), suggestions=("blue",))
        held(desk, 2, nine(2025, 4, 8), problems=("it leaks ",), quality_findings=("rust",))

    def test_common_ones_come_more_than_once(self, desk):
        assert self.common(desk, "problem") == {("it leaks",): 2, ("hums",): 1}

    def test_are_told_by_kind_product_and_department(self, desk):
        assert self.common(desk, "kind") == {
            ("problem",): 3,
            ("suggestion",): 1,
            ("quality",): 1,
        }
        assert self.common(desk, "product") == {("pump",): 5}
        assert self.common(desk, "department") == {
            ("after_sales",): 3,
            ("research",): 1,
            ("quality",): 1,
        }

    def test_are_told_by_the_cause_when_that_was_found(self, desk):
        told = {"by": "Gao", "cause": "thin paint", "measures": ["two coats"]}
        desk.revisits.investigate_finding("Acme", 5, **told, at=LATER)
        assert self.common(desk, "cause") == {("thin paint",): 1, ("not told",): 4}

    def test_words_that_nobody_can_read_are_not_compared(self):
        fact = CustomerFact(customer_id="A", kind="x", grade="x", responsible="x", opened_at=MONDAY)
        for n, what in enumerate(["[sealed]", "[erased]", "[restricted]", "it leaks"]):
            fact.findings[n] = FindingFact(at=MONDAY, kind="problem", what=what, product="pump")
        tally = Tally(Question(as_of=LATER), {})
        tally.is_asked_of(fact)
        revisit_figures.findings(fact, tally)
        told = tally.cells.answer(tally.question)["findings"]
        assert [dict(e.group)["what"] for e in told if ("of", "problem") in e.group] == ["it leaks"]
        [kinds] = [each for each in told if ("of", "kind") in each.group]
        assert kinds.value == 4

    def test_by_month_are_the_trend(self, desk):
        assert self.common(desk, "problem", by="month") == {
            ("2025-03", "it leaks"): 1,
            ("2025-03", "hums"): 1,
            ("2025-04", "it leaks"): 1,
        }

    def test_are_settled_when_the_answer_satisfies(self, desk):
        for finding, is_satisfied in ((1, True), (2, False)):
            desk.revisits.answer_finding("Acme", finding, by="Wu", answer="a seal", at=LATER)
            desk.revisits.rate_answer(
                "Acme", finding, by="Li", is_satisfied=is_satisfied, at=LATER + finding * DAY
            )
        told = desk.reports.findings(as_of=LATER + 9 * DAY)
        assert shares(told, "findings_settled") == {(): (1, 5, 0)}
        assert shares(told, "answer_satisfaction") == {(): (1, 2, 0)}

    def test_about_quality_are_settled_when_the_measures_helped(self, desk):
        number = 5
        told = {"by": "Gao", "cause": "thin paint", "measures": ["two coats"]}
        desk.revisits.investigate_finding("Acme", number, **told, at=LATER)
        desk.revisits.answer_finding("Acme", number, by="Gao", answer="two coats", at=LATER)
        desk.revisits.rate_answer("Acme", number, by="Li", is_satisfied=True, at=LATER)

        def settled():
            told = desk.reports.findings(period="2025-04", as_of=LATER)
            return shares(told, "findings_settled")[()][0]

        assert settled() == 0
        effect = {"by": "Gao", "has_helped": True, "effect": "seen"}
        desk.revisits.track_effect("Acme", number, **effect, at=LATER)
        assert settled() == 1

    def test_investigated_again_has_not_been_helped_yet(self, desk):
        told = {"by": "Gao", "cause": "thin paint", "measures": ["two coats"]}
        desk.revisits.investigate_finding("Acme", 5, **told, at=LATER)
        effect = {"by": "Gao", "has_helped": True, "effect": "seen"}
        desk.revisits.track_effect("Acme", 5, **effect, at=LATER)
        desk.revisits.investigate_finding("Acme", 5, **told, at=LATER)
        desk.revisits.answer_finding("Acme", 5, by="Gao", answer="two coats", at=LATER)
        desk.revisits.rate_answer("Acme", 5, by="Li", is_satisfied=True, at=LATER)
        told = desk.reports.findings(period="2025-04", as_of=LATER)
        assert shares(told, "findings_settled")[()][0] == 0
