"""Waking those who wait for new events."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from time import monotonic

_POLL = 0.05  # Seconds; other processes cannot ring our bell.


class Bell:
    """Rings when this process has recorded something.

    *poll* is how many seconds it waits at most before it looks by itself.
    """

    def __init__(self) -> None:
        self._rung = Condition()
        self._waiting = 0  # How many; whoever comes later looks for himself before he waits.
        self.poll: float | None = None

    def ring(self) -> None:
        """Wake everybody who waits."""
        if self._waiting:
            with self._rung:
                self._rung.notify_all()

    def wait_until(self, done: Callable[[], bool], *, timeout: float | None) -> bool:
        """Wait until *done*, and tell whether it came to that.

        Nobody can ring between the look and the wait, since both hold the bell;
        and what another process records is noticed at the next poll.
        """
        deadline = None if timeout is None else monotonic() + timeout
        with self._rung:
            self._waiting += 1
            try:
                return self._wait_until(done, deadline)
            finally:
                self._waiting -= 1

    def _wait_until(self, done: Callable[[], bool], deadline: float | None) -> bool:
        while not done():
            poll = _POLL if self.poll is None else self.poll
            left = poll if deadline is None else min(poll, deadline - monotonic())
            if left <= 0:
                return False
            self._rung.wait(left)
        return True
