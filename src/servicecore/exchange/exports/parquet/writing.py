"""Adds to a folder what is new in a log."""

from __future__ import annotations

import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice, pairwise, takewhile
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ....storage import EventLog
from ....storage.codec import Codec
from ....storage.protocol import Row
from .columns import SCHEMA, WORDS, table_of
from .errors import ExportRunningError, NotAnExportError
from .note import NAME, ExportNote, digest, digest_after, first_in

try:
    import fcntl
except ImportError:  # Windows has nothing of the kind; there, take care yourself.
    fcntl = None  # type: ignore[assignment]

BUCKETS = 8
_AT_ONCE = 4_000  # Events told in columns at once: what fits into a cache is done in half the time.
_TOGETHER = 128_000  # Events written at once: who reads wants few and large row groups.
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
        if each.suffix == ".unfinished" or first_in(each) > behind:
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
        for last, parts in _parts(log, after=note.position, upto=head, buckets=note.buckets):
            events += files.add(parts)
            if progress is not None:
                progress(last.position, head)
        files.write()
    files.finish()
    return last, events


def _parts(
    log: EventLog, *, after: int, upto: int, buckets: int
) -> Iterator[tuple[Row, Sequence[pa.Table]]]:
    """Yield some thousand events at once, cut into buckets; one core reads, another tells."""
    rows = takewhile(lambda row: row.position <= upto, log.rows_since(after))
    pending: deque[tuple[Row, Future[Sequence[pa.Table]]]] = deque()
    with ThreadPoolExecutor(1) as other:
        while some := list(islice(rows, _AT_ONCE)):
            pending.append((some[-1], other.submit(_cut, some, log.codec, buckets)))
            if len(pending) > _AHEAD:
                last, parts = pending.popleft()
                yield last, parts.result()
        for last, parts in pending:
            yield last, parts.result()


def _cut(rows: Sequence[Row], codec: Codec, buckets: int) -> Sequence[pa.Table]:
    """Return as columns what of *rows* goes into each bucket."""
    table = table_of(rows, codec)
    streams = table["stream"].chunk(0).dictionary_encode()
    numbers = [bucket_of(each, buckets) for each in streams.dictionary.to_pylist()]
    bucket = np.array(numbers)[streams.indices.to_numpy()]
    table = table.take(np.argsort(bucket, kind="stable"))
    ends = np.cumsum(np.bincount(bucket, minlength=buckets)).tolist()
    return [table.slice(first, end - first) for first, end in pairwise([0, *ends])]


class _Files:
    """A file for each bucket, under its own name only when all are whole."""

    def __init__(self, folder: Path, note: ExportNote, head: int, open_files: ExitStack) -> None:
        self._folder, self._buckets, self._open = folder, note.buckets, open_files
        self._name = f"{note.position + 1:012}-{head:012}.parquet"
        self._writers: dict[int, pq.ParquetWriter] = {}
        self._waiting: dict[int, list[pa.Table]] = defaultdict(list)
        self._events = 0

    def add(self, parts: Sequence[pa.Table]) -> int:
        """Take what goes into each bucket, and write as soon as there is enough."""
        events: int = sum(each.num_rows for each in parts)
        for bucket, part in enumerate(parts):
            if part.num_rows:
                self._waiting[bucket].append(part)
        self._events += events
        if self._events >= _TOGETHER:
            self.write()
        return events

    def write(self) -> None:
        """Add what was taken to the files of its buckets."""
        for bucket, parts in sorted(self._waiting.items()):
            writer = self._writers.get(bucket) or self._begin(bucket)
            writer.write_table(pa.concat_tables(parts).unify_dictionaries())
        self._waiting.clear()
        self._events = 0

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
