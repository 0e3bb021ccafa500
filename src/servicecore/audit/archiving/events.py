"""What goes on record of histories that leave the log, come back, or must stay."""

from __future__ import annotations

from datetime import datetime

from ...domain.events import event
from ...domain.moments import instant


@event("log.histories_pruned")
class HistoriesPruned:
    """These *histories*, with so many events each, lie in an archive, and no longer here.

    This is their certificate: *sha256* is the digest of the file, and *root* that of
    the checkpoint of *size* events under which each of them is proved in it.
    """

    archive: str
    kept_at: str
    sha256: str
    histories: dict[str, int]
    size: int
    root: str
    at: datetime = instant()


@event("log.histories_restored")
class HistoriesRestored:
    """The histories of an archive stand in the log again, as they did."""

    archive: str
    histories: int
    at: datetime = instant()


@event("log.histories_held")
class HistoriesHeld:
    """Somebody needs these histories: they stay in the log until that hold is released."""

    hold: str
    histories: tuple[str, ...]
    by: str
    reason: str
    at: datetime = instant()


@event("log.histories_released")
class HistoriesReleased:
    """A hold has ended."""

    hold: str
    by: str
    reason: str
    at: datetime = instant()
