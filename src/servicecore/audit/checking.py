"""Is the log sound in itself?  What every log of ours holds to, looked up event by event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import attrs

from ..domain.events import Recorded, UnknownEventError
from ..storage import EventLog, UnreadableEventError
from ..storage.codec import stream_id
from ..storage.protocol import Row
from ..storage.pruned import is_pruned
from .archiving.certificates import Pruned
from .causes import causes, split_id
from .heads import check_heads
from .refusals import BrokenChainError
from .tampering import Flaw
from .verifying import hidden

Progress = Callable[[int, int], None]

_STEP = 1000


def fsck(log: EventLog, *, progress: Progress | None = None) -> Iterator[Flaw]:
    """Yield whatever no log of ours would hold.

    Every name resolves and every event can be read; versions follow each other;
    somebody is named; the moment of recording never falls; a cause stands before
    its effect, and both in one correlation; columns and content say the same; and
    histories are as long as the heads on record say.
    """
    checking, head, unreadable = _Checking(), log.head(), False
    pruned = Pruned()
    for done, row in enumerate(log.rows_since(0), 1):
        yield from checking.row(row)
        pruned.take(row)
        if is_pruned(row.state):
            checking.pruned.add((row.stream, row.version))
            continue  # Its place and its hash are all that is here.
        try:
            recorded = log.codec.recorded(row)
        except (UnknownEventError, UnreadableEventError, TypeError) as error:
            yield Flaw(kind="unreadable", what=str(error))
            unreadable = True
            continue
        yield from checking.recorded(row, recorded)
        if progress and done % _STEP == 0:
            progress(done, head)
    yield from checking.without_cause(log)
    yield from hidden(log)
    yield from pruned.flaws(log)
    if not unreadable:
        yield from check_heads(log)


@attrs.define
class _Checking:
    """What has been seen so far."""

    versions: dict[str, int] = attrs.field(factory=dict)
    correlations: dict[str, str] = attrs.field(factory=dict)
    latest: Recorded | None = None
    early: list[tuple[str, str]] = attrs.field(factory=list)
    pruned: set[tuple[str, int]] = attrs.field(factory=set)

    def row(self, row: Row) -> Iterator[Flaw]:
        """Check what the columns alone tell."""
        before = self.versions.get(row.stream, 0)
        if row.version != before + 1:
            what = f"stream {row.stream}: version {row.version} follows {before}"
            yield Flaw(kind="gap", what=f"{what}, at position {row.position}")
        self.versions[row.stream] = row.version

    def recorded(self, row: Row, recorded: Recorded) -> Iterator[Flaw]:
        """Check what an event and its envelope tell."""
        if stream_id(recorded.subject) != row.stream:
            what = f"{recorded.id} stands in stream {row.stream}"
            yield Flaw(kind="another subject", what=what)
        if not recorded.provenance.actor.strip():
            yield Flaw(kind="nobody", what=f"nobody is named for {recorded.id}")
        if not _agrees(row, recorded):
            told = recorded.occurred_at.isoformat()
            what = f"{recorded.id} is filed under {row.occurred_at}, and tells of {told}"
            yield Flaw(kind="another moment", what=what)
        if self.latest and recorded.recorded_at < self.latest.recorded_at:
            what = f"{recorded.id} was recorded before {self.latest.id}, which stands before it"
            yield Flaw(kind="backwards", what=what)
        self.latest = recorded
        yield from self._chained(recorded)

    def _chained(self, recorded: Recorded) -> Iterator[Flaw]:
        cause, chain = recorded.provenance.causation_id, recorded.provenance.correlation_id
        if chain is not None:
            self.correlations[recorded.id] = chain
        if cause is None:
            return
        subject, version = split_id(cause)
        if not 0 < version <= self.versions.get(stream_id(subject), 0) or cause == recorded.id:
            self.early.append((recorded.id, cause))
        elif (stream_id(subject), version) in self.pruned:
            return  # To which chain it belonged, its archive knows.
        elif chain != (expected := self.correlations.get(cause, cause)):
            what = f"{recorded.id} belongs to {chain}, its cause {cause} to {expected}"
            yield Flaw(kind="another chain", what=what)

    def without_cause(self, log: EventLog) -> Iterator[Flaw]:
        """Name the events whose cause did not stand before them."""
        for event, cause in self.early:
            try:
                list(causes(log, event))
            except BrokenChainError as error:
                yield Flaw(kind="orphan or cycle", what=str(error))
            else:
                what = f"{event} follows from {cause}, which stands behind it"
                yield Flaw(kind="effect before cause", what=what)


def _agrees(row: Row, recorded: Recorded) -> bool:
    """Tell whether the column says when the event happened; a storage may have none."""
    if row.occurred_at is None:
        return True
    try:
        return datetime.fromisoformat(row.occurred_at) == recorded.occurred_at
    except (TypeError, ValueError):
        return False
