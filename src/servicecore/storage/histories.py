"""Whole histories, those that began together one after the other: what a rebuild reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from .protocol import Row, Storage, Told
from .topics import Topics

_PAGE = 1000


@runtime_checkable
class TellsHistories(Protocol):
    """A storage that finds histories faster than one by one."""

    def histories(
        self, *, after: int, until: int, upto: int, topics: Topics
    ) -> Iterator[Sequence[Told]]:
        """Yield what :func:`histories` does; plain tuples in that order will do."""


def histories(
    storage: Storage, *, after: int, until: int, upto: int, topics: Topics
) -> Iterator[Sequence[Told]]:
    """Yield of every stream that began behind *after* and until *until* its events of *topics*.

    Each stream is told as it was at position *upto* of the log.
    """
    if isinstance(storage, TellsHistories):
        return storage.histories(after=after, until=until, upto=upto, topics=topics)
    streams = (row.stream for row in _rows(storage, after, until) if row.version == 1)
    return ([*told(storage.stream(each), upto=upto, topics=topics)] for each in streams)


def told(history: Sequence[Row], *, upto: int, topics: Topics) -> Iterator[Told]:
    """Yield of a whole history what a fold of *topics* needs, as it was at position *upto*."""
    for row in history:
        if row.position <= upto and row.topic in topics:
            yield Told(history[0].position, row.position, row.topic, row.state)


def _rows(storage: Storage, after: int, until: int) -> Iterator[Row]:
    while rows := storage.rows(after=after, limit=min(_PAGE, until - after)):
        yield from rows
        after = rows[-1].position
        if after >= until:
            return
