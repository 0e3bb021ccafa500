"""Old histories leave the log for an archive, and the log stays provable to the last byte.

Of each event that is taken out stay its place and the hash it was sealed under, so
every checkpoint, every proof and every root is what it was.  Read `events` first
(what goes on record), then `writing`, `checking`, and `pruning`.
"""

from .certificates import gone_from
from .checking import ArchiveVerdict, verify_archive
from .events import HistoriesHeld, HistoriesPruned, HistoriesReleased, HistoriesRestored
from .holds import HOLDS, Hold, open_holds
from .pruning import Moved, prune, restore
from .writing import make_archive

__all__ = [
    "HOLDS",
    "ArchiveVerdict",
    "HistoriesHeld",
    "HistoriesPruned",
    "HistoriesReleased",
    "HistoriesRestored",
    "Hold",
    "Moved",
    "gone_from",
    "make_archive",
    "open_holds",
    "prune",
    "restore",
    "verify_archive",
]
