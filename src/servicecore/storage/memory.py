"""The log in memory: for tests, examples and a quick look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from threading import RLock
from typing import TypeVar

from .errors import AlreadyTrackedError, DuplicateEventError, UnreachableStorageError
from .memory_snapshots import MemorySnapshots
from .memory_tables import MemoryTables
from .protocol import KeptState, NewRow, Row, StoredCommand, Tracking, Writing

R = TypeVar("R")


class MemoryStorage(MemorySnapshots):
    """Keeps everything for as long as the program runs."""

    def __init__(self) -> None:
        super().__init__()
        self.tables = MemoryTables()
        self._lock = RLock()
        self._rows: list[Row] = []
        self._streams: dict[str, dict[int, Row]] = {}
        self._commands: dict[str, StoredCommand] = {}
        self._tracked: dict[str, int] = {}

    # --- Writing ---------------------------------------------------------------

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work* while nobody else writes."""
        with self._lock:
            return work(self)

    def version_of(self, stream: str) -> int:
        """Return the number of the last event of *stream*, or 0."""
        rows = self._streams.get(stream)
        return next(reversed(rows)) if rows else 0

    def newest(self) -> Row | None:
        """Return the last row of the log."""
        return self._rows[-1] if self._rows else None

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        """Store all of it or nothing: every refusal comes first."""
        self._ensure_free(rows)
        if tracking and tracking.position <= self._tracked.get(tracking.name, -1):
            raise already_tracked(tracking)
        for position, new in enumerate(rows, len(self._rows) + 1):
            row = Row(position, *new)
            self._rows.append(row)
            self._streams.setdefault(row.stream, {})[row.version] = row
        if command:
            self._commands[command.id] = command._replace(position=len(self._rows))
        if tracking:
            self._tracked[tracking.name] = tracking.position
        return len(self._rows)

    def _ensure_free(self, rows: Sequence[NewRow]) -> None:
        taken: set[tuple[str, int]] = set()
        for stream, version, *_ in rows:
            if (stream, version) in taken or version in self._streams.get(stream, ()):
                msg = f"stream {stream} already has a version {version}"
                raise DuplicateEventError(msg)
            taken.add((stream, version))

    def exchange(self, olds: Sequence[Row], news: Sequence[Row]) -> bool:
        """Put *news* in the places of *olds*, if these are still the whole history."""
        with self._lock:
            stream = olds[0].stream
            if self.stream(stream) != list(olds):
                return False
            for row in news:
                self._rows[row.position - 1] = row
            self._streams[stream] = {row.version: row for row in news}
            self.forget_snapshots_of(stream)
            return True

    # --- Reading ---------------------------------------------------------------

    def stream(self, stream: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        """Return the rows of one stream, by version."""
        with self._lock:
            rows = self._streams.get(stream, {}).values()
            return [row for row in rows if after < row.version and not _beyond(row.version, upto)]

    def states(self, stream: str, *, after: int = 0) -> Sequence[KeptState]:
        """Return of one stream what a fold needs, by version."""
        return [(row.version, row.topic, row.state) for row in self.stream(stream, after=after)]

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return up to *limit* rows of the log behind position *after*."""
        with self._lock:
            return self._rows[after : after + limit]

    def beginnings(self) -> Iterator[Row]:
        """Yield the first row of every stream."""
        with self._lock:
            return iter([next(iter(rows.values())) for rows in self._streams.values()])

    def head(self) -> int:
        """Return the last position of the log, or 0."""
        return len(self._rows)

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""
        return self._commands.get(command_id)

    def commands(self) -> Iterator[StoredCommand]:
        """Yield every command that was carried out, by position."""
        with self._lock:
            return iter(sorted(self._commands.values(), key=attrgetter("position")))

    def trackings(self) -> Sequence[Tracking]:
        """Return how far each follower has come."""
        with self._lock:
            return [Tracking(*each) for each in sorted(self._tracked.items())]

    def tracked(self, name: str) -> int | None:
        """Return how far the follower *name* has come."""
        return self._tracked.get(name)

    # --- Copies ----------------------------------------------------------------

    def backup(self, path: str) -> None:
        """Refuse: memory has no form on disk."""
        msg = f"a log in memory cannot be copied to {path!r}; open it as sqlite:///… instead"
        raise UnreachableStorageError(msg)

    def close(self) -> None:
        """Keep nothing."""


def already_tracked(tracking: Tracking) -> AlreadyTrackedError:
    """Say that the position was dealt with before."""
    msg = f"{tracking.name!r} has dealt with position {tracking.position} before"
    return AlreadyTrackedError(msg)


def _beyond(version: int, upto: int | None) -> bool:
    return upto is not None and version > upto
