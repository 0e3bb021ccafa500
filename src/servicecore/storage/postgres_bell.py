"""Hearing of what other programs record, as soon as it is recorded.

It listens before it looks, so nothing falls in between; it looks again now and
then, whatever it hears; and when the connection is lost, it makes another.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from threading import Event, Lock, Thread

import psycopg

from ..journal import Journal
from .bell import Bell
from .errors import StorageError
from .postgres_server import Server

_journal = Journal(__name__)

_LISTENING = 1.0  # Seconds between two looks while every change is announced.
_BREATH = 0.2  # Seconds until the listener notices that it should stop.
_PAUSE = 0.5  # Seconds before it tries to connect again.


class ListeningBell(Bell):
    """Rings when this program has recorded something, or any other."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server
        self._stop, self._starting = Event(), Lock()
        self._listener: Thread | None = None

    def wait_until(self, done: Callable[[], bool], *, timeout: float | None) -> bool:
        """Wait until *done*, and tell whether it came to that."""
        self._start()
        return super().wait_until(done, timeout=timeout)

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._listener:
            self._listener.join()

    def _start(self) -> None:
        with self._starting:
            if self._listener is None and not self._stop.is_set():
                name = f"listens to {self._server.options.channel}"
                self._listener = Thread(target=self._listen, name=name, daemon=True)
                self._listener.start()

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen_while_connected()
            except (StorageError, psycopg.Error) as error:
                sentence = "listening again in %(seconds)s s: %(error)s"
                _journal.warning("not_listening", sentence, seconds=_PAUSE, error=error)
                self._stop.wait(_PAUSE)
            finally:
                self.poll = None  # Nobody tells us anything; look often.

    def _listen_while_connected(self) -> None:
        with closing(self._server.connect()) as connection:
            connection.execute(f"LISTEN {self._server.options.channel}")
            self.poll = _LISTENING
            self.ring()  # For what was recorded before we listened.
            while not self._stop.is_set():
                for _ in connection.notifies(timeout=_BREATH, stop_after=1):
                    self.ring()
