"""A log to rehearse on: whatever is done to it is done in memory, and forgotten.

Whoever rehearses finds the log as it stands at that moment, and behind it what was
recorded in the rehearsal; so everything is refused that the log would refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from threading import RLock
from typing import TypeVar

from .beside import Beside
from .errors import DuplicateEventError, UnknownStorageError, UnreachableStorageError
from .memory import already_tracked
from .memory_snapshots import MemorySnapshots
from .protocol import (
    KeptState,
    NewRow,
    Prunable,
    Row,
    Storage,
    StoredCommand,
    Tracking,
    Writing,
)
from .tables import Tables

R = TypeVar("R")


class Rehearsal(MemorySnapshots):
    """Shows a storage as it was when the rehearsal began, and what was written in it since."""

    def __init__(self, kept: Storage) -> None:
        super().__init__()
        self._kept, self._end = kept, kept.head()
        self.tables: Tables = Beside(kept.tables)
        self._lock = RLock()
        self._own: list[Row] = []
        self._exchanged: dict[int, Row] = {}
        self._commands: dict[str, StoredCommand] = {}
        self._tracked: dict[str, int] = {}

    # --- Writing ---------------------------------------------------------------

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work* while nobody else writes."""
        with self._lock:
            return work(self)

    def version_of(self, stream: str) -> int:
        """Return the number of the last event of *stream*, or 0."""
        rows = self.stream(stream)
        return rows[-1].version if rows else 0

    def newest(self) -> Row | None:
        """Return the last row of the log."""
        head = self.head()
        return self.rows(after=head - 1, limit=1)[0] if head else None

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        """Store all of it or nothing: every refusal comes first."""
        self._ensure_free(rows)
        if tracking:
            self._ensure_further(tracking)
        self._own += [Row(position, *new) for position, new in enumerate(rows, self.head() + 1)]
        if command:
            self._commands[command.id] = command._replace(position=self.head())
        if tracking:
            self._tracked[tracking.name] = tracking.position
        return self.head()

    def _ensure_free(self, rows: Sequence[NewRow]) -> None:
        wanted = [(stream, version) for stream, version, *_ in rows]
        taken = {(stream, row.version) for stream, _ in wanted for row in self.stream(stream)}
        if taken.intersection(wanted) or len(set(wanted)) < len(wanted):
            msg = f"a stream already has one of the versions {wanted}"
            raise DuplicateEventError(msg)

    def _ensure_further(self, tracking: Tracking) -> None:
        known = self.tracked(tracking.name)
        if known is not None and tracking.position <= known:
            raise already_tracked(tracking)

    def exchange(self, olds: Sequence[Row], news: Sequence[Row]) -> bool:
        """Put *news* in the places of *olds*, if these are still the whole history."""
        if not isinstance(self._kept, Prunable):
            msg = f"nothing can be taken out of {type(self._kept).__name__}; move the log first"
            raise UnknownStorageError(msg)
        with self._lock:
            if self.stream(olds[0].stream) != list(olds):
                return False
            self._exchanged.update((row.position, row) for row in news)
            self.forget_snapshots_of(olds[0].stream)
            return True

    # --- Reading ---------------------------------------------------------------

    def stream(self, stream: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        """Return the rows of one stream, by version."""
        own = (row for row in self._own if row.stream == stream)
        rows = chain(self._as_kept(self._kept.stream(stream)), own)
        return [
            self._exchanged.get(row.position, row)
            for row in rows
            if after < row.version and (upto is None or row.version <= upto)
        ]

    def states(self, stream: str, *, after: int = 0) -> Sequence[KeptState]:
        """Return of one stream what a fold needs, by version."""
        return [(row.version, row.topic, row.state) for row in self.stream(stream, after=after)]

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return up to *limit* rows of the log behind position *after*."""
        kept = self._as_kept(self._kept.rows(after=after, limit=limit))
        rows = [*kept, *self._own[max(0, after - self._end) :]][:limit]
        return [self._exchanged.get(row.position, row) for row in rows]

    def beginnings(self) -> Iterator[Row]:
        """Yield the first row of every stream."""
        began = (row for row in self._own if row.version == 1)
        for row in chain(self._as_kept(self._kept.beginnings()), began):
            yield self._exchanged.get(row.position, row)

    def head(self) -> int:
        """Return the last position of the log, or 0."""
        return self._end + len(self._own)

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""
        return self._commands.get(command_id) or self._kept.command(command_id)

    def tracked(self, name: str) -> int | None:
        """Return how far the follower *name* has come."""
        return self._tracked[name] if name in self._tracked else self._kept.tracked(name)

    def _as_kept(self, rows: Iterator[Row] | Sequence[Row]) -> Iterator[Row]:
        """Yield what stood there when the rehearsal began; others go on writing."""
        return (row for row in rows if row.position <= self._end)

    # --- Copies ----------------------------------------------------------------

    def backup(self, path: str) -> None:
        """Refuse: a rehearsal leaves nothing behind."""
        msg = f"a rehearsal is not copied to {path!r}: nothing of it is kept"
        raise UnreachableStorageError(msg)

    def close(self) -> None:
        """Close what it looked at, and forget the rest."""
        self._kept.close()
