"""Read models in memory, for tests and for a quick look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from threading import RLock

import attrs

from . import tables
from .tables import Batch, Commit, DeadLetter, Reading, TableRow, TableStatus


@attrs.define
class _Table:
    """One version of a read model."""

    lock: RLock
    position: int = 0
    rows: dict[str, TableRow] = attrs.field(factory=dict)
    dead: dict[int, DeadLetter] = attrs.field(factory=dict)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        with self.lock:
            return {key: self.rows[key].value for key in keys if key in self.rows}

    def scan(self) -> Iterator[TableRow]:
        with self.lock:
            return iter([self.rows[key] for key in sorted(self.rows)])

    def until(self, sort: int, limit: int | None = None) -> Iterator[TableRow]:
        with self.lock:
            due = [row for row in self.rows.values() if tables.is_until(row, sort)]
            return iter(sorted(due, key=tables.in_order)[:limit])


class MemoryTables:
    """All read models of one log, for as long as the program runs."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._tables: dict[tuple[str, int], _Table] = {}
        self._active: dict[str, int] = {}

    def read(self, name: str, version: int | None = None) -> Reading:
        """Return one read model to ask; without *version*, the active one."""
        return self._table(name, version)

    def position(self, name: str, version: int) -> int:
        """Return how far it has come; 0 before it has begun."""
        with self._lock:
            table = self._tables.get((name, version))
            return table.position if table else 0

    def batch(
        self, name: str, version: int, *, upto: int, after: int | None = None
    ) -> AbstractContextManager[Batch]:
        """Gather changes up to position *upto*, and commit them together."""
        return tables.batch(self, name, version, upto=upto, after=after)

    def apply(self, commit: Commit) -> None:
        """Carry out *commit*, all of it or nothing."""
        tables.table_name(commit.name, commit.version)
        with self._lock:
            found = self._tables.get((commit.name, commit.version))
            tables.ensure_next(commit, found.position if found else None)
            table = found or _Table(self._lock)
            tables.ensure_set_aside(commit, table.dead)
            self._tables[commit.name, commit.version] = table
            for key in commit.deleted:
                table.rows.pop(key, None)
            table.rows.update((row.key, row) for row in commit.put)
            for position in commit.settled:
                del table.dead[position]
            table.dead.update((letter.position, letter) for letter in commit.set_aside)
            table.position = commit.upto

    def active(self, name: str) -> int | None:
        """Return the version people use."""
        return self._active.get(name)

    def activate(self, name: str, version: int) -> None:
        """Let *version* take the place of the one in use."""
        with self._lock:
            self._table(name, version)
            self._active[name] = version

    def drop(self, name: str, version: int) -> None:
        """Remove one version with all its rows."""
        with self._lock:
            if self._active.get(name) == version:
                raise tables.in_use(name, version)
            self._tables.pop((name, version), None)

    def status(self) -> list[TableStatus]:
        """Return every version there is, by name and version."""
        with self._lock:
            return [
                TableStatus(
                    name=name,
                    version=version,
                    position=table.position,
                    active=self._active.get(name) == version,
                    rows=len(table.rows),
                    dead_letters=len(table.dead),
                )
                for (name, version), table in sorted(self._tables.items(), key=lambda each: each[0])
            ]

    def dead_letters(self, name: str, version: int) -> list[DeadLetter]:
        """Return what that read model could not take in, oldest first."""
        with self._lock:
            table = self._tables.get((name, version))
            return [table.dead[each] for each in sorted(table.dead)] if table else []

    def close(self) -> None:
        """Keep nothing."""

    def _table(self, name: str, version: int | None) -> _Table:
        with self._lock:
            which = self._active.get(name) if version is None else version
            table = self._tables.get((name, which or 0))
            if table is None:
                raise tables.unknown(name, version)
            return table
