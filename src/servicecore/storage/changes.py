"""What one writes to the log, what one gets back, and how a history becomes a state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import reduce
from typing import Any, Generic, Self, TypeVar

import attrs

from ..domain.events import Provenance
from .errors import AnonymousError, InvalidSubjectError

_SUBJECT = re.compile(r"[a-z][a-z_]*/[^\x00-\x1f\ud800-\udfff]+")

S_co = TypeVar("S_co", covariant=True)


def _as_tuple(events: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(events)


@attrs.frozen
class Decided:
    """Events decided with a look at other subjects, when those had as many events as *beside*."""

    events: Iterable[Any]
    beside: Mapping[str, int] = attrs.field(kw_only=True)

    def __iter__(self) -> Iterator[Any]:
        """Yield the events."""
        return iter(self.events)


@attrs.frozen
class Change:
    """New events for one subject, decided when its history had *after* events.

    They are recorded only if the subjects *beside* it still have so many.
    """

    subject: str
    events: tuple[Any, ...] = attrs.field(converter=_as_tuple)
    after: int = attrs.field(kw_only=True)
    beside: Mapping[str, int] = attrs.field(factory=dict, kw_only=True, hash=False)

    @classmethod
    def of(cls, subject: str, decided: Iterable[Any], *, after: int) -> Self:
        """Return the change that a decision leads to, bound to all that it looked at."""
        beside = decided.beside if isinstance(decided, Decided) else {}
        return cls(subject, decided, after=after, beside=beside)


@attrs.frozen(kw_only=True)
class Receipt:
    """What was recorded, and where.

    *position* is that of the last event, so a reader who has come that far has
    seen all of it.  *versions* says how many events each subject now has.
    *repeated* tells that the command had been carried out before: this is what
    came of it then.
    """

    position: int
    recorded_at: datetime
    versions: Mapping[str, int]
    events: tuple[Any, ...]
    repeated: bool = False

    def __repr__(self) -> str:
        """Tell in a line what went on record; the events themselves tell everything."""
        told = ", ".join(type(each).__name__ for each in self.events) or "nothing"
        again = ", as before" if self.repeated else ""
        return f"<Receipt: {told} at position {self.position}{again}>"


@attrs.frozen
class Fold(Generic[S_co]):
    """How a history becomes a state: *evolve* takes a state (or ``None``) and an event.

    Change *schema* whenever the state's form or meaning changes: snapshots of
    another schema are ignored.  With *snapshot_every*, the log keeps a snapshot
    whenever it had to replay that many events; that saves time and nothing else.
    So does *replay*, which takes a state and many events at once, where evolving
    over a whole history has a shorter way.
    """

    evolve: Callable[[Any, Any], S_co]
    name: str = attrs.field(kw_only=True)
    schema: int = attrs.field(default=1, kw_only=True)
    snapshot_every: int | None = attrs.field(default=None, kw_only=True)
    replay: Callable[[Any, Iterable[Any]], S_co] | None = attrs.field(default=None, kw_only=True)

    def over(self, state: Any, events: Iterable[Any]) -> Any:
        """Return what *events* make of *state*; None if there was nothing and is nothing."""
        if self.replay is None:
            return reduce(self.evolve, events, state)
        return self.replay(state, events)


def ensure_subject(subject: str) -> None:
    """See to it that *subject* is a kind and an id.

    Raises:
        InvalidSubjectError: If it is not.
    """
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        msg = f"a history belongs to a kind and an id, such as 'ticket/T-1'; got {subject!r}"
        raise InvalidSubjectError(msg)


def ensure_named(provenance: Provenance) -> None:
    """See to it that somebody is named who did it.

    Raises:
        AnonymousError: If nobody is.
    """
    if not isinstance(provenance, Provenance):
        msg = f"who did it must be told as a Provenance, got {provenance!r}"
        raise AnonymousError(msg)
    if not isinstance(provenance.actor, str) or not provenance.actor.strip():
        msg = f"an actor must be named, got {provenance.actor!r}"
        raise AnonymousError(msg)
    if provenance.command_id is not None and not provenance.command_id.strip():
        msg = f"a command id must not be empty, got {provenance.command_id!r}"
        raise AnonymousError(msg)
