"""What a follower passes by for good: somebody decided so, and it stays on record who and why."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import attrs
import msgspec

from .errors import AlreadyTrackedError, StorageError, UnknownTableError
from .log import EventLog
from .tables import DeadLetter

_BOOKS = ("skipped_events", 1)


class NotSetAsideError(StorageError, LookupError):
    """Nothing was set aside at that position."""


@attrs.frozen(kw_only=True)
class Skipped:
    """An event that a follower passes by, with the error it led to."""

    follower: str
    position: int
    subject: str
    error: str
    reason: str
    actor: str
    skipped_at: datetime


_decoder = msgspec.json.Decoder(Skipped)


def skipped(log: EventLog, follower: str | None = None) -> list[Skipped]:
    """Return what is passed by, by follower and position."""
    try:
        rows = log.tables.read(*_BOOKS).scan()
    except UnknownTableError:
        return []
    every = [_decoder.decode(row.value) for row in rows]
    return [each for each in every if follower in {None, each.follower}]


def positions(log: EventLog, follower: str) -> frozenset[int]:
    """Return the positions that *follower* passes by."""
    return frozenset(each.position for each in skipped(log, follower))


def skip(
    log: EventLog, follower: str, *, version: int, position: int, reason: str, actor: str
) -> Skipped:
    """Take an event off the pile for good, after it was put on record that it is.

    Raises:
        NotSetAsideError: If *follower* has not set it aside.
    """
    letters = _letters(log, follower, version)
    if position not in letters:
        known = ", ".join(map(str, letters)) or "nothing"
        msg = f"{follower} has not set position {position} aside; set aside is {known}"
        raise NotSetAsideError(msg)
    told = Skipped(
        follower=follower,
        position=position,
        subject=letters[position].subject,
        error=letters[position].error,
        reason=reason,
        actor=actor,
        skipped_at=log.now(),
    )
    with log.tables.batch(*_BOOKS, after=0, upto=0) as batch:
        batch.put_many([(f"{follower}/{position:020}", None, msgspec.json.encode(told))])
    _settle(log, follower, version=version, position=position)
    return told


def _settle(log: EventLog, follower: str, *, version: int, position: int) -> None:
    while position in _letters(log, follower, version):
        here = log.tables.position(follower, version)
        with (
            suppress(AlreadyTrackedError),  # The follower has gone on meanwhile, elsewhere.
            log.tables.batch(follower, version, after=here, upto=here) as batch,
        ):
            batch.settle([position])


def _letters(log: EventLog, follower: str, version: int) -> dict[int, DeadLetter]:
    return {each.position: each for each in log.tables.dead_letters(follower, version)}
