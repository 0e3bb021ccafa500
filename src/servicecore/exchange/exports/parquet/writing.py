"""Adds to a folder what is new in a log."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ....storage import EventLog
from ....storage.codec import Codec
from ....storage.sharing import in_turn
from ....storage.side_by_side import side_by_side
from .columns import SCHEMA, WORDS, kept, table_of
from .errors import ExportRunningError, NotAnExportError
from .note import NAME, ExportNote, digest_after, first_in

try:
    import fcntl
except ImportError:  # Windows has nothing of the kind; there, take care yourself.
    fcntl = None  # type: ignore[assignment]

BUCKETS = 8
_AT_ONCE = 16_000  # Events told in columns at once: with fewer, calls take longer than the work.
_WAITING = 64_000  # Events that may wait to be written: who reads wants few and large row groups.
_TOGETHER = 2_000_000  # Events whose files are finished together: open ones take up memory.
_AHEAD = 3  # So many are told in columns while others are read and written.
_TELL = 2  # Telling takes longer than to read and write: with one, those would wait for it.
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
        head, tell = log.head(), progress or _silently
        events = 0
        if note.position == head:
            note.keep(place)
        while note.position < head:
            upto = min(head, note.position + _TOGETHER)
            events += _write(log, place, note, upto, lambda done: tell(done, head))
            first, last = digest_after(log, 0), digest_after(log, upto - 1)
            note = attrs.evolve(note, position=upto, first=first, last=last)
            note.keep(place)
    return Exported(position=head, events=events)


def bucket_of(stream: str, buckets: int) -> int:
    """Return the bucket of a stream; the log cuts itself into parts the same way."""
    return zlib.crc32(stream.encode()) % buckets


def _silently(done: int, total: int) -> None:
    """Tell nobody."""


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
    log: EventLog, folder: Path, note: ExportNote, upto: int, progress: Callable[[int], object]
) -> int:
    """Write what is new until *upto*, and return how many events that are."""
    events = 0
    with ExitStack() as open_files:
        files = _Files(folder, note, upto, open_files)
        for done, parts in _parts(log, after=note.position, upto=upto, buckets=note.buckets):
            events += files.add(parts)
            progress(done)
        files.write()
    files.finish()
    return events


def _parts(
    log: EventLog, *, after: int, upto: int, buckets: int
) -> Iterator[tuple[int, Sequence[pa.Table]]]:
    """Yield some thousand events at once, cut into buckets; one thread reads, others tell."""
    cut = partial(_cut, codec=log.codec, buckets=buckets)
    with ThreadPoolExecutor(_TELL) as others:
        for rows, parts in in_turn(others, cut, _pages(log, after=after, upto=upto), ahead=_AHEAD):
            yield rows["position"][-1].as_py(), parts


def _pages(log: EventLog, *, after: int, upto: int) -> Iterator[pa.RecordBatch]:
    while after < upto:
        rows = kept(side_by_side(log.storage, after=after, limit=_AT_ONCE))
        yield rows[: np.searchsorted(rows["position"], upto, side="right")]
        after = rows["position"][-1].as_py()


def _cut(rows: pa.RecordBatch, codec: Codec, buckets: int) -> Sequence[pa.Table]:
    """Return in columns what of *rows* goes into each bucket, in the order of the log."""
    streams = rows["stream"].dictionary_encode()
    numbers = [bucket_of(each, buckets) for each in streams.dictionary.to_pylist()]
    bucket = np.array(numbers)[streams.indices]
    table = table_of(rows.take(np.argsort(bucket, kind="stable")), codec)
    ends = np.cumsum(np.bincount(bucket, minlength=buckets)).tolist()
    return [table.slice(first, end - first) for first, end in pairwise([0, *ends])]


class _Files:
    """A file for each bucket, under its own name only when all are whole."""

    def __init__(self, folder: Path, note: ExportNote, upto: int, open_files: ExitStack) -> None:
        self._folder, self._buckets, self._open = folder, note.buckets, open_files
        self._name = f"{note.position + 1:012}-{upto:012}.parquet"
        self._writers: dict[int, pq.ParquetWriter] = {}
        self._waiting: dict[int, list[pa.Table]] = defaultdict(list)
        self._rows = Counter[int]()

    def add(self, parts: Sequence[pa.Table]) -> int:
        """Take what goes into each bucket; when too much waits, write where most does."""
        for bucket, part in enumerate(parts):
            if part.num_rows:
                self._waiting[bucket].append(part)
                self._rows[bucket] += part.num_rows
        while self._rows.total() > _WAITING:
            [(fullest, _)] = self._rows.most_common(1)
            self._write(fullest)
        return sum(part.num_rows for part in parts)

    def write(self) -> None:
        """Add what waits to the files of its buckets."""
        for bucket in sorted(self._rows):
            self._write(bucket)

    def finish(self) -> None:
        """Let the files appear."""
        for bucket in self._writers:
            self._unfinished(bucket).rename(self._path(bucket))

    def _write(self, bucket: int) -> None:
        parts = pa.concat_tables(self._waiting.pop(bucket))
        writer = self._writers.get(bucket) or self._begin(bucket)
        writer.write_table(parts.unify_dictionaries())
        del self._rows[bucket]

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
