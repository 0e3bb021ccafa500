"""A lease is held by one program at a time, on any storage."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from servicecore.storage import Lease, open_log
from servicecore.testing.conformance.events import NINE, Watch

LENGTH = timedelta(seconds=15)
SECOND = timedelta(seconds=1)


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def log(request, tmp_path, watch):
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/log.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").fresh()
    with open_log(url, clock=watch) as log:
        yield log


@pytest.fixture
def lin(log):
    return Lease(log, name="lease", holder="Lin", length=LENGTH)


@pytest.fixture
def wu(log):
    return Lease(log, name="lease", holder="Wu", length=LENGTH)


def test_nobody_has_it_at_first(lin):
    assert lin.held_by() is None


def test_whoever_comes_first_has_it(lin, wu):
    assert (lin.take(), wu.take(), lin.take()) == (True, False, True)
    assert lin.held_by() == wu.held_by() == "Lin"


@pytest.mark.parametrize(("after", "whose"), [(LENGTH - SECOND, "Lin"), (LENGTH, "Wu")])
def test_it_lasts_for_its_length(lin, wu, watch, after, whose):
    lin.take()
    watch.now = NINE + after

    assert wu.take() == (whose == "Wu") == (not lin.take())
    assert lin.held_by() == whose


def test_whoever_keeps_it_in_time_keeps_it(lin, wu, watch):
    for second in range(0, 100, 4):
        watch.now = NINE + second * SECOND
        assert lin.take()
        assert not wu.take()


def test_it_is_written_only_when_a_third_of_it_has_gone(lin, log, watch):
    positions = []
    for second in (0, 1, 4, 5, 6, 9, 11):
        watch.now = NINE + second * SECOND
        lin.take()
        positions.append(log.tables.position("lease", 1))

    assert positions == [1, 1, 1, 2, 2, 2, 3]


def test_whoever_has_lost_it_does_not_keep_it_even_if_it_is_free_again(lin, wu, watch):
    lin.take()
    watch.now = NINE + LENGTH
    assert lin.keep()  # Nobody has waited for it.
    watch.now += LENGTH
    wu.take()
    wu.give_up()

    assert (lin.keep(), lin.held_by()) == (False, None)
    assert lin.take()
    assert lin.keep()


def test_whoever_never_took_it_cannot_keep_it(lin):
    assert not lin.keep()
    assert lin.held_by() is None


def test_nobody_gives_up_what_somebody_else_has_by_now(lin, wu, watch):
    lin.take()
    watch.now = NINE + LENGTH
    wu.take()
    lin.give_up()

    assert lin.held_by() == "Wu"
    assert wu.keep()


def test_whoever_gives_it_up_has_it_no_more(lin, wu):
    lin.take()
    lin.give_up()

    assert (lin.held_by(), wu.take(), lin.take()) == (None, True, False)


def test_giving_up_what_one_has_not_changes_nothing(lin, wu):
    lin.take()
    wu.take()
    wu.give_up()

    assert lin.held_by() == "Lin"


def test_of_many_who_want_it_at_once_one_gets_it(log):
    leases = [Lease(log, name="lease", holder=f"{n}", length=LENGTH) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(Lease.take, leases))

    assert 1 == sum(got)
    assert leases[0].held_by() == f"{got.index(True)}"
