"""Nearly every append to PostgreSQL is one message; whatever is not as it seemed, is asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Event

import attrs
import pytest

from servicecore.storage import (
    AlreadyTrackedError,
    Change,
    CommandReusedError,
    ConflictError,
    open_log,
)
from servicecore.storage.appending import outcome_of
from servicecore.storage.postgres_writing import Transaction
from servicecore.testing.conformance.events import CATALOGUE, LIN, NINE, Watch, noted, opened
from tests.waiting import PATIENCE, until

MICROSECOND = timedelta(microseconds=1)
COMMAND = attrs.evolve(LIN, command_id="c-1")


@pytest.fixture
def url(postgresql):
    return postgresql.fresh()


@pytest.fixture
def log(url):
    with open_log(url, clock=Watch(), catalogue=CATALOGUE) as log:
        yield log


@pytest.fixture
def other(url):
    """Return the same log, as another program has it open."""
    with open_log(url, clock=Watch(), catalogue=CATALOGUE) as log:
        yield log


@pytest.fixture
def forbid(monkeypatch):
    """Return what sees to it that nobody asks from now on before he writes."""

    def asked(*_):
        pytest.fail("somebody asked")

    return lambda: monkeypatch.setattr(Transaction, "carry_out", asked)


@pytest.fixture
def unasked(forbid):
    """See to it that nobody asks before he writes."""
    forbid()


@pytest.mark.usefixtures("unasked")
class TestNothingIsAsked:
    """Where all is as it seems, the first message is the last."""

    def test_of_a_new_history_or_one_that_goes_on(self, log, other):
        log.append(opened("case/1", "a"), provenance=COMMAND)
        other.append(Change("case/1", [noted("b")], after=2), provenance=LIN, tracking=("p", 2))
        receipt = log.append(opened("case/2"), opened("case/3", "a"), provenance=LIN)

        assert (receipt.position, receipt.versions) == (6, {"case/2": 1, "case/3": 2})
        assert [each.version for each in log.history("case/1")] == [1, 2, 3]
        assert (log.storage.command("c-1").position, log.storage.tracked("p")) == (2, 2)

    def test_of_what_is_only_tracked(self, log):
        assert log.append(provenance=LIN, tracking=("p", 7)).position == 0
        assert log.storage.tracked("p") == 7

    @pytest.mark.parametrize("ahead", [MICROSECOND, timedelta(hours=1), timedelta(seconds=0.5)])
    def test_if_another_was_recorded_later_than_our_clock_says(self, log, other, ahead):
        other._clock.now = later = NINE + ahead
        other.append(opened("case/1"), provenance=LIN)
        receipt = log.append(opened("case/2", "a"), opened("case/3"), provenance=COMMAND)

        assert (receipt.position, receipt.recorded_at) == (4, later)
        assert [each.recorded_at for each in log.since(0)] == [later] * 4
        assert outcome_of(log.storage.command("c-1")).recorded_at == later

    def test_by_many_who_wait(self, log):
        log.append(opened("case/0"), provenance=LIN)
        receipts = written_together(log, 4)

        assert sorted(each.position for each in receipts) == [2, 3, 4, 5]
        for each in receipts:
            [subject] = each.versions
            assert [recorded.position for recorded in log.history(subject)] == [each.position]
            command = log.storage.command(f"c-{subject}")
            assert (command.position, outcome_of(command).recorded_at) == (each.position, NINE)

    def test_by_many_whose_clocks_do_not_agree(self, log):
        log.append(opened("case/0"), provenance=LIN)
        minutes = iter(range(9, 0, -1))
        log._clock = lambda: NINE + timedelta(minutes=next(minutes))
        written_together(log, 4)

        moments = [each.recorded_at for each in log.since(0)]
        assert moments == sorted(moments)


class TestItIsOtherwise:
    """Whatever is not as it seemed is told as if it had been asked for at first."""

    def test_a_history_is_longer_or_shorter(self, log, other):
        other.append(opened("case/1", "a"), provenance=LIN)
        for after in (0, 1, 3):
            with pytest.raises(ConflictError, match=f"expected {after} events .* found 2"):
                log.append(Change("case/1", [noted("b")], after=after), provenance=LIN)
            with pytest.raises(ConflictError, match=f"expected {after} events .* found 2"):
                log.append(Change("case/1", [], after=after), provenance=COMMAND)
        assert (log.head(), log.storage.command("c-1")) == (2, None)

    def test_one_of_several_histories_is(self, log, other):
        other.append(opened("case/1"), provenance=LIN)
        with pytest.raises(ConflictError, match="case/1"):
            log.append(opened("case/2"), opened("case/1"), provenance=LIN)
        assert log.head() == 1

    def test_the_command_was_carried_out(self, log, other):
        first = other.append(opened("case/1"), provenance=COMMAND)

        assert log.append(opened("case/1"), provenance=COMMAND).position == first.position
        with pytest.raises(CommandReusedError):
            log.append(opened("case/2"), provenance=COMMAND)
        assert log.head() == 1

    @pytest.mark.parametrize("position", [6, 7])
    def test_the_follower_was_there_before(self, log, other, position):
        other.append(provenance=LIN, tracking=("p", 7))
        with pytest.raises(AlreadyTrackedError):
            log.append(opened("case/1"), provenance=LIN, tracking=("p", position))
        assert (log.head(), log.storage.tracked("p")) == (0, 7)

    @pytest.mark.parametrize("ahead", [timedelta(), MICROSECOND])
    def test_another_program_wrote_meanwhile(self, log, other, ahead):
        log.append(opened("case/0"), provenance=LIN)
        other._clock.now = later = NINE + ahead
        other.append(opened("case/x"), provenance=LIN)
        receipts = written_together(log, 4)

        assert sorted(each.position for each in receipts) == [3, 4, 5, 6]
        assert {each.recorded_at for each in receipts} == {later}

    def test_after_somebody_was_refused_the_others_need_not_ask(self, log, forbid):
        log.append(opened("case/0"), provenance=LIN)
        with pytest.raises(ConflictError):
            log.append(opened("case/0"), provenance=LIN)
        log.append(opened("case/x"), opened("case/y"), provenance=COMMAND)
        log.append(opened("case/x"), opened("case/y"), provenance=COMMAND)
        forbid()
        assert sorted(each.position for each in written_together(log, 3)) == [4, 5, 6]

    def test_the_clock_of_many_who_wait_was_set_back(self, log):
        log._clock.now = NINE + timedelta(hours=1)
        log.append(opened("case/0"), provenance=LIN)
        log._clock.now = NINE

        assert {each.recorded_at for each in written_together(log, 3)} == {
            NINE + timedelta(hours=1)
        }

    def test_two_followers_of_one_name_who_wait(self, log):
        log.append(opened("case/0"), provenance=LIN)
        following = [
            lambda n=n, at=at: log.append(opened(f"case/{n}"), provenance=LIN, tracking=("p", at))
            for n, at in enumerate((5, 6, 6), start=1)
        ]
        done = together(log, following)

        refused = [each.exception() for each in done if each.exception()]
        assert {AlreadyTrackedError} == set(map(type, refused))
        assert (log.storage.tracked("p"), log.head()) == (6, 1 + 3 - len(refused))


def written_together(log, many):
    writing = [partial(append, log, f"case/{n}") for n in range(1, many + 1)]
    return [each.result() for each in together(log, writing)]


def append(log, subject):
    command = attrs.evolve(LIN, command_id=f"c-{subject}")
    return log.append(opened(subject), provenance=command)


def together(log, work):
    """Let all of *work* wait while somebody writes, so that it shares what follows."""
    server, busy, go = log.storage._server, Event(), Event()

    def hold(group):
        busy.set()
        go.wait(PATIENCE)
        for each in group:
            each.done = True

    with ThreadPoolExecutor(len(work) + 1) as pool:
        holding = pool.submit(server.write, hold, lambda _: None)
        assert busy.wait(PATIENCE)
        waiting = [pool.submit(each) for each in work]
        until(lambda: len(server.writers.waiting) == len(work), pause=0.001)
        go.set()
        holding.result()
    return waiting
