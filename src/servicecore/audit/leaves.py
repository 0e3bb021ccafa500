"""What is sealed of an event; see :mod:`servicecore.storage.leaves`.

The root of a log depends on no program and on no position, so a log keeps it when
it moves to another storage, and when old histories are taken out of it.
"""

from __future__ import annotations

from ..storage import UnreadableEventError
from ..storage.leaves import LEAF, leaf, leaf_data
from ..storage.protocol import Row
from .refusals import SealError

__all__ = ["LEAF", "leaf_data", "leaf_of"]


def leaf_of(row: Row) -> bytes:
    """Return the hash under which an event is sealed.

    Raises:
        SealError: If a column holds something that no log has written there.
    """
    try:
        return leaf(row)
    except (TypeError, AttributeError, UnicodeError, UnreadableEventError) as error:
        msg = f"position {row.position} holds no event as a log writes it: {error}"
        raise SealError(msg) from error
