"""Policies act on events here: whenever this has happened, that follows, exactly once.

All that one event leads to is appended in one transaction, together with the
position of the event.  So after a crash, or with several workers, an event is
either dealt with or not; never half, never twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

import attrs

from ..domain.events import Provenance, Recorded
from .changes import Change, Fold
from .errors import ConflictError
from .event_by_event import EventByEvent
from .log import EventLog
from .patience import Patience
from .protocol import Tracking

#: A conflict means that somebody else got something done, so it is worth trying again at once.
_WHILE_OTHERS_ARE_FASTER = Patience(
    tries=12, first=timedelta(milliseconds=2), longest=timedelta(milliseconds=50)
)


@attrs.frozen
class Decision:
    """Something to decide about *subject*, on its state at the moment of appending."""

    subject: str
    decide: Callable[[Any], Iterable[Any]]
    fold: Fold[Any] = attrs.field(kw_only=True)


#: Tells what follows from an event; it looks at nothing else and changes nothing.
Reaction = Callable[[Recorded], Iterable[Change | Decision]]


class PolicyFollower(EventByEvent):
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
        super().__init__(
            log,
            name,
            act=self._act_on,
            act_again=self._act_once_more,
            listens=listens,
            patience=patience,
        )
        self._react = react
        self._provenance = provenance or self._by_policy

    def _act_on(self, recorded: Recorded) -> bool:
        wanted = tuple(self._react(recorded))
        if not wanted:
            return False
        tracking = Tracking(self.name, recorded.position)
        self._append(wanted, self._provenance(recorded), tracking)
        return True

    def _act_once_more(self, recorded: Recorded) -> None:
        key = f"policy/{self.name}/{recorded.position}"
        if not self._log.has_command(key):
            provenance = attrs.evolve(self._provenance(recorded), command_id=key)
            self._append(tuple(self._react(recorded)), provenance, None)

    def _append(
        self,
        wanted: Sequence[Change | Decision],
        provenance: Provenance,
        tracking: Tracking | None,
    ) -> None:
        lost: list[ConflictError] = []
        for _ in _WHILE_OTHERS_ARE_FASTER.attempts():
            changes = self._changes(wanted)
            try:
                self._log.append(*changes, provenance=provenance, tracking=tracking)
            except ConflictError as error:
                lost.append(error)
            else:
                return
        raise lost[-1]

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

    def _by_policy(self, recorded: Recorded) -> Provenance:
        return Provenance(
            actor=f"policy/{self.name}",
            rule=self.name,
            causation_id=recorded.id,
            correlation_id=recorded.provenance.correlation_id or recorded.id,
        )
