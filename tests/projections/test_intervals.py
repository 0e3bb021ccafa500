"""How sure one can be: against another library where it knows the same, and by hand."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from servicecore.projections.intervals import Promotion, newcombe
from servicecore.projections.statistics import Share

Z = 1.959963984540054
shares = st.integers(1, 400).flatmap(lambda n: st.builds(Share, st.integers(0, n), st.just(n)))


class TestTheDifferenceOfTwoShares:
    """Newcombe's interval, which joins those of Wilson (psp:6.2b)."""

    @given(before=shares, after=shares)
    def test_is_that_of_another_library(self, before, after):
        expected = confint_proportions_2indep(
            after.k, after.n, before.k, before.n, compare="diff", method="newcomb"
        )
        assert newcombe(before, after) == pytest.approx(expected, abs=1e-12)

    def test_is_that_of_the_paper(self):
        """Newcombe 1998, table II (a): 56/70 against 48/80."""
        assert newcombe(Share(48, 80), Share(56, 70)) == pytest.approx((0.0524, 0.3339), abs=5e-5)

    @given(before=shares, after=shares)
    def test_holds_the_difference_and_turns_with_it(self, before, after):
        low, high = newcombe(before, after)
        assert low - 1e-12 <= after.value - before.value <= high + 1e-12
        assert newcombe(after, before) == pytest.approx((-high, -low), abs=1e-12)

    @pytest.mark.parametrize("pair", [(Share(), Share(1, 2)), (Share(1, 2), Share())])
    def test_of_nothing_is_none(self, pair):
        assert newcombe(*pair) is None


class TestThePromoterScore:
    """100 (p - d), with an interval that does not collapse for a handful of answers."""

    def test_is_the_difference_in_percent(self):
        assert Promotion(promoters=5, detractors=2, n=10).score == 30.0

    def test_of_nothing_is_none(self):
        assert Promotion().score is None
        assert Promotion().interval() is None

    def test_of_thirty_answers_or_more_has_the_plain_interval(self):
        reach = 100 * Z * sqrt((20 / 30 - (10 / 30) ** 2) / 30)
        low, high = Promotion(promoters=15, detractors=5, n=30).interval()
        assert (low, high) == pytest.approx((100 / 3 - reach, 100 / 3 + reach))

    def test_of_fewer_is_adjusted_by_three_answers(self):
        """Of 29: 15.75 of 32 for, 5.75 of 32 against."""
        p, d = 15.75 / 32, 5.75 / 32
        reach = 100 * Z * sqrt((p + d - (p - d) ** 2) / 32)
        found = Promotion(promoters=15, detractors=5, n=29).interval()
        assert found == pytest.approx((100 * (p - d) - reach, 100 * (p - d) + reach))

    @given(st.tuples(*[st.integers(0, 60)] * 3).filter(any))
    def test_stays_on_the_scale(self, told):
        for_, against, _between = told
        found = Promotion(promoters=for_, detractors=against, n=sum(told))
        low, high = found.interval()
        assert -100 <= low <= high <= 100

    def test_of_one_answer_says_how_little_that_is(self):
        low, high = Promotion(promoters=1, n=1).interval()
        assert low < 0
        assert high > 95
