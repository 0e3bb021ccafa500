"""Adds to a folder what is new in a log."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache, partial
from pathlib import Path

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ....storage import EventLog
from ....storage.protocol import Row
from .columns import SCHEMA, table_of
from .errors import ExportRunningError, NotAnExportError
from .note import NAME, ExportNote, digest, digest_after

try:
    import fcntl
except ImportError:  # Windows has nothing of the kind; there, take care yourself.
    fcntl = None  # type: ignore[assignment]

BUCKETS = 8
_TOGETHER = 32_000  # Events held in memory.
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
    events, rows = 0, list[Row]()
    with ExitStack() as open_files:
        files = _Files(folder, note, head, open_files)
        for rows in _together(log, after=note.position, upto=head):
            files.write(rows)
            events += len(rows)
            if progress is not None:
                progress(rows[-1].position, head)
    files.finish()
    return rows[-1], events


def _together(log: EventLog, *, after: int, upto: int) -> Iterator[list[Row]]:
    rows: list[Row] = []
    for row in log.rows_since(after):
        if row.position > upto:
            break
        rows.append(row)
        if len(rows) == _TOGETHER:
            yield rows
            rows = []
    if rows:
        yield rows


class _Files:
    """A file for each bucket, under its own name only when all are whole."""

    def __init__(self, folder: Path, note: ExportNote, head: int, open_files: ExitStack) -> None:
        self._folder, self._buckets, self._open = folder, note.buckets, open_files
        self._name = f"{note.position + 1:012}-{head:012}.parquet"
        self._writers: dict[int, pq.ParquetWriter] = {}
        # What happens to one record mostly happens soon after.
        self._bucket_of = lru_cache(10_000)(partial(bucket_of, buckets=note.buckets))

    def write(self, rows: Sequence[Row]) -> None:
        """Add *rows* to the files of their buckets."""
        table, buckets = table_of(rows), [self._bucket_of(row.stream) for row in rows]
        for bucket in sorted(set(buckets)):
            writer = self._writers.get(bucket) or self._begin(bucket)
            writer.write_table(table.filter(pc.equal(pa.array(buckets), bucket)))

    def finish(self) -> None:
        """Let the files appear."""
        for bucket in self._writers:
            self._unfinished(bucket).rename(self._path(bucket))

    def _begin(self, bucket: int) -> pq.ParquetWriter:
        self._path(bucket).parent.mkdir(exist_ok=True)
        new = pq.ParquetWriter(self._unfinished(bucket), SCHEMA, compression="zstd")
        writer: pq.ParquetWriter = self._open.enter_context(new)
        self._writers[bucket] = writer
        return writer

    def _path(self, bucket: int) -> Path:
        return self._folder / f"bucket={bucket}" / self._name

    def _unfinished(self, bucket: int) -> Path:
        return self._path(bucket).with_suffix(".parquet.unfinished")
