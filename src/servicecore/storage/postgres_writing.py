"""One transaction on the log in PostgreSQL, with as few ways to the server as can be.

Several who wait share a transaction.  All that they need to know is asked in one
go, with the beginning; then each does his work, and what they want to insert
travels with the commit.  So nothing was sent that would have to be undone when
one of them refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

import attrs
import psycopg
from psycopg import errors

from .errors import DuplicateEventError
from .memory import already_tracked
from .postgres_server import Connection, PostgresOptions
from .protocol import NewRow, Row, StoredCommand, Tracking
from .queueing import Waiting

A = TypeVar("A")
_Rows = Iterable[tuple[Any, ...]]


class UnansweredError(Exception):
    """Somebody needs to know something that the server has not been asked yet."""


class Known(Protocol[A]):
    """Answers, by key."""

    def get(self, key: str, /) -> A:
        """Return the answer."""

    def learn(self, answers: Iterable[tuple[str, A]], /) -> None:
        """Note what is true from now on."""


class Seen(Protocol):
    """What those who share a transaction take for true, each with what the others add to it."""

    head: int

    @property
    def versions(self) -> Known[int]:
        """Return the number of the last event of each stream."""

    @property
    def commands(self) -> Known[tuple[bytes, int] | None]:
        """Return what each command led to, and where; nothing, if it was not carried out."""

    @property
    def tracked(self) -> Known[int]:
        """Return how far each follower has come."""

    def newest(self) -> Row | None:
        """Return the last row of the log."""


class Transaction:
    """What is true while nobody else writes, and what shall be added to it."""

    def __init__(self, connection: Connection, sql: Statements) -> None:
        self._connection, self._sql = connection, sql
        self._begun = False
        self._start = self.head = 0
        self._newest: Row | None = None
        self.versions = Answers(int, otherwise=0)
        self.commands = Answers[tuple[bytes, int] | None](_as_tuple, otherwise=None)
        self.tracked = Answers(int, otherwise=-1)
        self._drafts: list[Draft] = []

    def carry_out(self, group: Sequence[Waiting[Any]]) -> None:
        """Let everybody of *group* do his work; of one who refuses, nothing is added."""
        while group := [each for each in group if not self._is_done(each)]:
            self._ask()

    def _is_done(self, work: Waiting[Any]) -> bool:
        draft = Draft(self)
        try:
            work.run(draft)
        except UnansweredError:
            return False
        except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
            work.fail(error)
        else:
            self._add(draft)
        return True

    def _add(self, draft: Draft) -> None:
        self._newest = draft.told_to(self) or self._newest
        self._drafts.append(draft)

    # --- Asking ------------------------------------------------------------------

    def newest(self) -> Row | None:
        """Return the last row of the log."""
        if not self._begun:
            raise UnansweredError
        return self._newest

    def _ask(self) -> None:
        """Ask the server all that anybody needs to know, in one message."""
        sql, message = self._sql, _Message(self._connection)
        if not self._begun:
            message.add(sql.begin)
            message.add(sql.lock)
            message.add(sql.newest)
        for statement, answers in self._questions():
            if answers.wanted:
                message.add(statement, answers.wanted)
        replies = message.send()
        if not self._begun:
            self._begun = True
            _, [(self._start,)], newest = islice(replies, 3)
            self.head, self._newest = self._start, next((Row(*row) for row in newest), None)
        for _, answers in self._questions():
            if answers.wanted:
                answers.take(next(replies))

    def _questions(self) -> Iterator[tuple[str, Answers[Any]]]:
        yield self._sql.versions, self.versions
        yield self._sql.commands, self.commands
        yield self._sql.all_tracked, self.tracked

    # --- Ending ------------------------------------------------------------------

    def commit(self) -> None:
        """Make it true, and tell those who listen.

        Raises:
            DuplicateEventError: If a stream already has one of the versions.
        """
        if not any(draft.holds_something for draft in self._drafts):
            self.roll_back()  # A commit would wait for the disk.
            return
        message = _Message(self._connection)
        self._put_into(message)
        message.add("COMMIT")
        try:
            message.send()
        except errors.UniqueViolation as error:
            msg = f"a stream already has that version: {error.diag.message_detail}"
            raise DuplicateEventError(msg) from error

    def _put_into(self, message: _Message) -> None:
        sql = self._sql
        if rows := [row for draft in self._drafts for row in draft.rows]:
            message.add(sql.insert, self._start, *columns(rows))
            message.add(sql.grow, self.head)
            message.add(sql.notify)
        if commands := [draft.done for draft in self._drafts if draft.done]:
            message.add(sql.insert_commands, *columns(commands))
        for draft in self._drafts:
            if draft.tracking:
                message.add(sql.track, *draft.tracking)

    def roll_back(self) -> None:
        """Leave everything as it was."""
        with suppress(psycopg.Error):
            self._connection.execute("ROLLBACK")


@attrs.define
class Draft:
    """What one of those who share a transaction sees of it, and wants to add."""

    _seen: Seen
    rows: Sequence[NewRow] = attrs.field(default=(), init=False)
    done: StoredCommand | None = attrs.field(default=None, init=False)
    tracking: Tracking | None = attrs.field(default=None, init=False)

    @property
    def holds_something(self) -> bool:
        """Tell whether there is anything to record."""
        return bool(self.rows or self.done or self.tracking)

    def told_to(self, seen: Seen) -> Row | None:
        """Let the others see what this one adds, and return its last row."""
        newest = None
        for place, row in enumerate(self.rows, seen.head + 1):
            newest = Row(place, *row)
            seen.versions.learn([(row[0], row[1])])
        seen.head += len(self.rows)
        if self.done:
            seen.commands.learn([(self.done.id, self.done[1:])])
        if self.tracking:
            seen.tracked.learn([self.tracking])
        return newest

    def newest(self) -> Row | None:
        """Return the last row of the log."""
        return self._seen.newest()

    def version_of(self, stream: str) -> int:
        """Return the number of the last event of *stream*, or 0."""
        return self._seen.versions.get(stream)

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""
        kept = self._seen.commands.get(command_id)
        return StoredCommand(command_id, *kept) if kept else None

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        """Note what is to be stored, and return the position it will have."""
        self._seen.newest()  # Nobody knows where the log ends before he has asked for it.
        if tracking and tracking.position <= self._seen.tracked.get(tracking.name):
            raise already_tracked(tracking)
        position = self._seen.head + len(rows)
        self.rows, self.tracking = rows, tracking
        self.done = command._replace(position=position) if command else None
        return position


class _Message:
    """Several statements that travel together; the first that fails is the last."""

    def __init__(self, connection: Connection) -> None:
        self._cursor = psycopg.ClientCursor(connection)
        self._statements: list[str] = []
        self._values: list[object] = []

    def add(self, statement: str, *values: object) -> None:
        """Add a statement with its values."""
        self._statements.append(statement)
        self._values += values

    def send(self) -> Iterator[list[tuple[Any, ...]]]:
        """Send all of them, and return the rows that each of them gives."""
        self._cursor.execute("; ".join(self._statements), self._values)
        return (
            cursor.fetchall() if cursor.description else [] for cursor in self._cursor.results()
        )


class Answers(Generic[A]):
    """What the server said, and what it has to be asked."""

    def __init__(self, read: Callable[..., A], *, otherwise: A) -> None:
        self.wanted: list[str] = []
        self._known: dict[str, A] = {}
        self._read, self._otherwise = read, otherwise

    def get(self, key: str) -> A:
        """Return the answer, if there is one."""
        if key in self._known:
            return self._known[key]
        self.wanted.append(key)
        raise UnansweredError

    def take(self, rows: _Rows) -> None:
        """Note the answers to all that was asked; no answer is one, too."""
        self._known |= dict.fromkeys(self.wanted, self._otherwise)
        self.learn((key, self._read(*values)) for key, *values in rows)
        self.wanted.clear()

    def learn(self, answers: Iterable[tuple[str, A]]) -> None:
        """Note what is true from now on."""
        self._known.update(answers)


def _as_tuple(outcome: bytes, position: int) -> tuple[bytes, int]:
    return outcome, position


def columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Return the columns of *rows*; none, if there are no rows."""
    return [list(column) for column in zip(*rows, strict=True)]


class Statements:
    """Every statement, with the names of the tables filled in."""

    def __init__(self, options: PostgresOptions) -> None:
        events, columns = options.table("events"), ", ".join(Row._fields)
        head, commands = options.table("head"), options.table("commands")
        tracking, snapshots = options.table("tracking"), options.table("snapshots")
        self.begin = "BEGIN ISOLATION LEVEL READ COMMITTED"
        self.lock = f"SELECT position FROM {head} FOR UPDATE"  # It waits for whoever writes.
        self.newest = f"SELECT {columns} FROM {events} ORDER BY position DESC LIMIT 1"
        self.grow = f"UPDATE {head} SET position = %s"
        self.notify = f"NOTIFY {options.channel}"
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
        # Stream by stream: OFFSET 0 keeps the server from weighing that against the whole log,
        # and positions are looked at outside, lest it takes their index for the better one.
        self.histories = (
            "SELECT begun.position, told.position, told.topic, told.state "
            f"FROM {events} AS begun, LATERAL (SELECT * FROM {events} WHERE stream = begun.stream "
            "AND starts_with(topic, %s) AND NOT topic = ANY(%s) OFFSET 0) AS told "
            "WHERE begun.position > %s AND begun.position <= %s AND begun.version = 1 "
            "AND told.position <= %s ORDER BY begun.position, told.version"
        )
        self.head = f"SELECT MAX(position) FROM {events}"
        self.versions = (
            "SELECT stream, last.version FROM unnest(%s::text[]) AS asked (stream), LATERAL "
            f"(SELECT version FROM {events} WHERE stream = asked.stream "
            "ORDER BY version DESC LIMIT 1) AS last"
        )
        self.command = f"SELECT id, outcome, position FROM {commands} WHERE id = %s"
        self.commands = f"SELECT id, outcome, position FROM {commands} WHERE id = ANY(%s)"
        self.insert_commands = (
            f"INSERT INTO {commands} SELECT * FROM unnest(%s::text[], %s::bytea[], %s::bigint[])"
        )
        self.tracked = f"SELECT position FROM {tracking} WHERE name = %s"
        self.commands_behind = (
            f"SELECT id, outcome, position FROM {commands} "
            "WHERE (position, id) > (%s, %s) ORDER BY position, id LIMIT %s"
        )
        self.trackings = f"SELECT name, position FROM {tracking} ORDER BY name"
        self.all_tracked = f"SELECT name, position FROM {tracking} WHERE name = ANY(%s)"
        self.track = (
            f"INSERT INTO {tracking} VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET position = excluded.position"
        )
        self.snapshot = (
            f"SELECT version, state FROM {snapshots} "
            "WHERE stream = %s AND fold = %s AND schema = %s"
        )
        self.any_snapshot = f"SELECT 1 FROM {snapshots} LIMIT 1"
        self.keep = (
            f"INSERT INTO {snapshots} VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (stream, fold, schema) "
            "DO UPDATE SET version = excluded.version, state = excluded.state"
        )
        self.forget = f"DELETE FROM {snapshots}"
        self.append = f"SELECT head, later FROM {options.table('append')}({', '.join(['%b'] * 16)})"
        self.forget_one = f"DELETE FROM {snapshots} WHERE stream = %s"
        self.exchange = f"UPDATE {events} SET occurred_at = %s, state = %s WHERE position = %s"
