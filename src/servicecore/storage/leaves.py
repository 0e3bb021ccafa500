"""What is sealed of an event: the bytes on record, and where in which history they stand.

Nothing is read or written anew on the way, so the hash depends on no program.
Neither does it depend on the position, which is another one in another storage.
"""

from __future__ import annotations

from hashlib import sha256

from .protocol import Row
from .pruned import is_pruned, remains

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


def leaf(row: Row) -> bytes:
    """Return the hash of an event; of one that was pruned, the hash that it left.

    Raises:
        UnreadableEventError: If what was left is no hash.
    """
    if is_pruned(row.state):
        return remains(row).leaf
    return sha256(b"\x00" + leaf_data(row)).digest()


_PREFIX = len(LEAF).to_bytes(4) + LEAF
