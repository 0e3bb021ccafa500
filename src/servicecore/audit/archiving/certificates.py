"""Was everything that is gone from the log taken out by the rules?  Its certificate tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import attrs

from ...storage import EventLog, UnreadableEventError
from ...storage.archives import bare
from ...storage.codec import stream_id
from ...storage.protocol import Row
from ...storage.pruned import is_pruned, remains
from ..tampering import Flaw
from .events import HistoriesPruned

_PAGE = 1000
Place = tuple[str, str, str]  #: The archive, the subject and the stream of a history.


@attrs.define
class Pruned:
    """What was seen of the histories that are gone: how many events of each, by archive."""

    counts: Counter[Place] = attrs.field(factory=Counter)
    unreadable: list[Flaw] = attrs.field(factory=list)

    def take(self, row: Row) -> None:
        """Count *row*, if it is what was left of an event."""
        if not is_pruned(row.state):
            return
        try:
            left = remains(row)
        except UnreadableEventError as error:
            self.unreadable.append(Flaw(kind="changed", what=str(error)))
        else:
            self.counts[left.archive, left.subject, row.stream] += 1

    def flaws(self, log: EventLog) -> Iterator[Flaw]:
        """Name what is gone without a certificate."""
        yield from self.unreadable
        certified: dict[str, Mapping[str, int]] = {}
        for place, count in self.counts.items():
            archive, subject, _ = place
            if archive not in certified:
                certified[archive] = _certified(log, archive)
            if _is_certified(place, count, certified[archive]):
                continue
            # The history may have left, or come back, while we were counting.
            count_now = _gone_now(log, place)
            if count_now and not _is_certified(place, count_now, _certified(log, archive)):
                what = f"{count_now} events of {subject}, said to lie in the archive {archive!r}"
                yield Flaw(kind="gone without certificate", what=what)


def gone_from(log: EventLog) -> Pruned:
    """Return what is gone from *log* itself, also if its archives are at hand."""
    storage, seen, position = bare(log.storage), Pruned(), 0
    while rows := storage.rows(after=position, limit=_PAGE):
        for row in rows:
            seen.take(row)
        position = rows[-1].position
    return seen


def certificate_of(log: EventLog, archive: str) -> HistoriesPruned | None:
    """Return the certificate that is in force for *archive*, if there is one."""
    history = log.history(subject_of(archive))
    latest = history[-1].event if history else None
    return latest if isinstance(latest, HistoriesPruned) else None


def subject_of(archive: str) -> str:
    """Return where it goes on record what was done with *archive*."""
    return f"archive/{archive}"


def _gone_now(log: EventLog, place: Place) -> int:
    """Count once more how many events of a history are gone; it leaves, or comes back, at once."""
    seen = Pruned()
    for row in bare(log.storage).stream(place[-1]):
        seen.take(row)
    return seen.counts[place]


def _is_certified(place: Place, count: int, certified: Mapping[str, int]) -> bool:
    _, subject, stream = place
    return certified.get(subject) == count and stream_id(subject) == stream


def _certified(log: EventLog, archive: str) -> Mapping[str, int]:
    certificate = certificate_of(log, archive) if archive.strip() else None
    return certificate.histories if certificate else {}
