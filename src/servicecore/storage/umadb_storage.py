"""The log in UmaDB, a server made for events and nothing else.

UmaDB has no locks: whoever appends says what he has seen, and is refused if
somebody else appended behind it; then he looks again.  A command that was
carried out is an event of its own there, so that it shares the append with what
it led to; readers of the log pass it over.  Read models and snapshots are kept
in memory unless ``tables=`` names another place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import TypedDict, TypeVar, Unpack

import umadb

from .errors import (
    BusyError,
    ClosedError,
    DuplicateEventError,
    UnreachableStorageError,
)
from .memory import already_tracked
from .memory_snapshots import MemorySnapshots
from .memory_tables import MemoryTables
from .protocol import KeptState, NewRow, Row, StoredCommand, Tracking, Writing

R = TypeVar("R")

_COMMAND = "servicecore/command"  # No event can be called so.
_EVERYTHING = umadb.Query([umadb.QueryItem()])
_PAGE = 1000
_TRIES = 1000  # How often others may be faster.


class _OvertakenError(Exception):
    """Somebody appended between the look and the append."""


class _How(TypedDict, total=False):
    """From where, in which direction and how much to read."""

    start: int
    backwards: bool
    limit: int


class UmaDBStorage(MemorySnapshots):
    """Rows of one log, which is all that a server keeps."""

    def __init__(self, url: str, *, ca_path: str | None = None, api_key: str | None = None) -> None:
        """Connect.

        Raises:
            UnreachableStorageError: If no server answers.
        """
        super().__init__()
        self.tables = MemoryTables()
        self._url = url
        self._writing, self._closed = RLock(), False
        with self._named_errors():
            self._client = umadb.Client(url, ca_path=ca_path, api_key=api_key)
        self.head()

    # --- Writing ---------------------------------------------------------------

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work*; if another process was faster, run it again on what is there then."""
        with self._writing:
            for _ in range(_TRIES):
                try:
                    return work(_Look(self, self.head()))
                except _OvertakenError:
                    continue
        msg = f"{self._url}: others were faster {_TRIES} times"
        raise BusyError(msg)

    def append(self, events: list[umadb.Event], *, seen: int, tracking: Tracking | None) -> int:
        """Append *events*, if nobody has appended anything behind *seen*."""
        # The server of umadb 0.7.8 goes down when asked to append nothing on a condition.
        unless = umadb.AppendCondition(_EVERYTHING, after=seen or None) if events else None
        note = umadb.TrackingInfo(*tracking) if tracking else None
        with self._named_errors():
            try:
                return self._client.append(events, unless, note) or seen
            except umadb.IntegrityError as error:
                if tracking and (self.tracked(tracking.name) or 0) >= tracking.position:
                    raise already_tracked(tracking) from error
                raise _OvertakenError from error

    # --- Reading ---------------------------------------------------------------

    def stream(self, stream: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        """Return the rows of one stream, by version."""
        rows = map(_row, self._read(_tagged(_stream(stream))))
        return [
            row for row in rows if after < row.version and (upto is None or row.version <= upto)
        ]

    def states(self, stream: str, *, after: int = 0) -> Sequence[KeptState]:
        """Return of one stream what a fold needs, by version."""
        return [(row.version, row.topic, row.state) for row in self.stream(stream, after=after)]

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return up to *limit* rows of the log behind position *after*."""
        rows: list[Row] = []
        while wanted := limit - len(rows):
            found = self._read(start=after + 1, limit=wanted)
            rows += [_row(each) for each in found if not _is_command(each)]
            if len(found) < wanted:
                break
            after = found[-1].position
        return rows

    def beginnings(self) -> Iterator[Row]:
        """Yield the first row of every stream."""
        after, seen = 0, set[str]()
        while page := self.rows(after=after, limit=_PAGE):
            for row in page:
                if row.stream not in seen:
                    seen.add(row.stream)
                    yield row
            after = page[-1].position

    def head(self) -> int:
        """Return the last position of the log, or 0."""
        with self._named_errors():
            return self._client.head() or 0

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""
        for each in self._read(_tagged(f"command:{command_id}"), limit=1):
            return StoredCommand(command_id, each.event.data, each.position)
        return None

    def tracked(self, name: str) -> int | None:
        """Return how far the follower *name* has come."""
        with self._named_errors():
            return self._client.get_tracking_info(name)

    def last(self, *, query: umadb.Query | None = None) -> Row | None:
        """Return the last row that answers *query*, of all rows by default."""
        found = self._read(query, backwards=True, limit=1)
        while found and _is_command(found[0]):  # It led to nothing.
            before = found[0].position - 1
            found = self._read(query, start=before, backwards=True, limit=1) if before else []
        return _row(found[0]) if found else None

    def any_of(self, tags: Iterable[str]) -> bool:
        """Tell whether there is an event with one of *tags*."""
        items = [umadb.QueryItem(tags=[tag]) for tag in tags]
        return bool(self._read(umadb.Query(items), limit=1))

    def _read(
        self, query: umadb.Query | None = None, **how: Unpack[_How]
    ) -> list[umadb.SequencedEvent]:
        """Return all that answers *query*, so ask for no more than is wanted.

        The client of umadb 0.7.8 loses its connection after about a thousand answers that
        nobody read to their end ("too_many_internal_resets").
        """
        with self._named_errors():
            return list(self._client.read(query, **how))

    # --- Copies ----------------------------------------------------------------

    def backup(self, path: str) -> None:
        """Refuse: the files belong to the server."""
        msg = f"this log cannot be copied to {path!r} from here; copy the files of its server"
        raise UnreachableStorageError(msg)

    def close(self) -> None:
        """Close the connection."""
        self._closed = True
        self._client.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        if self._closed:
            msg = f"the log at {self._url} was closed"
            raise ClosedError(msg)
        try:
            yield
        except Exception as error:
            if not _told_by_the_server(error):
                raise
            msg = f"{self._url}: {error}"
            raise UnreachableStorageError(msg) from error


class _Look:
    """What somebody sees who is about to append: the log until *seen*."""

    def __init__(self, storage: UmaDBStorage, seen: int) -> None:
        self._storage, self._seen = storage, seen
        self._versions: dict[str, int] = {}

    def version_of(self, stream: str) -> int:
        last = self._storage.last(query=_tagged(_stream(stream)))
        self._versions[stream] = last.version if last else 0
        return self._versions[stream]

    def newest(self) -> Row | None:
        return self._storage.last()

    def command(self, command_id: str) -> StoredCommand | None:
        return self._storage.command(command_id)

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        self._ensure_free(rows)
        events = [_event(*row) for row in rows]
        if command:  # First, so that the last position is that of an event.
            events.insert(0, _command(command))
        if not events and not tracking:
            return self._seen
        return self._storage.append(events, seen=self._seen, tracking=tracking)

    def _ensure_free(self, rows: Sequence[NewRow]) -> None:
        """See to it that nothing has those versions; of streams just looked at, one knows."""
        tags = [_version(stream, version) for stream, version, *_ in rows]
        asked = [
            _version(stream, version)
            for stream, version, *_ in rows
            if version <= self._versions.get(stream, version)
        ]
        if len(set(tags)) < len(tags) or (asked and self._storage.any_of(asked)):
            msg = f"a stream already has one of the versions {', '.join(tags)}"
            raise DuplicateEventError(msg)


def _told_by_the_server(error: Exception) -> bool:
    """Tell whether *error* is the client's own; a connection cut halfway has no class there."""
    return type(error) is Exception or isinstance(
        error, umadb.TransportError | umadb.AuthenticationError | umadb.CorruptionError
    )


# --- Events as UmaDB keeps them ----------------------------------------------------


def _event(
    stream: str, version: int, topic: str, occurred_at: str | None, state: bytes
) -> umadb.Event:
    when = {} if occurred_at is None else {"occurred_at": occurred_at}
    return umadb.Event(topic, state, [_stream(stream), _version(stream, version)], metadata=when)


def _command(command: StoredCommand) -> umadb.Event:
    return umadb.Event(_COMMAND, command.outcome, [f"command:{command.id}"])


def _is_command(kept: umadb.SequencedEvent) -> bool:
    return kept.event.event_type == _COMMAND


def _row(kept: umadb.SequencedEvent) -> Row:
    event = kept.event
    _, stream, version = event.tags[1].split(":")
    return Row(
        position=kept.position,
        stream=stream,
        version=int(version),
        topic=event.event_type,
        occurred_at=event.metadata.get("occurred_at"),
        state=event.data,
    )


def _stream(stream: str) -> str:
    return f"stream:{stream}"


def _version(stream: str, version: int) -> str:
    return f"version:{stream}:{version}"


def _tagged(tag: str) -> umadb.Query:
    return umadb.Query([umadb.QueryItem(tags=[tag])])
