"""Moving a log to another storage: every byte, every position, every command, in the same order.

Whoever is interrupted begins again where he was.  Read models are built anew at
the other place, and snapshots are taken again; nothing else is left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice, zip_longest
from typing import Protocol, runtime_checkable

import attrs

from .errors import AlreadyTrackedError, StorageError, UnknownStorageError
from .log import EventLog
from .protocol import Row, StoredCommand, Tracking

_BATCH = 1000
_ASIDE = 1  # The version of the tables in which policies keep what they set aside.

Progress = Callable[[int, int], None]  #: Done, of how many.


class DifferentLogError(StorageError):
    """The other log holds something that this one does not."""


@runtime_checkable
class Movable(Protocol):
    """What a storage has to tell besides its rows, so that a log can be moved away from it."""

    def commands(self) -> Iterator[StoredCommand]:
        """Yield every command that was carried out, by position."""

    def trackings(self) -> Sequence[Tracking]:
        """Return how far each follower has come."""


@attrs.frozen(kw_only=True)
class Moved:
    """What is at the other place now, and how much of it was there already."""

    events: int
    found: int
    commands: int
    followers: int


def move_log(
    source: EventLog,
    target: EventLog,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Moved:
    """Copy all of *source* to *target*, and compare the two to the byte; only tell so if *dry_run*.

    Nobody may write to either meanwhile; if somebody does, the comparison tells.

    Raises:
        DifferentLogError: If *target* holds anything else, or the two differ in the end.
        UnknownStorageError: If the storage of *source* cannot list its commands.
    """
    if not isinstance(source.storage, Movable):
        kind = type(source.storage).__name__
        msg = f"{kind} cannot list what was carried out, so a log cannot be moved away from it"
        raise UnknownStorageError(msg)
    found = target.head()
    _ensure_same(source, target, upto=found)
    if dry_run:
        return _to_move(source, source.storage, found=found)
    commands = _copy(source, target, source.storage.commands(), progress or _silently)
    followers = source.storage.trackings()
    for tracking in followers:
        _take_over(source, target, tracking)
    _ensure_same(source, target)
    _ensure_same_commands(source.storage, target.storage)
    return Moved(
        events=target.head() - found, found=found, commands=commands, followers=len(followers)
    )


def _to_move(source: EventLog, storage: Movable, *, found: int) -> Moved:
    return Moved(
        events=source.head() - found,
        found=found,
        commands=sum(1 for _ in storage.commands()),
        followers=len(storage.trackings()),
    )


def _copy(
    source: EventLog, target: EventLog, commands: Iterator[StoredCommand], progress: Progress
) -> int:
    """Copy rows, each command together with the last row of what it led to."""
    here, head, count = target.head(), source.head(), 0
    for command in commands:
        count += 1
        if command.position < here:
            continue
        if command.position == here and target.has_command(command.id):
            continue
        here = _copy_rows(source, target, upto=command.position, command=command)
        progress(here, head)
    while here < source.head():
        here = _copy_rows(source, target, upto=here + _BATCH, command=None)
        progress(here, head)
    return count


def _copy_rows(
    source: EventLog, target: EventLog, *, upto: int, command: StoredCommand | None
) -> int:
    """Copy the rows until *upto*, in portions; *command* comes with the last of them."""
    here = target.head()
    while upto - here > _BATCH:
        here = _insert(source, target, upto=here + _BATCH, command=None)
    return _insert(source, target, upto=upto, command=command)


def _insert(source: EventLog, target: EventLog, *, upto: int, command: StoredCommand | None) -> int:
    here = target.head()
    rows = [row for row in islice(source.rows_since(here), upto - here) if row.position <= upto]
    return target.storage.write(
        lambda writing: writing.insert([row[1:] for row in rows], command=command)
    )


def _take_over(source: EventLog, target: EventLog, tracking: Tracking) -> None:
    """Let a follower go on at the other place where he was, with what he had set aside."""
    with suppress(AlreadyTrackedError):  # So he was taken over before.
        target.storage.write(lambda writing: writing.insert([], tracking=tracking))
    letters = source.tables.dead_letters(tracking.name, _ASIDE)
    if letters and not target.tables.dead_letters(tracking.name, _ASIDE):
        here = target.tables.position(tracking.name, _ASIDE)
        with target.tables.batch(tracking.name, _ASIDE, upto=here) as batch:
            for letter in letters:
                batch.set_aside(letter)


def _ensure_same(source: EventLog, target: EventLog, *, upto: int | None = None) -> None:
    """See to it that both hold the same, until position *upto*."""
    pairs = zip_longest(source.rows_since(0, upto), target.rows_since(0, upto))
    for ours, theirs in pairs:
        if ours != theirs:
            raise DifferentLogError(_difference(ours, theirs))


def _ensure_same_commands(source: Movable, target: object) -> None:
    """See to it that both know the same commands, if the other can list them."""
    if not isinstance(target, Movable):
        return
    for ours, theirs in zip_longest(source.commands(), target.commands()):
        if ours != theirs:
            one = ours or theirs
            msg = f"command {one.id if one else ''!r} is not the same in both logs"
            raise DifferentLogError(msg)


def _difference(ours: Row | None, theirs: Row | None) -> str:
    if ours is None or theirs is None:
        row, where = (theirs, "other") if ours is None else (ours, "first")
        position = row.position if row else 0
        return f"only the {where} log holds position {position}"
    return f"position {ours.position} of one log is not position {theirs.position} of the other"


def _silently(done: int, total: int) -> None:
    """Tell nobody."""
