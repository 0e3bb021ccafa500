"""Read models in PostgreSQL: a table for each version, so dropping one is instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import attrs

from . import tables
from .errors import UnknownTableError, UnmigratedError
from .postgres_server import Connection, Server
from .tables import Batch, Commit, DeadLetter, Reading, TableRow, TableStatus

_PAGE = 1000


class PostgresTables:
    """All read models that go with one log."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._models = server.options.table("models")
        self._dead = server.options.table("dead_letters")

    # --- Asking ------------------------------------------------------------------

    def read(self, name: str, version: int | None = None) -> Reading:
        """Return one read model to ask; without *version*, the active one."""
        which = self.active(name) if version is None else version
        if which is None or self._row(name, which) is None:
            raise tables.unknown(name, version)
        return _Table(self._server, self._table(name, which), (name, which))

    def position(self, name: str, version: int) -> int:
        """Return how far it has come; 0 before it has begun."""
        return self._row(name, version) or 0

    def active(self, name: str) -> int | None:
        """Return the version people use."""
        sql = f"SELECT version FROM {self._models} WHERE name = %s AND active"
        found = self._server.ask(sql, (name,))
        return found[0][0] if found else None

    def status(self) -> list[TableStatus]:
        """Return every version there is, by name and version."""
        sql = f"SELECT name, version, position, active FROM {self._models} ORDER BY name, version"
        found: list[TableStatus] = []
        for name, version, position, active in self._server.ask(sql):
            with suppress(UnknownTableError):  # It was dropped meanwhile.
                status = TableStatus(
                    name=name,
                    version=version,
                    position=position,
                    active=active,
                    rows=self._count(name, version),
                    dead_letters=len(self.dead_letters(name, version)),
                )
                found.append(status)
        return found

    def dead_letters(self, name: str, version: int) -> list[DeadLetter]:
        """Return what that read model could not take in, oldest first."""
        columns = ", ".join(_LETTER)
        sql = (
            f"SELECT {columns} FROM {self._dead} WHERE name = %s AND version = %s ORDER BY position"
        )
        found = self._server.ask(sql, (name, version))
        return [DeadLetter(**dict(zip(_LETTER, row, strict=True))) for row in found]

    # --- Changing ----------------------------------------------------------------

    def batch(
        self, name: str, version: int, *, upto: int, after: int | None = None
    ) -> AbstractContextManager[Batch]:
        """Gather changes up to position *upto*, and commit them together."""
        return tables.batch(self, name, version, upto=upto, after=after)

    def apply(self, commit: Commit) -> None:
        """Carry out *commit* in one transaction."""
        table = self._table(commit.name, commit.version)
        with self._server.transaction() as connection:
            self._apply(connection, table, commit)

    def activate(self, name: str, version: int) -> None:
        """Let *version* take the place of the one in use, in one step."""
        known = f"SELECT 1 FROM {self._models} WHERE name = %s AND version = %s"
        sql = f"UPDATE {self._models} SET active = (version = %s) WHERE name = %s"
        with self._server.transaction() as connection:
            self._one_at_a_time(connection, name)
            if connection.execute(known, (name, version)).fetchone() is None:
                raise tables.unknown(name, version)
            connection.execute(sql, (version, name))

    def drop(self, name: str, version: int) -> None:
        """Remove one version with all its rows."""
        table, which = self._table(name, version), "name = %s AND version = %s"
        with self._server.transaction() as connection:
            self._one_at_a_time(connection, name)
            sql = f"SELECT 1 FROM {self._models} WHERE {which} AND active"
            if connection.execute(sql, (name, version)).fetchone():
                raise tables.in_use(name, version)
            connection.execute(f"DROP TABLE IF EXISTS {table}")
            for books in (self._models, self._dead):
                connection.execute(f"DELETE FROM {books} WHERE {which}", (name, version))

    def close(self) -> None:
        """Give all connections back."""
        self._server.close()

    # --- One commit ----------------------------------------------------------------

    def _apply(self, connection: Connection, table: str, commit: Commit) -> None:
        which = (commit.name, commit.version)
        self._one_at_a_time(connection, commit.name)
        sql = f"SELECT position FROM {self._models} WHERE name = %s AND version = %s"
        found = connection.execute(sql, which).fetchone()
        tables.ensure_next(commit, found[0] if found else None)
        if commit.settled:
            tables.ensure_set_aside(commit, self._set_aside(connection, which))
        if found is None:
            self._begin(connection, table, which)
        self._change_rows(connection, table, commit)
        self._change_letters(connection, commit)
        sql = f"UPDATE {self._models} SET position = %s WHERE name = %s AND version = %s"
        connection.execute(sql, (commit.upto, *which))

    def _change_rows(self, connection: Connection, table: str, commit: Commit) -> None:
        if commit.deleted:
            sql = f"DELETE FROM {table} WHERE key = ANY(%s)"
            connection.execute(sql, (list(commit.deleted),))
        if commit.put:
            sql = (
                f"INSERT INTO {table} SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bytea[]) "
                "ON CONFLICT (key) DO UPDATE SET sort = excluded.sort, value = excluded.value"
            )
            columns = [list(column) for column in zip(*commit.put, strict=True)]
            connection.execute(sql, columns)

    def _change_letters(self, connection: Connection, commit: Commit) -> None:
        which = (commit.name, commit.version)
        if commit.settled:
            sql = (
                f"DELETE FROM {self._dead} WHERE name = %s AND version = %s AND position = ANY(%s)"
            )
            connection.execute(sql, (*which, list(commit.settled)))
        for letter in commit.set_aside:
            sql = (
                f"INSERT INTO {self._dead} VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
                "ON CONFLICT (name, version, position) DO UPDATE SET "
                "(error, attempts, set_aside_at) = "
                "(excluded.error, excluded.attempts, excluded.set_aside_at)"
            )
            connection.execute(sql, (*which, *attrs.astuple(letter)))

    def _begin(self, connection: Connection, table: str, which: tuple[str, int]) -> None:
        index = f"{table.rpartition('.')[2]}_sort"
        connection.execute(
            f"CREATE TABLE {table} "
            '(key TEXT COLLATE "C" PRIMARY KEY, sort BIGINT, value BYTEA NOT NULL)'
        )
        connection.execute(f"CREATE INDEX {index} ON {table} (sort, key) WHERE sort IS NOT NULL")
        connection.execute(f"INSERT INTO {self._models} VALUES (%s, %s, 0)", which)

    def _set_aside(self, connection: Connection, which: tuple[str, int]) -> set[int]:
        sql = f"SELECT position FROM {self._dead} WHERE name = %s AND version = %s"
        return {position for (position,) in connection.execute(sql, which)}

    def _one_at_a_time(self, connection: Connection, name: str) -> None:
        """Wait for whoever else changes this read model; at first it has no row to lock."""
        key = f"{self._models} {name}"
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))

    # -----------------------------------------------------------------------------

    def _row(self, name: str, version: int) -> int | None:
        sql = f"SELECT position FROM {self._models} WHERE name = %s AND version = %s"
        found = self._server.ask(sql, (name, version))
        return found[0][0] if found else None

    def _count(self, name: str, version: int) -> int:
        with _dropped_tables_named(name, version):
            [(rows,)] = self._server.ask(f"SELECT COUNT(*) FROM {self._table(name, version)}")
        return int(rows)

    def _table(self, name: str, version: int) -> str:
        return self._server.options.table(f"model_{tables.table_name(name, version)}")


@attrs.frozen
class _Table:
    """One version of a read model, to ask."""

    server: Server
    name: str
    which: tuple[str, int]

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        wanted = list(dict.fromkeys(keys))
        sql = f"SELECT key, value FROM {self.name} WHERE key = ANY(%s)"
        return dict(self._ask(sql, (wanted,))) if wanted else {}

    def scan(self) -> Iterator[TableRow]:
        last = ""
        sql = f"SELECT key, sort, value FROM {self.name} WHERE key > %s ORDER BY key LIMIT {_PAGE}"
        while page := self._ask(sql, (last,)):
            yield from map(TableRow._make, page)
            last = page[-1][0]

    def until(self, sort: int, limit: int | None = None) -> Iterator[TableRow]:
        sql = (
            f"SELECT key, sort, value FROM {self.name} "
            "WHERE sort IS NOT NULL AND sort <= %s ORDER BY sort, key LIMIT %s"
        )
        return map(TableRow._make, self._ask(sql, (sort, limit)))

    def _ask(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with _dropped_tables_named(*self.which):
            return self.server.ask(sql, values)


@contextmanager
def _dropped_tables_named(name: str, version: int) -> Iterator[None]:
    try:
        yield
    except UnmigratedError as error:
        raise tables.unknown(name, version) from error


_LETTER = ("position", "stream", "subject", "error", "attempts", "set_aside_at")
