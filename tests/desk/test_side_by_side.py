"""Two standards stand side by side in one answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore import ServiceDesk, load_standard
from servicecore.projections.asking import UnknownGroupingError
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
