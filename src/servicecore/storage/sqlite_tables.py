"""Read models in a SQLite file: a table for each version, so dropping one is instant."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

import attrs

from . import tables
from .connections import Database
from .tables import Batch, Commit, DeadLetter, Reading, TableRow, TableStatus

_PAGE = 1000
_VARIABLES = 500  # Older SQLite binds at most 999 values.

_BOOKS = """
CREATE TABLE IF NOT EXISTS {prefix}_models (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    active INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (name, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {prefix}_dead_letters (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    stream TEXT NOT NULL,
    subject TEXT NOT NULL,
    error TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    set_aside_at TEXT NOT NULL,
    PRIMARY KEY (name, version, position)
) WITHOUT ROWID
"""


class SQLiteTables:
    """All read models that go with one log."""

    def __init__(self, database: Database, *, prefix: str) -> None:
        self._database, self._prefix = database, prefix
        self._models, self._dead = f"{prefix}_models", f"{prefix}_dead_letters"
        if not database.options.read_only:
            database.write(self._create_books)

    # --- Asking ------------------------------------------------------------------

    def read(self, name: str, version: int | None = None) -> Reading:
        """Return one read model to ask; without *version*, the active one."""
        which = self.active(name) if version is None else version
        if which is None or self._row(name, which) is None:
            raise tables.unknown(name, version)
        return _Table(self._database, self._table(name, which), (name, which))

    def position(self, name: str, version: int) -> int:
        """Return how far it has come; 0 before it has begun."""
        found = self._row(name, version)
        return found if found is not None else 0

    def active(self, name: str) -> int | None:
        """Return the version people use."""
        sql = f"SELECT version FROM {self._models} WHERE name = ? AND active"
        with self._database.reading() as connection:
            found = connection.execute(sql, (name,)).fetchone()
        return found[0] if found else None

    def status(self) -> list[TableStatus]:
        """Return every version there is, by name and version."""
        sql = f"SELECT name, version, position, active FROM {self._models} ORDER BY name, version"
        with self._database.reading() as connection, _one_look(connection):
            return [
                TableStatus(
                    name=name,
                    version=version,
                    position=position,
                    active=bool(active),
                    rows=_count(connection, self._table(name, version)),
                    dead_letters=len(self.dead_letters(name, version)),
                )
                for name, version, position, active in connection.execute(sql).fetchall()
            ]

    def dead_letters(self, name: str, version: int) -> list[DeadLetter]:
        """Return what that read model could not take in, oldest first."""
        sql = (
            "SELECT position, stream, subject, error, attempts, set_aside_at "
            f"FROM {self._dead} WHERE name = ? AND version = ? ORDER BY position"
        )
        with self._database.reading() as connection:
            found = connection.execute(sql, (name, version)).fetchall()
        return [_letter(*row) for row in found]

    # --- Changing ----------------------------------------------------------------

    def batch(
        self, name: str, version: int, *, upto: int, after: int | None = None
    ) -> AbstractContextManager[Batch]:
        """Gather changes up to position *upto*, and commit them together."""
        return tables.batch(self, name, version, upto=upto, after=after)

    def apply(self, commit: Commit) -> None:
        """Carry out *commit* in one transaction."""
        table = self._table(commit.name, commit.version)
        self._database.write(lambda connection: self._apply(connection, table, commit))

    def activate(self, name: str, version: int) -> None:
        """Let *version* take the place of the one in use, in one step."""
        known = f"SELECT 1 FROM {self._models} WHERE name = ? AND version = ?"
        sql = f"UPDATE {self._models} SET active = (version = ?) WHERE name = ?"

        def let_it(connection: sqlite3.Connection) -> None:
            if connection.execute(known, (name, version)).fetchone() is None:
                raise tables.unknown(name, version)
            connection.execute(sql, (version, name))

        self._database.write(let_it)

    def drop(self, name: str, version: int) -> None:
        """Remove one version with all its rows."""
        table = self._table(name, version)

        def remove(connection: sqlite3.Connection) -> None:
            which = "name = ? AND version = ?"
            sql = f"SELECT 1 FROM {self._models} WHERE {which} AND active"
            if connection.execute(sql, (name, version)).fetchone():
                raise tables.in_use(name, version)
            with _left_as_it_is(connection):
                connection.execute(f"DROP TABLE IF EXISTS {table}")
            for books in (self._models, self._dead):
                connection.execute(f"DELETE FROM {books} WHERE {which}", (name, version))

        self._database.write(remove)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # -----------------------------------------------------------------------------

    def _apply(self, connection: sqlite3.Connection, table: str, commit: Commit) -> None:
        which = (commit.name, commit.version)
        sql = f"SELECT position FROM {self._models} WHERE name = ? AND version = ?"
        found = connection.execute(sql, which).fetchone()
        tables.ensure_next(commit, found[0] if found else None)
        if commit.settled:
            tables.ensure_set_aside(commit, self._set_aside(connection, which))
        if found is None:
            self._begin(connection, table, which)
            if not commit.unread:
                _put_in_order(connection, table)
        connection.executemany(
            f"DELETE FROM {table} WHERE key = ?", ((key,) for key in commit.deleted)
        )
        # For bytes sqlite3 looks for an adapter, value by value; for a bytearray it does not.
        put = ((key, sort, bytearray(value)) for key, sort, value in commit.put)
        connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", put)
        connection.executemany(
            f"DELETE FROM {self._dead} WHERE name = ? AND version = ? AND position = ?",
            ((*which, position) for position in commit.settled),
        )
        connection.executemany(
            f"INSERT OR REPLACE INTO {self._dead} VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((*which, *_columns(letter)) for letter in commit.set_aside),
        )
        if commit.after == 0 < commit.upto:
            _put_in_order(connection, table)
        sql = f"UPDATE {self._models} SET position = ? WHERE name = ? AND version = ?"
        connection.execute(sql, (commit.upto, *which))

    def _begin(self, connection: sqlite3.Connection, table: str, which: tuple[str, int]) -> None:
        # Not WITHOUT ROWID: values of some length would be torn up, and written thrice as slowly.
        connection.execute(
            f"CREATE TABLE {table} (key TEXT NOT NULL, sort INTEGER, value BLOB NOT NULL)"
        )
        connection.execute(f"INSERT INTO {self._models} VALUES (?, ?, 0, 0)", which)

    def _set_aside(self, connection: sqlite3.Connection, which: tuple[str, int]) -> set[int]:
        sql = f"SELECT position FROM {self._dead} WHERE name = ? AND version = ?"
        return {position for (position,) in connection.execute(sql, which)}

    def _row(self, name: str, version: int) -> int | None:
        sql = f"SELECT position FROM {self._models} WHERE name = ? AND version = ?"
        with self._database.reading() as connection:
            found = connection.execute(sql, (name, version)).fetchone()
        return found[0] if found else None

    def _table(self, name: str, version: int) -> str:
        return f"{self._prefix}_model_{tables.table_name(name, version)}"

    def _create_books(self, connection: sqlite3.Connection) -> None:
        for statement in _BOOKS.format(prefix=self._prefix).split(";"):
            connection.execute(statement)


@attrs.frozen
class _Table:
    """One version of a read model, to ask."""

    database: Database
    name: str
    which: tuple[str, int]

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        wanted = list(dict.fromkeys(keys))
        found: dict[str, bytes] = {}
        with self._reading() as connection:
            for start in range(0, len(wanted), _VARIABLES):
                page = wanted[start : start + _VARIABLES]
                marks = ", ".join("?" * len(page))
                sql = f"SELECT key, value FROM {self.name} WHERE key IN ({marks})"
                found.update(connection.execute(sql, page))
        return found

    def scan(self) -> Iterator[TableRow]:
        last = ""
        sql = f"SELECT key, sort, value FROM {self.name} WHERE key > ? ORDER BY key LIMIT {_PAGE}"
        while page := self._page(sql, (last,)):
            yield from page
            last = page[-1].key

    def until(self, sort: int, limit: int | None = None) -> Iterator[TableRow]:
        sql = (
            f"SELECT key, sort, value FROM {self.name} "
            "WHERE sort IS NOT NULL AND sort <= ? ORDER BY sort, key LIMIT ?"
        )
        return iter(self._page(sql, (sort, -1 if limit is None else limit)))

    def _page(self, sql: str, values: tuple[object, ...]) -> list[TableRow]:
        with self._reading() as connection:
            return [TableRow(*row) for row in connection.execute(sql, values)]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self.database.reading() as connection:
            try:
                yield connection
            except sqlite3.OperationalError as error:
                if "no such table" not in str(error):
                    raise
                raise tables.unknown(*self.which) from error


def _put_in_order(connection: sqlite3.Connection, table: str) -> None:
    """Index what is there, at once: row by row that takes three times as long as the rows do."""
    unique = f"CREATE UNIQUE INDEX IF NOT EXISTS {table}_key ON {table} (key)"
    try:
        connection.execute(unique)
    except sqlite3.IntegrityError:  # Whoever was killed had put some rows already.
        newest = f"SELECT MAX(rowid) FROM {table} GROUP BY key"
        connection.execute(f"DELETE FROM {table} WHERE rowid NOT IN ({newest})")
        connection.execute(unique)
    connection.execute(
        f"CREATE INDEX IF NOT EXISTS {table}_sort ON {table} (sort, key) WHERE sort IS NOT NULL"
    )


@contextmanager
def _one_look(connection: sqlite3.Connection) -> Iterator[None]:
    """See everything as it is now: what is dropped meanwhile is still there."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


@contextmanager
def _left_as_it_is(connection: sqlite3.Connection) -> Iterator[None]:
    """Free pages without writing zeros over them, which takes as long as writing the rows did.

    Some builds of SQLite do so by default; but what a read model tells, the next one tells, too.
    """
    (before,) = connection.execute("PRAGMA secure_delete").fetchone()
    connection.execute("PRAGMA secure_delete = OFF")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA secure_delete = {before}")


def _count(connection: sqlite3.Connection, table: str) -> int:
    (rows,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    return int(rows)


def _columns(letter: DeadLetter) -> tuple[object, ...]:
    return (*attrs.astuple(letter)[:-1], letter.set_aside_at.isoformat())


def _letter(
    position: int, stream: str, subject: str, error: str, attempts: int, set_aside_at: str
) -> DeadLetter:
    return DeadLetter(
        position=position,
        stream=stream,
        subject=subject,
        error=error,
        attempts=attempts,
        set_aside_at=datetime.fromisoformat(set_aside_at),
    )
