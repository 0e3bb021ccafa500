"""What one writes to the log, what one gets back, and how a history becomes a state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import attrs

S_co = TypeVar("S_co", covariant=True)


def _as_tuple(events: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(events)


@attrs.frozen
class Change:
    """New events for one subject, decided when its history had *after* events."""

    subject: str
    events: tuple[Any, ...] = attrs.field(converter=_as_tuple)
    after: int = attrs.field(kw_only=True)


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


@attrs.frozen
class Fold(Generic[S_co]):
    """How a history becomes a state: *evolve* takes a state (or ``None``) and an event.

    Change *schema* whenever the state's form or meaning changes: snapshots of
    another schema are ignored.  With *snapshot_every*, the log keeps a snapshot
    whenever it had to replay that many events; that saves time and nothing else.
    """

    evolve: Callable[[Any, Any], S_co]
    name: str = attrs.field(kw_only=True)
    schema: int = attrs.field(default=1, kw_only=True)
    snapshot_every: int | None = attrs.field(default=None, kw_only=True)
