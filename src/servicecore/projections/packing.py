"""Recordings as bytes, part by part, so that a question reads no more than it needs.

Columns are as narrow as what stands in them: a moment has eight bytes, a yes or no one.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs
import msgspec
import numpy as np

from .answer import Group
from .recording import COLUMNS, Recorder, Recording, Track
from .rows import Column, Rows

_NARROWEST = (np.int8, np.int16, np.int32)
_Packed = tuple[str, bytes]  #: What kind of numbers, and the numbers.


class _Keys(msgspec.Struct):
    """Whose the facts are."""

    keys: list[str]


class _Words(msgspec.Struct):
    """What the facts are like, by one dimension."""

    words: list[str]
    numbers: _Packed


class _Told(msgspec.Struct):
    """What one measure told."""

    names: list[str]
    tracks: list[tuple[str, str, Group, list[_Packed]]]


def pack(recording: Recording) -> Iterator[tuple[str, bytes]]:
    """Yield each part of a recording, by its name."""
    yield "keys", _encode(_Keys(recording.keys))
    for dimension, words in recording.words.items():
        yield f"by/{dimension}", _encode(_packed_words(words))
    for measure, recorder in recording.told.items():
        yield f"told/{measure}", _encode(_packed_told(recorder))


@attrs.define
class Packed:
    """Some facts in columns, of which a part is read when it is asked for."""

    n: int
    latest: int
    read: Callable[[str], bytes]
    dead: set[int] = attrs.field(factory=set)  #: The facts that others have taken the place of.

    @property
    def alive(self) -> Column | None:
        """Which of the facts still hold; None, if all do."""
        if not self.dead:
            return None
        alive = np.ones(self.n, dtype=bool)
        alive[list(self.dead)] = False
        return alive

    @property
    def keys(self) -> list[str]:
        """Whose the facts are."""
        return msgspec.msgpack.decode(self.read("keys"), type=_Keys).keys

    def words(self, dimension: str) -> tuple[Sequence[str], Column]:
        """Return the words there are, and the number of the word that each fact has."""
        found = msgspec.msgpack.decode(self.read(f"by/{dimension}"), type=_Words)
        return found.words, _unpacked(found.numbers)

    def told(self, measure: str) -> Mapping[Track, Rows]:
        """Return what a measure told."""
        found = msgspec.msgpack.decode(self.read(f"told/{measure}"), type=_Told)
        return {
            (verb, told, also): Rows(
                dict(zip(("fact", *COLUMNS[verb]), map(_unpacked, columns), strict=True)),
                found.names,
            )
            for verb, told, also, columns in found.tracks
        }


def _packed_words(told: Sequence[str]) -> _Words:
    words: dict[str, int] = {}
    numbers = array("q", (words.setdefault(word, len(words)) for word in told))
    return _Words(words=list(words), numbers=_packed(np.frombuffer(numbers, dtype=np.int64)))


def _packed_told(recorder: Recorder) -> _Told:
    return _Told(
        names=list(recorder.names),
        tracks=[
            (verb, measure, also, [_packed(each) for each in _columns(rows, COLUMNS[verb])])
            for (verb, measure, also), rows in recorder.rows.items()
        ],
    )


def _columns(rows: array[int], names: Sequence[str]) -> Column:
    """Return the columns of what was written row by row, that of the facts before the others."""
    return np.frombuffer(rows, dtype=np.int64).reshape(-1, 1 + len(names)).T


def _packed(column: Column) -> _Packed:
    low, high = (int(column.min()), int(column.max())) if len(column) else (0, 0)
    fits = (e for e in _NARROWEST if np.iinfo(e).min <= low and high <= np.iinfo(e).max)
    kept = column.astype(next(fits, np.int64))
    return kept.dtype.str, kept.tobytes()


def _unpacked(packed: _Packed) -> Column:
    kind, numbers = packed
    return np.frombuffer(numbers, dtype=kind)


_encode = msgspec.msgpack.Encoder().encode
