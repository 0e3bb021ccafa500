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
    until the book names them; the book changes in one commit.
    """

    tables: Tables
    name: str
    version: int
    position: int  #: Of the book that we know.
    parts: Sequence[str]  #: Of each portion.

    @property
    def is_current(self) -> bool:
        """Nobody else has written a book since."""
        return self.tables.position(self.name, self.version) == self.position

    def book(self) -> Book | None:
        """Return the book, if there is one."""
        try:
            found = self.tables.read(self.name, self.version).get_many([_BOOK])
        except UnknownTableError:
            return None
        return msgspec.msgpack.decode(found[_BOOK], type=Book) if found else None

    def reader(self, portion: str) -> Callable[[str], bytes]:
        """Return what reads the parts of a portion.

        Raises:
            UnknownTableError: If somebody has built the read model anew meanwhile.
        """

        def read(part: str) -> bytes:
            key = f"{portion}/{part}"
            found = self.tables.read(self.name, self.version).get_many([key])
            if key not in found:
                msg = f"{self.name} version {self.version} has no {key!r} any more: ask again"
                raise UnknownTableError(msg)
            return found[key]

        return read

    @property
    def may_write(self) -> bool:
        """Whoever only reads keeps what he adds to himself."""
        return not isinstance(self.tables, Beside)

    def clear(self) -> None:
        """Take away all that was written down of this version, and of those before it."""
        for version in range(1, self.version + 1):
            self.tables.drop(self.name, version)
        self.position = 0

    def put(self, portion: str, parts: Callable[[str], bytes]) -> None:
        """Put a portion there, which nobody knows of yet."""
        with self._batch(upto=self.position) as batch:
            batch.put_many((f"{portion}/{part}", None, parts(part)) for part in self.parts)

    def keep(self, book: Book, *, gone: Iterable[str]) -> None:
        """Let *book* hold, and take away the portions that were *gone* before it.

        Raises:
            AlreadyTrackedError: If somebody else has written one meanwhile.
        """
        with self._batch(upto=book.position) as batch:
            batch.put_many([(_BOOK, None, msgspec.msgpack.encode(book))])
            batch.delete_many(f"{each}/{part}" for each in gone for part in self.parts)
        self.position = book.position

    @contextmanager
    def _batch(self, *, upto: int) -> Iterator[Batch]:
        after = self.position
        with self.tables.batch(self.name, self.version, upto=upto, after=after) as batch:
            yield batch
