"""Whole histories, those that began together one after the other: what a rebuild reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from .protocol import Row, Storage
from .topics import Topics

_PAGE = 1000


@runtime_checkable
class TellsHistories(Protocol):
    """A storage that finds histories faster than one by one."""

    def histories(
        self, *, after: int, until: int, upto: int, topics: Topics
    ) -> Iterator[Sequence[Row]]:
        """Yield what :func:`histories` does; plain tuples in the order of a row will do."""


def histories(
    storage: Storage, *, after: int, until: int, upto: int, topics: Topics
) -> Iterator[Sequence[Row]]:
    """Yield of every stream that began behind *after* and until *until* the rows of *topics*.

    Each stream is told as it was at position *upto* of the log.
    """
    if isinstance(storage, TellsHistories):
        return storage.histories(after=after, until=until, upto=upto, topics=topics)
    begun = (row.stream for row in _rows(storage, after, until) if row.version == 1)
    told = (storage.stream(each) for each in begun)
    return ([e for e in rows if e.position <= upto and e.topic in topics] for rows in told)


def _rows(storage: Storage, after: int, until: int) -> Iterator[Row]:
    while rows := storage.rows(after=after, limit=min(_PAGE, until - after)):
        yield from rows
        after = rows[-1].position
        if after >= until:
            return
