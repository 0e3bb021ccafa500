"""What is noted of each version of a read model: by which rule it was built, and how far.

The notes are rows like any others, so every storage keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

import attrs
import msgspec

from .errors import StorageError, UnknownTableError
from .tables import Tables

NAME = "read_models"
_VERSION = 1
_BOOKS = (NAME, _VERSION)


class OutdatedReadModelError(StorageError):
    """A read model was built by another rule than this program has, so it is not read."""


class Stage(Enum):
    """What one version of a read model is good for."""

    BUILDING = "building"
    BUILT = "built"
    BESIDE = "beside"  #: Kept for comparison; it will not take anybody's place.
    DROPPED = "dropped"  #: Being taken away; some of it may still be there.


@attrs.frozen(kw_only=True)
class Note:
    """What is noted of one version of a read model.

    A rebuild first folds the streams as they are at position *base*, in portions that
    it reads from *source*; how many of them are folded, *done* tells.
    """

    edition: str
    stage: Stage = Stage.BUILT
    source: str = ""
    base: int = 0
    done: int = 0


@attrs.frozen
class Notes:
    """The notes of all read models among *tables*."""

    tables: Tables

    def of(self, name: str, version: int) -> Note | None:
        """Return what is noted of that version; nothing, if it is from before there were notes."""
        try:
            found = self.tables.read(*_BOOKS).get_many([_key(name, version)])
        except UnknownTableError:
            return None
        return next(map(_read, found.values()), None)

    def versions(self, name: str) -> dict[int, Note]:
        """Return what is noted of every version of *name*."""
        return dict(sorted(self._versions(name)))

    def keep(self, name: str, version: int, note: Note) -> None:
        """Note it, in place of what was noted before."""
        with self.tables.batch(*_BOOKS, after=0, upto=0) as batch:
            batch.put_many([(_key(name, version), None, msgspec.json.encode(note))])

    def forget(self, name: str, version: int) -> None:
        """Strike the note out."""
        with self.tables.batch(*_BOOKS, after=0, upto=0) as batch:
            batch.delete_many([_key(name, version)])

    def ensure_current(self, name: str, version: int, edition: str) -> None:
        """See to it that a table was built by the rule *edition*.

        Raises:
            OutdatedReadModelError: If it was not; it says what to do.
        """
        note = self.of(name, version)
        built_by = note.edition if note else "a rule nobody noted"
        if built_by != edition:
            msg = (
                f"{name} was built by {built_by}, and this program has {edition}: "
                f"servicecore project rebuild {name}"
            )
            raise OutdatedReadModelError(msg)

    def _versions(self, name: str) -> Iterator[tuple[int, Note]]:
        try:
            rows = self.tables.read(*_BOOKS).scan()
        except UnknownTableError:
            return
        for row in rows:
            of, _, version = row.key.partition("/")
            if of == name:
                yield int(version), _read(row.value)


def _key(name: str, version: int) -> str:
    return f"{name}/{version}"


_read = msgspec.json.Decoder(Note).decode
