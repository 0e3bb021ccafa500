"""Facts: one row for each record of a kind, the fold of its history.

A fact says what an analyst wants to know of one ticket, one complaint, one
part.  It copies what the events tell, with the domain's own figures in them, so
a report cannot disagree with the record.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timezone
from functools import cache
from typing import Any, Generic, TypeVar

import attrs
import msgspec

from ..domain.events import CATALOGUE, Recorded
from ..storage import Batch, TableRow
from ..storage.codec import Codec
from ..storage.tables import Reading as Rows
from ..storage.topics import Topics
from .shapes import shape_of
from .whole_histories import History, WholeHistories

F = TypeVar("F")

_WRITTEN = 2  # As msgpack; JSON took twice the room, and most of a rebuild is room.
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class _Row(msgspec.Struct, Generic[F]):
    """A fact, and when the latest of what it tells happened."""

    until: int
    fact: F


@attrs.frozen(kw_only=True)
class Facts(Generic[F]):
    """A read model of facts.

    Args:
        name: What the read model is called.
        kind: What the subjects begin with: ``ticket`` of ``ticket/T-1``.
        row: The class of the facts.
        fold: Returns a fact as an event leaves it; there is none before the first.
        version: Of the rule by which *fold* goes: one more whenever it tells something
            else of the same events.  That *row* has other fields is noticed by itself.
        passes_by: Events that tell it nothing; nobody needs to read them.
    """

    name: str
    kind: str
    row: type[F]
    fold: Callable[[F | None, Any], F]
    version: int = 1
    passes_by: Collection[type] = ()

    @property
    def edition(self) -> str:
        """By which rule its rows are made, how written, and of what fields: ``1.2-5f0c2a9e``."""
        row: Any = self.row
        return f"{self.version}.{_WRITTEN}-{shape_of(row)}"

    @property
    def topics(self) -> Topics:
        """What its events are called: ``ticket.opened``, ``ticket.answered`` …"""
        return Topics(f"{self.kind}.", frozenset(map(CATALOGUE.name_of, self.passes_by)))

    def observe(self, batch: Batch, recorded: Sequence[Recorded]) -> None:
        """Bring the facts that *recorded* is about up to date."""
        ours = [each for each in recorded if self._concerns(each)]
        stored = batch.get_many({each.subject for each in ours})
        read = self._reader()
        rows: dict[str, _Row[F]] = {subject: read(value) for subject, value in stored.items()}
        for each in ours:
            before, moment = rows.get(each.subject), micros(each.occurred_at)
            rows[each.subject] = _Row(
                until=moment if before is None else max(moment, before.until),
                fact=self.fold(before.fact if before else None, each.event),
            )
        batch.put_many((key, row.until, _encoder.encode(row)) for key, row in rows.items())

    def whole_histories(self, codec: Codec) -> Callable[[History], TableRow | None]:
        """Return what makes the row that a whole history leaves: what :meth:`observe` does.

        Whoever has a history as a whole need not look at the envelopes of its events.
        """
        return WholeHistories(self, codec, self._row).row_of

    def _row(self, subject: str, until: datetime, fact: F) -> TableRow:
        moment = micros(until)
        return TableRow(subject, moment, _encoder.encode(_Row(until=moment, fact=fact)))

    def is_about(self, subject: str) -> bool:
        """Tell whether a fact is kept of *subject*."""
        return subject.startswith(f"{self.kind}/")

    def _concerns(self, recorded: Recorded) -> bool:
        return self.is_about(recorded.subject) and type(recorded.event) not in self.passes_by

    def of(self, history: Iterable[Any]) -> F | None:
        """Return the fact that these events leave."""
        fact: F | None = None
        for event in history:
            fact = self.fold(fact, event)
        return fact

    def every(self, rows: Rows) -> Iterator[F]:
        """Yield every fact as it is."""
        read = self._reader()
        return (read(row.value).fact for row in rows.scan())

    def some(self, rows: Rows, keys: Iterable[str], *, part: type[Any]) -> Iterator[Any]:
        """Yield a *part* of the facts that have these keys."""
        read = self._reader(part)
        return (read(value).fact for value in rows.get_many(keys).values())

    def dated(self, rows: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, int, F]]:
        """Yield the key of each row, the moment of the last that its fact tells, and the fact."""
        read = self._reader()
        for key, value in rows:
            row = read(value)
            yield key, row.until, row.fact

    def scan(
        self,
        rows: Rows,
        *,
        as_of: datetime,
        history: Callable[[str], Iterable[Recorded]],
        part: type[Any] | None = None,
    ) -> Iterator[F]:
        """Yield every fact as it was at *as_of*, known what is known now.

        Few records have gone on since; those are folded again from their *history*.
        Whoever needs but a *part* of each fact gets that faster; its fields have the
        defaults that those of the fact have, for these may not be written.
        """
        read, moment = self._reader(part), micros(as_of)
        for row in rows.scan():
            if (row.sort or 0) <= moment:
                yield read(row.value).fact
            elif fact := self.of(_until(history(row.key), as_of)):
                yield fact

    def known(self, recorded: Iterable[Recorded], *, as_of: datetime) -> Iterator[F]:
        """Yield every fact that *recorded* tells of, as it was at *as_of*."""
        facts: dict[str, F] = {}
        for each in recorded:
            if self.is_about(each.subject) and each.occurred_at <= as_of:
                facts[each.subject] = self.fold(facts.get(each.subject), each.event)
        return iter(facts.values())

    def _reader(self, part: type[Any] | None = None) -> Callable[[bytes], _Row[Any]]:
        row: Any = part or self.row
        return _decoder(row).decode


def micros(moment: datetime) -> int:
    """Return *moment* as microseconds since the epoch."""
    since = moment - _EPOCH  # Spelled out: to divide by a microsecond takes three times as long.
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _until(history: Iterable[Recorded], as_of: datetime) -> Iterator[Any]:
    return (each.event for each in history if each.occurred_at <= as_of)


_encoder = msgspec.msgpack.Encoder()


@cache
def _decoder(row: Any) -> msgspec.msgpack.Decoder[_Row[Any]]:
    return msgspec.msgpack.Decoder(_Row[row])
