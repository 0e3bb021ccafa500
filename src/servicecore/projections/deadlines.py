"""Which levels of which clocks will be reached, and when: the desk's to-do list.

It is a projection, never a second truth: a row for each clock that runs, told by
the events themselves, gone when the event that answers it is on record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone

import attrs
import msgspec

from ..domain.events import Recorded
from ..domain.sla import Reading, RungReached
from ..storage import Batch
from ..storage.tables import Reading as Rows

NAME = "deadlines"
VERSION = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_INSTANT = timedelta(microseconds=1)


@attrs.frozen(kw_only=True)
class Deadline:
    """The levels of a clock that are still ahead, or have passed unnoticed.

    *told_by* is the event that says so, and *correlation_id* the chain it belongs to.
    """

    subject: str
    clock: str
    round: int
    rungs: tuple[RungReached, ...]
    told_by: str
    correlation_id: str

    @property
    def key(self) -> str:
        """Its clock, as one word."""
        return _key(self.subject, self.clock, self.round)

    @property
    def due(self) -> datetime:
        """When the next of its levels is reached."""
        return min(rung.due for rung in self.rungs)


_decoder = msgspec.json.Decoder(Deadline)


def observe(batch: Batch, events: Sequence[Recorded]) -> None:
    """Bring the list up to date with *events*."""
    for recorded in events:
        for reading in getattr(recorded.event, "readings", ()):
            _keep(batch, _deadline(recorded, reading))
        if (rung := getattr(recorded.event, "rung", None)) is not None:
            _take_off(batch, recorded, rung)


def passed(rows: Rows, now: datetime) -> Iterator[Deadline]:
    """Yield the deadlines that have passed; the very moment is still in time."""
    for row in rows.until(_micros(now - _INSTANT)):
        yield _decoder.decode(row.value)


def next_wake_up(rows: Rows) -> datetime | None:
    """Return the first instant at which anything will have passed, or None if nothing is due."""
    for row in rows.until(2**62, limit=1):
        return just_after(_decoder.decode(row.value).due)
    return None


def just_after(due: datetime) -> datetime:
    """Return the first instant at which *due* will have passed."""
    return due + _INSTANT


def _deadline(recorded: Recorded, reading: Reading) -> Deadline:
    return Deadline(
        subject=recorded.subject,
        clock=reading.clock,
        round=reading.round,
        rungs=reading.rungs,
        told_by=recorded.id,
        correlation_id=recorded.provenance.correlation_id or recorded.id,
    )


def _keep(batch: Batch, deadline: Deadline) -> None:
    if not deadline.rungs:
        batch.delete_many([deadline.key])
        return
    row = (deadline.key, _micros(deadline.due), msgspec.json.encode(deadline))
    batch.put_many([row])


def _take_off(batch: Batch, recorded: Recorded, rung: str) -> None:
    key = _key(recorded.subject, recorded.event.clock, recorded.event.round)
    for stored in batch.get_many([key]).values():
        deadline = _decoder.decode(stored)
        ahead = tuple(each for each in deadline.rungs if each.name != rung)
        _keep(batch, attrs.evolve(deadline, rungs=ahead))


def _key(subject: str, clock: str, round_: int) -> str:
    return f"{subject}\t{clock}\t{round_}"


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _INSTANT
