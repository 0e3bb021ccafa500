"""Read models for whoever may only read: what he has to add to them stays in his memory.

Somebody who looks at a log may find its read models behind, or built by an older rule.
He cannot bring them up to date, but need not do without: the first change to one
takes a copy of it into memory, and goes on there.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress

from . import tables
from .errors import UnknownTableError
from .memory_tables import MemoryTables
from .tables import Batch, Commit, DeadLetter, Reading, Tables, TableStatus


class Beside:
    """The read models of a log that is opened for reading only."""

    def __init__(self, kept: Tables) -> None:
        self._kept, self._own = kept, MemoryTables()
        self._copied: set[tuple[str, int]] = set()

    def read(self, name: str, version: int | None = None) -> Reading:
        """Return one read model to ask; without *version*, the active one."""
        which = self.active(name) if version is None else version
        return self._of(name, which or 0).read(name, which)

    def position(self, name: str, version: int) -> int:
        """Return how far it has come; 0 before it has begun."""
        return self._of(name, version).position(name, version)

    def batch(
        self, name: str, version: int, *, upto: int, after: int | None = None
    ) -> AbstractContextManager[Batch]:
        """Gather changes up to position *upto*, and commit them together."""
        return tables.batch(self, name, version, upto=upto, after=after)

    def apply(self, commit: Commit) -> None:
        """Carry out *commit* in memory, on a copy of what is there."""
        self._copy(commit.name, commit.version)
        self._own.apply(commit)

    def active(self, name: str) -> int | None:
        """Return the version people use."""
        return self._own.active(name) or self._kept.active(name)

    def activate(self, name: str, version: int) -> None:
        """Let *version* take the place of the one in use, as long as this is open."""
        self._copy(name, version)
        self._own.activate(name, version)

    def drop(self, name: str, version: int) -> None:
        """Remove a version, as far as it is here."""
        if version == self.active(name):
            raise tables.in_use(name, version)
        self._own.drop(name, version)
        self._copied.discard((name, version))

    def status(self) -> list[TableStatus]:
        """Return every version there is, by name and version."""
        kept = [e for e in self._kept.status() if (e.name, e.version) not in self._copied]
        return sorted([*kept, *self._own.status()], key=lambda each: (each.name, each.version))

    def dead_letters(self, name: str, version: int) -> list[DeadLetter]:
        """Return what that read model could not take in, oldest first."""
        return self._of(name, version).dead_letters(name, version)

    def close(self) -> None:
        """Keep nothing; whoever has opened what it looks at closes that."""

    # -----------------------------------------------------------------------------------

    def _of(self, name: str, version: int) -> Tables:
        return self._own if (name, version) in self._copied else self._kept

    def _copy(self, name: str, version: int) -> None:
        if (name, version) in self._copied:
            return
        self._copied.add((name, version))
        with suppress(UnknownTableError):  # So it begins here.
            self._own.apply(self._as_it_is(name, version))

    def _as_it_is(self, name: str, version: int) -> Commit:
        """Return all of a read model, also while somebody else brings it up to date."""
        while True:
            upto = self._kept.position(name, version)
            rows = list(self._kept.read(name, version).scan())
            letters = self._kept.dead_letters(name, version)
            if self._kept.position(name, version) == upto:
                break
        return Commit(name=name, version=version, after=0, upto=upto, put=rows, set_aside=letters)
