"""Writers of one program share commits: whoever waits for the disk goes along with the next.

One of those who wait writes for all of them.  While his commit is on its way to the
disk, others gather, and the first of them writes for these.  Nobody waits for company; but
whoever comes first after a commit that was shared lets those go along who come with him.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock
from time import sleep
from typing import Any, Generic, TypeVar

R = TypeVar("R")


class Turn:
    """It comes once, and whoever waits for it goes on; an Event costs several times as much."""

    def __init__(self) -> None:
        self.has_come = False
        self._still_to_come = Lock()
        self._still_to_come.acquire()

    def come(self) -> None:
        """Let go on who waits."""
        if not self.has_come:
            self.has_come = True
            self._still_to_come.release()

    def wait(self) -> None:
        """Wait until it has come; one alone may."""
        self._still_to_come.acquire()


class Waiting(Generic[R]):
    """Work that waits for its turn to write, and what came of it."""

    def __init__(self, work: Callable[[Any], R]) -> None:
        self._work = work
        self.expected: Mapping[str, int] | None = getattr(work, "expected", None)
        self._result: R | None = None
        self._error: BaseException | None = None
        self.done = False
        self.turn: Turn | None = None  # Either it is done, or its turn to write has come.

    def run(self, writing: Any) -> None:
        """Do the work, perhaps once more."""
        self._error = None
        self._result = self._work(writing)

    def fail(self, error: BaseException) -> None:
        """Note that nothing of it was kept."""
        self._error, self.done = error, True

    def result(self) -> R:
        """Return what came of it, or raise what went wrong."""
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # done, so it is there


Commit = Callable[[list[Waiting[Any]]], None]  #: Does the work of all, and makes it last.


class Writers:
    """Those who want to write, in the order in which they came."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting[Any]] = deque()
        self.busy = False
        self._shared = False  # Whether the last commit was.
        self._gate = Lock()

    def write(self, commit: Commit, work: Callable[[Any], R]) -> R:
        """Let *commit* do *work*, alone or together with others that wait; return what it does."""
        mine = Waiting(work)
        with self._gate:
            if self.busy:
                mine.turn = Turn()
                self.waiting.append(mine)
            self.busy = True
        if mine.turn is None:  # Nobody is writing, so there is nothing to wait for.
            self._write(commit, [mine, *self._company()])
        else:
            self._wait(mine, mine.turn)
            if not mine.done:
                self._write(commit, self._all_that_wait())
        return mine.result()

    def _wait(self, mine: Waiting[Any], turn: Turn) -> None:
        try:
            turn.wait()
        except BaseException:
            self._step_aside(mine, turn)
            raise

    def _company(self) -> list[Waiting[Any]]:
        """Return who comes at the same time: after a commit that was shared, all come again."""
        if not self._shared:
            return []
        sleep(0)
        return self._all_that_wait()

    def _all_that_wait(self) -> list[Waiting[Any]]:
        with self._gate:
            group = [*self.waiting]
            self.waiting.clear()
        return group

    def _write(self, commit: Commit, group: list[Waiting[Any]]) -> None:
        try:
            commit(group)
        except BaseException as error:  # noqa: BLE001 - whoever waits for it raises it
            for each in group:
                each.fail(error)
        self._shared = len(group) > 1
        with self._gate:
            self._hand_over()
        for each in group:
            if each.turn:
                each.turn.come()

    def _hand_over(self) -> None:
        """Let the first of those who gathered meanwhile write for all of them."""
        self.busy = bool(self.waiting)
        if self.waiting and (turn := self.waiting[0].turn):
            turn.come()

    def _step_aside(self, mine: Waiting[Any], turn: Turn) -> None:
        """Leave the queue without having written, and keep nobody waiting."""
        with self._gate:
            if mine in self.waiting:
                self.waiting.remove(mine)
                if turn.has_come:
                    self._hand_over()
