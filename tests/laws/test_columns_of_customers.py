"""Columns tell of customers what a look at each tells: who stays, who leaves, whom we may lose."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.domain.figures import Duration
from servicecore.domain.spans import Span
from servicecore.projections.asking import Question
from servicecore.projections.spells import SILENCE
from servicecore.projections.themes import CUSTOMERS
from tests.laws.test_columns import NEVER, columns_from
from tests.moments import MANUAL, REQUEST
from tests.projections.customers import DAY, bought, delivered, nine

END = nine(2025, 11, 3)


def with_customers(desk):
    """Let customers come, buy, sign, go, come back, say what they think and wait too long."""
    for n, name in enumerate(("A", "B", "C", "D", "E")):
        delivered(desk, name, nine(2024, 2 * n + 1, 1))
    desk.relationships.lose("A", reason="moved", at=nine(2024, 6, 1))
    desk.relationships.win_back("A", reason="a visit", at=nine(2024, 9, 1))
    desk.relationships.sign_contract("B", "K-1", until=date(2024, 12, 31), at=nine(2024, 4, 2))
    desk.relationships.sign_contract("C", "K-2", until=date(2026, 3, 31), at=nine(2025, 6, 2))
    bought(desk, "D", "O-1", nine(2024, 8, 5))
    bought(desk, "D", "O-2", nine(2025, 8, 5))
    for n, name in enumerate(("A", "D", "D")):
        at = nine(2025, 9, n + 1)
        desk.tickets.open(f"T-{n}", **{**REQUEST, "customer_id": name}, at=at)
        asked = {"customer_id": name, "about": f"ticket/T-{n}", "contact": "555"}
        desk.surveys.send(f"S-{n}", **asked, at=at + 7 * DAY)
    desk.surveys.answer("S-0", overall=1, at=nine(2025, 9, 9))
    desk.surveys.answer("S-1", overall=1, at=nine(2025, 9, 10))
    desk.surveys.answer("S-2", overall=5, at=nine(2025, 9, 11))


@pytest.fixture(scope="module")
def desk():
    with ServiceDesk.open("memory:") as desk:
        with_customers(desk)
        yield desk


def told(desk, ask):
    """Return what is told from columns, and by a look at every customer."""
    with columns_from(0):
        from_columns = ask(desk.reports)
    with columns_from(NEVER):
        return from_columns, ask(desk.reports)


class TestCustomers:
    """Days and patience are the standard's in columns; whoever asks by others is told as well."""

    @pytest.mark.parametrize("by", [(), "month", ("week", "product"), "customer"])
    @pytest.mark.parametrize("period", [None, "2025", "2024-03-05..2025-02-02"])
    @pytest.mark.parametrize("later", [0, 30, 90, 365, 1000])
    def test_who_stays_and_who_leaves(self, desk, by, period, later):
        ask = {"by": by, "period": period, "as_of": END + later * DAY}
        columns, alone = told(desk, lambda reports: reports.everything(**ask))
        assert columns == alone
        columns, alone = told(desk, lambda reports: reports.retention(**ask))
        assert columns == alone

    @pytest.mark.parametrize(
        "other", [{"zone": "America/New_York"}, {"grace": 3 * DAY}, {"silence": 40 * DAY}]
    )
    def test_by_other_days_or_with_other_patience(self, desk, other):
        for period in ("2024", "2025"):
            ask = {"period": period, "by": "month", "as_of": END, **other}
            columns, alone = told(desk, lambda reports, ask=ask: reports.churn(**ask))
            assert columns == alone

    @pytest.mark.parametrize("later", [0, 20, 60, 300, 900])
    def test_whom_we_may_lose(self, desk, later):
        ask = {"as_of": END + later * DAY}
        columns, alone = told(desk, lambda reports: reports.at_risk(**ask))
        assert columns == alone

    def test_whom_we_may_lose_is_told_of_promises_and_answers_that_were_looked_up(self, desk):
        with columns_from(0):
            told = desk.reports.at_risk(as_of=END)
        reasons = {each.customer_id: {line.reason for line in each.lines} for each in told}
        assert {"dissatisfied", "promise_broken"} <= reasons["A"]
        assert "dissatisfied" not in reasons["D"], "the last answer was a good one"

    def test_other_days_are_not_looked_for_in_columns(self, desk):
        with columns_from(0):
            kept = desk.reports._sources.columns(CUSTOMERS)
            assert kept.portions(Question(as_of=END, zone=ZoneInfo("Asia/Shanghai")))
            assert kept.portions(Question(as_of=END, zone=ZoneInfo("UTC"))) is None

    def test_another_patience_of_the_standard_writes_them_down_anew(self, tmp_path):
        hasty = Duration(name=SILENCE, clause="house choice", at_most=Span(days=40))
        others = tuple(each for each in MANUAL.durations if each.name != SILENCE)
        url = f"sqlite:///{tmp_path}/service.db"
        with ServiceDesk.open(url) as desk:
            with_customers(desk)
            columns, alone = told(desk, lambda reports: reports.churn(as_of=END))
            assert columns == alone
        with ServiceDesk.open(
            url, standard=attrs.evolve(MANUAL, durations=(*others, hasty))
        ) as desk:
            hastily, alone = told(desk, lambda reports: reports.churn(as_of=END))
            assert hastily == alone != columns
