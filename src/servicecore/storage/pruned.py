"""What is left in the log of an event that was archived: its place, and the hash of what it was.

Position, stream, version and name stay as they were, so histories keep their
places and nobody who reads by name passes one by.  In place of the envelope stands
a note that begins as no envelope does::

    {"pruned":"<hash>","archive":"2022","kept_at":"/srv/…","subject":"ticket/T-1",…}
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from .errors import PrunedError, UnreadableEventError
from .protocol import Row

_MARK = b'{"pruned":'
_LEAF = 32


class _Remains(msgspec.Struct):
    pruned: str
    archive: str
    kept_at: str
    subject: str
    recorded_at: datetime

    @property
    def leaf(self) -> bytes:
        return bytes.fromhex(self.pruned)


class _Moment(msgspec.Struct):
    subject: str
    recorded_at: datetime


_read = msgspec.json.Decoder(_Remains).decode
_moment_of = msgspec.json.Decoder(_Moment).decode


def is_pruned(state: bytes) -> bool:
    """Tell whether this is what is left of an event, and not the event."""
    return isinstance(state, bytes) and state.startswith(_MARK)  # A hand can put anything there.


def pruned(row: Row, leaf: bytes, *, archive: str, kept_at: str) -> Row:
    """Return what stays of *row*, whose hash is *leaf*, when it lies in an archive."""
    told = _moment_of(row.state)
    left = _Remains(leaf.hex(), archive, kept_at, told.subject, told.recorded_at)
    return row._replace(occurred_at=None, state=msgspec.json.encode(left))


def remains(row: Row) -> _Remains:
    """Return what a pruned event left.

    Raises:
        UnreadableEventError: If it is not as pruning leaves it.
    """
    try:
        left = _read(row.state)
        is_hash = len(left.leaf) == _LEAF
    except (msgspec.MsgspecError, ValueError) as error:
        msg = f"position {row.position} tells of an archive, and cannot be read: {error}"
        raise UnreadableEventError(msg) from error
    if not is_hash:
        msg = f"position {row.position} keeps {left.pruned!r}, which is no hash of {_LEAF} bytes"
        raise UnreadableEventError(msg)
    return left


def ensure_here(state: bytes) -> None:
    """See to it that this is no event that lies in an archive.

    Raises:
        PrunedError: Naming the archive, if it is.
    """
    if not is_pruned(state):
        return
    try:
        left = _read(state)
    except msgspec.MsgspecError:
        return  # Whoever reads it tells what is wrong.
    msg = (
        f"{left.subject} was archived: its history lies in {left.archive!r} ({left.kept_at}); "
        "open the log with archives=FOLDER to read it there, or restore it"
    )
    raise PrunedError(msg)
