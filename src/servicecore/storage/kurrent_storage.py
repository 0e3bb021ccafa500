"""The log in KurrentDB (once EventStoreDB): untested against a real server, since none runs here.

A whole log is one stream there, for its appends are atomic and ordered only in
one; the recorders of eventsourcing-kurrentdb keep a stream for each record, and
refuse an append to two.  Whoever appends says what he has seen, and is refused
if somebody else appended behind it; then he looks again.  All of it is read into
memory when it is opened, so it is for logs that fit there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

import msgspec
from kurrentdbclient import KurrentDBClient, NewEvent, RecordedEvent, StreamState
from kurrentdbclient.exceptions import (
    KurrentDBClientError,
    NotFoundError,
    WrongCurrentVersionError,
)

from .errors import BusyError, UnreachableStorageError
from .memory import MemoryStorage, already_tracked
from .protocol import NewRow, Row, StoredCommand, Tracking, Writing

R = TypeVar("R")

_COMMAND, _TRACKING = "servicecore/command", "servicecore/tracking"  # No event can be called so.
_TRIES = 1000  # How often others may be faster.


class _OvertakenError(Exception):
    """Somebody appended between the look and the append."""


class _Place(msgspec.Struct):
    """Where a row stands in its history."""

    stream: str
    version: int
    occurred_at: str | None


class KurrentStorage(MemoryStorage):
    """Memory that tells a server what it keeps, and hears from it what others keep."""

    def __init__(self, client: KurrentDBClient, *, stream: str, name: str) -> None:
        """Read what is there.

        Raises:
            UnreachableStorageError: If no server answers.
        """
        super().__init__()
        self._client, self._stream, self._name = client, stream, name
        self._revision = -1
        self._catch_up()

    # --- Writing ---------------------------------------------------------------

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work*; if another process was faster, run it again on what is there then."""
        with self._lock:
            for _ in range(_TRIES):
                self._catch_up()
                with suppress(_OvertakenError):
                    return work(self)
        msg = f"{self._name}: others were faster {_TRIES} times"
        raise BusyError(msg)

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        """Store all of it or nothing, in one append."""
        self._ensure_free(rows)
        if tracking and tracking.position <= self._tracked.get(tracking.name, -1):
            raise already_tracked(tracking)
        events = list(_events(rows, command, tracking))
        if events:
            seen = StreamState.NO_STREAM if self._revision < 0 else self._revision
            with self._named_errors():
                try:
                    self._client.append_to_stream(self._stream, events=events, current_version=seen)
                except WrongCurrentVersionError as error:
                    raise _OvertakenError from error
            self._catch_up()
        return len(self._rows)

    # --- Reading ---------------------------------------------------------------

    def stream(self, stream: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        """Return the rows of one stream, by version."""
        self._catch_up()
        return super().stream(stream, after=after, upto=upto)

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return up to *limit* rows of the log behind position *after*."""
        self._catch_up()
        return super().rows(after=after, limit=limit)

    def head(self) -> int:
        """Return the last position of the log, or 0."""
        self._catch_up()
        return super().head()

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""
        self._catch_up()
        return super().command(command_id)

    def tracked(self, name: str) -> int | None:
        """Return how far the follower *name* has come."""
        self._catch_up()
        return super().tracked(name)

    def _catch_up(self) -> None:
        """Take in what was appended since the last look."""
        with self._lock, self._named_errors(), suppress(NotFoundError):
            begin = self._revision + 1
            for each in self._client.read_stream(self._stream, stream_position=begin):
                self._take_in(each)
                self._revision = each.stream_position

    def _take_in(self, each: RecordedEvent) -> None:
        if each.type == _COMMAND:
            done = StoredCommand(msgspec.json.decode(each.metadata, type=str), each.data)
            super().insert([], command=done)
        elif each.type == _TRACKING:
            self._tracked.update([msgspec.json.decode(each.data, type=tuple[str, int])])
        else:
            place = msgspec.json.decode(each.metadata, type=_Place)
            row = (place.stream, place.version, each.type, place.occurred_at, each.data)
            super().insert([row])

    # -----------------------------------------------------------------------------

    def backup(self, path: str) -> None:
        """Refuse: a server has better tools for that."""
        msg = f"this log cannot be copied to {path!r} from here; use the backup of KurrentDB"
        raise UnreachableStorageError(msg)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except (NotFoundError, WrongCurrentVersionError):
            raise
        except KurrentDBClientError as error:
            msg = f"{self._name}: {type(error).__name__} {' '.join(str(error).split())}"
            raise UnreachableStorageError(msg) from error


def _events(
    rows: Sequence[NewRow], command: StoredCommand | None, tracking: Tracking | None
) -> Iterator[NewEvent]:
    for stream, version, topic, occurred_at, state in rows:
        place = msgspec.json.encode(_Place(stream, version, occurred_at))
        yield NewEvent(type=topic, data=state, metadata=place)
    if command:
        yield NewEvent(
            type=_COMMAND, data=command.outcome, metadata=msgspec.json.encode(command.id)
        )
    if tracking:
        yield NewEvent(type=_TRACKING, data=msgspec.json.encode(tracking))
