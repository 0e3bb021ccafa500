"""Read models keep up with the log here: in batches, exactly once, whatever happens.

A batch commits its rows and its position together.  When a batch fails, its
events are taken in one by one; an event that fails time and again is set aside
with its error, its stream is parked behind it, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import islice
from threading import Event

import attrs

from ..domain.events import Recorded, UnknownEventError
from ..journal import Journal
from .codec import subject_and_moment
from .errors import TROUBLE, AlreadyTrackedError, StorageError, UnreadableEventError
from .log import EventLog
from .patience import Patience
from .protocol import Row
from .spans import span
from .tables import Batch, DeadLetter, unknown
from .topics import Topics

_journal = Journal(__name__)

#: Takes events in, in order; it may look at and change the rows of the batch, and nothing else.
Handler = Callable[[Batch, Sequence[Recorded]], None]


@attrs.frozen(kw_only=True)
class FollowerStatus:
    """How far a follower has come, and what it could not take in.

    *lag* is how long the oldest event that still waits has been on record.
    """

    name: str
    position: int
    head: int
    events_behind: int
    lag: timedelta
    parked: tuple[str, ...]
    dead_letters: int


class Follower:
    """Brings one version of a read model up to date, and keeps it there."""

    def __init__(
        self,
        log: EventLog,
        name: str,
        handler: Handler,
        *,
        version: int = 1,
        topics: str | Topics = "",
        batch_size: int = 1000,
        patience: Patience | None = None,
        skipped: Container[int] = frozenset(),
    ) -> None:
        """Follow *log* with *handler*.

        Args:
            log: The log; the rows go to its tables.
            name: The read model.
            handler: Takes the events in.
            version: The version of the read model; another one is another model.
            topics: What the events are called that it takes in, or what their names begin
                with; the others are passed by unread.
            batch_size: How many events share a transaction.
            patience: How often, and how long apart, a failing event is tried.
            skipped: The positions of events that it passes by for good.
        """
        self._log, self._handler = log, handler
        self.name, self.version = name, version
        self._batch_size, self._patience = batch_size, patience or Patience()
        self._topics, self._skipped = Topics.of(topics), skipped
        self._reached = 0  # How far we have seen that version; it only goes on.

    @property
    def position(self) -> int:
        """The position in the log that its rows tell of."""
        return self._log.tables.position(self.name, self.version)

    def catch_up(self, *, upto: int | None = None) -> int:
        """Take in all that was recorded, or all until position *upto*; return the position.

        Raises:
            UnknownTableError: If that version was dropped, for another one is in use.
            StorageError: If rows cannot be read or written at all; nothing was lost.
        """
        while rows := self._next(after := self._here(), upto):
            try:
                self._take_in(rows, after=after)
            except AlreadyTrackedError:
                somebody_was_faster(_journal, self.name)
        return self.position

    def run(self, stop: Event, *, pause: float = 1.0) -> None:
        """Keep up with the log until *stop* is set, whatever the storage does meanwhile."""
        keep_up(self._log, self.catch_up, stop, pause=pause)

    def retry_dead_letters(self) -> int:
        """Try again what was set aside, oldest first; return how many were taken in."""
        return retry_in_order(self._letters(), self._retry)

    def status(self) -> FollowerStatus:
        """Tell how far it has come and what it could not take in."""
        return status_of(self._log, self.name, self.position, self._letters())

    # --- One batch ---------------------------------------------------------------

    def _here(self) -> int:
        """Return the position, and see to it that nobody has dropped that version meanwhile."""
        position = self.position
        if position < self._reached:
            raise unknown(self.name, self.version)
        self._reached = position
        return position

    def _next(self, after: int, upto: int | None) -> list[Row]:
        rows = islice(self._log.rows_since(after), self._batch_size)
        return [row for row in rows if upto is None or row.position <= upto]

    def _take_in(self, rows: Sequence[Row], *, after: int) -> None:
        try:
            with span(f"read model {self.name}", after=after, upto=rows[-1].position):
                self._commit(rows, after=after)
        except TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - any event may be the one; look for it
            sentence = "%(follower)s: a batch failed, trying its events alone: %(error)s"
            told = {"follower": self.name, "position": rows[-1].position, "error": error}
            _journal.warning("batch_failed", sentence, **told)
            self._one_by_one(rows, after=after)

    def _commit(self, rows: Sequence[Row], *, after: int) -> None:
        parked = {letter.stream for letter in self._letters()}
        with self._batch(after=after, upto=rows[-1].position) as batch:
            events = list(self._readable(rows, batch, parked))
            if events:
                self._handler(batch, events)

    def _readable(self, rows: Iterable[Row], batch: Batch, parked: set[str]) -> Iterator[Recorded]:
        for row in rows:
            if row.topic not in self._topics or row.position in self._skipped:
                continue
            if row.stream in parked:
                batch.set_aside(self._letter(row, "waits behind an event that was set aside", 0))
                continue
            try:
                yield self._log.codec.recorded(row)
            except (UnknownEventError, UnreadableEventError) as error:
                parked.add(row.stream)
                batch.set_aside(self._letter(row, repr(error), 1))

    def _one_by_one(self, rows: Sequence[Row], *, after: int) -> None:
        for row in rows:
            self._try(row, after=after)
            after = row.position

    def _try(self, row: Row, *, after: int) -> None:
        failure: Exception | None = None
        for _ in self._patience.attempts():
            try:
                self._commit([row], after=after)
            except TROUBLE:
                raise
            except Exception as error:  # noqa: BLE001 - it goes on record below
                failure = error
            else:
                return
        was_set_aside(_journal, self.name, row, repr(failure))
        with self._batch(after=after, upto=row.position) as batch:
            batch.set_aside(self._letter(row, repr(failure), self._patience.tries))

    # --- What was set aside ------------------------------------------------------

    def _retry(self, letter: DeadLetter) -> bool:
        while True:
            try:
                return self._try_again(letter)
            except AlreadyTrackedError:
                somebody_was_faster(_journal, self.name)
            if letter.position not in {each.position for each in self._letters()}:
                return True  # It was he who took it in.

    def _try_again(self, letter: DeadLetter) -> bool:
        (row,) = self._log.rows_since(letter.position - 1, limit=1)
        here = self.position
        try:
            with self._batch(after=here, upto=here) as batch:
                self._handler(batch, [self._log.codec.recorded(row)])
                batch.settle([letter.position])
        except TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - it stays aside, with its newest error
            with self._batch(after=here, upto=here) as batch:
                batch.set_aside(self._letter(row, repr(error), letter.attempts + 1))
            return False
        return True

    def _letters(self) -> list[DeadLetter]:
        return self._log.tables.dead_letters(self.name, self.version)

    def _letter(self, row: Row, error: str, attempts: int) -> DeadLetter:
        return dead_letter(self._log, row, error=error, attempts=attempts)

    def _batch(self, *, after: int, upto: int) -> AbstractContextManager[Batch]:
        return self._log.tables.batch(self.name, self.version, after=after, upto=upto)


def keep_up(log: EventLog, catch_up: Callable[[], object], stop: Event, *, pause: float) -> None:
    """Catch up whenever the log has grown; when the storage fails, try again after *pause*."""
    for _ in log.ticks(stop):
        while not stop.is_set():
            try:
                catch_up()
            except StorageError as error:
                sentence = "a follower waits %(seconds)s s for its storage: %(error)s"
                _journal.warning("follower_waits", sentence, seconds=pause, error=error)
                stop.wait(pause)
            else:
                break


def somebody_was_faster(journal: Journal, follower: str) -> None:
    """Say that another process has dealt with the same events."""
    sentence = "%(follower)s: somebody else was faster; going on behind him"
    journal.info("somebody_was_faster", sentence, follower=follower)


def was_set_aside(journal: Journal, follower: str, row: Row, error: str) -> None:
    """Say that an event could not be dealt with."""
    told = {"follower": follower, "position": row.position, "topic": row.topic, "error": error}
    sentence = "%(follower)s: position %(position)d was set aside: %(error)s"
    journal.error("event_set_aside", sentence, **told)


def dead_letter(log: EventLog, row: Row, *, error: str, attempts: int) -> DeadLetter:
    """Return the note that goes with an event set aside."""
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
        set_aside_at=log.now(),
    )


def lag_behind(log: EventLog, position: int) -> timedelta:
    """Return how long the oldest event behind *position* has been on record."""
    for row in log.rows_since(position, limit=1):
        try:
            _, recorded_at = subject_and_moment(row)
        except UnreadableEventError:
            break
        return max(timedelta(), log.now() - recorded_at)
    return timedelta()


def retry_in_order(letters: Iterable[DeadLetter], retry: Callable[[DeadLetter], bool]) -> int:
    """Try *letters* again, and return how many went well; none overtakes one of its stream."""
    parked: set[str] = set()
    went_well = 0
    for letter in letters:
        if letter.stream in parked:
            continue
        if retry(letter):
            went_well += 1
        else:
            parked.add(letter.stream)
    return went_well


def status_of(
    log: EventLog, name: str, position: int, letters: Sequence[DeadLetter]
) -> FollowerStatus:
    """Tell how far a follower at *position* has come, and what it could not take in."""
    head = log.head()
    return FollowerStatus(
        name=name,
        position=position,
        head=head,
        events_behind=max(0, head - position),
        lag=lag_behind(log, position),
        parked=tuple(sorted({letter.subject for letter in letters})),
        dead_letters=len(letters),
    )
