"""How many customers stay, cohort by cohort, and how long: against statsmodels and brute force."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, log, prod, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore import ServiceDesk
from servicecore.projections.survival import Lives

from .customers import DAY, MOMENT, delivered, midnight, nine, opened, shares

Z = 1.959963984540054
lifetimes = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=60)


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="project_service_plan") as desk:
        yield desk


class TestTheCohorts:
    """Still there / first delivered to in that quarter, at the end of each quarter since."""

    @pytest.fixture(autouse=True)
    def _customers(self, desk):
        for name, day in {"A": (1, 8), "B": (3, 31), "C": (4, 1)}.items():
            delivered(desk, name, nine(2025, *day))
        opened(desk, "D", nine(2025, 1, 8))  # Got nothing: of no cohort.
        desk.relationships.lose("B", reason="moved", at=nine(2025, 8, 4))

    def table(self, desk, as_of, **asked):
        told = desk.reports.retention(as_of=as_of, **asked)
        return shares(told, "retention") if "retention" in told.measures() else {}

    def test_lose_those_who_left(self, desk):
        assert self.table(desk, nine(2025, 12, 1)) == {
            ("2025-Q1", "00"): (2, 2, 0),
            ("2025-Q1", "01"): (2, 2, 0),
            ("2025-Q1", "02"): (1, 2, 0),
            ("2025-Q2", "00"): (1, 1, 0),
            ("2025-Q2", "01"): (1, 1, 0),
        }

    def test_have_no_figure_for_what_is_still_to_come(self, desk):
        over = midnight(2025, 7, 1) - MOMENT
        assert set(self.table(desk, over)) == {
            ("2025-Q1", "00"),
            ("2025-Q1", "01"),
            ("2025-Q2", "00"),
        }
        assert set(self.table(desk, over - MOMENT)) == {("2025-Q1", "00")}

    def test_have_back_those_who_were_won_back(self, desk):
        desk.relationships.win_back("B", reason="a call", at=nine(2025, 10, 8))
        last = self.table(desk, nine(2026, 1, 1))
        assert last["2025-Q1", "02"] == (1, 2, 0)
        assert last["2025-Q1", "03"] == (2, 2, 0)

    def test_belong_to_the_day_of_the_first_delivery(self, desk):
        again = {"product": "valve", "delivered_on": date(2025, 5, 6)}
        desk.relationships.deliver("A", "D-2", **again, at=nine(2025, 5, 6))
        told = self.table(desk, nine(2025, 7, 1), period="2025-Q2", by="product")
        assert told == {("pump", "2025-Q2", "00"): (1, 1, 0)}

    def test_begin_with_the_earliest_delivery_not_with_the_one_told_first(self, desk):
        before = {"product": "valve", "delivered_on": date(2024, 12, 31)}
        desk.relationships.deliver("A", "D-2", **before, at=nine(2025, 5, 6))
        assert self.table(desk, nine(2025, 7, 1))["2024-Q4", "00"] == (1, 1, 0)


class TestTheCurve:
    """Kaplan and Meier's, with a band on the scale of log(-log S)."""

    def curve(self, told, fewest=1):
        lives = Lives()
        for days, is_over in told:
            lives.take(days * DAY, is_over=is_over)
        return list(lives.curve(fewest=fewest))

    def test_of_a_handful_is_what_one_can_count(self):
        told = self.curve([(1, True), (2, False), (3, True), (3, True), (4, False)])
        assert [(each.days, each.at_risk, each.left) for each in told] == [(1, 5, 1), (3, 3, 2)]
        assert [each.share for each in told] == pytest.approx([4 / 5, 4 / 15], abs=1e-15)

    def test_ends_where_fewer_than_ten_are_at_risk(self):
        told = [(day, True) for day in range(1, 13)]
        lives = Lives()
        for days, is_over in told:
            lives.take(days * DAY, is_over=is_over)
        assert [each.at_risk for each in lives.curve()] == [12, 11, 10]

    def test_takes_who_is_there_for_as_long_as_he_is(self):
        """One whose time ends on a day when another leaves was still at risk that day."""
        [told] = self.curve([(5, True), (5, False)])
        assert told.share == pytest.approx(0.5)

    @given(told=lifetimes)
    def test_is_the_product_of_all_who_stayed(self, told):
        for point in self.curve(told):
            days = sorted({day for day, is_over in told if is_over and day <= point.days})
            at_risk = {day: sum(other >= day for other, _ in told) for day in days}
            left = {day: sum(each == (day, True) for each in told) for day in days}
            share = prod(1 - left[day] / at_risk[day] for day in days)
            assert point.share == pytest.approx(share, abs=1e-12)
            if share > 1e-9:
                spread = sqrt(
                    sum(left[d] / (at_risk[d] * (at_risk[d] - left[d])) for d in days)
                ) / log(share)
                band = [share ** exp(sign * Z * spread) for sign in (-1, 1)]
                assert [point.low, point.high] == pytest.approx(sorted(band), abs=1e-12)

    @given(told=lifetimes)
    def test_is_that_of_statsmodels(self, told):
        survfunc = pytest.importorskip("statsmodels.duration.survfunc")
        days, ends = zip(*told, strict=True)
        if not any(ends):
            assert self.curve(told) == []
            return
        oracle = survfunc.SurvfuncRight(days, [int(each) for each in ends])
        ours = {each.days: each.share for each in self.curve(told)}
        assert list(ours) == [int(each) for each in oracle.surv_times]
        assert list(ours.values()) == pytest.approx(list(oracle.surv_prob), abs=1e-12)

    @given(told=lifetimes, cut=st.integers(0, 60))
    def test_adds_up_and_can_be_taken_apart(self, told, cut):
        def lives(some):
            found = Lives()
            for days, is_over in some:
                found.take(days * DAY, is_over=is_over)
            return found

        whole, rest = lives(told), lives(told[cut:])
        whole.add(lives(told[:cut]).times(-1))
        assert whole.measured("x", ()) == rest.measured("x", ())
        assert list(whole.curve(fewest=1)) == list(rest.curve(fewest=1))


class TestTheLifetime:
    """How long it takes until half have left."""

    @pytest.fixture
    def twenty(self, desk):
        for n in range(20):
            opened(desk, f"A-{n:02}", nine(2025, 1, 6))
        for n in range(10):
            at = nine(2025, 1, 6) + (n + 1) * DAY
            desk.relationships.lose(f"A-{n:02}", reason="moved", at=at)
        return desk

    def test_is_known_when_half_have(self, twenty):
        [told] = twenty.reports.retention(as_of=nine(2025, 2, 3))["lifetime"]
        assert (told.n, told.p50) == (20, timedelta(days=10).total_seconds())

    def test_is_not_before(self, twenty):
        [told] = twenty.reports.retention(as_of=nine(2025, 1, 15))["lifetime"]
        assert (told.n, told.p50) == (20, None)

    def test_is_told_with_the_whole_curve(self, twenty):
        told = twenty.reports.retention(as_of=nine(2025, 2, 3))
        curve = told["survival"]
        assert [dict(each.group)["days"] for each in curve] == [str(n) for n in range(1, 11)]
        assert [each.n for each in curve] == list(range(20, 10, -1))
        assert curve[4].value == pytest.approx(0.75)
        assert curve[4].low < 0.75 < curve[4].high

    def test_may_be_told_by_what_the_file_says(self, twenty):
        told = twenty.reports.retention(by="kind", as_of=nine(2025, 2, 3))
        [lifetime] = told["lifetime"]
        assert (dict(lifetime.group), lifetime.p50) == ({"kind": "factory"}, 864000.0)
        assert dict(told["survival"][0].group) == {"kind": "factory", "days": "1"}
