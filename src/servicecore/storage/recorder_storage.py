"""Any recorder of the eventsourcing package, or of somebody who extends it, behind our log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import RLock
from typing import TypeVar
from uuid import UUID, uuid5

import msgspec
from eventsourcing.persistence import IntegrityError, Notification, ProcessRecorder
from eventsourcing.persistence import Tracking as TheirTracking

from .errors import DuplicateEventError, UnreachableStorageError
from .memory import already_tracked
from .memory_snapshots import MemorySnapshots
from .memory_tables import MemoryTables
from .protocol import KeptState, NewRow, Row, StoredCommand, Tracking, Writing
from .recorders import row_of, stored_event, stream_hex
from .tables import Tables

R = TypeVar("R")

_COMMAND = "servicecore/command"  # No event can be called so.
_COMMANDS = UUID("0d2f3e6a-3b0e-5f7c-8f0a-7d7f5ad3a1c4")  # Never change it.
_PAGE = 1000


class RecorderStorage(MemorySnapshots):
    """A storage of ours that keeps everything in a recorder of eventsourcing.

    Carried-out commands are kept as events of streams of their own, so that they
    share the transaction with what they led to; readers of the log pass them over.
    A recorder does not tell the positions of a stream, so an index of them is kept
    in memory; a storage written for a database of its own needs none.
    """

    def __init__(
        self,
        recorder: ProcessRecorder,
        *,
        tables: Tables | None = None,
        close: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__()
        self.tables: Tables = tables or MemoryTables()
        self._recorder, self._close = recorder, close
        self._positions: dict[str, dict[int, int]] = {}
        self._indexed = 0
        self._lock = RLock()

    # --- Writing ---------------------------------------------------------------

    def write(self, work: Callable[[Writing], R]) -> R:
        """Run *work*; if another process was faster, run it again on what is there then."""
        with self._lock:
            try:
                return work(self)
            except DuplicateEventError:
                return work(self)

    def version_of(self, stream: str) -> int:
        """Return the number of the last event of *stream*, or 0."""
        last = self._recorder.select_events(UUID(stream), desc=True, limit=1)
        return last[0].originator_version if last else 0

    def newest(self) -> Row | None:
        """Return the last row of the log."""
        head = self._recorder.max_notification_id()
        if head is None:
            return None
        return row_of(self._recorder.select_notifications(head, 1)[0], head)

    def insert(
        self,
        rows: Sequence[NewRow],
        *,
        command: StoredCommand | None = None,
        tracking: Tracking | None = None,
    ) -> int:
        """Store all of it or nothing, in one call of the recorder."""
        news = [_command_row(command), *rows] if command else rows
        theirs = [stored_event(Row(0, *new)) for new in news]
        tracked = {"tracking": TheirTracking(*tracking)} if tracking else {}
        try:
            positions = self._recorder.insert_events(theirs, **tracked)
        except IntegrityError as error:
            if tracking and self._recorder.has_tracking_id(*tracking):
                raise already_tracked(tracking) from error
            raise DuplicateEventError(str(error)) from error
        return positions[-1] if positions else self.head()

    # --- Reading ---------------------------------------------------------------

    def stream(self, stream: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        """Return the rows of one stream, by version."""
        found = self._recorder.select_events(UUID(stream), gt=after, lte=upto)
        positions = self._positions_of(stream) if found else {}
        return [row_of(each, positions[each.originator_version]) for each in found]

    def _positions_of(self, stream: str) -> dict[int, int]:
        """Return the positions of a stream; a recorder tells them by the log alone."""
        with self._lock:
            while page := self._page(self._indexed, _PAGE):
                for each in page:
                    places = self._positions.setdefault(stream_hex(each.originator_id), {})
                    places[each.originator_version] = each.id
                self._indexed = page[-1].id
            return self._positions[stream]

    def _page(self, after: int, limit: int) -> Sequence[Notification]:
        return self._recorder.select_notifications(after, limit, inclusive_of_start=False)

    def states(self, stream: str, *, after: int = 0) -> Sequence[KeptState]:
        """Return of one stream what a fold needs, by version."""
        return [(row.version, row.topic, row.state) for row in self.stream(stream, after=after)]

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return up to *limit* rows of the log behind position *after*."""
        while page := self._page(after, limit):
            if rows := [row_of(each, each.id) for each in page if each.topic != _COMMAND]:
                return rows
            after = page[-1].id
        return []

    def beginnings(self) -> Iterator[Row]:
        """Yield the first row of every stream."""
        after = 0
        while rows := self.rows(after=after, limit=_PAGE):
            yield from (row for row in rows if row.version == 1)
            after = rows[-1].position

    def head(self) -> int:
        """Return the last position of the log, or 0."""
        return self._recorder.max_notification_id() or 0

    def command(self, command_id: str) -> StoredCommand | None:
        """Return the command with that id, if it was carried out."""
        kept = self.stream(uuid5(_COMMANDS, command_id).hex)
        if not kept:
            return None
        outcome = msgspec.json.decode(kept[0].state, type=_KeptCommand).outcome
        return StoredCommand(command_id, bytes(outcome), kept[0].position)

    def tracked(self, name: str) -> int | None:
        """Return how far the follower *name* has come."""
        return self._recorder.max_tracking_id(name)

    # --- Copies ----------------------------------------------------------------

    def backup(self, path: str) -> None:
        """Refuse: its database has tools of its own for that."""
        msg = f"this log cannot be copied to {path!r}; use the tools of its database"
        raise UnreachableStorageError(msg)

    def close(self) -> None:
        """Close what the recorder came from."""
        self._close()


class _Moment(msgspec.Struct):
    recorded_at: msgspec.Raw


class _KeptCommand(msgspec.Struct):
    subject: str
    recorded_at: msgspec.Raw
    outcome: msgspec.Raw


def _command_row(command: StoredCommand) -> NewRow:
    moment = msgspec.json.decode(command.outcome, type=_Moment).recorded_at
    kept = _KeptCommand(f"command/{command.id}", moment, msgspec.Raw(command.outcome))
    stream = uuid5(_COMMANDS, command.id).hex
    return stream, 1, _COMMAND, None, msgspec.json.encode(kept)
