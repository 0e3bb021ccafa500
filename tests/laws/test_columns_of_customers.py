"""Columns tell of customers what a look at each tells: who stays, who leaves, whom we may lose."""

from __future__ import annotations

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.domain.figures import Duration
from servicecore.domain.spans import Span
from servicecore.projections.asking import Question
from servicecore.projections.columns import cells_of_columns, decided_since, names_told
from servicecore.projections.packing import Packed, pack
from servicecore.projections.period import Period
from servicecore.projections.recording import record
from servicecore.projections.source import Source
from servicecore.projections.spells import SILENCE, Spell
from servicecore.projections.tally import Tally
from servicecore.projections.themes import CUSTOMERS
from tests.laws.test_columns import NEVER, columns_from
from tests.moments import MANUAL, REQUEST
from tests.projections.customers import DAY, MOMENT, bought, delivered, nine

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


TOLD = {"told": lambda fact: str(len(fact))}


def in_columns(*facts):
    """Return one portion of facts, each a list of what is told of it."""

    def tell(fact, tally):
        for verb, named, *args in fact:
            getattr(tally, verb)(*args, **named)

    dated = [(f"fact/{n}", 0, fact) for n, fact in enumerate(facts)]
    parts = dict(
        pack(record(dated, dimensions=TOLD, measures={"tell": tell}, zone=ZoneInfo("UTC")))
    )
    return Packed(len(facts), 0, parts.__getitem__)


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
            assert kept.ask(Question(as_of=END, zone=ZoneInfo("Asia/Shanghai")), len)
            assert kept.ask(Question(as_of=END, zone=ZoneInfo("UTC")), len) is None

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


class TestWhatIsWorthALook:
    """Columns name the facts of which something was decided since, or that were asked about."""

    def test_at_that_moment_or_later(self):
        portion = in_columns(
            *(
                [("share", {}, "kept", END + n * MOMENT, is_so)]
                for n in (-1, 0, 1)
                for is_so in (0, 1)
            )
        )
        since = list(decided_since([portion], END, measure="tell"))
        assert since == ["fact/2", "fact/3", "fact/4", "fact/5"]
        failed = list(decided_since([portion], END, measure="tell", failed=True))
        assert failed == ["fact/2", "fact/4"]
        portion.dead = {2}
        assert list(decided_since([portion], END, measure="tell", failed=True)) == ["fact/4"]

    def test_names_of_facts_that_hold(self):
        portion = in_columns([("distinct", {}, "of", END, "a")], [("distinct", {}, "of", END, "b")])
        assert set(names_told([portion], measure="tell")) == {"a", "b"}
        portion.dead = {0}
        assert set(names_told([portion], measure="tell")) == {"b"}


class TestAtTheEdge:
    """Facts and columns agree upon the last moment of a quarter, and the first of a day."""

    APRIL = datetime(2025, 4, 1, tzinfo=timezone.utc)

    def check(self, facts, **asked):
        question = Question(**asked)
        by_fact = Tally(question, TOLD)
        for fact in facts:
            by_fact.is_asked_of(fact)
            for verb, named, *args in fact:
                getattr(by_fact, verb)(*args, **named)
        told = cells_of_columns([in_columns(*facts)], question, measures=["tell"], source=Source())
        assert told.answer(question) == by_fact.cells.answer(question)
        return {each.group: each.n for each in told.answer(question)}

    @pytest.mark.parametrize(("later", "quarters"), [(-2, 0), (-1, 1), (0, 1)])
    def test_a_quarter_is_told_of_from_its_last_moment_on(self, later, quarters):
        came = self.APRIL - 30 * DAY
        spell = Spell(since=came, until=came + 90 * DAY, why="", upto=came + 90 * DAY)

        facts = [[("stayed", {"is_new": True}, "stayed", came, spell)]]
        told = self.check(facts, as_of=self.APRIL + later * MOMENT)
        assert len(told) == quarters

    def test_who_comes_with_the_first_moment_of_a_day_is_not_told_of_the_day_before(self):
        def lasting(came):
            spell = Spell(since=came, until=END, why="", upto=END)
            return "gone", {"first": came}, "gone", spell

        before, then = lasting(self.APRIL - 2 * DAY), lasting(self.APRIL)
        march = Period.parse("2025-03-01..2025-05-01")
        told = self.check([[before], [then, then]], as_of=END, period=march, by=("told", "day"))
        assert min(day for (_, much), (_, day) in told if much == "2") == "2025-04-01"
