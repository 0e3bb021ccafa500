"""Adds to a folder what is new in a log."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice, pairwise, takewhile
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ....storage import EventLog
from ....storage.protocol import Row
from .columns import SCHEMA, WORDS, table_of
from .errors import ExportRunningError, NotAnExportError
from .note import NAME, ExportNote, digest, digest_after

try:
    import fcntl
except ImportError:  # Windows has nothing of the kind; there, take care yourself.
    fcntl = None  # type: ignore[assignment]

BUCKETS = 8
_AT_ONCE = 4_000  # Events told in columns at once: what fits into a cache is done in half the time.
_TOGETHER = 64_000  # Events written at once: who reads wants few and large row groups.
_AHEAD = 2  # So many are told in columns while others are read and written.
_LOCK = "export.lock"

Progress = Callable[[int, int], object]  #: Done, of how many.


@attrs.frozen(kw_only=True)
class Exported:
    """How far the folder goes now, and how many events were added."""

    position: int
    events: int


def export_parquet(
    log: EventLog,
    folder: str | Path,
    *,
    buckets: int | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Add to *folder* what is new in *log*.

    Args:
        log: The log.
        folder: A new or empty folder, or one that holds an export of *log*.
        buckets: Into how many parts a new export is cut; whole streams go into each.
        progress: Told how far it is.

    Raises:
        NotAnExportError: If the folder holds something else, or is cut otherwise.
        OtherLogError: If it holds the export of another log.
        ExportRunningError: If somebody else exports to it at the moment.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    with _alone(place):
        note = _note_of(place, buckets)
        note.ensure_of(log, place)
        _clear(place, behind=note.position)
        head = log.head()
        if head == note.position:
            note.keep(place)
            return Exported(position=head, events=0)
        last, events = _write(log, place, note, head, progress)
        attrs.evolve(
            note, position=last.position, first=digest_after(log, 0), last=digest(last)
        ).keep(place)
    return Exported(position=last.position, events=events)


def bucket_of(stream: str, buckets: int) -> int:
    """Return the bucket of a stream; the log cuts itself into parts the same way."""
    return zlib.crc32(stream.encode()) % buckets


# --- What is there -----------------------------------------------------------------


def _note_of(folder: Path, buckets: int | None) -> ExportNote:
    note = ExportNote.of(folder)
    if note is None:
        if others := [each.name for each in folder.iterdir() if each.name != _LOCK]:
            msg = f"{folder} is no export, but holds {min(others)!r}; choose a new folder"
            raise NotAnExportError(msg)
        return ExportNote(buckets=buckets or BUCKETS)
    if buckets not in {None, note.buckets}:
        msg = f"{folder} is cut into {note.buckets} buckets, so it cannot be cut into {buckets}"
        raise NotAnExportError(msg)
    return note


def _clear(folder: Path, *, behind: int) -> None:
    """Remove what an export left that was interrupted: nobody noted that it is whole."""
    for each in folder.glob("bucket=*/*"):
        if each.suffix == ".unfinished" or int(each.name.partition("-")[0]) > behind:
            each.unlink()
    (folder / f"{NAME}.unfinished").unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / _LOCK).open("w") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                msg = f"somebody else is exporting to {folder}"
                raise ExportRunningError(msg) from None
        yield


# --- Writing -------------------------------------------------------------------------


def _write(
    log: EventLog, folder: Path, note: ExportNote, head: int, progress: Progress | None
) -> tuple[Row, int]:
    """Write what is new until *head*, and return the last row and how many there are."""
    events = 0
    with ExitStack() as open_files:
        files = _Files(folder, note, head, open_files)
        for last, table in _tables(log, after=note.position, upto=head):
            files.add(table)
            events += table.num_rows
            if progress is not None:
                progress(last.position, head)
        files.write()
    files.finish()
    return last, events


def _tables(log: EventLog, *, after: int, upto: int) -> Iterator[tuple[Row, pa.Table]]:
    """Yield some thousand events at once, and the last row of each; one core reads, one tells."""
    rows = takewhile(lambda row: row.position <= upto, log.rows_since(after))
    pending: deque[tuple[Row, Future[pa.Table]]] = deque()
    with ThreadPoolExecutor(1) as other:
        while some := list(islice(rows, _AT_ONCE)):
            pending.append((some[-1], other.submit(table_of, some, log.codec)))
            if len(pending) > _AHEAD:
                last, table = pending.popleft()
                yield last, table.result()
        for last, table in pending:
            yield last, table.result()


class _Files:
    """A file for each bucket, under its own name only when all are whole."""

    def __init__(self, folder: Path, note: ExportNote, head: int, open_files: ExitStack) -> None:
        self._folder, self._buckets, self._open = folder, note.buckets, open_files
        self._name = f"{note.position + 1:012}-{head:012}.parquet"
        self._writers: dict[int, pq.ParquetWriter] = {}
        self._waiting: list[pa.Table] = []

    def add(self, table: pa.Table) -> None:
        """Take *table*, and write as soon as there is enough."""
        self._waiting.append(table)
        if sum(each.num_rows for each in self._waiting) >= _TOGETHER:
            self.write()

    def write(self) -> None:
        """Add what was taken to the files of its buckets."""
        table = pa.concat_tables([SCHEMA.empty_table(), *self._waiting]).combine_chunks()
        self._waiting.clear()
        streams = table["stream"].combine_chunks().dictionary_encode()
        numbers = [bucket_of(each, self._buckets) for each in streams.dictionary.to_pylist()]
        buckets = np.array(numbers, int)[streams.indices.to_numpy()]
        table = table.take(np.argsort(buckets, kind="stable"))
        edges = np.cumsum([0, *np.bincount(buckets)])
        for bucket, (first, behind) in enumerate(pairwise(edges)):
            if first < behind:
                writer = self._writers.get(bucket) or self._begin(bucket)
                writer.write_table(table.slice(first, behind - first))

    def finish(self) -> None:
        """Let the files appear."""
        for bucket in self._writers:
            self._unfinished(bucket).rename(self._path(bucket))

    def _begin(self, bucket: int) -> pq.ParquetWriter:
        self._path(bucket).parent.mkdir(exist_ok=True)
        new = pq.ParquetWriter(
            self._unfinished(bucket),
            SCHEMA,
            compression="zstd",
            compression_level=1,
            use_dictionary=WORDS,
            write_statistics=["position", "occurred_at"],
        )
        writer: pq.ParquetWriter = self._open.enter_context(new)
        self._writers[bucket] = writer
        return writer

    def _path(self, bucket: int) -> Path:
        return self._folder / f"bucket={bucket}" / self._name

    def _unfinished(self, bucket: int) -> Path:
        return self._path(bucket).with_suffix(".parquet.unfinished")
