"""Where columns stand: portions of the facts, and the book of those that hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import attrs
import msgspec

from ..storage import Batch
from ..storage.beside import Beside
from ..storage.errors import UnknownTableError
from ..storage.tables import Tables

_BOOK = "book"
_MARK = 0  #: What the rows are sorted by that tell of portions; nothing else is sorted.


class Entry(msgspec.Struct):
    """A portion: what it is called, and which of its facts hold no more."""

    name: str
    n: int
    latest: int
    dead: list[int] = []


class Book(msgspec.Struct):
    """Which portions hold, as of a position in the log.

    *held* are the facts that wait behind an event set aside, *gone* the portions
    that are of no use any more, but that somebody may still be reading.
    """

    edition: str = ""
    position: int = 0
    entries: list[Entry] = []
    held: list[str] = []
    gone: list[str] = []


@attrs.define
class Shelf:
    """The table with the columns of one version of a read model.

    Portions are put there one by one under names of their own, and are nothing
    until the book names them; the book changes in one commit, and each is written
    behind the one that its writer knew.
    """

    tables: Tables
    name: str
    version: int
    serial: int  #: Of the book that we know; it is what the table is at.
    parts: Sequence[str]  #: Of each portion.

    @property
    def is_current(self) -> bool:
        """Nobody else has written a book since."""
        return self.tables.position(self.name, self.version) == self.serial

    def book(self) -> Book | None:
        """Return the book, if there is one."""
        found = self._found([_BOOK])
        return msgspec.msgpack.decode(found[_BOOK], type=Book) if found else None

    def reader(self, portion: str) -> Callable[[str], bytes]:
        """Return what reads the parts of a portion.

        Raises:
            UnknownTableError: If somebody has taken the portion away meanwhile.
        """

        def read(part: str) -> bytes:
            key = f"{portion}/{part}"
            found = self._found([key])
            if key not in found:
                msg = f"{self.name} version {self.version} has no {key!r} any more"
                raise UnknownTableError(msg)
            return found[key]

        return read

    @property
    def may_write(self) -> bool:
        """Whoever only reads keeps what he adds to himself."""
        return not isinstance(self.tables, Beside)

    def portions(self) -> set[str]:
        """Return what the portions are called that lie there, also those in no book."""
        try:
            found = self.tables.read(self.name, self.version).until(_MARK)
        except UnknownTableError:
            return set()
        return {row.key for row in found}

    def has(self, portions: Iterable[str]) -> bool:
        """Tell whether these portions lie there."""
        keys = {f"{each}/{self.parts[0]}" for each in portions}
        return self._found(keys).keys() == keys

    def drop_older(self) -> None:
        """Take away all that was written down of the versions before this one."""
        for version in range(1, self.version):
            self.tables.drop(self.name, version)

    def put(self, portion: str, parts: Callable[[str], bytes]) -> None:
        """Put a portion there, which nobody knows of yet.

        Raises:
            AlreadyTrackedError: If somebody else has written a book meanwhile.
        """
        with self._batch(upto=self.serial) as batch:
            batch.put_many([(portion, _MARK, b"")])
            batch.put_many((f"{portion}/{part}", None, parts(part)) for part in self.parts)

    def keep(self, book: Book, *, gone: Iterable[str]) -> None:
        """Let *book* hold, and take away the portions that were *gone* before it.

        Raises:
            AlreadyTrackedError: If somebody else has written one meanwhile.
        """
        serial = max(book.position, self.serial + 1)  # Two may have read as far in the log.
        with self._batch(upto=serial) as batch:
            batch.put_many([(_BOOK, None, msgspec.msgpack.encode(book))])
            batch.delete_many(key for each in gone for key in self._keys(each))
        self.serial = serial

    def _found(self, keys: Iterable[str]) -> dict[str, bytes]:
        try:
            return self.tables.read(self.name, self.version).get_many(keys)
        except UnknownTableError:  # Nobody has begun, or somebody has built the read model anew.
            return {}

    def _keys(self, portion: str) -> list[str]:
        return [portion, *(f"{portion}/{part}" for part in self.parts)]

    @contextmanager
    def _batch(self, *, upto: int) -> Iterator[Batch]:
        after = self.serial
        with self.tables.batch(self.name, self.version, upto=upto, after=after) as batch:
            yield batch
