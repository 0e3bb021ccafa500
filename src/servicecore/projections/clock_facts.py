"""How the clocks of a case stand, as its events told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from ..domain.moments import has_passed
from ..domain.sla import Promise, Reading, State
from .tally import Tally

_INSTANT = timedelta(microseconds=1)


class ClockFact(msgspec.Struct, kw_only=True, array_like=True, gc=False):
    """How one clock of a case stands, as last told at *told_at*.

    *decided* is when its promise was kept or broken, whichever came first, as far
    as that was told: a broken one stays broken under a new promise, after a
    reopening, and when the case is cancelled.
    """

    clause: str
    started_at: datetime
    due: datetime
    spent: timedelta
    state: State
    told_at: datetime
    decided: datetime | None = None

    @property
    def has_ended(self) -> bool:
        """Met or missed: it runs no more."""
        return self.state is State.MET or self.state is State.MISSED

    def is_breached(self, as_of: datetime) -> bool:
        """Tell whether a promise was broken by *as_of*, decided or not."""
        if self.has_ended:
            return self.state is State.MISSED
        until = as_of if self.state is State.RUNNING else self.told_at
        return self.decided is not None or has_passed(self.due, until)

    def decision(self) -> tuple[datetime | None, datetime | None]:
        """Return when it was met or missed, whichever came first, and after when that is so.

        A promise that still runs is broken when it is due, but only afterwards.
        """
        if self.decided is not None:
            return self.decided, self.decided - _INSTANT
        if self.state is State.RUNNING:
            return self.due, self.due
        return (self.due if self.is_breached(self.told_at) else None), None

    def decided_at(self, as_of: datetime) -> datetime | None:
        """Return when it was met or missed, or None while it is open."""
        decided, after = self.decision()
        return decided if after is None or has_passed(after, as_of) else None


class Promised(msgspec.Struct, kw_only=True, gc=False):
    """As much of a promise as is told here."""

    clock: str
    round: int = 1
    clause: str
    started_at: datetime


class Measured(msgspec.Struct, kw_only=True, gc=False):
    """As much of a reading as is told here."""

    clock: str
    round: int = 1
    state: State
    spent: timedelta
    due: datetime
    decided_at: datetime | None = None


Clocks = dict[str, ClockFact]
PARTS: Mapping[type, type] = {Promise: Promised, Reading: Measured}  #: What need not be read whole.


def take_readings(clocks: Clocks, event: Any) -> None:
    """Bring *clocks* up to date with what *event* promises and measures."""
    readings = getattr(event, "readings", ())
    if not readings:
        return
    # Most rounds are the first: not to ask for their names saves a tenth of a rebuild.
    promised = {e.clock if e.round == 1 else _name(e): e for e in event.promises}
    for reading in readings:
        name = reading.clock if reading.round == 1 else _name(reading)
        told = promised.get(name) or clocks[name]
        clocks[name] = ClockFact(
            clause=told.clause,
            started_at=told.started_at,
            due=reading.due,
            spent=reading.spent,
            state=reading.state,
            told_at=event.at,
            decided=reading.decided_at,
        )


def _name(told: Promised | Measured) -> str:
    return f"{told.clock}#{told.round}"


def count_attainment(measure: str, clock: ClockFact, tally: Tally) -> None:
    """Count a clock as met or missed in the period of its decision, or as open."""
    decided, after = clock.decision()
    tally.open(measure, since=clock.started_at, is_open=False)  # It was promised, at least.
    if decided is not None:
        tally.share(measure, decided, clock.state is State.MET, after=after)
    if decided is None or after is not None:
        is_open = clock.state is not State.CANCELLED
        tally.open(measure, since=clock.started_at, is_open=is_open, upto=after)


@cache
def clock_of(name: str) -> str:
    """Return which clock it is, whatever its round."""
    return name.partition("#")[0]
