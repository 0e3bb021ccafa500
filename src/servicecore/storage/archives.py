"""Archives: whole histories in one Parquet file each, with the proof that they were sealed.

An archive holds its events as they were stored, to the byte, and beside each the
hashes that lead up to the root of a signed checkpoint, which stands in the file,
too.  So it can be checked by itself, and any tool that reads Parquet can read it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from hashlib import file_digest
from itertools import groupby, islice
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple, cast

from .codec import subject_and_moment
from .errors import BadArchiveError, MissingExtraError, UnreadableEventError
from .histories import histories, told
from .leaves import leaf
from .protocol import KeptState, Row, Storage, Told
from .pruned import is_pruned, remains
from .side_by_side import SideBySide
from .topics import Topics

FORMAT = "servicecore/archive/v1"
SUFFIX = ".parquet"
_COLUMNS = ("position", "stream", "version", "name", "occurred_at", "state")
_TOGETHER = 10_000  # Events in a group of rows.


class Proved(NamedTuple):
    """An event, its *place* under the checkpoint, and the hashes that lead up from it."""

    row: Row
    place: int
    proof: tuple[bytes, ...]


class Archive:
    """One archive, to be read."""

    def __init__(self, path: Path) -> None:
        """Look into the file at *path*.

        Raises:
            BadArchiveError: If it is no archive.
            MissingExtraError: If pyarrow is not installed.
        """
        arrow, parquet = _arrow()
        self.path = path
        try:
            self._file = parquet.ParquetFile(path)
            schema = self._file.schema_arrow
            told = {name.decode(): each.decode() for name, each in (schema.metadata or {}).items()}
        except (OSError, UnicodeDecodeError, arrow.ArrowException) as error:
            raise _bad(path, str(error)) from error
        if told.get("format") != FORMAT or schema.names != [*_columns(arrow)]:
            raise _bad(path, f"it is no {FORMAT}")
        self.name = told.get("archive", "")
        self.checkpoint = told.get("checkpoint", "")  #: The signed note.
        self.events: int = self._file.metadata.num_rows

    def sha256(self) -> str:
        """Return the digest of the file."""
        with self.path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()

    def proved(self) -> Iterator[Proved]:
        """Yield every event with its proof, history by history.

        Raises:
            BadArchiveError: If the file is damaged.
        """
        arrow, _ = _arrow()
        try:
            for batch in self._file.iter_batches(_TOGETHER):
                columns = [column.to_pylist() for column in batch.columns]
                for *told, _, place, proof in zip(*columns, strict=True):
                    yield Proved(Row(*told), place, tuple(proof or ()))
        except (OSError, arrow.ArrowException, TypeError, ValueError) as error:
            raise _bad(self.path, str(error)) from error

    def histories(self) -> Iterator[list[Row]]:
        """Yield every history, from its first event to its last."""
        rows = (each.row for each in self.proved())
        for _, history in groupby(rows, key=lambda row: row.stream):
            yield list(history)

    def find(self, row: Row) -> Row:
        """Return the event of which *row* is what was left, if it is that event.

        Raises:
            BadArchiveError: If it is not there, or was changed.
        """
        stands, columns = self._index.get((row.stream, row.version)), self._columns
        if stands is None:
            raise _bad(self.path, f"it does not hold version {row.version} of {row.stream}")
        found = Row(*(column[stands].as_py() for column in columns))
        if leaf(found) != leaf(row):
            raise _bad(self.path, f"version {row.version} of {row.stream} was changed in it")
        return found._replace(position=row.position)  # A log that moved counts anew.

    @cached_property
    def _columns(self) -> list[Any]:
        table = self._file.read(columns=list(_COLUMNS)).combine_chunks()
        return [table.column(name) for name in _COLUMNS]

    @cached_property
    def _index(self) -> dict[tuple[str, int], int]:
        streams, versions = (self._columns[n].to_pylist() for n in (1, 2))
        return {event: n for n, event in enumerate(zip(streams, versions, strict=True))}


def write_archive(path: Path, events: Iterable[Proved], *, checkpoint: str) -> None:
    """Write *events*, history by history, and the signed note of the *checkpoint* above them.

    Raises:
        BadArchiveError: If there is a file already.
        MissingExtraError: If pyarrow is not installed.
    """
    arrow, parquet = _arrow()
    if path.exists():
        raise _there_already(path)
    told = {"format": FORMAT, "archive": path.stem, "checkpoint": checkpoint}
    schema = arrow.schema(_columns(arrow), metadata=told)
    draft = path.with_name(f".{path.name}.{token_hex(8)}.new")  # Others may write one, too.
    try:
        with parquet.ParquetWriter(draft, schema, compression="zstd") as writer:
            for some in _in_groups(events):
                columns = [list(column) for column in zip(*map(_told, some), strict=True)]
                writer.write_table(arrow.table(columns, schema=schema))
        _let_reach_the_disk(draft)  # Whoever prunes relies on it, also after a power failure.
        _appear(draft, path)
        if os.name == "posix":
            _let_reach_the_disk(path.parent)
    finally:
        draft.unlink(missing_ok=True)


class Archives:
    """A folder of archives, each called as it was when its histories were taken out."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._known: dict[str, Archive] = {}

    def whole(self, row: Row) -> Row:
        """Return *row*, or the event of which it is what was left, if its archive is here."""
        if not is_pruned(row.state):
            return row
        with suppress(UnreadableEventError):
            archive = self._named(remains(row).archive)
            return archive.find(row) if archive else row
        return row

    def _named(self, name: str) -> Archive | None:
        if name not in self._known:
            path = self._folder / f"{name}{SUFFIX}"
            if Path(name).name != name or not path.exists():
                return None
            self._known[name] = Archive(path)
        return self._known[name]


class WithArchives:
    """A storage whose histories are whole again, as far as the archives are at hand.

    It writes where it always did; *bare* is the storage itself.
    """

    def __init__(self, storage: Storage, archives: Archives) -> None:
        self.bare = storage
        self._whole: Callable[[Row], Row] = archives.whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bare, name)

    def stream(self, stream: str, *, after: int = 0, upto: int | None = None) -> Sequence[Row]:
        """Return the rows of one stream, by version."""
        return list(map(self._whole, self.bare.stream(stream, after=after, upto=upto)))

    def states(self, stream: str, *, after: int = 0) -> Sequence[KeptState]:
        """Return of one stream what a fold needs, by version."""
        states = self.bare.states(stream, after=after)
        if not any(is_pruned(state) for _, _, state in states):
            return states
        return [(row.version, row.topic, row.state) for row in self.stream(stream, after=after)]

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return up to *limit* rows of the log behind position *after*."""
        return list(map(self._whole, self.bare.rows(after=after, limit=limit)))

    def side_by_side(self, *, after: int, limit: int) -> SideBySide:
        """Return up to *limit* rows of the log behind position *after*, column by column."""
        return SideBySide.of(self.rows(after=after, limit=limit))

    def beginnings(self) -> Iterator[Row]:
        """Yield the first row of every stream."""
        return map(self._whole, self.bare.beginnings())

    def histories(
        self, *, after: int, until: int, upto: int, topics: Topics
    ) -> Iterator[Sequence[Told]]:
        """Yield of every stream that began in this stretch of the log its events of *topics*."""
        for history in histories(self.bare, after=after, until=until, upto=upto, topics=topics):
            if not any(is_pruned(state) for *_, state in history):
                yield history
                continue
            [[_, position, *_], *_] = history
            [row] = self.bare.rows(after=position - 1, limit=1)
            yield [*told(self.stream(row.stream), upto=upto, topics=topics)]


def with_archives(storage: Storage, folder: str) -> Storage:
    """Return *storage*, reading what was taken out of it from the archives in *folder*.

    Raises:
        BadArchiveError: If there is no such folder.
    """
    if not Path(folder).is_dir():
        raise _bad(Path(folder), "there is no such folder")
    return cast("Storage", WithArchives(storage, Archives(folder)))


def bare(storage: Storage) -> Storage:
    """Return a storage as it is, without the archives beside it."""
    return storage.bare if isinstance(storage, WithArchives) else storage


# -----------------------------------------------------------------------------------


def _columns(pa: Any) -> dict[str, Any]:
    whole, text = pa.int64(), pa.string()
    kept = (whole, text, whole, text, text, pa.binary())
    proved = {"subject": text, "place": whole, "proof": pa.list_(pa.binary(32))}
    return dict(zip(_COLUMNS, kept, strict=True)) | proved


def _told(each: Proved) -> tuple[Any, ...]:
    subject, _ = subject_and_moment(each.row)
    return *each.row, subject, each.place, each.proof


def _in_groups(events: Iterable[Proved]) -> Iterator[list[Proved]]:
    left = iter(events)
    while group := list(islice(left, _TOGETHER)):
        yield group


def _appear(draft: Path, path: Path) -> None:
    """Let *draft* be found at *path*, unless somebody else was faster.

    What lies there may have left the log since, and be nowhere else.
    """
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise _there_already(path) from None
    except OSError:  # This file system knows no second name for a file.
        _take_name(path)
        draft.replace(path)


def _let_reach_the_disk(path: Path) -> None:
    """Let a file reach the disk, or what a folder says is in it."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _take_name(path: Path) -> None:
    """Make an empty file at *path*, which nobody else can then do."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        raise _there_already(path) from None


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra; few need it
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        msg = f"archives need a package more: pip install 'servicecore[analytics]' ({error})"
        raise MissingExtraError(msg) from error
    return pa, parquet


def _there_already(path: Path) -> BadArchiveError:
    return _bad(path, "it is there already; nothing is written over")


def _bad(path: Path, why: str) -> BadArchiveError:
    return BadArchiveError(f"{path}: {why}")
