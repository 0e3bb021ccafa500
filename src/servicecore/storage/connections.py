"""Connections to one SQLite file: one that writes, and as many that read as are needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeVar

import attrs

from .errors import (
    BusyError,
    ClosedError,
    NotOurDatabaseError,
    ReadOnlyError,
    StorageError,
    UnreachableStorageError,
)
from .queueing import Waiting, Writers

_A_MOMENT = 0.01  # Seconds between two tries.

R = TypeVar("R")
Work = Callable[[sqlite3.Connection], R]


@attrs.frozen(kw_only=True)
class SQLiteOptions:
    """How to treat the file.

    *synchronous* ``"full"`` keeps every commit through a power failure;
    ``"normal"`` is many times faster on a slow disk and may lose the last
    commits.  *wait* is how long to wait for another process that writes.  One that is
    *immutable* is read as it is, with no file beside it: on a disc, or on a volume that
    is mounted for reading only.
    """

    synchronous: str = "full"
    wait: float = 10.0
    read_only: bool = False
    immutable: bool = False


class Database:
    """One SQLite file in WAL mode.

    Writers of one process queue up and share commits: while one commit is on its
    way to the disk, the next ones gather and follow together.
    """

    def __init__(self, path: str, options: SQLiteOptions) -> None:
        """Open the file, or make it.

        Raises:
            UnreachableStorageError: If it cannot be opened.
            NotOurDatabaseError: If it is something else.
        """
        self.path, self.options = path, options
        self._closed = False
        self._readers: list[sqlite3.Connection] = []
        self.writers = Writers()
        self._writing = Lock()
        self._writer = self._connect()

    # --- Writing ---------------------------------------------------------------

    def write(self, work: Work[R]) -> R:
        """Run *work* in a transaction, alone or together with others that wait.

        Raises:
            BusyError: If another process held the file for too long.
            ReadOnlyError: If it was opened for reading only.
        """
        if self.options.read_only:
            msg = f"{self.path} was opened for reading only"
            raise ReadOnlyError(msg)
        try:
            return self.writers.write(self._commit_alone, work)
        except sqlite3.Error as error:
            raise _named(error, self.path) from error

    def _commit_alone(self, group: Sequence[Waiting[Any]]) -> None:
        with self._writing:
            self._commit(group)

    def _commit(self, group: Sequence[Waiting[Any]]) -> None:
        self._ensure_open()
        connection = self._writer
        connection.execute("BEGIN IMMEDIATE")
        try:
            if len(group) == 1:
                group[0].run(connection)
            else:
                _run_apart(group, connection)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        for each in group:
            each.done = True

    # --- Reading ---------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees what is committed."""
        self._ensure_open()
        try:
            connection = self._readers.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        except sqlite3.Error as error:
            raise _named(error, self.path) from error
        finally:
            if self._closed:
                connection.close()
            else:
                self._readers.append(connection)

    # -----------------------------------------------------------------------------

    def backup(self, path: str) -> None:
        """Copy everything to *path*, with what is still in the write-ahead log."""
        with self.reading() as connection:
            target = sqlite3.connect(path)
            try:
                connection.backup(target)
            finally:
                target.close()

    def close(self) -> None:
        """Close every connection that is not lent out at the moment."""
        with self._writing:
            self._closed = True
            self._writer.close()
            while self._readers:
                self._readers.pop().close()

    @contextmanager
    def named_errors(self) -> Iterator[None]:
        """Say what went wrong in our own words."""
        try:
            yield
        except sqlite3.Error as error:
            raise _named(error, self.path) from error

    def _ensure_open(self) -> None:
        if self._closed:
            msg = f"the log in {self.path} was closed"
            raise ClosedError(msg)

    def _connect(self) -> sqlite3.Connection:
        self._ensure_reachable()
        with self.named_errors():
            connection = sqlite3.connect(
                f"{Path(self.path).absolute().as_uri()}?{self._mode()}",
                uri=True,
                timeout=self.options.wait,
                isolation_level=None,  # We say BEGIN and COMMIT ourselves.
                check_same_thread=False,
            )
            try:
                _configure(connection, self.options)
            except BaseException:
                connection.close()
                raise
        return connection

    def _mode(self) -> str:
        if self.options.immutable:
            return "mode=ro&immutable=1"
        return "mode=ro" if self.options.read_only else "mode=rwc"

    def _ensure_reachable(self) -> None:
        path = Path(self.path)
        if path.is_dir():
            msg = f"{self.path} is a directory; a file is needed"
            raise UnreachableStorageError(msg)
        if not path.parent.is_dir():
            msg = f"{self.path}: there is no directory {str(path.parent)!r}"
            raise UnreachableStorageError(msg)
        if self.options.immutable and Path(f"{path}-wal").exists():
            msg = (
                f"{self.path}-wal may hold what is not in {path.name} yet, so this is not immutable"
                ": somebody writes, or was killed; read both without immutable=1"
            )
            raise UnreachableStorageError(msg)


def _run_apart(group: Sequence[Waiting[Any]], connection: sqlite3.Connection) -> None:
    """Do the work of each; if it refuses, undo this work alone."""
    for each in group:
        connection.execute("SAVEPOINT one")
        try:
            each.run(connection)
        except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
            connection.execute("ROLLBACK TO one")
            each.fail(error)
        connection.execute("RELEASE one")


def _configure(connection: sqlite3.Connection, options: SQLiteOptions) -> None:
    connection.execute("PRAGMA schema_version").fetchone()  # Is it a database at all?
    if not options.read_only:
        _write_ahead(connection, options.wait)
        connection.execute(f"PRAGMA synchronous={options.synchronous}")


def _write_ahead(connection: sqlite3.Connection, patience: float) -> None:
    # SQLite itself lets nobody wait for a new file that somebody else is just preparing.
    until = monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() > until:
                raise
            sleep(_A_MOMENT)
        else:
            return


def _named(error: sqlite3.Error, path: str) -> StorageError:
    said = str(error)
    if "not a database" in said or "malformed" in said:
        return NotOurDatabaseError(f"{path} is not a database we can read: {said}")
    rather = "to read what nobody writes, say mode=ro&immutable=1"
    if "readonly" in said:
        return ReadOnlyError(f"{path} cannot be written, nor a file beside it: {said}; {rather}")
    if "locked" in said or "busy" in said:
        return BusyError(f"{path} is kept busy by another process: {said}")
    if "unable to open" in said and Path(path).exists():
        return UnreachableStorageError(f"{path}, or a file beside it: {said}; {rather}")
    return UnreachableStorageError(f"{path}: {said}")
