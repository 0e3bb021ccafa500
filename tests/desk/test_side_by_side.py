"""Two standards stand side by side in one answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from servicecore import ServiceDesk, load_standard
from servicecore.projections.asking import UnknownGroupingError
from servicecore.report.figures import percent
from tests.moments import HOUR, NINE, REQUEST
from tests.projections.busy_desk import busy_desk

OURS = "operations_manual_2025@1"
AS_OF = NINE + timedelta(days=400)


def of_one(answer, standard=None):
    """Return every figure of one standard, without its name."""
    rows = [(row, dict(row.group)) for row in answer]
    return sorted(
        (row.measure, group.get("priority"), row.n, row.k, str(row.p50), str(row.p95))
        for row, group in rows
        if standard is None or group["standard"] == standard
    )


class TestTheSameStandard:
    """Under the terms a ticket was served under, nothing would have been different."""

    @pytest.mark.parametrize("seed", [1, 2, 3])
    @pytest.mark.parametrize("days", [30, 400])
    def test_both_tell_the_same(self, seed, days):
        desk = busy_desk(seed=seed, tickets=25)
        ask = {"as_of": NINE + timedelta(days=days)}
        answer = desk.sla.response_times(by=("standard", "priority"), **ask)
        really = of_one(desk.reports.response_times(by="priority", **ask))
        desk.close()

        assert of_one(answer, OURS) == of_one(answer, f"{OURS} (what if)")
        assert set(of_one(answer, OURS)) <= set(really)
        assert {measure for measure, *_ in of_one(answer, OURS)} >= {
            "first_response",
            "first_response_attainment",
            "resolution_attainment",
        }


class TestAnotherStandard:
    """Each ticket counts under both."""

    @pytest.fixture
    def desk(self):
        with ServiceDesk.open("memory:", clock=lambda: NINE) as desk:
            for n, wait in enumerate((HOUR, 3 * HOUR, 5 * HOUR)):
                desk.tickets.open(f"T-{n}", **REQUEST, priority="A", at=NINE)
                desk.tickets.answer(f"T-{n}", by="Lin", at=NINE + wait)
            yield desk

    def test_what_is_stricter_is_met_less_often(self, desk, tmp_path):
        strict = strict_standard(tmp_path)
        answer = desk.sla.response_times(standard=strict, as_of=AS_OF)
        met = {
            dict(row.group)["standard"]: (row.k, row.n)
            for row in answer["first_response_attainment"]
        }
        assert met == {OURS: (1, 3), "strict@1 (what if)": (0, 3)}

    def test_it_is_asked_like_any_other_question(self, desk, tmp_path):
        strict = strict_standard(tmp_path)
        answer = desk.sla.response_times(
            standard=strict, by=("standard", "product"), where={"product": "nothing"}, as_of=AS_OF
        )
        assert list(answer) == []
        with pytest.raises(UnknownGroupingError, match="mood"):
            desk.sla.response_times(standard=strict, by="mood")

    def test_the_two_are_told_apart_whatever_it_is_grouped_by(self, desk, tmp_path):
        strict = strict_standard(tmp_path)
        answer = desk.sla.response_times(standard=strict, by="priority", as_of=AS_OF)
        groups = {each.group for each in answer["first_response_attainment"]}
        assert groups == {
            (("standard", OURS), ("priority", "A")),
            (("standard", "strict@1 (what if)"), ("priority", "A")),
        }

    def test_nothing_is_stored(self, desk, tmp_path):
        head = desk.log.head()
        desk.sla.response_times(standard=strict_standard(tmp_path), as_of=AS_OF)

        assert desk.log.head() == head


def strict_standard(folder):
    path = folder / "strict.toml"
    path.write_text(
        """
        id = "strict"
        title = "Half an hour"
        extends = "operations_manual_2025"

        [[clock]]
        name = "first_response"
        of = "ticket"
        within = "30 min"
        when = { priority = "A" }
        clause = "strict:1.1"
        """,
        encoding="utf-8",
    )
    return load_standard(path)


class TestOnOnePage:
    """Each share is a row: a filled dot for what would be, a hollow one for what was."""

    @pytest.fixture
    def desk(self):
        with busy_desk(seed=4, tickets=30) as desk:
            yield desk

    def test_both_stand_in_one_plot_and_one_table(self, desk):
        asked = {"standard": "tender_standard", "as_of": AS_OF}
        page = desk.sla.html(by="priority", **asked)
        told = desk.sla.response_times(by=("standard", "priority"), **asked)
        for each in told["resolution_attainment"]:
            group = dict(each.group)
            row = page.partition(f"<td>Resolution · {group['priority']}</td>")[2]
            cells = row.partition("</tr>")[0].replace("</td>", "").split("<td>")[1:]
            place = 2 if group["standard"].endswith("(what if)") else 0
            assert cells[place : place + 2] == [percent(each.value), str(each.n)]
        told_twice = page.count("<circle class=was")
        assert 3 <= told_twice < page.count('<circle class="dot s0"')

    def test_what_only_one_of_them_promises_stands_alone(self, desk):
        page = desk.sla.html(standard="tender_standard", as_of=AS_OF)
        [row] = re.findall(r"<tr><td>First assessment</td>(.*?)</tr>", page)
        assert row.endswith("<td>–</td><td>–</td>")

    def test_in_chinese_and_of_nothing(self, desk):
        assert "两套标准对比" in desk.sla.html(standard="tender_standard", language="zh")
        none = desk.sla.html(standard="tender_standard", period="1999")
        assert "No cases in this period." in none

    def test_of_chosen_tickets(self, desk):
        one = {"where": {"ticket": "T-1"}, "as_of": AS_OF}
        told = desk.sla.response_times(standard="tender_standard", **one)
        assert {each.n + (each.open or 0) for each in told} <= {0, 1}
        assert sum(each.n for each in told) > 2
