"""Wrapped keys in PostgreSQL, for desks on many machines.

They lie in a database or at least a schema of their own, so that no backup of the
log holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .key_tables import KeyRows
from .postgres_schema import Plan, ensure_migrated
from .postgres_server import Connection, PostgresOptions, Server

PLAN = Plan(
    what="key store",
    command="servicecore privacy migrate",
    names=("people", "master"),
    steps=(
        """
CREATE TABLE {people} (
    subject TEXT COLLATE "C" NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    wrapped BYTEA,
    PRIMARY KEY (subject, number)
);
CREATE TABLE {master} (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    proof BYTEA,
    edition BIGINT NOT NULL DEFAULT 0
);
INSERT INTO {master} (id) VALUES (1);
""",
    ),
)


class PostgresKeyTables:
    """Both tables in one schema of a database."""

    def __init__(self, url: str, options: PostgresOptions) -> None:
        """Connect, and see to it that the tables are there.

        Raises:
            StorageError: If the server cannot be reached, or its tables are not ours.
        """
        self._server = Server(url, options)
        ensure_migrated(self._server, PLAN)
        self.name = self._server.name
        self._keys, self._master = options.table("people"), options.table("master")

    @contextmanager
    def reading(self) -> Iterator[KeyRows]:
        """Lend the rows as they are."""
        with self._server.lent() as connection:
            yield self._rows(connection)

    @contextmanager
    def adding(self) -> Iterator[KeyRows]:
        """Lend the rows for one transaction, which adds to them."""
        with self._server.transaction() as connection:
            connection.execute(f"SELECT FROM {self._master} FOR UPDATE")
            yield self._rows(connection)

    @contextmanager
    def changing(self) -> Iterator[KeyRows]:
        """Lend the rows for one transaction, of which other processes hear."""
        with self._telling() as connection:
            yield self._rows(connection)

    @contextmanager
    def erasing(self) -> Iterator[KeyRows]:
        """Lend the rows to be changed and wiped, and leave in the table no byte of what they were.

        Only whoever owns the table may wipe it; until the commit, nobody else reads it.
        """
        # VACUUM would free what was there, and leave its bytes in the pages.  This writes
        # what is there now into another file, and the old one goes with the commit.
        wipe = f"ALTER TABLE {self._keys} ALTER wrapped TYPE BYTEA USING wrapped || ''::BYTEA"
        with self._telling() as connection:
            yield self._rows(connection, wipe=wipe)

    def edition(self) -> int:
        """Return a number that is another one as soon as another process changed something."""
        [(edition,)] = self._server.ask(f"SELECT edition FROM {self._master}")
        return int(edition)

    def close(self) -> None:
        """Give all connections back."""
        self._server.close()

    @contextmanager
    def _telling(self) -> Iterator[Connection]:
        with self._server.transaction() as connection:
            connection.execute(f"UPDATE {self._master} SET edition = edition + 1")
            yield connection

    def _rows(self, connection: Connection, *, wipe: str = "") -> KeyRows:
        names = {"keys": self._keys, "master": self._master}
        return KeyRows(connection.execute, mark="%s", wipe=wipe, **names)
