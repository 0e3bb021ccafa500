"""How long every history is, in one hash on record: so none can be shown without its end.

Seals show that an event is on record.  That there is no later one in a history,
they do not show; a tree over the *heads* of all histories does.  Its root is
itself an event, so it is sealed and witnessed like any other, and whoever
recomputes it from the log finds a lie that cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import attrs

from ..domain.events import Provenance, event
from ..domain.moments import instant
from ..storage import Change, EventLog, Fold, Receipt
from ..storage.codec import stream_id
from ..storage.protocol import Row
from . import merkle
from .leaves import leaf_of
from .refusals import BundleError
from .tampering import Flaw

HEAD = b"servicecore/head/v1"
SUBJECT = "log/heads"
_BY = Provenance(actor="audit/heads")
_COUNT: Fold[int] = Fold(lambda count, _: (count or 0) + 1, name="heads")


@event("log.heads_recorded")
class HeadsRecorded:
    """The first *size* events of the log make *histories* histories, with this root of heads."""

    size: int
    histories: int
    root: str
    at: datetime = instant()


class Head(NamedTuple):
    """How many events a history has, and the leaf of the last of them."""

    version: int
    leaf: bytes


@attrs.frozen(kw_only=True)
class HeadProof:
    """That a history had exactly *version* events when the log had *size*."""

    subject: str
    version: int
    leaf: bytes
    size: int
    index: int
    histories: int
    hashes: tuple[bytes, ...]
    root: bytes

    def verify(self) -> None:
        """See to it that the head is under the root.

        Raises:
            ProofError: If it is not.
        """
        head = head_hash(stream_id(self.subject), Head(self.version, self.leaf))
        merkle.verify_inclusion(head, self.index, self.histories, self.hashes, self.root)


def head_hash(stream: str, head: Head) -> bytes:
    """Return the leaf of a history: four fields, each behind its length in four bytes.

    They are ``servicecore/head/v1``, the stream, the version and the leaf of the
    last event.
    """
    fields = (HEAD, stream.encode(), b"%d" % head.version, head.leaf)
    return merkle.leaf_hash(b"".join(len(each).to_bytes(4) + each for each in fields))


def heads_root(heads: Mapping[str, Head]) -> bytes:
    """Return the root over all histories, in the order of their streams."""
    return merkle.root([head_hash(stream, heads[stream]) for stream in sorted(heads)])


def record_heads(log: EventLog) -> Receipt:
    """Put on record how long every history is now."""
    heads, size = _heads(log.rows_since(0))
    _, version = log.load(SUBJECT, _COUNT)
    recorded = HeadsRecorded(
        size=size, histories=len(heads), root=heads_root(heads).hex(), at=log.now()
    )
    return log.append(Change(SUBJECT, [recorded], after=version), provenance=_BY)


def prove_head(log: EventLog, subject: str) -> HeadProof:
    """Prove how long the history of *subject* was when heads were last recorded.

    Raises:
        BundleError: If they never were, or it had not begun, or the log is not what
            it was then.
    """
    recorded = [each.event for each in log.history(SUBJECT)]
    if not recorded:
        msg = "no heads are on record yet, so nothing tells how long a history is"
        raise BundleError(msg)
    latest = recorded[-1]
    heads, _ = _heads(log.rows_since(0, latest.size))
    stream, streams = stream_id(subject), sorted(heads)
    if stream not in heads:
        msg = f"the history of {subject!r} had not begun among the first {latest.size} events"
        raise BundleError(msg)
    if heads_root(heads).hex() != latest.root:
        msg = f"the first {latest.size} events are not those whose heads are on record"
        raise BundleError(msg)
    index = streams.index(stream)
    hashes = [head_hash(each, heads[each]) for each in streams]
    return HeadProof(
        subject=subject,
        version=heads[stream].version,
        leaf=heads[stream].leaf,
        size=latest.size,
        index=index,
        histories=len(heads),
        hashes=tuple(merkle.inclusion_proof(hashes, index, len(hashes))),
        root=bytes.fromhex(latest.root),
    )


def check_heads(log: EventLog) -> Iterator[Flaw]:
    """Compute every root of heads on record once more, and name those that do not agree."""
    history = log.history(SUBJECT)
    heads: dict[str, Head] = {}
    rows, sizes = log.rows_since(0), [0, *sorted({each.event.size for each in history})]
    roots: dict[int, tuple[int, str]] = {}
    for before, size in pairwise(sizes):
        found = _read_on(heads, rows, size - before)
        roots[size] = (len(heads), heads_root(heads).hex()) if found == size - before else (0, "")
    for each in history:
        told = each.event
        if roots[told.size] != (told.histories, told.root):
            what = f"{each.id}: the heads of the first {told.size} events are not those on record"
            yield Flaw(kind="other heads", what=what)


def _heads(rows: Iterable[Row]) -> tuple[dict[str, Head], int]:
    heads: dict[str, Head] = {}
    size = _read_on(heads, iter(rows), None)
    return heads, size


def _read_on(heads: dict[str, Head], rows: Iterator[Row], count: int | None) -> int:
    """Take up to *count* more rows into *heads*, and return how many there were."""
    read = 0
    while count is None or read < count:
        row = next(rows, None)
        if row is None:
            break
        heads[row.stream] = Head(row.version, leaf_of(row))
        read += 1
    return read
