"""Rows of whichever version of a read model is in use: a rebuild does not disturb who reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import attrs

from ..storage import TableRow, UnknownTableError
from ..storage.tables import Reading

T = TypeVar("T")


@attrs.define
class RowsInUse:
    """The rows of a read model, which *find* finds; it is asked again when they are dropped.

    A version is dropped as soon as another has taken its place, while somebody may
    still be reading it.  Both are built by the same rule, so he goes on in the other
    one, behind the last key that he came to: each key is told once.
    """

    _find: Callable[[], Reading]
    _rows: Reading = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._rows = self._find()

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the values of those keys that have one."""
        wanted = list(keys)
        return self._told(lambda rows: rows.get_many(wanted))

    def scan(self) -> Iterator[TableRow]:
        """Yield every row, by key."""
        last = ""
        while True:
            try:
                for row in self._rows.scan():
                    if row.key > last:
                        last = row.key
                        yield row
            except UnknownTableError:
                self._rows = self._find()
            else:
                return

    def until(self, sort: int, limit: int | None = None) -> Iterator[TableRow]:
        """Yield the rows that sort at or before *sort*, in that order."""
        return iter(self._told(lambda rows: list(rows.until(sort, limit))))

    def _told(self, ask: Callable[[Reading], T]) -> T:
        while True:
            try:
                return ask(self._rows)
            except UnknownTableError:
                self._rows = self._find()
