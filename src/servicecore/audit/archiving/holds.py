"""Which histories have to stay in the log, because somebody needs them."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ...domain.events import ImpossibleHistoryError
from ...storage import EventLog, Fold
from .events import HistoriesHeld, HistoriesReleased

SUBJECT = "log/holds"


@attrs.frozen(kw_only=True)
class Hold:
    """Who needs which histories, and for what."""

    histories: tuple[str, ...]
    by: str
    reason: str


def _evolve(holds: Mapping[str, Hold] | None, event: object) -> Mapping[str, Hold]:
    before = dict(holds or {})
    match event:
        case HistoriesHeld():
            held = Hold(histories=event.histories, by=event.by, reason=event.reason)
            return {**before, event.hold: held}
        case HistoriesReleased() if event.hold in before:
            return {name: each for name, each in before.items() if name != event.hold}
    msg = f"{SUBJECT}: {event!r} cannot follow the holds {sorted(before)}"
    raise ImpossibleHistoryError(msg)


HOLDS: Fold[Mapping[str, Hold]] = Fold(_evolve, name="holds", snapshot_every=None)


def open_holds(log: EventLog) -> Mapping[str, Hold]:
    """Return the holds that nobody has released, by name."""
    holds, _ = log.load(SUBJECT, HOLDS)
    return holds or {}
