"""What a storage has to be able to do, so that any database can keep the log.

A storage is deliberately dull: it keeps rows, in order, and knows nothing of
events, conflicts or commands beyond their bytes.  All rules live in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

from .tables import Tables

R = TypeVar("R")


#: A row before it has a position: stream, version, topic, when it occurred, state.
NewRow = tuple[str, int, str, str | None, bytes]


class Row(NamedTuple):
    """An event as it is kept; *state* holds its bytes for ever."""

    position: int  #: Its place in the whole log.
    stream: str  #: The hexadecimal form of the stream's UUID.
    version: int
    topic: str
    occurred_at: str | None  #: ISO 8601 in UTC; it sorts as text.
    state: bytes


KeptState = tuple[int, str, bytes]  #: Version, topic and bytes of an event.


class Told(NamedTuple):
    """What a fold needs of an event, where one history is read behind the other."""

    history: int  #: A number that all events of its history share, and no others.
    position: int
    topic: str
    state: bytes


class Tracking(NamedTuple):
    """How far a policy has come: its name, and the position it has dealt with."""

    name: str
    position: int


class StoredCommand(NamedTuple):
    """A command that was carried out, and what it led to."""

    id: str
    outcome: bytes
    position: int = 0  #: The head of the log when it was done; 0 until it is stored.


class StoredSnapshot(NamedTuple):
    """A state as it was after *version* events."""

    version: int
    state: bytes


class Writing(Protocol):
    """One transaction: look first, then insert once."""

    def version_of(self, stream: str) -> int:
        """Return the number of the last event of *stream*, or 0."""

    def newest(self) -> Row | None:
        """Return the last row of the log."""

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        """Store all of it or nothing, and return the position of the last row of the log.

        Raises:
            DuplicateEventError: If a stream already has that version.
            AlreadyTrackedError: If *tracking* is not beyond what is on record.
        """


class Storage(Protocol):
    """Rows in two orders (of the log, and of each stream), and a few small tables."""

    @property
    def tables(self) -> Tables:
        """The read models that are kept beside the log."""

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work* in one transaction; positions grow in the order of commits.

        No reader ever sees a position before all lower ones are visible.  Work of the
        log tells by its ``expected`` which version it takes each stream to have, for
        storages that would rather check that than be asked.
        """

    def stream(self, stream: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        """Return the rows of one stream, by version."""

    def states(self, stream: str, *, after: int = 0) -> Sequence[KeptState]:
        """Return of one stream what a fold needs, by version."""

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return up to *limit* rows of the log behind position *after*."""

    def beginnings(self) -> Iterator[Row]:
        """Yield the first row of every stream."""

    def head(self) -> int:
        """Return the last position of the log, or 0."""

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""

    def tracked(self, name: str) -> int | None:
        """Return how far the follower *name* has come."""

    def snapshot(self, stream: str, *, fold: str, schema: int) -> StoredSnapshot | None:
        """Return what :meth:`keep_snapshot` kept for this fold and schema."""

    def keep_snapshot(
        self, stream: str, *, fold: str, schema: int, snapshot: StoredSnapshot
    ) -> None:
        """Keep a state, in place of the one before."""

    def forget_snapshots(self) -> None:
        """Drop every snapshot; nothing but time is lost."""

    def backup(self, path: str) -> None:
        """Write a complete copy to *path* while others go on writing."""

    def close(self) -> None:
        """Give everything back."""


@runtime_checkable
class Prunable(Protocol):
    """What a storage has to do besides, so that histories can be taken out, and put back."""

    def exchange(self, olds: Sequence[Row], news: Sequence[Row]) -> bool:
        """Put *news* in the places of *olds*, if these are still the whole history.

        Nobody writes meanwhile; all is done or nothing, and it tells which.  The
        snapshots of the history go, too.
        """
