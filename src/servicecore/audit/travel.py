"""How a case stood, as of a moment and as far as it was known, and what changed it since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from ..domain.events import Recorded
from ..storage import Fold


@attrs.frozen(kw_only=True)
class Change:
    """A fact of a case that is another now, and the event that made it so."""

    field: str
    before: Any
    after: Any
    event: str
    name: str


def stood(history: Iterable[Recorded], fold: Fold[Any]) -> Any:
    """Return the state that a history, cut where one likes, led to; None if it is empty."""
    events = [recorded.event for recorded in history]
    return fold.over(None, events) if events else None


def differences(
    before: Iterable[Recorded], after: Iterable[Recorded], fold: Fold[Any]
) -> Iterator[Change]:
    """Yield each fact that is another after one history than after an earlier cut of it."""
    then = facts(stood(before, fold))
    now, latest = _followed(after, fold)
    for field, value in now.items():
        if then.get(field) != value:
            recorded = latest[field]
            yield Change(
                field=field,
                before=then.get(field),
                after=value,
                event=recorded.id,
                name=type(recorded.event).__name__,
            )


def facts(state: Any) -> dict[str, Any]:
    """Return the facts of a state by name; nothing has none."""
    if state is None:
        return {}
    return {field.name: getattr(state, field.name) for field in attrs.fields(type(state))}


def _followed(
    history: Iterable[Recorded], fold: Fold[Any]
) -> tuple[dict[str, Any], dict[str, Recorded]]:
    """Return the facts after a history, and which event made each of them what it is."""
    state: Any = None
    told: dict[str, Any] = {}
    latest: dict[str, Recorded] = {}
    for recorded in history:
        state = fold.evolve(state, recorded.event)
        now = facts(state)
        for field, value in now.items():
            if field not in told or told[field] != value:
                latest[field] = recorded
        told = now
    return told, latest
