"""Rows in columns: what one measure told by one verb, for many facts (needs numpy)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, Self

import attrs
import numpy as np
import numpy.typing as npt

from .recording import Track

Column = npt.NDArray[Any]
_NARROW = 1 << 16  #: So many numbers are sorted in no time.


@attrs.frozen
class Rows:
    """Columns of the same length: the number of the *fact*, and what was told of it."""

    columns: Mapping[str, Column]
    names: Sequence[str] = ()  #: What the numbers in a column of names mean.

    def __getitem__(self, column: str) -> Column:
        return self.columns[column]

    def __len__(self) -> int:
        return len(self["fact"])

    def only(self, chosen: Column | slice) -> Self:
        """Return some of the rows, in that order."""
        return type(self)({name: each[chosen] for name, each in self.columns.items()}, self.names)

    def plus(self, **columns: Column) -> Self:
        """Return the rows with more columns."""
        return type(self)({**self.columns, **columns}, self.names)

    def split(self, codes: Column) -> Iterator[tuple[int, Self]]:
        """Yield the rows that have the same code, code by code."""
        if len(codes) == 0:
            return
        most = int(codes.max())
        if int(codes.min()) == most:
            yield most, self
            return
        narrow = codes.astype(np.uint16) if most < _NARROW else codes
        order = np.argsort(narrow, kind="stable")
        rows, codes = self.only(order), codes[order]
        starts = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
        for start, end in zip(starts, [*starts[1:], len(codes)], strict=True):
            yield int(codes[start]), rows.only(slice(start, end))


class Portion(Protocol):
    """Some of the facts, in columns."""

    @property
    def n(self) -> int:
        """How many facts these are."""

    @property
    def alive(self) -> Column | None:
        """Which of the facts still hold; None, if all do."""

    def words(self, dimension: str) -> tuple[Sequence[str], Column]:
        """Return the words there are, and the number of the word that each fact has."""

    def told(self, measure: str) -> Mapping[Track, Rows]:
        """Return what a measure told."""


class NamedPortion(Portion, Protocol):
    """A portion that knows whose its facts are."""

    @property
    def keys(self) -> Sequence[str]:
        """The key of each fact."""


def counted(column: Column) -> dict[int, int]:
    """Return how often each number is in a column."""
    numbers, times = np.unique(column, return_counts=True)
    return dict(zip(numbers.tolist(), times.tolist(), strict=True))
