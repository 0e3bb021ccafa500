"""Shares and distributions, against computations of another kind."""

from __future__ import annotations

import pickle
import statistics
from datetime import timedelta
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.projections.statistics import Durations, Share
from tests.moments import HOUR, MICROSECOND, NOTHING, SECOND

shares = st.integers(1, 500).flatmap(lambda n: st.builds(Share, st.integers(0, n), st.just(n)))
lengths = st.lists(st.timedeltas(NOTHING, timedelta(days=400)), max_size=40)
#: Few different values, so that there are ties.
tied = st.lists(st.integers(0, 5).map(lambda n: n * HOUR), max_size=40)


class TestShares:
    """So many of so many, with the interval in which the true share lies (Wilson, 95 %)."""

    def test_of_nothing_there_is_no_share(self):
        assert Share().value is None
        assert Share().interval() is None
        assert Share(0, 0).value is None

    def test_none_and_all_are_shares(self):
        assert Share(0, 4).value == 0.0
        assert Share(4, 4).value == 1.0
        assert Share(0, 4).interval()[0] == 0.0
        assert Share(4, 4).interval()[1] == 1.0

    @pytest.mark.parametrize(
        ("k", "n", "low", "high"),
        [
            # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I.
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0000, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_the_interval_is_the_published_one(self, k, n, low, high):
        assert Share(k, n).interval() == pytest.approx((low, high), abs=5e-5)

    @given(shares)
    def test_its_bounds_are_where_the_share_would_just_be_surprising(self, share):
        """The defining equation: (observed - true)² = z² · true · (1 - true) / n."""
        z = statistics.NormalDist().inv_cdf(0.975)
        for bound in share.interval():
            surprise = (share.value - bound) ** 2
            assert surprise == pytest.approx(z**2 * bound * (1 - bound) / share.n, abs=1e-9)

    @given(shares)
    def test_the_share_lies_inside(self, share):
        low, high = share.interval()

        assert 0 <= low <= share.value + 1e-12
        assert share.value - 1e-12 <= high <= 1

    @given(shares, shares)
    def test_what_was_added_can_be_taken_away(self, one, other):
        assert one + other == Share(one.k + other.k, one.n + other.n)
        assert one + other - other == one
        assert one + other == other + one


def in_microseconds(lengths):
    return {each // MICROSECOND for each in lengths}


class TestDurations:
    """Nearest rank: the ceil(p·n/100)-th smallest, a length that was really observed."""

    def test_of_nothing_there_is_nothing_to_tell(self):
        nothing = Durations.of([])

        assert (nothing.n, nothing.mean) == (0, None)
        assert [nothing.percentile(p) for p in (0, 50, 100)] == [None, None, None]

    @given(lengths | tied, st.integers(1, 100))
    def test_a_percentile_is_the_one_at_that_place(self, observed, percent):
        told = Durations.of(observed).percentile(percent)

        if observed:
            place = ceil(Fraction(percent * len(observed), 100))
            assert told == sorted(observed)[place - 1]
        else:
            assert told is None

    @given(lengths | tied)
    def test_the_mean_is_the_mean(self, observed):
        told = Durations.of(observed)

        assert told.n == len(observed)
        if observed:
            exact = statistics.mean(Fraction(each // MICROSECOND) for each in observed)
            assert abs(Fraction(told.mean // MICROSECOND) - exact) <= Fraction(1, 2)

    @given(tied, tied)
    def test_distributions_add_up_and_can_be_taken_away(self, some, others):
        both = Durations.of(some) + Durations.of(others)

        assert both == Durations.of(some + others)
        assert both - Durations.of(others) == Durations.of(some)
        assert set((both - Durations.of(others)).counts) == in_microseconds(some)

    def test_it_is_exact_to_the_microsecond(self):
        assert Durations.of([SECOND + MICROSECOND]).percentile(50) == SECOND + MICROSECOND

    def test_it_travels(self):
        told = Durations.of([HOUR, SECOND, HOUR])

        assert pickle.loads(pickle.dumps(told)) == told  # noqa: S301  # our own bytes
        assert pickle.loads(pickle.dumps(Share(1, 2))) == Share(1, 2)  # noqa: S301
