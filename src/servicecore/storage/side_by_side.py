"""Rows of the log side by side: all positions, all streams, all bytes; what an export reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from .protocol import Row, Storage


class SideBySide(NamedTuple):
    """Some rows of the log, column by column."""

    position: Sequence[int]
    stream: Sequence[str]
    version: Sequence[int]
    topic: Sequence[str]
    occurred_at: Sequence[str | None]
    length: Sequence[int]  #: How many bytes the state of each is long.
    states: bytes  #: Of all of them, one behind the other.

    @classmethod
    def of(cls, rows: Sequence[Row]) -> SideBySide:
        """Return *rows* side by side."""
        *others, states = zip(*rows, strict=True) if rows else [()] * len(Row._fields)
        return cls._make([*others, [*map(len, states)], b"".join(states)])


@runtime_checkable
class TellsSideBySide(Protocol):
    """A storage that puts rows side by side faster than Python does."""

    def side_by_side(self, *, after: int, limit: int) -> SideBySide:
        """Return what :func:`side_by_side` does."""


def side_by_side(storage: Storage, *, after: int, limit: int) -> SideBySide:
    """Return up to *limit* rows of the log behind position *after*."""
    if isinstance(storage, TellsSideBySide):
        return storage.side_by_side(after=after, limit=limit)
    return SideBySide.of(storage.rows(after=after, limit=limit))
