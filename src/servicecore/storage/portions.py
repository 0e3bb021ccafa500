"""Streams are folded in portions, by whoever has time: here, in other processes, on other machines.

A portion and what becomes of it travel as bytes.  It is folded with nothing but
its own rows at hand, so it comes to the same wherever and whenever that happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import chain
from typing import Any, Protocol, runtime_checkable

import attrs

from ..domain.events import CATALOGUE, Recorded
from .codec import Codec, stream_id, subject_and_moment
from .errors import TROUBLE, UnreadableEventError
from .log import EventLog
from .protocol import Row
from .tables import Batch, DeadLetter, TableRow

PORTION = 500  #: Streams that are folded together; that many are done again after a crash.
_TOGETHER = 1000  # Events that are taken in at once.

#: Opens the log where the folding is done; it is closed afterwards.
Opener = Callable[[], AbstractContextManager[EventLog]]


class Folding(Protocol):
    """A read model that makes its rows of one stream at a time."""

    @property
    def topics(self) -> str:
        """What the names of its events begin with."""

    def observe(self, batch: Batch, recorded: Sequence[Recorded], /) -> None:
        """Take events in, in order."""


@runtime_checkable
class FoldingWhole(Protocol):
    """One that comes to the same, faster, when it is given a whole history at once."""

    def row_of(self, subject: str, events: Sequence[Any], /) -> TableRow | None:
        """Return the row of *subject*, if it has one."""


class Portion(Protocol):
    """Some of the streams; when it is folded, *done* is noted, and with the last the head."""

    @property
    def done(self) -> int:
        """How far the folding is when this portion is folded, too."""

    def histories(self) -> Iterator[list[Row]]:
        """Yield the rows of each stream, from its first."""


class Source(Protocol):
    """Where streams are read: the log, or a copy of it."""

    @property
    def name(self) -> str:
        """Only by the same name can an interrupted rebuild be gone on with."""

    def head(self) -> int:
        """Return the position to which it goes."""

    def portions(self, kind: str, *, after: int, upto: int) -> Iterator[Portion]:
        """Yield the streams of *kind* as they were at position *upto*, behind what is done."""


@attrs.frozen(kw_only=True)
class Streams:
    """A portion that is read from the log."""

    opener: Opener
    subjects: tuple[str, ...]
    done: int

    def histories(self) -> Iterator[list[Row]]:
        """Yield the rows of each stream, from its first."""
        with self.opener() as log:
            for subject in self.subjects:
                yield list(log.storage.stream(stream_id(subject)))


@attrs.frozen
class FromLog:
    """Streams as they stand in the log, in the order in which they began."""

    log: EventLog
    opener: Opener
    name: str = "log"

    def head(self) -> int:
        """Return the position to which it goes."""
        return self.log.head()

    def portions(self, kind: str, *, after: int, upto: int) -> Iterator[Portion]:
        """Yield the streams that began behind *after* and until *upto*."""
        subjects: list[str] = []
        for row in self.log.storage.beginnings():
            if row.position <= after:
                continue
            if row.position > upto:
                break
            subject, _ = subject_and_moment(row)
            if subject.startswith(f"{kind}/"):
                subjects.append(subject)
            if len(subjects) == PORTION and row.position < upto:
                yield self._portion(subjects, done=row.position)
                subjects = []
        yield self._portion(subjects, done=upto)

    def _portion(self, subjects: Sequence[str], *, done: int) -> Streams:
        return Streams(opener=self.opener, subjects=tuple(subjects), done=done)


# --- Folding -------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Folded:
    """What a portion came to."""

    rows: tuple[TableRow, ...]
    letters: tuple[DeadLetter, ...]


def our_codec() -> Codec:
    """Return what reads the events of this program, wherever it runs."""
    return Codec(CATALOGUE)


@attrs.frozen(kw_only=True)
class Fold:
    """Makes the rows of *model* for all streams of a portion, as they were at position *upto*.

    A stream that cannot be folded stops at the event that is to blame, as it does
    for a follower; the others go on.  Events that are *skipped* are passed by.
    """

    model: Folding
    upto: int
    skipped: frozenset[int]
    now: datetime
    codec: Callable[[], Codec] = our_codec

    def __call__(self, portion: Portion) -> Folded:
        """Return the rows, and what had to be set aside."""
        codec, rows, letters = self.codec(), list[TableRow](), list[DeadLetter]()
        for histories in self._together(portion):
            try:
                rows += self._taken_in(codec, histories)
            except TROUBLE:
                raise
            except Exception:  # noqa: BLE001 - one of them is to blame; look for it
                for each in histories:
                    rows += self._alone(codec, each, letters)
        return Folded(rows=tuple(rows), letters=tuple(letters))

    def _together(self, portion: Portion) -> Iterator[list[list[Row]]]:
        together: list[list[Row]] = []
        events = 0
        for rows in portion.histories():
            history = [row for row in rows if self._is_ours(row)]
            together.append(history)
            events += len(history)
            if events >= _TOGETHER:
                yield together
                together, events = [], 0
        yield together

    def _is_ours(self, row: Row) -> bool:
        concerns_it = row.topic.startswith(self.model.topics)
        return row.position <= self.upto and concerns_it and row.position not in self.skipped

    def _taken_in(self, codec: Codec, histories: Sequence[list[Row]]) -> list[TableRow]:
        if isinstance(self.model, FoldingWhole):
            rows = (_row_of(self.model, codec, each) for each in histories if each)
            return [row for row in rows if row is not None]
        batch = Batch(None)
        self.model.observe(batch, list(map(codec.recorded, chain.from_iterable(histories))))
        return batch.rows()

    def _alone(
        self, codec: Codec, history: Sequence[Row], letters: list[DeadLetter]
    ) -> list[TableRow]:
        batch = Batch(None)
        for n, row in enumerate(history):
            try:
                self.model.observe(batch, [codec.recorded(row)])
            except TROUBLE:
                raise
            except Exception as error:  # noqa: BLE001 - it goes on record
                letters.append(self._letter(row, repr(error), 1))
                waits = "waits behind an event that was set aside"
                letters.extend(self._letter(each, waits, 0) for each in history[n + 1 :])
                break
        return batch.rows()

    def _letter(self, row: Row, error: str, attempts: int) -> DeadLetter:
        try:
            subject, _ = subject_and_moment(row)
        except UnreadableEventError:
            subject = f"stream {row.stream}"
        return DeadLetter(
            position=row.position,
            stream=row.stream,
            subject=subject,
            error=error,
            attempts=attempts,
            set_aside_at=self.now,
        )


def _row_of(model: FoldingWhole, codec: Codec, history: Sequence[Row]) -> TableRow | None:
    subject, _ = subject_and_moment(history[0])
    states = [(row.version, row.topic, row.state) for row in history]
    return model.row_of(subject, codec.events(subject, states))
