"""Writers who wait share commits, in their order; nobody is forgotten, whatever happens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest

from servicecore.storage.queueing import Turn, Waiting, Writers
from tests.waiting import PATIENCE, until


class Disk:
    """Notes what is committed together; a commit can be held up, and fail."""

    def __init__(self):
        self.writers, self.commits = Writers(), []
        self.held, self.go, self.broken = Event(), Event(), False
        self.go.set()

    def write(self, told):
        return self.writers.write(self._commit, lambda _: told)

    def _commit(self, group):
        self.held.set()
        self.go.wait(PATIENCE)
        if self.broken:
            raise OSError
        for each in group:
            each.run(None)
            each.done = True
        self.commits.append([each.result() for each in group])

    def until_waiting(self, many):
        until(lambda: len(self.writers.waiting) == many, pause=0.001)

    @contextmanager
    def holding(self, pool, *told, first="first"):
        """Let all others wait behind a *first* one whose commit is on its way."""
        self.go.clear()
        began = [pool.submit(self.write, first)]
        self.held.wait(PATIENCE)
        for n, each in enumerate(told, 1):
            began.append(pool.submit(self.write, each))
            self.until_waiting(n)
        yield began
        self.go.set()


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(9) as threads:
        yield threads


def test_who_is_alone_waits_for_nobody(disk):
    assert [disk.write("a"), disk.write("b")] == ["a", "b"]
    assert disk.commits == [["a"], ["b"]]


def test_all_who_wait_go_along_with_one_commit_in_their_order(disk, pool):
    with disk.holding(pool, *"abcdefgh") as began:
        pass

    assert [each.result(PATIENCE) for each in began] == ["first", *"abcdefgh"]
    assert disk.commits == [["first"], [*"abcdefgh"]]
    assert not disk.writers.busy


def test_after_a_shared_commit_the_first_lets_others_go_along_who_come_with_him(disk, pool):
    with disk.holding(pool, "a", "b") as began:
        pass
    assert [each.result(PATIENCE) for each in began] == ["first", "a", "b"]
    disk.writers.waiting.append(late := Waiting(lambda _: "late"))
    late.turn = Turn()

    assert disk.write("c") == "c"
    assert (disk.commits[-1], late.turn.has_come) == (["c", "late"], True)
    disk.write("d")  # That one was shared, too, and nobody came along with this one.
    disk.writers.waiting.append(Waiting(lambda _: "later"))
    disk.write("e")
    assert disk.commits[-2:] == [["d"], ["e"]]


def test_if_a_commit_fails_all_who_share_it_are_told_and_the_next_goes_on(disk, pool):
    with disk.holding(pool, "a", "b") as began:
        disk.broken = True

    assert [type(each.exception(PATIENCE)) for each in began] == [OSError] * 3
    disk.broken = False
    assert disk.write("c") == "c"


@pytest.mark.parametrize("too_soon", [True, False])
def test_whoever_loses_patience_keeps_nobody_waiting(disk, pool, monkeypatch, too_soon):
    """Ctrl-C in the queue, and Ctrl-C just when the turn to write has come."""
    wait, waits = Turn.wait, Event()

    def interrupted(self):
        monkeypatch.undo()
        waits.set()
        if not too_soon:
            wait(self)
        raise KeyboardInterrupt

    def lose_patience():
        monkeypatch.setattr(Turn, "wait", interrupted)
        disk.write("never")

    with disk.holding(pool) as began:
        gives_up = pool.submit(lose_patience)
        waits.wait(PATIENCE)
        if too_soon:
            gives_up.exception(PATIENCE)
        behind = pool.submit(disk.write, "behind")
        disk.until_waiting(1 if too_soon else 2)

    assert began[0].result(PATIENCE) == "first"
    assert isinstance(gives_up.exception(PATIENCE), KeyboardInterrupt)
    assert behind.result(PATIENCE) == "behind"
    assert disk.write("next") == "next"
    assert disk.commits == [["first"], ["behind"], ["next"]]
