"""The event log: every history there is, and the one order in which it was recorded."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timezone
from functools import partial
from itertools import islice
from threading import Event, RLock
from types import TracebackType
from typing import Any, Self, TypeVar

from ..domain.events import CATALOGUE, Catalogue, Provenance, Recorded
from ..domain.moments import in_utc
from ..journal import Journal
from .appending import Append, outcome_of, same_command
from .bell import Bell
from .changes import Change, Fold, Receipt, ensure_named, ensure_subject
from .codec import Codec, Encoded, stream_id, subject_and_moment
from .errors import (
    AWAY,
    BrokenHistoryError,
    ConflictError,
    NotYetRecordedError,
    StorageError,
)
from .keys import KeyStore
from .protocol import Row, Storage, StoredCommand, Tracking
from .sealing import Sealing, Unsealed
from .snapshots import Loaded, Snapshots
from .tables import Tables

S = TypeVar("S")

_journal = Journal(__name__)

_PAGE = 1000
_PAUSE = 0.5  # Seconds to give a storage that is away.


def _now() -> datetime:
    return datetime.now(timezone.utc)


class EventLog:
    """Append events to histories, read them back, and follow them in order.

    Open one with :func:`open_log`; it may be used by several threads, and by
    several processes at once if each opens its own.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        clock: Callable[[], datetime] = _now,
        catalogue: Catalogue = CATALOGUE,
        tables: Tables | None = None,
        attempts: int = 10,
        keys: KeyStore | None = None,
    ) -> None:
        """Prove that every event can be read, and take over *storage*.

        Args:
            storage: Where the rows are kept; :func:`open_log` finds it by URL.
            clock: Tells when something is recorded.
            catalogue: The events of this program.
            tables: Where read models are kept, if not beside the log.
            attempts: How often a decision is made anew when others were faster.
            keys: Seals what is personal, from now on; it is closed with the log.
        """
        self.storage = storage
        self.codec = Codec(catalogue)
        self.sealing = Sealing(self.codec, storage, keys) if keys else None
        self._unsealed = Unsealed(storage)
        self.tables = tables or storage.tables
        #: Opens the same log once more, to read it: elsewhere, for it travels as bytes.
        self.reader: Callable[[], EventLog] | None = None
        self._snapshots = Snapshots(storage, self.sealing)
        self._clock, self._attempts = clock, attempts
        # A storage that hears of other processes brings a bell of its own.
        self._bell: Bell = getattr(storage, "bell", None) or Bell()
        self._turns = RLock()

    # --- Writing ---------------------------------------------------------------

    def append(
        self,
        *changes: Change,
        provenance: Provenance,
        tracking: Tracking | tuple[str, int] | None = None,
    ) -> Receipt:
        """Add events to one or several histories: all of them, or none.

        With a command id, the same command is carried out once: its receipt of
        then is returned, marked as *repeated*.  With *tracking* = (name,
        position), a follower records in the same transaction how far it has come.

        Raises:
            ConflictError: If a history has not exactly as many events as expected.
            CommandReusedError: If the command id belongs to other subjects.
            AlreadyTrackedError: If the follower was there before.
            UnstorableEventError: If an event could not be read again.
            NoKeysError: If this log is sealed, and was opened without its keys.
            ErasedPersonError: If an event tells of somebody who was erased.
        """
        ensure_named(provenance)
        for change in changes:
            ensure_subject(change.subject)
        append = Append(
            changes=changes,
            encoded=self._encoded(changes),
            provenance=provenance,
            tracking=Tracking(*tracking) if tracking else None,
            now=self.now(),
        )
        outcome = self.storage.write(append)
        self._bell.ring()
        if isinstance(outcome, StoredCommand):
            return self._receipt_of_then(outcome)
        return outcome

    def execute(
        self,
        subject: str,
        decide: Callable[[S | None], Iterable[Any]],
        *,
        fold: Fold[S],
        provenance: Provenance,
        after: int | None = None,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> Receipt:
        """Let *decide* look at the state of *subject*, and record what it decides.

        If somebody else was faster, it decides again on what they left; unless
        *after* says that its history must have just so many events.  It is recorded
        *within* what has to go well with it, or not at all.

        Raises:
            ConflictError: If its history is not as expected, or others were faster
                time and again.
            CommandReusedError: If the command id belongs to another subject.
        """
        ensure_named(provenance)
        once = partial(
            self._execute,
            subject,
            decide,
            fold=fold,
            provenance=provenance,
            after=after,
            within=within,
        )
        with self._turns:
            pass  # Let whoever was too slow before go first, lest he starve.
        try:
            return self._carried_out(provenance, subject) or once()
        except ConflictError:
            if after is not None or self._attempts == 1:
                raise
        with self._turns:
            return self._decide_again(once, provenance, subject)

    def _decide_again(
        self, once: Callable[[], Receipt], provenance: Provenance, subject: str
    ) -> Receipt:
        for attempt in range(2, self._attempts + 1):
            try:
                return self._carried_out(provenance, subject) or once()
            except ConflictError:
                if attempt == self._attempts:
                    raise
        raise AssertionError  # The last attempt returns or raises.

    def _execute(
        self,
        subject: str,
        decide: Callable[[S | None], Iterable[Any]],
        *,
        fold: Fold[S],
        provenance: Provenance,
        after: int | None,
        within: Callable[[], AbstractContextManager[object]],
    ) -> Receipt:
        loaded = self._load(subject, fold)
        if after is not None and loaded.version != after:
            raise ConflictError(subject, expected=after, found=loaded.version)
        change = Change.of(subject, decide(loaded.state), after=loaded.version)
        with within():
            receipt = self.append(change, provenance=provenance)
        self._snapshots.keep_if_due(subject, fold, loaded)
        return receipt

    def _encoded(self, changes: Sequence[Change]) -> list[list[Encoded]]:
        if self.sealing is not None:
            return self.sealing.encode(changes)
        if changes:
            self._unsealed.ensure()
        return [self.codec.encode(change.events) for change in changes]

    def has_command(self, command_id: str) -> bool:
        """Tell whether that command was carried out, however long ago."""
        return self.storage.command(command_id) is not None

    def _carried_out(self, provenance: Provenance, subject: str) -> Receipt | None:
        if provenance.command_id is None:
            return None
        command = self.storage.command(provenance.command_id)
        return self._receipt_of_then(same_command(command, {subject})) if command else None

    # --- One history -----------------------------------------------------------

    def load(self, subject: str, fold: Fold[S]) -> tuple[S | None, int]:
        """Return the state of *subject* and how many events led to it.

        A subject without history is ``(None, 0)``.
        """
        loaded = self._load(subject, fold)
        self._snapshots.keep_if_due(subject, fold, loaded)
        return loaded.state, loaded.version

    def history(
        self,
        subject: str,
        *,
        upto_version: int | None = None,
        upto_position: int | None = None,
        upto_recorded: datetime | None = None,
        upto_occurred: datetime | None = None,
        opened: bool = False,
    ) -> list[Recorded]:
        """Return what happened to *subject*, oldest first.

        The limits are inclusive and may be combined: *upto_recorded* and
        *upto_position* ask what was known then, *upto_occurred* what had
        happened by then as far as we know today.  What is sealed is told only if it
        is to be *opened*.
        """
        rows = self._rows_of(subject, upto=upto_version)
        read = self.opened if opened else self.codec.recorded
        history: Iterable[Recorded] = map(read, rows)
        if upto_position is not None:
            history = (each for each in history if each.position <= upto_position)
        if upto_recorded is not None:
            known = in_utc(upto_recorded, "upto_recorded")
            history = (each for each in history if each.recorded_at <= known)
        if upto_occurred is not None:
            happened = in_utc(upto_occurred, "upto_occurred")
            history = (each for each in history if each.occurred_at <= happened)
        return list(history)

    def take_snapshot(self, subject: str, fold: Fold[S]) -> bool:
        """Keep the state of *subject*, so that it loads faster; tell whether it was kept.

        A state that would not read back equal is not kept.
        """
        return self._snapshots.keep(subject, fold, self._load(subject, fold))

    def forget_snapshots(self) -> None:
        """Drop every snapshot; nothing but time is lost."""
        self.storage.forget_snapshots()

    def _load(self, subject: str, fold: Fold[S]) -> Loaded[S]:
        ensure_subject(subject)
        kept = self._snapshots.find(subject, fold)
        states = self.storage.states(stream_id(subject), after=kept.version)
        if states and states[-1][0] != kept.version + len(states):
            ensure_contiguous(subject, [version for version, _, _ in states], after=kept.version)
        if self.sealing is not None:
            states = self.sealing.opened_states(stream_id(subject), states)
        state = fold.over(kept.state, self.codec.events(subject, states)) if states else kept.state
        return Loaded(state, kept.version + len(states), len(states))

    def _rows_of(self, subject: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        ensure_subject(subject)
        rows = self.storage.stream(stream_id(subject), after=after, upto=upto)
        ensure_contiguous(subject, [row.version for row in rows], after=after)
        return rows

    # --- The whole log -----------------------------------------------------------

    def since(self, position: int, limit: int | None = None) -> Iterator[Recorded]:
        """Yield what was recorded behind *position*, in order."""
        return map(self.codec.recorded, self.rows_since(position, limit))

    def opened(self, row: Row) -> Recorded:
        """Return the event of *row* with what is sealed in it, for those who act on it.

        Whatever is read otherwise, a history, a page, a read model, stays sealed.
        """
        if self.sealing is not None:
            row = self.sealing.opened(row)
        return self.codec.recorded(row)

    def rows_since(self, position: int, limit: int | None = None) -> Iterator[Row]:
        """Yield the rows behind *position* as they are stored, byte for byte."""
        return islice(self._pages(position), limit)

    def head(self) -> int:
        """Return the position of the newest event, or 0."""
        return self.storage.head()

    def wait(self, position: int, timeout: float | None = None) -> int:
        """Wait until the log has come to *position*, and return its head.

        Raises:
            NotYetRecordedError: If that takes more than *timeout* seconds.
        """
        if self._bell.wait_until(lambda: self.head() >= position, timeout=timeout):
            return self.head()
        msg = f"position {position} was not recorded within {timeout} s; the head is {self.head()}"
        raise NotYetRecordedError(msg)

    def subscribe(self, *, after: int = 0, stop: Event | None = None) -> Iterator[Recorded]:
        """Yield everything behind *after*, then what follows as it is recorded.

        Set *stop* from another thread to end the iteration; a storage that is away
        for a while does not end it.
        """
        stop, seen = stop or Event(), -1
        while not stop.is_set():
            try:
                seen = self._next_head(seen, stop)
                for recorded in self.since(after):
                    yield recorded
                    after = recorded.position
                    if stop.is_set():
                        return
            except AWAY as error:
                seen = _wait_for(error, stop)

    def ticks(self, stop: Event) -> Iterator[int]:
        """Yield the head of the log now and whenever it has grown, until *stop* is set.

        A storage that is away for a while does not end it.
        """
        seen = -1
        while not stop.is_set():
            try:
                seen = self._next_head(seen, stop)
            except AWAY as error:
                seen = _wait_for(error, stop)
                continue
            if not stop.is_set():
                yield seen

    def _next_head(self, seen: int, stop: Event) -> int:
        self._bell.wait_until(partial(self._has_moved, seen, stop), timeout=None)
        return self.head()

    def _has_moved(self, seen: int, stop: Event) -> bool:
        return stop.is_set() or self.head() != seen

    def subjects(
        self, kind: str | None = None, *, partition: tuple[int, int] = (0, 1)
    ) -> Iterator[str]:
        """Yield every subject, oldest first; with *kind*, only ``kind/…``.

        ``partition=(i, n)`` yields the i-th of n parts, for rebuilding in parallel.
        A subject is always in the same part.
        """
        part, parts = partition
        for row in self.storage.beginnings():
            if zlib.crc32(row.stream.encode()) % parts != part:
                continue
            subject, _ = subject_and_moment(row)
            if kind is None or subject.startswith(f"{kind}/"):
                yield subject

    def _pages(self, position: int) -> Iterator[Row]:
        while rows := self.storage.rows(after=position, limit=_PAGE):
            yield from rows
            position = rows[-1].position

    # -----------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the time by the clock of the log, in UTC."""
        return in_utc(self._clock(), "clock")

    def backup(self, path: str) -> None:
        """Write a complete copy to *path* while others go on writing.

        Copying the file of a running log loses what is still in its write-ahead log.
        """
        self.storage.backup(path)

    def close(self) -> None:
        """Close the storage, and the tables if they are kept elsewhere."""
        if self.tables is not self.storage.tables:
            self.tables.close()
        self.storage.close()
        if self.sealing is not None:
            self.sealing.keys.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _receipt_of_then(self, command: StoredCommand) -> Receipt:
        then = outcome_of(command)
        rows = [
            row
            for span in then.spans
            for row in self._rows_of(span.subject, after=span.after, upto=span.upto)
        ]
        return Receipt(
            position=max((row.position for row in rows), default=command.position),
            recorded_at=then.recorded_at,
            versions={span.subject: span.upto for span in then.spans},
            events=tuple(self.opened(row).event for row in rows),
            repeated=True,
        )


def _wait_for(error: StorageError, stop: Event) -> int:
    """Give the storage time to come back; nothing that was seen counts any more."""
    sentence = "waiting %(seconds)s s for the storage: %(error)s"
    _journal.warning("storage_away", sentence, seconds=_PAUSE, error=error)
    stop.wait(_PAUSE)
    return -1


def ensure_contiguous(subject: str, versions: Sequence[int], *, after: int) -> None:
    """See to it that no version is missing from a history.

    Raises:
        BrokenHistoryError: Naming the first that is.
    """
    if versions and versions[-1] != after + len(versions):
        missing = next(n for n, version in enumerate(versions, after + 1) if version != n)
        msg = f"{subject}: version {missing} is missing from its history"
        raise BrokenHistoryError(msg)
