"""Where wrapped keys lie: in two tables of a database of their own.

One row for each key: whose it is, what may be done with it, and the wrapped key
itself; and one row that tells under which master key they are wrapped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import RLock
from typing import Any, NamedTuple, Protocol

from .errors import UnreachableStorageError

_TABLES = """\
CREATE TABLE IF NOT EXISTS servicecore_keys (
    subject TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    wrapped BLOB,
    PRIMARY KEY (subject, number)
);
CREATE TABLE IF NOT EXISTS servicecore_master (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    proof BLOB NOT NULL
);
"""


class Kept(NamedTuple):
    """A key as it lies there; *wrapped* is None once it was destroyed."""

    subject: str
    number: int
    state: str
    wrapped: bytes | None


class KeyRows:
    """The rows of both tables, in a connection of whichever database."""

    def __init__(
        self, execute: Callable[..., Any], *, keys: str, master: str, mark: str, wipe: str = ""
    ) -> None:
        self._execute, self._keys, self._master, self._mark = execute, keys, master, mark
        self._wipe = wipe

    def of(self, subject: str) -> list[Kept]:
        """Return every key that a person had, the oldest first."""
        return self._found("WHERE subject = ? ORDER BY number", subject)

    def all(self) -> list[Kept]:
        """Return every key of everybody."""
        return self._found("ORDER BY subject, number")

    def put(self, kept: Kept) -> None:
        """Keep a key, in place of the same one as it was."""
        self._run(
            f"INSERT INTO {self._keys} (subject, number, state, wrapped) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (subject, number) "
            "DO UPDATE SET state = excluded.state, wrapped = excluded.wrapped",
            *kept,
        )

    def in_state(self, state: str) -> list[Kept]:
        """Return every key that is in that state."""
        return self._found("WHERE state = ? ORDER BY subject, number", state)

    def wipe(self) -> None:
        """Leave no byte of what the rows were, where that has to be done before the commit."""
        if self._wipe:
            self._run(self._wipe)

    def proof(self) -> bytes | None:
        """Return what only the right master key opens; None if there never was one."""
        row = self._run(f"SELECT proof FROM {self._master}").fetchone()
        return row[0] if row else None

    def keep_proof(self, proof: bytes) -> None:
        """Keep what only the right master key opens."""
        self._run(
            f"INSERT INTO {self._master} (id, proof) VALUES (1, ?) "
            "ON CONFLICT (id) DO UPDATE SET proof = excluded.proof",
            proof,
        )

    def _found(self, which: str, *values: object) -> list[Kept]:
        rows = self._run(
            f"SELECT subject, number, state, wrapped FROM {self._keys} {which}", *values
        )
        return [Kept(*row) for row in rows.fetchall()]

    def _run(self, statement: str, *values: object) -> Any:
        return self._execute(statement.replace("?", self._mark), values)


class KeyTables(Protocol):
    """A database with both tables; each transaction has it for itself."""

    name: str

    def reading(self) -> AbstractContextManager[KeyRows]:
        """Lend the rows as they are."""

    def adding(self) -> AbstractContextManager[KeyRows]:
        """Lend the rows for one transaction, which adds to them."""

    def changing(self) -> AbstractContextManager[KeyRows]:
        """Lend the rows for one transaction, of which other processes hear."""

    def erasing(self) -> AbstractContextManager[KeyRows]:
        """Lend the rows to be changed and wiped, and leave in the files no byte of the past."""

    def edition(self) -> int:
        """Return a number that is another one as soon as another process changed something."""

    def close(self) -> None:
        """Close what is open."""


class SQLiteKeyTables:
    """Both tables in a file, or in memory."""

    def __init__(self, path: str) -> None:
        """Open the file at *path*, or make it.

        Raises:
            UnreachableStorageError: If it cannot be opened.
        """
        self.name, self._turn = path, RLock()
        try:
            self._database = _connect(path)
        except sqlite3.Error as error:
            msg = f"no key store can be opened at {path}: {error}"
            raise UnreachableStorageError(msg) from error
        names = {"keys": "servicecore_keys", "master": "servicecore_master"}
        self._rows = KeyRows(self._database.execute, mark="?", **names)

    @contextmanager
    def reading(self) -> Iterator[KeyRows]:
        """Lend the rows as they are."""
        with self._turn, self._named_errors():
            yield self._rows

    @contextmanager
    def changing(self) -> Iterator[KeyRows]:
        """Lend the rows for one transaction."""
        with self._turn, self._named_errors():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._rows
                self._database.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise

    adding = changing

    @contextmanager
    def erasing(self) -> Iterator[KeyRows]:
        """Lend the rows to be changed, and leave in the file no byte of what they were."""
        with self.changing() as rows:
            yield rows
        # secure_delete overwrote what was there; this also gives the freed pages back.
        with self._turn, self._named_errors():
            self._database.execute("VACUUM")

    def edition(self) -> int:
        """Return a number that is another one as soon as another process changed something."""
        with self._turn, self._named_errors():
            (edition,) = self._database.execute("PRAGMA data_version").fetchone()
        return int(edition)

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._database.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            msg = f"the key store {self.name}: {error}"
            raise UnreachableStorageError(msg) from error


def copy_in_memory(rows: KeyRows) -> SQLiteKeyTables:
    """Return a copy of all *rows*, which nobody else sees."""
    copy = SQLiteKeyTables(":memory:")
    with copy.adding() as its:
        for kept in rows.all():
            its.put(kept)
        if proof := rows.proof():
            its.keep_proof(proof)
    return copy


def _connect(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        # No write-ahead log: it would keep destroyed keys for a while.
        for pragma in ("secure_delete = ON", "journal_mode = DELETE", "synchronous = EXTRA"):
            database.execute(f"PRAGMA {pragma}")
        database.executescript(_TABLES)
    except BaseException:
        database.close()
        raise
    return database
