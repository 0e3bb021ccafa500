"""Policies act on events here: whenever this has happened, that follows, exactly once.

All that one event leads to is appended in one transaction, together with the
position of the event.  So after a crash, or with several workers, an event is
either dealt with or not; never half, never twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from threading import Event
from typing import Any

import attrs

from ..domain.events import Provenance, Recorded, UnknownEventError
from .changes import Change, Fold
from .errors import TROUBLE, AlreadyTrackedError, ConflictError, UnreadableEventError
from .follower import FollowerStatus, dead_letter, keep_up, retry_in_order, status_of
from .log import EventLog
from .patience import Patience
from .protocol import Row, Tracking
from .tables import DeadLetter

_logger = logging.getLogger(__name__)

_VERSION = 1  # Of the table that holds what was set aside.
_BETWEEN_NOTES = 500  # Events without consequences that share one note of the position.


@attrs.frozen
class Decision:
    """Something to decide about *subject*, on its state at the moment of appending."""

    subject: str
    decide: Callable[[Any], Iterable[Any]]
    fold: Fold[Any] = attrs.field(kw_only=True)


#: Tells what follows from an event; it looks at nothing else and changes nothing.
Reaction = Callable[[Recorded], Iterable[Change | Decision]]


class PolicyFollower:
    """Carries out what one policy wants done."""

    def __init__(
        self,
        log: EventLog,
        name: str,
        react: Reaction,
        *,
        listens: Collection[type] | None = None,
        provenance: Callable[[Recorded], Provenance] | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Follow *log* with *react*.

        Args:
            log: The log; what the policy decides goes there too.
            name: The policy.
            react: Tells what follows from an event.
            listens: The classes of event it is told of; all, by default.
            provenance: Who is on record for it; the policy itself by default.
            patience: How often, and how long apart, a failing event is tried.
        """
        self._log, self._react, self.name = log, react, name
        self._listens, self._heard = listens, dict[str, bool]()
        self._provenance = provenance or self._by_policy
        self._patience = patience or Patience()
        self._seen = 0  # Events of no consequence are noted now and then; here, all are.

    @property
    def position(self) -> int:
        """The position of the last event it has dealt with."""
        return max(self._seen, self._log.storage.tracked(self.name) or 0)

    def catch_up(self, *, upto: int | None = None) -> int:
        """Deal with all that was recorded, or all until position *upto*; return the position.

        What the policy itself records is dealt with too.
        """
        while True:
            try:
                return self._catch_up(upto)
            except AlreadyTrackedError:
                _logger.info("%s: somebody else was faster; going on behind him", self.name)

    def run(self, stop: Event, *, pause: float = 1.0) -> None:
        """Keep up with the log until *stop* is set, whatever the storage does meanwhile."""
        keep_up(self._log, self.catch_up, stop, pause=pause)

    def retry_dead_letters(self) -> int:
        """Deal again with what was set aside, oldest first; return how many went well."""
        return retry_in_order(self._letters(), self._retry)

    def status(self) -> FollowerStatus:
        """Tell how far it has come and what it could not deal with."""
        return status_of(self._log, self.name, self.position, self._letters())

    # --- One event ---------------------------------------------------------------

    def _catch_up(self, upto: int | None) -> int:
        position = self.position
        noted = self._log.storage.tracked(self.name) or 0
        parked = {letter.stream for letter in self._letters()}
        for row in self._log.rows_since(position):
            if upto is not None and row.position > upto:
                break
            position = row.position
            if self._deal_with(row, parked):
                noted = position
            elif position - noted >= _BETWEEN_NOTES:
                self._note(position)
                noted = position
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
                return self._act_on(self._log.codec.recorded(row))
            except (UnknownEventError, UnreadableEventError) as error:
                failure = error
                break
            except TROUBLE:
                raise
            except Exception as error:  # noqa: BLE001 - it goes on record below
                failure = error
        _logger.error("%s: position %d was set aside: %r", self.name, row.position, failure)
        parked.add(row.stream)
        self._set_aside(row, repr(failure), self._patience.tries)
        return True

    def _is_for_us(self, topic: str) -> bool:
        """Tell whether to read an event of that name; one that nobody knows, is looked at."""
        if self._listens is None:
            return True
        if topic not in self._heard:
            cls = self._log.codec.class_of(topic)
            self._heard[topic] = cls is None or cls in self._listens
        return self._heard[topic]

    def _act_on(self, recorded: Recorded) -> bool:
        wanted = tuple(self._react(recorded))
        if not wanted:
            return False
        tracking = Tracking(self.name, recorded.position)
        self._append(wanted, self._provenance(recorded), tracking)
        return True

    def _append(
        self,
        wanted: Sequence[Change | Decision],
        provenance: Provenance,
        tracking: Tracking | None,
    ) -> None:
        for _ in self._patience.attempts():
            changes = self._changes(wanted)
            try:
                self._log.append(*changes, provenance=provenance, tracking=tracking)
            except ConflictError as error:
                conflict = error
            else:
                return
        raise conflict

    def _changes(self, wanted: Iterable[Change | Decision]) -> list[Change]:
        seen: dict[str, tuple[Any, int]] = {}
        changes: list[Change] = []
        for each in wanted:
            if isinstance(each, Change):
                changes.append(each)
                continue
            state, version = seen.get(each.subject) or self._log.load(each.subject, each.fold)
            events = tuple(each.decide(state))
            changes.append(Change(each.subject, events, after=version))
            for event in events:
                state = each.fold.evolve(state, event)
            seen[each.subject] = (state, version + len(events))
        return changes

    # --- What was set aside ------------------------------------------------------

    def _set_aside(self, row: Row, error: str, attempts: int) -> None:
        letter = dead_letter(self._log, row, error=error, attempts=attempts)
        with self._log.tables.batch(self.name, _VERSION, upto=self._aside()) as batch:
            batch.set_aside(letter)
        self._note(row.position)

    def _retry(self, letter: DeadLetter) -> bool:
        (row,) = self._log.rows_since(letter.position - 1, limit=1)
        key = f"policy/{self.name}/{letter.position}"
        try:
            recorded = self._log.codec.recorded(row)
            if not self._log.has_command(key):
                provenance = attrs.evolve(self._provenance(recorded), command_id=key)
                self._append(tuple(self._react(recorded)), provenance, None)
        except TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - it stays aside, with its newest error
            note = dead_letter(self._log, row, error=repr(error), attempts=letter.attempts + 1)
            with self._log.tables.batch(self.name, _VERSION, upto=self._aside()) as batch:
                batch.set_aside(note)
            return False
        with self._log.tables.batch(self.name, _VERSION, upto=self._aside()) as batch:
            batch.settle([letter.position])
        return True

    def _letters(self) -> list[DeadLetter]:
        return self._log.tables.dead_letters(self.name, _VERSION)

    def _aside(self) -> int:
        return self._log.tables.position(self.name, _VERSION)

    # -----------------------------------------------------------------------------

    def _note(self, position: int) -> None:
        by_policy = Provenance(actor=f"policy/{self.name}")
        self._log.append(provenance=by_policy, tracking=Tracking(self.name, position))

    def _by_policy(self, recorded: Recorded) -> Provenance:
        return Provenance(
            actor=f"policy/{self.name}",
            rule=self.name,
            causation_id=recorded.id,
            correlation_id=recorded.provenance.correlation_id or recorded.id,
        )
