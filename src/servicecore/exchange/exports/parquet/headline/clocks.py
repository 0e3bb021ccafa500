"""The clocks of tickets in columns: how each round of each stood when it was last told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
import pyarrow as pa

from .....domain.sla import State
from .....projections.recording import NEVER
from .....projections.rows import Column
from .histories import NOWHERE, Histories, as_numbers, micros_of

_STATES = list(State)


@attrs.frozen(kw_only=True)
class Clocks:
    """Columns of the same length: a round of a clock of a ticket has a place in each."""

    record: Column  #: The number of the ticket.
    round: Column
    told_at: Column
    state: Column
    spent: Column
    due: Column
    decided_at: Column
    started_at: Column

    @property
    def has_ended(self) -> Column:
        """Met or missed: it runs no more."""
        return self.are(State.MET) | self.are(State.MISSED)

    def are(self, state: State) -> Column:
        """Tell which of them are in that state."""
        return np.equal(self.state, _STATES.index(state))

    def decided_by(self, as_of: int) -> Column:
        """Return when it was met or missed by then, whichever came first; else never.

        As :meth:`~servicecore.projections.clock_facts.ClockFact.decided_at` tells it.
        """
        until = np.where(self.are(State.RUNNING), as_of, self.told_at)
        is_late = np.where(self.has_ended, self.are(State.MISSED), until > self.due)
        told = np.where(self.decided_at <= as_of, self.decided_at, NEVER)
        return np.where(self.decided_at != NEVER, told, np.where(is_late, self.due, NEVER))


def clocks_of(histories: Histories) -> Iterator[tuple[str, Clocks]]:
    """Yield the clocks of each name."""
    readings, promises = (_Listed.of(histories, each) for each in ("readings", "promises"))
    if not len(readings.row):
        return
    names, name = readings.words("clock")
    rounds = np.unique(_rounds(readings, names))
    slots = _slots(histories, readings, names, rounds)
    last = np.full(histories.n * len(rounds), NOWHERE)
    last[slots] = np.arange(len(slots))  # Of several, the last one stays.
    # Who promises something shows the clock, too, so that there is a place for it.
    started = np.zeros(len(last), np.int64)
    started[_slots(histories, promises, names, rounds)] = promises.moments("started_at")
    standing = last[last != NOWHERE]
    states, state = readings.words("state")
    told = Clocks(
        record=histories.record[readings.row],
        round=as_numbers(readings.values.field("round")),
        told_at=histories.at[readings.row],
        state=np.array([_STATES.index(State(each)) for each in states])[state],
        spent=as_numbers(readings.values.field("spent_us")),
        due=readings.moments("due"),
        decided_at=readings.moments("decided_at"),
        started_at=started[slots],
    )
    for number, each in enumerate(names):
        chosen = standing[name[standing] == number]
        columns = attrs.asdict(told, recurse=False).items()
        yield each, Clocks(**{what: values[chosen] for what, values in columns})


@attrs.frozen
class _Listed:
    """What stands in lists, one after another, each with its row."""

    values: pa.StructArray
    row: Column

    @classmethod
    def of(cls, histories: Histories, column: str) -> _Listed:
        lists = histories.values(column)
        counts = as_numbers(lists.value_lengths().fill_null(0))
        return cls(lists.flatten(), np.repeat(np.arange(len(counts)), counts))

    def words(self, field: str) -> tuple[Sequence[str], Column]:
        told = self.values.field(field)
        return told.dictionary.to_pylist(), as_numbers(told.indices)

    def moments(self, field: str) -> Column:
        return micros_of(self.values.field(field), otherwise=NEVER)


def _slots(histories: Histories, listed: _Listed, names: Sequence[str], rounds: Column) -> Column:
    """Return a number for each, which is that of its ticket and of the round of its clock."""
    number = np.searchsorted(rounds, _rounds(listed, names))
    return histories.record[listed.row] * len(rounds) + number


def _rounds(listed: _Listed, names: Sequence[str]) -> Column:
    """Return the clock and the round of each as one number."""
    words, numbers = listed.words("clock")
    known = {name: number for number, name in enumerate(names)}
    same = np.array([known.get(each, len(known)) for each in words], np.int64)
    return np.left_shift(same[numbers], 32) | as_numbers(listed.values.field("round"))
