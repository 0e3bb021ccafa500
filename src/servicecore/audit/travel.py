"""How a case stood, as of a moment and as far as it was known, and what changed it since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs

from ..domain.events import Recorded
from ..storage import Fold
from .refusals import UnknownFactError


@attrs.frozen(kw_only=True)
class Change:
    """A fact of a case that is another now, and the event that made it so."""

    field: str
    before: Any
    after: Any
    event: str
    name: str
    occurred_at: datetime
    actor: str


def stood(history: Iterable[Recorded], fold: Fold[Any]) -> Any:
    """Return the state that a history, cut where one likes, led to; None if it is empty."""
    events = [recorded.event for recorded in history]
    return fold.over(None, events) if events else None


def differences(
    before: Iterable[Recorded], after: Iterable[Recorded], fold: Fold[Any]
) -> Iterator[Change]:
    """Yield each fact that is another after one history than after an earlier cut of it."""
    then = facts(stood(before, fold))
    latest = {change.field: change for change in _changes(after, fold)}
    for field, change in latest.items():
        if then.get(field) != change.after:
            yield attrs.evolve(change, before=then.get(field))


def course_of(field: str, history: Iterable[Recorded], fold: Fold[Any]) -> list[Change]:
    """Return how one fact of a case became what it is: every value it had, oldest first.

    Raises:
        UnknownFactError: If a case of this kind has no such fact.
    """
    told = list(history)
    if told and field not in (known := facts(stood(told, fold))):
        msg = f"{told[0].subject} has no fact {field!r}; it has {', '.join(known)}"
        raise UnknownFactError(msg)
    return [change for change in _changes(told, fold) if change.field == field]


def facts(state: Any) -> dict[str, Any]:
    """Return the facts of a state by name; nothing has none."""
    if state is None:
        return {}
    return {field.name: getattr(state, field.name) for field in attrs.fields(type(state))}


def _changes(history: Iterable[Recorded], fold: Fold[Any]) -> Iterator[Change]:
    """Yield what each event of a history made another."""
    state: Any = None
    before: dict[str, Any] = {}
    for recorded in history:
        state = fold.evolve(state, recorded.event)
        now = facts(state)
        for field, value in now.items():
            if field not in before or before[field] != value:
                yield Change(
                    field=field,
                    before=before.get(field),
                    after=value,
                    event=recorded.id,
                    name=type(recorded.event).__name__,
                    occurred_at=recorded.occurred_at,
                    actor=recorded.provenance.actor,
                )
        before = now
