"""Where seals are kept: the hash of each event, and each signed checkpoint.

They stand in tables of their own, beside the log or elsewhere, so every storage
that keeps read models keeps seals.  Nothing here is trusted because it stands
here: the signatures are checked, and the hashes are computed once more.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import attrs
import msgspec

from ..storage import AlreadyTrackedError, UnknownTableError
from ..storage.protocol import Row
from ..storage.tables import Reading, Tables
from .merkle import ProofError
from .notes import TILE_WIDTH, parse_checkpoint
from .refusals import SealError
from .tiles import Tiles

NAME, VERSION = "seal", 1
_EVER = 2**63 - 1
_ENTRY = struct.Struct(">Q16sI")  #: Position, stream, version.
_AT_ONCE = 64 * TILE_WIDTH


class Entry(NamedTuple):
    """Which event was sealed, and under which hash; the position may have changed since."""

    position: int
    stream: str
    version: int
    leaf: bytes

    @property
    def event(self) -> tuple[str, int]:
        """The stream and the version, which stay the same wherever the log moves."""
        return self.stream, self.version


@attrs.frozen(kw_only=True)
class Seal:
    """A signed checkpoint over the first *size* events."""

    size: int
    root: bytes
    note: str
    sealed_at: datetime


class _Kept(msgspec.Struct):
    note: str
    sealed_at: datetime


_read_kept = msgspec.json.Decoder(_Kept).decode


class Seals:
    """The seals of one log."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # --- Asking ------------------------------------------------------------------

    def latest(self) -> Seal | None:
        """Return the newest seal."""
        kept = self._get(["latest"]).get("latest")
        return None if kept is None else _seal(kept)

    def all(self) -> list[Seal]:
        """Return every seal, oldest first.

        Raises:
            SealError: If one of them cannot be read.
        """
        reading = self._reading()
        return [_seal(row.value) for row in reading.until(_EVER)] if reading else []

    def tiles(self) -> Tiles:
        """Return the tree of what was sealed; each of its pages is read once."""
        pages: dict[str, bytes | None] = {}

        def read(key: str) -> bytes | None:
            if key not in pages:
                pages[key] = self._get([key]).get(key)
            return pages[key]

        return Tiles(read)

    def entries(self, start: int, end: int) -> Iterator[Entry]:
        """Yield what was sealed, from index *start* to before *end*.

        Raises:
            SealError: If a page is missing or damaged.
        """
        for first in range(start, end, _AT_ONCE):
            last = min(end, first + _AT_ONCE)
            try:
                leaves = self.tiles().leaves(first, last)
            except ProofError as error:
                msg = f"what was sealed is damaged: {error}"
                raise SealError(msg) from None
            for leaf, place in zip(leaves, self._places(first, last), strict=True):
                yield Entry(*place, leaf)

    def index_of(self, row: Row, *, size: int) -> int:
        """Return under which index the event in *row* was sealed.

        Raises:
            SealError: If it was not.
        """
        low, high = 0, -(-size // TILE_WIDTH)
        while high - low > 1:
            middle = (low + high) // 2
            (first,) = self._places(middle * TILE_WIDTH, middle * TILE_WIDTH + 1)
            low, high = (middle, high) if first[0] <= row.position else (low, middle)
        start = low * TILE_WIDTH
        near = self._find(row, start, min(size, start + TILE_WIDTH))
        # A log that moved to another storage has other positions there: look everywhere.
        found = near if near is not None else self._find(row, 0, size)
        if found is None:
            msg = f"the event at position {row.position} is not among the {size} that are sealed"
            raise SealError(msg)
        return found

    def _find(self, row: Row, start: int, end: int) -> int | None:
        wanted = (row.stream, row.version)
        for first in range(start, end, _AT_ONCE):
            places = self._places(first, min(end, first + _AT_ONCE))
            for index, (_, *event) in enumerate(places, first):
                if tuple(event) == wanted:
                    return index
        return None

    def _places(self, start: int, end: int) -> list[tuple[int, str, int]]:
        """Return where the events from index *start* to before *end* stood."""
        first, last = start // TILE_WIDTH, -(-end // TILE_WIDTH)
        keys = [_entries_key(number) for number in range(first, last)]
        pages = self._get(keys)
        data = b"".join(pages.get(key, b"") for key in keys)
        offset = first * TILE_WIDTH
        wanted = data[(start - offset) * _ENTRY.size : (end - offset) * _ENTRY.size]
        if len(wanted) != (end - start) * _ENTRY.size:
            msg = f"what was sealed is damaged: {len(wanted)} bytes for {end - start} events"
            raise SealError(msg)
        return [(each, stream.hex(), n) for each, stream, n in _ENTRY.iter_unpack(wanted)]

    # --- Adding ------------------------------------------------------------------

    def add(self, rows: Sequence[Row], *, seal: Seal, pages: Mapping[str, bytes]) -> bool:
        """Keep *seal*, whose last events are *rows*; tell whether nobody else was faster.

        Everything is kept in one transaction, and only if so many events are sealed
        as *seal* takes for granted: two sealers cannot make the log fork.
        """
        before = seal.size - len(rows)
        kept = msgspec.json.encode(_Kept(note=seal.note, sealed_at=seal.sealed_at))
        try:
            with self._tables.batch(NAME, VERSION, after=before, upto=seal.size) as batch:
                batch.put_many((key, None, page) for key, page in pages.items())
                batch.put_many((key, None, page) for key, page in self._placed(rows, before))
                batch.put_many([(f"checkpoint/{seal.size:020}", seal.size, kept)])
                batch.put_many([("latest", None, kept)])
        except AlreadyTrackedError:
            return False
        return True

    def _placed(self, rows: Sequence[Row], size: int) -> Iterator[tuple[str, bytes]]:
        number, filled = divmod(size, TILE_WIDTH)
        key = _entries_key(number)
        before = self._get([key]).get(key, b"")[: filled * _ENTRY.size] if filled else b""
        added = [_ENTRY.pack(row.position, bytes.fromhex(row.stream), row.version) for row in rows]
        data, page = before + b"".join(added), TILE_WIDTH * _ENTRY.size
        for n, start in enumerate(range(0, len(data), page)):
            yield _entries_key(number + n), data[start : start + page]

    # -----------------------------------------------------------------------------

    def _reading(self) -> Reading | None:
        try:
            return self._tables.read(NAME, VERSION)
        except UnknownTableError:
            return None

    def _get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        reading = self._reading()
        return reading.get_many(keys) if reading else {}


def _seal(kept: bytes) -> Seal:
    """Return a seal as it was kept; whether its signature holds is another question.

    Raises:
        SealError: If it cannot be read.
    """
    try:
        told = _read_kept(kept)
        checkpoint = parse_checkpoint(told.note.rpartition("\n\n")[0] + "\n")
    except (msgspec.MsgspecError, ValueError) as error:
        msg = f"a seal cannot be read: {error}"
        raise SealError(msg) from error
    return Seal(
        size=checkpoint.size,
        root=checkpoint.root_hash,
        note=told.note,
        sealed_at=told.sealed_at,
    )


def _entries_key(number: int) -> str:
    return f"entries/{number:015}"
