"""The log in PostgreSQL, for many programs on many machines.

A small table holds the last position.  Whoever writes locks its row first and
gives it back with the commit, so positions become visible in their order and no
reader, however he reads, can miss one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from .errors import DuplicateEventError, UnreachableStorageError
from .memory import already_tracked
from .postgres_bell import ListeningBell
from .postgres_schema import ensure_migrated, migrate
from .postgres_server import Connection, PostgresOptions, Server, Waiting
from .postgres_tables import PostgresTables
from .protocol import KeptState, NewRow, Row, StoredCommand, StoredSnapshot, Tracking, Writing

__all__ = ["PostgresOptions", "PostgresStorage", "Server", "migrate"]

R = TypeVar("R")

_PAGE = 1000
_NO_LIMIT = 2**63 - 1
_AS_ROW = partial(tuple.__new__, Row)  # What Row._make does, without a Python call a row.


class PostgresStorage:
    """Rows of one log in one schema of a database."""

    def __init__(self, url: str, options: PostgresOptions | None = None) -> None:
        """Connect, and see to it that the tables are there.

        Raises:
            StorageError: If the server cannot be reached, or its tables are not ours.
        """
        self._server = Server(url, options or PostgresOptions())
        ensure_migrated(self._server)
        self._sql = _Statements(self._server.options)
        self.tables = PostgresTables(self._server)
        self.bell = ListeningBell(self._server)

    # --- Writing ---------------------------------------------------------------

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work* in one transaction; positions grow in the order of commits."""
        return self._server.write(self._commit, work)

    def _commit(self, group: list[Waiting[Any]]) -> None:
        with self._server.lent() as connection:
            transaction = _Transaction(connection, self._sql)
            try:
                for each in group:
                    transaction.run(each, alone=len(group) == 1)
                transaction.commit()
            except BaseException:
                transaction.roll_back()
                raise
        for each in group:
            each.done = True

    # --- Reading ---------------------------------------------------------------

    def stream(self, stream: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        """Return the rows of one stream, by version."""
        last = _NO_LIMIT if upto is None else upto
        return self._rows(self._sql.stream, (stream, after, last))

    def states(self, stream: str, *, after: int = 0) -> Sequence[KeptState]:
        """Return of one stream what a fold needs, by version."""
        return self._server.ask(self._sql.states, (stream, after))

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return up to *limit* rows of the log behind position *after*."""
        return self._rows(self._sql.rows, (after, limit))

    def beginnings(self) -> Iterator[Row]:
        """Yield the first row of every stream."""
        after = 0
        while page := self._rows(self._sql.beginnings, (after, _PAGE)):
            yield from page
            after = page[-1].position

    def head(self) -> int:
        """Return the last position of the log, or 0."""
        [(head,)] = self._server.ask(self._sql.head)
        return int(head or 0)

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""
        found = self._server.ask(self._sql.command, (command_id,))
        return StoredCommand(*found[0]) if found else None

    def tracked(self, name: str) -> int | None:
        """Return how far the follower *name* has come."""
        found = self._server.ask(self._sql.tracked, (name,))
        return found[0][0] if found else None

    def _rows(self, statement: str, values: tuple[object, ...]) -> list[Row]:
        return list(map(_AS_ROW, self._server.ask(statement, values)))

    # --- Snapshots and copies ----------------------------------------------------

    def snapshot(self, stream: str, *, fold: str, schema: int) -> StoredSnapshot | None:
        """Return the state kept for this fold and schema."""
        found = self._server.ask(self._sql.snapshot, (stream, fold, schema))
        return StoredSnapshot(*found[0]) if found else None

    def keep_snapshot(
        self, stream: str, *, fold: str, schema: int, snapshot: StoredSnapshot
    ) -> None:
        """Keep a state, in place of the one before."""
        with self._server.transaction() as connection:
            connection.execute(self._sql.keep, (stream, fold, schema, *snapshot))

    def forget_snapshots(self) -> None:
        """Drop every snapshot."""
        with self._server.transaction() as connection:
            connection.execute(self._sql.forget)

    def backup(self, path: str) -> None:
        """Refuse: a server has better tools for that."""
        msg = f"this log cannot be copied to {path!r} from here; use pg_dump or pg_basebackup"
        raise UnreachableStorageError(msg)

    def close(self) -> None:
        """Give all connections back."""
        self.bell.close()
        self._server.close()


class _Transaction:
    """What can be done while nobody else writes to this log."""

    def __init__(self, connection: Connection, sql: _Statements) -> None:
        self._connection, self._sql = connection, sql
        begun = connection.execute(sql.begin)
        self._head = self._begun_at = int(_next_answer(begun, times=1)[0])
        newest = _next_answer(begun, times=1)
        self._newest = Row(*newest) if newest else None
        self._alone = True

    def run(self, work: Waiting[Any], *, alone: bool) -> None:
        """Do the work of one; if it refuses, undo this work alone."""
        if alone:
            work.run(self)
            return
        before = self._head, self._newest
        self._connection.execute("SAVEPOINT one")
        try:
            work.run(self)
        except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
            self._connection.execute("ROLLBACK TO one")
            self._head, self._newest = before
            work.fail(error)
        self._connection.execute("RELEASE one")

    def commit(self) -> None:
        """Make it true, and tell those who listen."""
        grown = self._head != self._begun_at
        self._connection.execute(self._sql.grow(self._head) if grown else "COMMIT")

    def roll_back(self) -> None:
        """Leave everything as it was."""
        with suppress(psycopg.Error):
            self._connection.execute("ROLLBACK")

    # --- Looking -----------------------------------------------------------------

    def version_of(self, stream: str) -> int:
        [(version,)] = self._connection.execute(self._sql.version_of, (stream,)).fetchall()
        return int(version or 0)

    def newest(self) -> Row | None:
        return self._newest

    def command(self, command_id: str) -> StoredCommand | None:
        found = self._connection.execute(self._sql.command, (command_id,), binary=True).fetchone()
        return StoredCommand(*found) if found else None

    # --- Inserting ---------------------------------------------------------------

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        if tracking:
            self._track(tracking)
        if rows:
            self._insert(rows)
        position = self._newest.position if self._newest else 0
        if command:
            kept = command._replace(position=position)
            self._connection.execute(self._sql.insert_command, kept)
        return position

    def _insert(self, rows: Sequence[NewRow]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        try:
            self._connection.execute(self._sql.insert, (self._head, *columns))
        except errors.UniqueViolation as error:
            msg = f"a stream already has that version: {error.diag.message_detail}"
            raise DuplicateEventError(msg) from error
        self._head += len(rows)
        self._newest = Row(self._head, *rows[-1])

    def _track(self, tracking: Tracking) -> None:
        if self._connection.execute(self._sql.track, tracking).rowcount == 0:
            raise already_tracked(tracking)


class _Statements:
    """Every statement, with the names of the tables filled in."""

    def __init__(self, options: PostgresOptions) -> None:
        events, columns = options.table("events"), ", ".join(Row._fields)
        head, commands = options.table("head"), options.table("commands")
        tracking, snapshots = options.table("tracking"), options.table("snapshots")
        # One message, one way to the server and back; locking the row waits for the others.
        self.begin = (
            "BEGIN ISOLATION LEVEL READ COMMITTED; "
            f"SELECT position FROM {head} FOR UPDATE; "
            f"SELECT {columns} FROM {events} ORDER BY position DESC LIMIT 1"
        )
        self._grow = f"UPDATE {head} SET position = {{}}; NOTIFY {options.channel}; COMMIT"
        self.insert = (
            f"INSERT INTO {events} SELECT %s + place, stream, version, topic, occurred_at, state "
            "FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::bytea[]) "
            "WITH ORDINALITY AS new (stream, version, topic, occurred_at, state, place)"
        )
        self.states = (
            f"SELECT version, topic, state FROM {events} "
            "WHERE stream = %s AND version > %s ORDER BY version"
        )
        self.stream = (
            f"SELECT {columns} FROM {events} "
            "WHERE stream = %s AND version > %s AND version <= %s ORDER BY version"
        )
        self.rows = f"SELECT {columns} FROM {events} WHERE position > %s ORDER BY position LIMIT %s"
        self.beginnings = (
            f"SELECT {columns} FROM {events} AS this WHERE position > %s AND NOT EXISTS "
            f"(SELECT 1 FROM {events} WHERE stream = this.stream AND version < this.version) "
            "ORDER BY position LIMIT %s"
        )
        self.head = f"SELECT MAX(position) FROM {events}"
        self.version_of = f"SELECT MAX(version) FROM {events} WHERE stream = %s"
        self.command = f"SELECT id, outcome, position FROM {commands} WHERE id = %s"
        self.insert_command = f"INSERT INTO {commands} VALUES (%s, %s, %s)"
        self.tracked = f"SELECT position FROM {tracking} WHERE name = %s"
        self.track = (
            f"INSERT INTO {tracking} AS kept VALUES (%s, %s) ON CONFLICT (name) "
            "DO UPDATE SET position = excluded.position WHERE kept.position < excluded.position"
        )
        self.snapshot = (
            f"SELECT version, state FROM {snapshots} "
            "WHERE stream = %s AND fold = %s AND schema = %s"
        )
        self.keep = (
            f"INSERT INTO {snapshots} VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (stream, fold, schema) "
            "DO UPDATE SET version = excluded.version, state = excluded.state"
        )
        self.forget = f"DELETE FROM {snapshots}"

    def grow(self, head: int) -> str:
        """Return how a transaction ends that added events."""
        return self._grow.format(head)


def _next_answer(cursor: psycopg.Cursor[tuple[Any, ...]], *, times: int) -> Any:
    for _ in range(times):
        cursor.nextset()
    return cursor.fetchone()
