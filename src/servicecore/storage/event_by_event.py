"""Somebody acts on events here, one after the other, and is never stopped by one that fails.

How far he has come is noted with what he did; of events that led to nothing,
only now and then.  An event that fails time and again is set aside with its
error, its stream is parked behind it, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from threading import Event

from ..domain.events import Provenance, Recorded, UnknownEventError
from ..journal import Journal
from .errors import TROUBLE, AlreadyTrackedError, UnreadableEventError
from .follower import (
    FollowerStatus,
    dead_letter,
    keep_up,
    retry_in_order,
    somebody_was_faster,
    status_of,
    was_set_aside,
)
from .log import EventLog
from .patience import Patience
from .protocol import Row, Tracking
from .spans import span
from .tables import DeadLetter

_journal = Journal(__name__)

_BETWEEN_NOTES = 500  # Events without consequences that share one note of the position.

#: Acts on an event, and tells whether it noted the position itself.
Act = Callable[[Recorded], bool]


class EventByEvent:
    """Walks along the log under a *name*, and acts on each event that concerns it."""

    version = 1  #: Of the table that holds what was set aside.

    def __init__(
        self,
        log: EventLog,
        name: str,
        *,
        act: Act,
        act_again: Callable[[Recorded], object],
        listens: Collection[type] | None,
        patience: Patience | None,
    ) -> None:
        """Walk along *log*.

        Args:
            log: The log; how far it has come is noted there too.
            name: Under which it is noted.
            act: Is called with each event.
            act_again: Is called with one that was set aside before.
            listens: The classes of event it is told of; all, by default.
            patience: How often, and how long apart, a failing event is tried.
        """
        self._log, self.name = log, name
        self._act, self._act_again = act, act_again
        self._listens, self._heard = listens, dict[str, bool]()
        self._patience = patience or Patience()
        self._seen = 0  # Events of no consequence are noted now and then; here, all are.
        self._noted: int | None = None

    @property
    def position(self) -> int:
        """The position of the last event it has dealt with."""
        return max(self._seen, self._log.storage.tracked(self.name) or 0)

    def catch_up(self, *, upto: int | None = None) -> int:
        """Deal with all that was recorded, or all until position *upto*; return the position.

        What follows from it is dealt with too.
        """
        while True:
            try:
                return self._catch_up(upto)
            except AlreadyTrackedError:
                somebody_was_faster(_journal, self.name)

    def pass_by(self, upto: int, *, after: int, topics: Collection[str]) -> bool:
        """Go on to position *upto* unread, if it has come to *after* and nothing concerns it.

        Args:
            upto: Where to go.
            after: Where the events in between begin.
            topics: What they are called, or more.

        Returns:
            Whether it went; if not, it has to catch up.
        """
        if any(self._is_for_us(each) for each in topics):
            return False
        if self._seen < after and self.position < after:
            return False
        if self._noted is None:
            self._noted = self._log.storage.tracked(self.name) or 0
        if upto - self._noted >= _BETWEEN_NOTES:
            with suppress(AlreadyTrackedError):  # Somebody else has come further.
                self.note(upto)
            self._noted = upto
        self._seen = max(self._seen, upto)
        return True

    def run(self, stop: Event, *, pause: float = 1.0) -> None:
        """Keep up with the log until *stop* is set, whatever the storage does meanwhile."""
        keep_up(self._log, self.catch_up, stop, pause=pause)

    def retry_dead_letters(self) -> int:
        """Deal again with what was set aside, oldest first; return how many went well."""
        return retry_in_order(self._letters(), self._retry)

    def status(self) -> FollowerStatus:
        """Tell how far it has come and what it could not deal with."""
        return status_of(self._log, self.name, self.position, self._letters())

    def settle(self) -> None:
        """Note how far it has come, also if nothing followed; whoever looks sees no lag then."""
        if self._seen > (self._log.storage.tracked(self.name) or 0):
            with suppress(AlreadyTrackedError):  # Somebody else has come further.
                self.note(self._seen)
            self._noted = self._seen

    def note(self, position: int) -> None:
        """Note that everything until *position* is dealt with."""
        by_itself = Provenance(actor=f"policy/{self.name}")
        self._log.append(provenance=by_itself, tracking=Tracking(self.name, position))

    # --- One event ---------------------------------------------------------------

    def _catch_up(self, upto: int | None) -> int:
        position = self.position
        self._noted = noted = self._log.storage.tracked(self.name) or 0
        parked = {letter.stream for letter in self._letters()}
        for row in self._log.rows_since(position):
            if upto is not None and row.position > upto:
                break
            position = row.position
            if self._deal_with(row, parked):
                self._noted = noted = position
            elif position - noted >= _BETWEEN_NOTES:
                self.note(position)
                self._noted = noted = position
            self._seen = position
        return position

    def _deal_with(self, row: Row, parked: set[str]) -> bool:
        """Deal with one event, and tell whether its position was noted."""
        if row.stream in parked:
            self._set_aside(row, "waits behind an event that was set aside", 0)
            return True
        if not self._is_for_us(row.topic):
            return False
        failure: Exception | None = None
        for _ in self._patience.attempts():
            try:
                recorded = self._log.opened(row)
                with span(f"policy {self.name}", causation_id=recorded.id, **_chain(recorded)):
                    return self._act(recorded)
            except (UnknownEventError, UnreadableEventError) as error:
                failure = error
                break
            except TROUBLE:
                raise
            except Exception as error:  # noqa: BLE001 - it goes on record below
                failure = error
        told = self._told(failure)
        self._set_aside(row, told, self._patience.tries)
        was_set_aside(_journal, self.name, row, told)
        parked.add(row.stream)
        return True

    def _is_for_us(self, topic: str) -> bool:
        """Tell whether to read an event of that name; one that nobody knows, is looked at."""
        if self._listens is None:
            return True
        if topic not in self._heard:
            cls = self._log.codec.class_of(topic)
            self._heard[topic] = cls is None or cls in self._listens
        return self._heard[topic]

    # --- What was set aside ------------------------------------------------------

    def _told(self, failure: Exception | None) -> str:
        """Return what is kept of a failure; where people are sealed, it must not quote them."""
        if self._log.sealing is None:
            return repr(failure)
        return f"{type(failure).__name__}; its message may tell of a person and is not kept"

    def _set_aside(self, row: Row, error: str, attempts: int) -> None:
        if (self._log.storage.tracked(self.name) or 0) >= row.position:
            msg = f"{self.name} has dealt with position {row.position} elsewhere"
            raise AlreadyTrackedError(msg)
        letter = dead_letter(self._log, row, error=error, attempts=attempts)
        self._keep(letter)
        self.note(row.position)

    def _retry(self, letter: DeadLetter) -> bool:
        (row,) = self._log.rows_since(letter.position - 1, limit=1)
        try:
            self._act_again(self._log.opened(row))
        except TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - it stays aside, with its newest error
            attempts = letter.attempts + 1
            self._keep(dead_letter(self._log, row, error=self._told(error), attempts=attempts))
            return False
        with (
            suppress(AlreadyTrackedError),  # Somebody else has settled it meanwhile.
            self._log.tables.batch(self.name, self.version, upto=self._aside()) as batch,
        ):
            batch.settle([letter.position])
        return True

    def _keep(self, letter: DeadLetter) -> None:
        with self._log.tables.batch(self.name, self.version, upto=self._aside()) as batch:
            batch.set_aside(letter)

    def _letters(self) -> list[DeadLetter]:
        return self._log.tables.dead_letters(self.name, self.version)

    def _aside(self) -> int:
        return self._log.tables.position(self.name, self.version)


def _chain(recorded: Recorded) -> dict[str, str]:
    return {"correlation_id": recorded.provenance.correlation_id or recorded.id}
