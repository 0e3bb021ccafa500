"""The rows of read models, and how far into the log each has come.

A read model has a name and a version; each is a store of its own, so a new
version can be built beside the one people use, and take its place in one step.
A batch commits its rows and the position they tell of in one transaction:
either both happened or neither did.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import NamedTuple, Protocol

import attrs

from .errors import AlreadyTrackedError, UnknownTableError, VersionInUseError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")


class TableRow(NamedTuple):
    """A value under a key; *sort* is its place in order, such as when it is due."""

    key: str
    sort: int | None
    value: bytes


@attrs.frozen(kw_only=True)
class DeadLetter:
    """An event that a read model could not take in, or that waits behind such a one."""

    position: int
    stream: str
    subject: str
    error: str
    attempts: int
    set_aside_at: datetime


@attrs.frozen(kw_only=True)
class TableStatus:
    """How far one version of a read model has come, and whether it is in use."""

    name: str
    version: int
    position: int
    active: bool
    rows: int
    dead_letters: int


@attrs.frozen(kw_only=True)
class Commit:
    """All that a batch changed; it is applied at once, if *after* still holds.

    With *unread*, nobody reads the rows before the read model is at a position, so
    until then they need not be in any order.  With *begun*, that version must be
    there: one that was dropped meanwhile is not made anew.
    """

    name: str
    version: int
    after: int
    upto: int
    put: Sequence[TableRow] = ()
    deleted: Sequence[str] = ()
    set_aside: Sequence[DeadLetter] = ()
    settled: Sequence[int] = ()
    unread: bool = False
    begun: bool = False


class Reading(Protocol):
    """One version of a read model, to ask."""

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the values of those keys that have one."""

    def scan(self) -> Iterator[TableRow]:
        """Yield every row, by key."""

    def until(self, sort: int, limit: int | None = None) -> Iterator[TableRow]:
        """Yield the rows that sort at or before *sort*, in that order."""


class Tables(Protocol):
    """All read models kept in one place."""

    def read(self, name: str, version: int | None = None) -> Reading:
        """Return one read model to ask; without *version*, the active one.

        Raises:
            UnknownTableError: If there is none.
        """

    def position(self, name: str, version: int) -> int:
        """Return how far it has come; 0 before it has begun."""

    def apply(self, commit: Commit) -> None:
        """Carry out *commit* in one transaction.

        Raises:
            AlreadyTrackedError: If the read model is no longer where the batch began.
            UnknownTableError: If it must have begun, and is not there.
        """

    def active(self, name: str) -> int | None:
        """Return the version people use."""

    def activate(self, name: str, version: int) -> None:
        """Let *version* take the place of the one in use, in one step.

        Raises:
            UnknownTableError: If that version was never begun.
        """

    def drop(self, name: str, version: int) -> None:
        """Remove one version with all its rows.

        Raises:
            VersionInUseError: If it is the active one, perhaps only since a moment ago.
        """

    def status(self) -> list[TableStatus]:
        """Return every version there is, by name and version."""

    def dead_letters(self, name: str, version: int) -> list[DeadLetter]:
        """Return what that read model could not take in, oldest first."""

    def batch(
        self, name: str, version: int, *, upto: int, after: int | None = None
    ) -> AbstractContextManager[Batch]:
        """Gather changes up to position *upto*; see :func:`batch`."""

    def close(self) -> None:
        """Give everything back."""


class Batch:
    """Changes to one read model; it reads its own writes, and nobody else does yet."""

    def __init__(self, reading: Reading | None) -> None:
        self._reading = reading
        self._put: dict[str, TableRow] = {}
        self._deleted: set[str] = set()
        self._set_aside: list[DeadLetter] = []
        self._settled: list[int] = []

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the values of those keys that have one."""
        wanted = list(dict.fromkeys(keys))
        stored = [key for key in wanted if key not in self._put and key not in self._deleted]
        found = self._reading.get_many(stored) if self._reading and stored else {}
        ours = {key: self._put[key].value for key in wanted if key in self._put}
        return found | ours

    def put_many(self, rows: Iterable[tuple[str, int | None, bytes]]) -> None:
        """Keep each (key, sort, value), in place of what the key had."""
        for key, sort, value in rows:
            self._put[key] = TableRow(key, sort, value)
            self._deleted.discard(key)

    def delete_many(self, keys: Iterable[str]) -> None:
        """Remove those keys; a key that has no value is passed over."""
        for key in keys:
            self._put.pop(key, None)
            self._deleted.add(key)

    def scan(self) -> Iterator[TableRow]:
        """Yield every row, by key."""
        stored = self._reading.scan() if self._reading else ()
        rows = {row.key: row for row in self._not_ours(stored)} | self._put
        return iter([rows[key] for key in sorted(rows)])

    def until(self, sort: int, limit: int | None = None) -> Iterator[TableRow]:
        """Yield the rows that sort at or before *sort*, in that order."""
        stored = self._reading.until(sort) if self._reading else ()
        ours = (row for row in self._put.values() if is_until(row, sort))
        rows = sorted([*self._not_ours(stored), *ours], key=in_order)
        return iter(rows[:limit])

    def set_aside(self, letter: DeadLetter) -> None:
        """Put an event aside that could not be taken in."""
        self._set_aside.append(letter)

    def settle(self, positions: Iterable[int]) -> None:
        """Take events off the pile again."""
        self._settled.extend(positions)

    def rows(self) -> list[TableRow]:
        """Return what was put."""
        return list(self._put.values())

    def commit(self, name: str, version: int, *, after: int, upto: int) -> Commit:
        """Return all changes as one commit."""
        return Commit(
            name=name,
            version=version,
            after=after,
            upto=upto,
            put=tuple(self._put.values()),
            deleted=tuple(self._deleted),
            set_aside=tuple(self._set_aside),
            settled=tuple(self._settled),
        )

    def _not_ours(self, stored: Iterable[TableRow]) -> Iterable[TableRow]:
        return (row for row in stored if row.key not in self._put and row.key not in self._deleted)


@contextmanager
def batch(
    tables: Tables, name: str, version: int, *, upto: int, after: int | None = None
) -> Iterator[Batch]:
    """Gather changes, and commit them with the position when the block ends well.

    Args:
        tables: Where the read model is kept.
        name: The read model.
        version: Its version.
        upto: The position that the changes bring it to.
        after: The position that it must be at; what it is at now, by default.

    Raises:
        AlreadyTrackedError: If somebody else has brought it further meanwhile.
    """
    start = tables.position(name, version) if after is None else after
    try:
        reading = tables.read(name, version)
    except UnknownTableError:
        reading = None
    gathered = Batch(reading)
    yield gathered
    tables.apply(gathered.commit(name, version, after=start, upto=upto))


def is_until(row: TableRow, sort: int) -> bool:
    """Tell whether *row* has a place in order, at or before *sort*."""
    return row.sort is not None and row.sort <= sort


def in_order(row: TableRow) -> tuple[int, str]:
    """Order rows by *sort*, then by key; a row without *sort* has no place."""
    return (row.sort or 0, row.key)


def ensure_next(commit: Commit, found: int | None) -> None:
    """See to it that a commit continues where its read model is; None if it is not there.

    Raises:
        AlreadyTrackedError: If it does not.
        UnknownTableError: If it must have begun, and is not there.
    """
    if found is None and commit.begun:
        raise unknown(commit.name, commit.version)
    here = found or 0
    if commit.after == here <= commit.upto:
        return
    msg = (
        f"{commit.name} version {commit.version} is at position {here}, "
        f"so a batch from {commit.after} to {commit.upto} cannot be added"
    )
    raise AlreadyTrackedError(msg)


def ensure_set_aside(commit: Commit, letters: Container[int]) -> None:
    """See to it that what a commit settles still waits for it.

    Raises:
        AlreadyTrackedError: If somebody else has settled it.
    """
    for position in commit.settled:
        if position not in letters:
            msg = f"{commit.name}: position {position} is not set aside any more"
            raise AlreadyTrackedError(msg)


def table_name(name: str, version: int) -> str:
    """Return the name that a database can use.

    Raises:
        ValueError: If *name* or *version* does not fit.
    """
    if not _NAME.fullmatch(name) or version < 1:
        msg = f"a read model is called like 'response_times', version 1; got {name!r}, {version!r}"
        raise ValueError(msg)
    return f"{name}_v{version}"


def in_use(name: str, version: int) -> VersionInUseError:
    """Return the refusal to take away what people use."""
    return VersionInUseError(f"version {version} of {name} is in use; choose another one")


def unknown(name: str, version: int | None) -> UnknownTableError:
    """Say that there is no such read model."""
    which = f"version {version} of {name!r}" if version else f"an active version of {name!r}"
    return UnknownTableError(f"there is no {which}")
