"""Streams are folded in portions, by whoever has time: here, in other processes, on other machines.

A portion and what becomes of it travel as bytes.  It is folded with nothing but
its own rows at hand, so it comes to the same wherever and whenever that happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import Protocol

import attrs

from ..domain.events import Recorded
from .codec import stream_id, subject_and_moment
from .errors import TROUBLE
from .follower import dead_letter
from .log import EventLog
from .protocol import Row
from .tables import Batch, DeadLetter, TableRow

_TOGETHER = 1000  # Events that are taken in at once.

#: Opens the log where the folding is done; it is closed afterwards.
Opener = Callable[[], AbstractContextManager[EventLog]]


class Folding(Protocol):
    """A read model that makes its rows of one stream at a time."""

    @property
    def topics(self) -> str:
        """What the names of its events begin with."""

    def observe(self, batch: Batch, recorded: Sequence[Recorded], /) -> None:
        """Take events in, in order."""


@attrs.frozen(kw_only=True)
class Portion:
    """Streams to fold, as they were at position *base*; the last of them began at *done*."""

    subjects: tuple[str, ...]
    base: int
    done: int


@attrs.frozen(kw_only=True)
class Folded:
    """What a portion came to."""

    rows: tuple[TableRow, ...]
    letters: tuple[DeadLetter, ...]


def portions(log: EventLog, kind: str, *, after: int, base: int, size: int) -> Iterator[Portion]:
    """Yield the streams of *kind* that began behind *after* and until *base*, in portions."""
    subjects: list[str] = []
    for row in log.storage.beginnings():
        if row.position <= after:
            continue
        if row.position > base:
            break
        subject, _ = subject_and_moment(row)
        if subject.startswith(f"{kind}/"):
            subjects.append(subject)
        if len(subjects) == size:
            yield Portion(subjects=tuple(subjects), base=base, done=row.position)
            subjects = []
    yield Portion(subjects=tuple(subjects), base=base, done=base)


def fold(opener: Opener, model: Folding, portion: Portion, skipped: frozenset[int]) -> Folded:
    """Return the rows of *model* for all streams of *portion*.

    A stream that cannot be folded stops at the event that is to blame, as it does
    for a follower; the others go on.
    """
    rows: list[TableRow] = []
    letters: list[DeadLetter] = []
    with opener() as log:
        for histories in _together(log, model, portion, skipped):
            try:
                rows += _taken_in(log, model, histories)
            except TROUBLE:
                raise
            except Exception:  # noqa: BLE001 - one of them is to blame; look for it
                for each in histories:
                    rows += _alone(log, model, each, letters)
    return Folded(rows=tuple(rows), letters=tuple(letters))


def _together(
    log: EventLog, model: Folding, portion: Portion, skipped: frozenset[int]
) -> Iterator[list[list[Row]]]:
    histories: list[list[Row]] = []
    events = 0
    for subject in portion.subjects:
        history = [
            row
            for row in log.storage.stream(stream_id(subject))
            if row.position <= portion.base
            and row.topic.startswith(model.topics)
            and row.position not in skipped
        ]
        histories.append(history)
        events += len(history)
        if events >= _TOGETHER:
            yield histories
            histories, events = [], 0
    yield histories


def _taken_in(log: EventLog, model: Folding, histories: Sequence[list[Row]]) -> list[TableRow]:
    batch = Batch(None)
    model.observe(batch, list(map(log.codec.recorded, chain.from_iterable(histories))))
    return batch.rows()


def _alone(
    log: EventLog, model: Folding, history: list[Row], letters: list[DeadLetter]
) -> list[TableRow]:
    batch = Batch(None)
    for n, row in enumerate(history):
        try:
            model.observe(batch, [log.codec.recorded(row)])
        except TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - it goes on record
            letters.append(dead_letter(log, row, error=repr(error), attempts=1))
            letters.extend(
                dead_letter(log, each, error="waits behind an event that was set aside", attempts=0)
                for each in history[n + 1 :]
            )
            break
    return batch.rows()
