"""The log in PostgreSQL, for many programs on many machines.

A small table holds the last position.  Whoever writes locks its row first and
gives it back with the commit, so positions become visible in their order and no
reader, however he reads, can miss one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from .errors import DuplicateEventError, UnreachableStorageError
from .postgres_bell import ListeningBell
from .postgres_guessing import Guess, OtherwiseError
from .postgres_schema import ensure_migrated, migrate
from .postgres_server import PostgresOptions, Server
from .postgres_tables import PostgresTables
from .postgres_writing import Statements, Transaction
from .protocol import KeptState, Row, StoredCommand, StoredSnapshot, Told, Tracking, Writing
from .queueing import Waiting
from .topics import Topics

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
        self._sql = Statements(self._server.options)
        self.tables = PostgresTables(self._server)
        self.bell = ListeningBell(self._server)
        self._head: int | None = None  # Where this program has last seen the log end.
        # Where none was ever kept, none is looked for; those of another process are found later.
        self._keeps_snapshots = bool(self._server.ask(self._sql.any_snapshot))

    @property
    def is_read_only(self) -> bool:
        """Whether it was opened for reading only."""
        return self._server.options.read_only

    # --- Writing ---------------------------------------------------------------

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work* in one transaction; positions grow in the order of commits."""
        return self._server.write(self._commit, work)

    def _commit(self, group: list[Waiting[Any]]) -> None:
        try:
            if not self._guessed_right(group):
                self._commit_together(group)
        except DuplicateEventError:
            if len(group) == 1:
                raise
            for each in group:  # One of them is to blame; the others shall not suffer for it.
                self._commit_alone(each)

    def _guessed_right(self, group: list[Waiting[Any]]) -> bool:
        """Record it in one message, and tell whether it could be."""
        head, self._head = self._head, None
        if any(each.expected is None for each in group) or (len(group) > 1 and head is None):
            return False
        with self._server.lent() as connection:
            guess = Guess(connection, self._sql, head=head if len(group) > 1 else None)
            try:
                guess.carry_out(group)
            except OtherwiseError:
                return False
        self._head = guess.head
        for each in group:
            each.done = True
        return True

    def _commit_alone(self, work: Waiting[Any]) -> None:
        try:
            self._commit_together([work])
        except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
            work.fail(error)

    def _commit_together(self, group: list[Waiting[Any]]) -> None:
        with self._server.lent() as connection:
            transaction = Transaction(connection, self._sql)
            try:
                transaction.carry_out(group)
                transaction.commit()
            except BaseException:
                transaction.roll_back()
                raise
        self._head = transaction.head
        for each in group:
            each.done = True

    def exchange(self, olds: Sequence[Row], news: Sequence[Row]) -> bool:
        """Put *news* in the places of *olds*, if these are still the whole history."""
        sql, stream = self._sql, olds[0].stream
        with self._server.transaction() as connection:
            connection.execute(sql.lock)
            found = connection.execute(sql.stream, (stream, 0, _NO_LIMIT)).fetchall()
            if found != list(olds):
                return False
            places = [(row.occurred_at, row.state, row.position) for row in news]
            connection.cursor().executemany(sql.exchange, places)
            connection.execute(sql.forget_one, (stream,))
        return True

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

    def histories(
        self, *, after: int, until: int, upto: int, topics: Topics
    ) -> Iterator[Sequence[Told]]:
        """Yield of every stream that began in this stretch of the log its events of *topics*."""
        for start in range(after, until, _PAGE):
            wanted = topics.prefix, [*topics.but], start, min(start + _PAGE, until), upto
            told: list[Any] = self._server.ask(self._sql.histories, wanted)
            for _, history in groupby(told, key=itemgetter(0)):
                yield list(history)

    def head(self) -> int:
        """Return the last position of the log, or 0."""
        [(head,)] = self._server.ask(self._sql.head)
        return int(head or 0)

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""
        found = self._server.ask(self._sql.command, (command_id,))
        return StoredCommand(*found[0]) if found else None

    def commands(self) -> Iterator[StoredCommand]:
        """Yield every command that was carried out, by position."""
        after: tuple[int, str] = (-1, "")
        while page := self._server.ask(self._sql.commands_behind, (*after, _PAGE)):
            yield from map(StoredCommand._make, page)
            after = (page[-1][2], page[-1][0])

    def trackings(self) -> Sequence[Tracking]:
        """Return how far each follower has come."""
        return [Tracking(*row) for row in self._server.ask(self._sql.trackings)]

    def tracked(self, name: str) -> int | None:
        """Return how far the follower *name* has come."""
        found = self._server.ask(self._sql.tracked, (name,))
        return found[0][0] if found else None

    def _rows(self, statement: str, values: tuple[object, ...]) -> list[Row]:
        return list(map(_AS_ROW, self._server.ask(statement, values)))

    # --- Snapshots and copies ----------------------------------------------------

    def snapshot(self, stream: str, *, fold: str, schema: int) -> StoredSnapshot | None:
        """Return the state kept for this fold and schema."""
        if not self._keeps_snapshots:
            return None
        found = self._server.ask(self._sql.snapshot, (stream, fold, schema))
        return StoredSnapshot(*found[0]) if found else None

    def keep_snapshot(
        self, stream: str, *, fold: str, schema: int, snapshot: StoredSnapshot
    ) -> None:
        """Keep a state, in place of the one before."""
        self._keeps_snapshots = True
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
