"""Which cases an auditor looks into, chosen by a checkpoint: neither side could.

Whoever knows the checkpoint can draw the same sample again.  As its root depends
on every event, whoever runs the log cannot choose events so that a case is left
out, nor can an auditor pick the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from heapq import nsmallest

import attrs

from ..storage import EventLog
from ..storage.codec import subject_and_moment
from .notes import Checkpoint
from .under import under

SAMPLE = b"servicecore/sample/v1"


@attrs.frozen(kw_only=True)
class Sample:
    """Some of the subjects that were sealed, in the order in which they were drawn."""

    root: str
    size: int
    population: int
    drawn: tuple[str, ...]


def sample(
    log: EventLog, checkpoint: Checkpoint[str], count: int, *, kind: str | None = None
) -> Sample:
    """Draw *count* of the subjects under *checkpoint*; with *kind*, only of ``kind/…``.

    They come in the order of SHA-256 over ``servicecore/sample/v1``, the root and
    the subject.

    Raises:
        AnotherLogError: If the log is not what the checkpoint is of.
    """
    population = list(_subjects(log, checkpoint, kind))
    seed = SAMPLE + checkpoint.root_hash
    return Sample(
        root=checkpoint.root_hash.hex(),
        size=checkpoint.size,
        population=len(population),
        drawn=tuple(nsmallest(count, population, key=lambda each: _place(seed, each))),
    )


def _subjects(log: EventLog, checkpoint: Checkpoint[str], kind: str | None) -> Iterator[str]:
    for _, row in under(checkpoint, log):
        if row.version == 1:
            subject, _ = subject_and_moment(row)
            if kind is None or subject.startswith(f"{kind}/"):
                yield subject


def _place(seed: bytes, subject: str) -> bytes:
    return sha256(seed + subject.encode()).digest()
