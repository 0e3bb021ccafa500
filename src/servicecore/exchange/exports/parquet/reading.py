"""Reads an export bucket by bucket: by itself, or to rebuild read models from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Self

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ....storage import EventLog
from ....storage.portions import Portion
from ....storage.protocol import Row, Told
from ....storage.topics import Topics
from .columns import KEPT, rows_of
from .note import ExportNote

#: What is told of an event; a list of words that are numbered takes longer than of texts.
_TOLD = pa.schema(
    [
        ("stream", pa.string()),
        ("position", pa.int64()),
        ("name", pa.string()),
        ("state", pa.binary()),
    ]
)


@attrs.frozen(kw_only=True)
class Bucket:
    """The whole streams that stand in one bucket, as far as they have *topics*."""

    folder: str
    number: int
    topics: Topics
    upto: int
    done: int

    def histories(self) -> Iterator[list[Told]]:
        """Yield the events of each stream, from its first."""
        streams: dict[str, list[Told]] = {}
        for table in self._tables(_TOLD.names):
            columns = [each.to_pylist() for each in table.cast(_TOLD).columns]
            for stream, position, name, state in zip(*columns, strict=True):
                history = streams.setdefault(stream, [])
                number = history[0].history if history else position
                history.append(Told(number, position, name, state))
        yield from streams.values()

    def rows(self, positions: Collection[int]) -> Iterator[Row]:
        """Yield the rows of its events at these positions, which grow."""
        wanted = frozenset(positions)
        rows = chain.from_iterable(map(rows_of, self._tables(KEPT.names)))
        return (row for row in rows if row.position in wanted)

    def _tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        for table in tables_in(self.folder, self.number, columns, upto=self.upto):
            yield table.filter(_is_among(self.topics))


@attrs.frozen
class ParquetExport:
    """An export, as a copy of the log to read from."""

    folder: str
    note: ExportNote

    @classmethod
    def of(cls, log: EventLog, folder: str | Path) -> Self:
        """Return the export of *log* in *folder*.

        Raises:
            NotAnExportError: If there is none.
            OtherLogError: If it is the export of another log.
        """
        place = Path(folder).absolute()
        note = ExportNote.must_be_in(place)
        note.ensure_of(log, place)
        return cls(str(place), note)

    @property
    def name(self) -> str:
        """Only from as many buckets can an interrupted rebuild be gone on with."""
        return f"parquet/{self.note.buckets}"

    def head(self) -> int:
        """Return the position to which it goes."""
        return self.note.position

    def portions(self, topics: Topics, *, after: int, upto: int) -> Iterator[Portion]:
        """Yield the buckets that may not be done yet; in a short log, several share a place."""
        for number in range(self.note.buckets):
            done = upto * (number + 1) // self.note.buckets
            if done >= after:
                yield Bucket(folder=self.folder, number=number, topics=topics, upto=upto, done=done)

    def rows(self) -> Iterator[Row]:
        """Yield every event, bucket by bucket."""
        for number in range(self.note.buckets):
            for table in tables_in(self.folder, number, KEPT.names, upto=self.note.position):
                yield from rows_of(table)


def tables_in(folder: str, bucket: int, columns: Sequence[str], *, upto: int) -> Iterator[pa.Table]:
    """Yield these columns of the rows of a bucket until *upto*, in the order of the log."""
    for path in sorted(Path(folder).glob(f"bucket={bucket}/*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in range(file.num_row_groups):
                table = file.read_row_group(batch, columns=columns)
                yield table.filter(pc.field("position") <= upto).select(columns)


def _is_among(topics: Topics) -> pc.Expression:
    name = pc.field("name").cast(pa.string())
    return pc.starts_with(name, topics.prefix) & ~name.isin(pa.array([*topics.but], pa.string()))
