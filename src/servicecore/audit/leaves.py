"""What is sealed of an event: the bytes on record, and where in which history they stand.

Nothing is read or written anew on the way, so the root of a log depends on no
program.  Neither does it depend on positions, so a log keeps its root when it
moves to another storage.
"""

from __future__ import annotations

from hashlib import sha256

from ..storage.protocol import Row
from .refusals import SealError

LEAF = b"servicecore/leaf/v1"


def leaf_data(row: Row) -> bytes:
    """Return the five fields of a leaf, each behind its length in four bytes.

    They are ``servicecore/leaf/v1``, the stream, the version, the stored name, and
    the stored bytes.
    """
    stream, version, name = row.stream.encode(), b"%d" % row.version, row.topic.encode()
    return b"".join(
        (
            _PREFIX,
            len(stream).to_bytes(4),
            stream,
            len(version).to_bytes(4),
            version,
            len(name).to_bytes(4),
            name,
            len(row.state).to_bytes(4),
            row.state,
        )
    )


def leaf_of(row: Row) -> bytes:
    """Return the hash under which an event is sealed.

    Raises:
        SealError: If a column holds something that no log has written there.
    """
    try:
        return sha256(b"\x00" + leaf_data(row)).digest()
    except (TypeError, AttributeError, UnicodeError) as error:
        msg = f"position {row.position} holds no event as a log writes it: {error}"
        raise SealError(msg) from error


_PREFIX = len(LEAF).to_bytes(4) + LEAF
