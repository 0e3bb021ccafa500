"""Streams are folded in portions, by whoever has time: here, in other processes, on other machines.

A portion and what becomes of it travel as bytes.  It is folded with nothing but
its own rows at hand, so it comes to the same wherever and whenever that happens.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, runtime_checkable

import attrs

from ..domain.events import CATALOGUE, Recorded
from .codec import Codec, subject_and_moment
from .errors import TROUBLE, UnreadableEventError
from .histories import histories
from .log import EventLog
from .protocol import Row, Told
from .tables import Batch, DeadLetter, TableRow
from .topics import Topics

PORTION = 100_000  #: Events of the log whose streams are folded together; after a crash, again.

#: Opens the log where the folding is done; it is closed afterwards.
Opener = Callable[[], AbstractContextManager[EventLog]]


class Folding(Protocol):
    """A read model, as far as building it anew goes."""

    @property
    def topics(self) -> str | Topics:
        """What its events are called."""

    def observe(self, batch: Batch, recorded: Sequence[Recorded], /) -> None:
        """Take events in, in order."""


@runtime_checkable
class FoldingWhole(Folding, Protocol):
    """One that makes a row of each stream, so that many can share the streams."""

    def whole_histories(self, codec: Codec, /) -> Callable[[Sequence[Told]], TableRow | None]:
        """Return what makes the row of a whole history, if it has one: the same, faster."""


class Portion(Protocol):
    """Some of the streams; when it is folded, *done* is noted, and with the last the head."""

    @property
    def done(self) -> int:
        """How far the folding is when this portion is folded, too."""

    def histories(self) -> Iterator[Sequence[Told]]:
        """Yield the events of each stream, from its first; tuples in that order will do."""

    def rows(self, positions: Collection[int], /) -> Iterator[Row]:
        """Yield the rows of its events at these positions, which grow."""


class Source(Protocol):
    """Where streams are read: the log, or a copy of it."""

    @property
    def name(self) -> str:
        """Only by the same name can an interrupted rebuild be gone on with."""

    def head(self) -> int:
        """Return the position to which it goes."""

    def portions(self, topics: Topics, *, after: int, upto: int) -> Iterator[Portion]:
        """Yield the streams with *topics* as they were at position *upto*, behind what is done."""


@attrs.frozen(kw_only=True)
class Stretch:
    """The streams that began in a stretch of the log, as they were at position *upto*."""

    opener: Opener
    after: int
    done: int
    upto: int
    topics: Topics

    def histories(self) -> Iterator[Sequence[Told]]:
        """Yield the events of each stream, from its first."""
        with self.opener() as log:
            yield from histories(
                log.storage, after=self.after, until=self.done, upto=self.upto, topics=self.topics
            )

    def rows(self, positions: Collection[int]) -> Iterator[Row]:
        """Yield the rows of its events at these positions, which grow."""
        with self.opener() as log:
            for each in positions:
                yield from log.storage.rows(after=each - 1, limit=1)


@attrs.frozen
class FromLog:
    """Streams as they stand in the log, in the order in which they began."""

    log: EventLog
    opener: Opener
    name: str = "log"

    def head(self) -> int:
        """Return the position to which it goes."""
        return self.log.head()

    def portions(self, topics: Topics, *, after: int, upto: int) -> Iterator[Portion]:
        """Yield the streams that began behind *after* and until *upto*."""
        for start in range(after, upto, PORTION):
            done = min(start + PORTION, upto)
            yield Stretch(opener=self.opener, after=start, done=done, upto=upto, topics=topics)


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
    """Makes the rows of *model* for all streams of a portion.

    A stream that cannot be folded stops at the event that is to blame, as it does
    for a follower; the others go on.  Events that are *skipped* are passed by.
    """

    model: FoldingWhole
    skipped: frozenset[int]
    now: datetime
    codec: Callable[[], Codec] = our_codec

    def __call__(self, portion: Portion) -> Folded:
        """Return the rows, and what had to be set aside."""
        codec, rows, letters = self.codec(), list[TableRow](), list[DeadLetter]()
        row_of, blamed = self.model.whole_histories(codec), list[int]()
        for history in self._taken_in(portion.histories()):
            try:
                row = row_of(history)
            except TROUBLE:
                raise
            except Exception:  # noqa: BLE001 - one of its events is to blame; look for it
                blamed += [position for _, position, *_ in history]
            else:
                if row is not None:
                    rows.append(row)
        for whole in _by_stream(portion.rows(sorted(blamed)) if blamed else ()):
            rows += self._one_by_one(codec, whole, letters)
        return Folded(rows=tuple(rows), letters=tuple(letters))

    def _taken_in(self, histories: Iterator[Sequence[Told]]) -> Iterator[Sequence[Told]]:
        if not self.skipped:
            return histories
        return ([each for each in told if each[1] not in self.skipped] for told in histories)

    def _one_by_one(
        self, codec: Codec, rows: Sequence[Row], letters: list[DeadLetter]
    ) -> list[TableRow]:
        batch = Batch(None)
        for n, row in enumerate(rows):
            try:
                self.model.observe(batch, [codec.recorded(row)])
            except TROUBLE:
                raise
            except Exception as error:  # noqa: BLE001 - it goes on record
                letters.append(self._letter(row, repr(error), 1))
                waits = "waits behind an event that was set aside"
                letters.extend(self._letter(each, waits, 0) for each in rows[n + 1 :])
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


def _by_stream(rows: Iterable[Row]) -> Iterable[list[Row]]:
    streams: dict[str, list[Row]] = {}
    for row in rows:
        streams.setdefault(row.stream, []).append(row)
    return streams.values()
