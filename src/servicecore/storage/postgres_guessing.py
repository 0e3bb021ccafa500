"""One append to the log in PostgreSQL in one message, which nearly always is enough.

A writer knows which versions his histories have, for he has just read them, and
that nobody has used his command's id or follows under his name.  So all of it is
taken for true, and sent with what is to be added; the server adds it only if it
is true, and holds the row that keeps others waiting for no longer than that takes.

Who had to wait may have looked at the clock before those who were faster.  Then
the server puts the moment of the last event into what he adds, as he would have
done himself; and he does his work once more to see what he has recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import attrs
import psycopg
from psycopg import errors

from .postgres_server import Connection
from .postgres_writing import Answers, Draft, Statements, columns
from .protocol import NewRow, Row, StoredCommand, Tracking
from .queueing import Waiting

A = TypeVar("A")

_MARK = b'"recorded_at":"'
_NOTHING: tuple[list[Any], ...] = ([], [], [], [], [])


class OtherwiseError(Exception):
    """Something is not as it was taken to be, or might not be; nothing was recorded."""


class Guess:
    """What a group of writers takes for true, and adds to it.

    Several have to know the *head* behind which they write, for each is told his
    position; one alone is told by the server.
    """

    def __init__(self, connection: Connection, sql: Statements, *, head: int | None) -> None:
        self._connection, self._sql = connection, sql
        self._taken, self.head = head, head or 0
        self._newest: Row | None = None
        self._versions: dict[str, int] = {}
        self.versions = Answers(int, otherwise=0)
        self.commands = _Assumed[tuple[bytes, int] | None](None)
        self.tracked = _Assumed[int](-1)

    def carry_out(self, group: Sequence[Waiting[Any]]) -> None:
        """Let everybody of *group* do his work, and record it.

        Raises:
            OtherwiseError: If anybody refuses, or the log is not as they took it to be.
        """
        if len(group) == 1:
            alone = _Alone(self, self)
            self._let(group[0], alone)
            if self._newest is not None:  # It was recorded later than he meant it to be.
                group[0].run(alone)
            return
        drafts = [Draft(self) for _ in group]
        for work, draft in zip(group, drafts, strict=True):
            self._let(work, draft)
            self._newest = draft.told_to(self) or self._newest
        self.send(drafts)

    def newest(self) -> Row | None:
        """Return the last row of those that are added here; the others are older, we hope."""
        return self._newest

    def send(self, drafts: Sequence[Draft]) -> int:
        """Record what is drafted, and return the position behind which it stands.

        Raises:
            OtherwiseError: If the log is not as it was taken to be.
        """
        rows = [row for draft in drafts for row in draft.rows]
        if not any(draft.holds_something for draft in drafts):
            raise OtherwiseError  # Then there is nothing to wait for the disk for.
        message = self._message(rows, drafts)
        try:
            sent = self._connection.execute(self._sql.append, message, prepare=True, binary=True)
        except (errors.UniqueViolation, errors.DataError) as error:
            raise OtherwiseError from error
        [(start, later)] = sent.fetchall()
        if start is None:
            raise OtherwiseError
        if later is not None:
            self._newest = Row(start, "", 0, "", None, later)
        return int(start)

    # -----------------------------------------------------------------------------

    def _let(self, work: Waiting[Any], draft: Draft) -> None:
        for stream, version in (work.expected or {}).items():
            if stream not in self._versions:
                self._versions[stream] = version
                self.versions.learn([(stream, version)])
        try:
            work.run(draft)
        except psycopg.Error:
            raise
        except Exception as error:
            raise OtherwiseError from error

    def _message(self, rows: Sequence[NewRow], drafts: Sequence[Draft]) -> tuple[object, ...]:
        begins = self._taken or 0
        done = [(each.id, each.outcome, each.position - begins) for each in _done(drafts)]
        tracked = dict(draft.tracking for draft in drafts if draft.tracking)
        return (
            *(columns(rows) or _NOTHING[:5]),
            self._taken,
            *(columns(self._versions.items()) or _NOTHING[:2]),
            *(columns(done) or _NOTHING[:3]),
            *(columns(tracked.items()) or _NOTHING[:2]),
            *_moments(rows, done),
        )


@attrs.define
class _Alone(Draft):
    """What somebody who is alone wants to add: he is told at once where it stands."""

    _guess: Guess
    _is_sent: bool = attrs.field(default=False, init=False)

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        if not self._is_sent:
            self._is_sent = True
            place = super().insert(rows, command=command, tracking=tracking)
            self._guess.head = self._guess.send([self]) + place
        return self._guess.head


@attrs.frozen
class _Assumed(Generic[A]):
    """What is on record of nothing but what is added here, we hope."""

    _otherwise: A
    _known: dict[str, A] = attrs.field(factory=dict, init=False)

    def get(self, key: str) -> A:
        return self._known.get(key, self._otherwise)

    def learn(self, answers: Iterable[tuple[str, A]]) -> None:
        self._known.update(answers)


def _done(drafts: Iterable[Draft]) -> Iterator[StoredCommand]:
    return (draft.done for draft in drafts if draft.done)


def _moments(rows: Sequence[NewRow], done: Sequence[tuple[object, ...]]) -> tuple[object, ...]:
    """Return when the rows are to be recorded, and where that stands in them and the outcome."""
    marks = [_after_mark(state) for *_, state in rows]
    if not marks:
        return None, [], 0
    state = rows[0][-1]
    recorded_at = state[marks[0] - 1 : state.index(b'"', marks[0])].decode()
    return recorded_at, marks, _after_mark(done[0][1]) if done else 0


def _after_mark(told: Any) -> int:
    """Return behind which byte the moment begins, counted as SQL does."""
    found: int = told.find(_MARK)
    if found < 0:
        raise OtherwiseError
    return found + len(_MARK) + 1
