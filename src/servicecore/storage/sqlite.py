"""The log in one SQLite file, safe for several threads and processes.

The tables carry the name of the log, so several logs can share a file.  Positions
come from ``AUTOINCREMENT``: a number that was used once is never given again,
even if its row is removed.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import TypeVar

import msgspec

from .connections import Database, SQLiteOptions
from .errors import DuplicateEventError, NewerSchemaError, NotOurDatabaseError, UnknownStorageError
from .memory import already_tracked
from .protocol import (
    KeptState,
    NewRow,
    Row,
    StoredCommand,
    StoredSnapshot,
    Told,
    Tracking,
    Writing,
)
from .side_by_side import SideBySide
from .sqlite_tables import SQLiteTables
from .topics import Topics

R = TypeVar("R")

SCHEMA = 1
_LOG_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_PAGE = 1000
_NO_LIMIT = 2**63 - 1
_LAST = chr(sys.maxunicode)  # Whatever begins with a prefix sorts before the prefix with this.
#: So many rows go into one statement: each statement counts positions of its own,
#: which takes longer than to write a row.
_TOGETHER = 50
_AS_ROW = partial(tuple.__new__, Row)  # What Row._make does, without a Python call a row.

_TABLES = """
CREATE TABLE {log}_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    occurred_at TEXT,
    state BLOB NOT NULL,
    UNIQUE (stream, version)
);
CREATE TABLE {log}_commands (
    id TEXT PRIMARY KEY,
    outcome BLOB NOT NULL,
    position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE {log}_tracking (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE {log}_snapshots (
    stream TEXT NOT NULL,
    fold TEXT NOT NULL,
    schema INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY (stream, fold, schema)
) WITHOUT ROWID;
CREATE VIEW {log}_readable AS
SELECT
    position,
    json_extract(CAST(state AS TEXT), '$.subject') AS subject,
    version,
    topic,
    occurred_at,
    json_extract(CAST(state AS TEXT), '$.recorded_at') AS recorded_at,
    json_extract(CAST(state AS TEXT), '$.actor') AS actor,
    json_extract(CAST(state AS TEXT), '$.event') AS event
FROM {log}_events;
"""


class SQLiteStorage:
    """Rows of one log in one file."""

    def __init__(
        self, path: str, *, log: str = "log", options: SQLiteOptions | None = None
    ) -> None:
        """Open the file, and make our tables if they are not there.

        Raises:
            StorageError: If it cannot be opened, is no database, or is newer than we are.
        """
        if not _LOG_NAME.fullmatch(log):
            msg = f"a log is called like 'log' or 'service_2026', got {log!r}"
            raise UnknownStorageError(msg)
        self._log = log
        self._sql = _Statements(log)
        self._database = Database(path, options or SQLiteOptions())
        try:
            _migrate(self._database, log)
        except BaseException:
            self._database.close()
            raise
        self.tables = SQLiteTables(self._database, prefix=log)
        # Where none was ever kept, none is looked for; those of another process are found later.
        self._keeps_snapshots = self._any_snapshot()

    @property
    def is_read_only(self) -> bool:
        """Whether it was opened for reading only."""
        return self._database.options.read_only

    # --- Writing ---------------------------------------------------------------

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work* in one transaction; positions grow in the order of commits."""
        return self._database.write(lambda connection: work(_Transaction(connection, self._sql)))

    def exchange(self, olds: Sequence[Row], news: Sequence[Row]) -> bool:
        """Put *news* in the places of *olds*, if these are still the whole history."""
        return self._database.write(partial(self._exchange, olds, news))

    def _exchange(
        self, olds: Sequence[Row], news: Sequence[Row], connection: sqlite3.Connection
    ) -> bool:
        stream = olds[0].stream
        found = connection.execute(self._sql.stream, (stream, 0, _NO_LIMIT)).fetchall()
        if found != list(olds):
            return False
        connection.execute("PRAGMA secure_delete = ON")  # No page shall keep what was there.
        places = [(row.occurred_at, row.state, row.position) for row in news]
        connection.executemany(self._sql.exchange, places)
        connection.execute(self._sql.forget_one, (stream,))
        return True

    # --- Reading ---------------------------------------------------------------

    def stream(self, stream: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        """Return the rows of one stream, by version."""
        last = _NO_LIMIT if upto is None else upto
        return self._rows(self._sql.stream, (stream, after, last))

    def states(self, stream: str, *, after: int = 0) -> Sequence[KeptState]:
        """Return of one stream what a fold needs, by version."""
        with self._database.reading() as connection:
            return connection.execute(self._sql.states, (stream, after)).fetchall()

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return up to *limit* rows of the log behind position *after*."""
        return self._rows(self._sql.rows, (after, limit))

    def side_by_side(self, *, after: int, limit: int) -> SideBySide:
        """Return up to *limit* rows of the log behind position *after*, column by column."""
        with self._database.reading() as connection:
            *told, states = connection.execute(self._sql.side_by_side, (after, limit)).fetchone()
        return SideBySide._make([*map(msgspec.json.decode, told), states or b""])

    def beginnings(self) -> Iterator[Row]:
        """Yield the first row of every stream."""
        after = 0
        while page := self._rows(self._sql.beginnings, (after, _PAGE)):
            yield from page
            after = page[-1].position

    def histories(
        self, *, after: int, until: int, upto: int, topics: Topics
    ) -> Iterator[Sequence[Told]]:
        """Yield of every stream that began in this stretch of the log its events of *topics*."""
        with self._database.reading() as connection:
            names = topics.prefix, f"{topics.prefix}{_LAST}", *topics.but
            wanted = self._sql.histories + " AND told.topic <> ?" * len(topics.but)
            told = connection.execute(
                f"{wanted} ORDER BY begun.position, told.version", (after, until, upto, *names)
            )
            for _, history in groupby(told, key=itemgetter(0)):
                yield list(history)

    def head(self) -> int:
        """Return the last position of the log, or 0."""
        with self._database.reading() as connection:
            (head,) = connection.execute(self._sql.head).fetchone()
        return int(head or 0)

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""
        with self._database.reading() as connection:
            found = connection.execute(self._sql.command, (command_id,)).fetchone()
        return StoredCommand(*found) if found else None

    def commands(self) -> Iterator[StoredCommand]:
        """Yield every command that was carried out, by position."""
        after: tuple[int, str] = (-1, "")
        while page := self._page_of_commands(after):
            yield from page
            after = (page[-1].position, page[-1].id)

    def _page_of_commands(self, after: tuple[int, str]) -> list[StoredCommand]:
        with self._database.reading() as connection:
            found = connection.execute(self._sql.commands, (*after, _PAGE)).fetchall()
        return [StoredCommand(*row) for row in found]

    def trackings(self) -> Sequence[Tracking]:
        """Return how far each follower has come."""
        with self._database.reading() as connection:
            return [Tracking(*row) for row in connection.execute(self._sql.trackings)]

    def tracked(self, name: str) -> int | None:
        """Return how far the follower *name* has come."""
        with self._database.reading() as connection:
            found = connection.execute(self._sql.tracked, (name,)).fetchone()
        return found[0] if found else None

    def _rows(self, statement: str, values: tuple[object, ...]) -> list[Row]:
        with self._database.reading() as connection:
            found = connection.execute(statement, values).fetchall()
        return list(map(_AS_ROW, found))

    # --- Snapshots and copies ----------------------------------------------------

    def snapshot(self, stream: str, *, fold: str, schema: int) -> StoredSnapshot | None:
        """Return the state kept for this fold and schema."""
        if not self._keeps_snapshots:
            return None
        with self._database.reading() as connection:
            found = connection.execute(self._sql.snapshot, (stream, fold, schema)).fetchone()
        return StoredSnapshot(*found) if found else None

    def _any_snapshot(self) -> bool:
        with self._database.reading() as connection:
            return connection.execute(self._sql.any_snapshot).fetchone() is not None

    def keep_snapshot(
        self, stream: str, *, fold: str, schema: int, snapshot: StoredSnapshot
    ) -> None:
        """Keep a state, in place of the one before."""
        self._keeps_snapshots = True
        values = (stream, fold, schema, *snapshot)
        self._database.write(lambda connection: connection.execute(self._sql.keep, values))

    def forget_snapshots(self) -> None:
        """Drop every snapshot."""
        self._database.write(lambda connection: connection.execute(self._sql.forget))

    def backup(self, path: str) -> None:
        """Write a complete copy to *path* while others go on writing."""
        self._database.backup(path)

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class _Transaction:
    """What can be done while nobody else writes."""

    def __init__(self, connection: sqlite3.Connection, sql: _Statements) -> None:
        self._cursor, self._sql = connection.cursor(), sql

    def version_of(self, stream: str) -> int:
        found = self._cursor.execute(self._sql.version_of, (stream,)).fetchone()
        return int(found[0]) if found else 0

    def newest(self) -> Row | None:
        found = self._cursor.execute(self._sql.newest).fetchone()
        return _AS_ROW(found) if found else None

    def command(self, command_id: str) -> StoredCommand | None:
        found = self._cursor.execute(self._sql.command, (command_id,)).fetchone()
        return StoredCommand(*found) if found else None

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        if tracking:
            self._track(tracking)
        try:
            head = self._insert(rows) or self._cursor.execute(self._sql.head).fetchone()[0] or 0
        except sqlite3.IntegrityError as error:
            msg = f"a stream already has that version: {error}"
            raise DuplicateEventError(msg) from error
        if command:
            self._cursor.execute(self._sql.insert_command, command._replace(position=head))
        return head

    def _insert(self, rows: Sequence[NewRow]) -> int | None:
        last = None
        for start in range(0, len(rows), _TOGETHER):
            some = rows[start : start + _TOGETHER]
            values: list[object] = [*chain.from_iterable(some)]
            # For bytes sqlite3 looks for an adapter, value by value; for a bytearray it does not.
            values[4::5] = [bytearray(row[4]) for row in some]
            last = self._cursor.execute(self._sql.insert[len(some)], values).lastrowid
        return last

    def _track(self, tracking: Tracking) -> None:
        if self._cursor.execute(self._sql.track, tracking).rowcount == 0:
            raise already_tracked(tracking)


class _Statements:
    """Every statement, with the name of the log filled in."""

    def __init__(self, log: str) -> None:
        events, columns = f"{log}_events", "position, stream, version, topic, occurred_at, state"
        new = "stream, version, topic, occurred_at, state"
        # A row that is refused undoes the transaction, so no statement need undo itself.
        insert = f"INSERT OR FAIL INTO {events} ({new}) VALUES "
        self.insert = {
            n: insert + ", ".join(["(?, ?, ?, ?, ?)"] * n) for n in range(1, _TOGETHER + 1)
        }
        self.states = (
            f"SELECT version, topic, state FROM {events} "
            "WHERE stream = ? AND version > ? ORDER BY version"
        )
        self.stream = (
            f"SELECT {columns} FROM {events} "
            "WHERE stream = ? AND version > ? AND version <= ? ORDER BY version"
        )
        self.rows = f"SELECT {columns} FROM {events} WHERE position > ? ORDER BY position LIMIT ?"
        # Python makes no row of it, and whoever else runs need not wait for it.
        told = [*columns.split(", ")[:-1], "length(CAST(state AS BLOB))"]
        lists = ", ".join(f"json_group_array({each})" for each in told)
        self.side_by_side = (
            f"SELECT {lists}, CAST(group_concat(state, '') AS BLOB) FROM ({self.rows})"
        )
        self.newest = f"SELECT {columns} FROM {events} ORDER BY position DESC LIMIT 1"
        self.beginnings = (
            f"SELECT {columns} FROM {events} AS this WHERE position > ? AND NOT EXISTS "
            f"(SELECT 1 FROM {events} WHERE stream = this.stream AND version < this.version) "
            "ORDER BY position LIMIT ?"
        )
        # No column but those that a fold needs: the others took a twentieth of a rebuild.
        self.histories = (
            f"SELECT begun.position, told.position, told.topic, told.state FROM {events} AS begun "
            f"CROSS JOIN {events} AS told USING (stream) "
            "WHERE begun.position > ? AND begun.position <= ? AND begun.version = 1 "
            "AND told.position <= ? AND told.topic >= ? AND told.topic < ?"
        )
        self.head = f"SELECT MAX(position) FROM {events}"
        self.version_of = (
            f"SELECT version FROM {events} WHERE stream = ? ORDER BY version DESC LIMIT 1"
        )
        self.command = f"SELECT id, outcome, position FROM {log}_commands WHERE id = ?"
        self.insert_command = f"INSERT INTO {log}_commands VALUES (?, ?, ?)"
        self.commands = (
            f"SELECT id, outcome, position FROM {log}_commands WHERE (position, id) > (?, ?) "
            "ORDER BY position, id LIMIT ?"
        )
        self.trackings = f"SELECT name, position FROM {log}_tracking ORDER BY name"
        self.tracked = f"SELECT position FROM {log}_tracking WHERE name = ?"
        self.track = (
            f"INSERT INTO {log}_tracking VALUES (?, ?) ON CONFLICT (name) "
            "DO UPDATE SET position = excluded.position WHERE position < excluded.position"
        )
        self.snapshot = (
            f"SELECT version, state FROM {log}_snapshots "
            "WHERE stream = ? AND fold = ? AND schema = ?"
        )
        self.any_snapshot = f"SELECT 1 FROM {log}_snapshots LIMIT 1"
        self.keep = f"INSERT OR REPLACE INTO {log}_snapshots VALUES (?, ?, ?, ?, ?)"
        self.forget = f"DELETE FROM {log}_snapshots"
        self.forget_one = f"DELETE FROM {log}_snapshots WHERE stream = ?"
        self.exchange = f"UPDATE {events} SET occurred_at = ?, state = ? WHERE position = ?"


def _migrate(database: Database, log: str) -> None:
    if _schema_of(database, log) is not None:
        return
    if database.options.read_only:
        msg = f"{database.path} holds no log called {log!r}"
        raise NotOurDatabaseError(msg)
    database.write(lambda connection: _create(connection, log))


def _schema_of(database: Database, log: str) -> int | None:
    with database.reading() as connection:
        schema = _kept_schema(connection, log)
    if schema is not None and schema > SCHEMA:
        msg = (
            f"{database.path} has schema {schema} of {log!r}; this version knows {SCHEMA}"
            ": install the version of servicecore that made it, or a later one"
        )
        raise NewerSchemaError(msg)
    return schema


def _kept_schema(connection: sqlite3.Connection, log: str) -> int | None:
    known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'servicecore_logs'"
    if connection.execute(known).fetchone() is None:
        return None
    kept = "SELECT schema FROM servicecore_logs WHERE log = ?"
    found = connection.execute(kept, (log,)).fetchone()
    return int(found[0]) if found else None


def _create(connection: sqlite3.Connection, log: str) -> None:
    if _kept_schema(connection, log) is not None:
        return  # Another process was faster.
    connection.execute(
        "CREATE TABLE IF NOT EXISTS servicecore_logs "
        "(log TEXT PRIMARY KEY, schema INTEGER NOT NULL) WITHOUT ROWID"
    )
    for statement in _TABLES.format(log=log).strip().split(";\n"):
        connection.execute(statement)
    connection.execute("INSERT INTO servicecore_logs VALUES (?, ?)", (log, SCHEMA))
