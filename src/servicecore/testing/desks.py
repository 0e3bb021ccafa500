"""A desk to try things at: in memory, with a clock that one can move."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TypedDict, Unpack

import attrs

from ..desk import ServiceDesk
from ..desk.extension import Extension
from ..domain.calendar import WorkingCalendar
from ..domain.moments import in_utc
from ..domain.standard import ServiceStandard
from .telling import in_order, timeline

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  #: Nine in Shanghai, an ordinary week.


class DeskOptions(TypedDict, total=False):
    """What a desk on trial can be told; all that :meth:`ServiceDesk.open` knows, and *at*."""

    url: str
    at: datetime
    standard: str | Path | ServiceStandard
    calendar: WorkingCalendar
    standards: Iterable[ServiceStandard]
    calendars: Iterable[WorkingCalendar]
    extensions: Iterable[Extension]


class TimeRunsForwardsError(ValueError):
    """A clock was to be put back: what is on record would be in its future."""


@attrs.define
class MovableClock:
    """Stands still until it is moved, and stops wherever something falls due on the way."""

    now: datetime = MONDAY
    _next_wake_up: Callable[[], datetime | None] = attrs.field(
        default=lambda: None, init=False, repr=False
    )
    _look: Callable[[datetime], object] = attrs.field(
        default=lambda _: None, init=False, repr=False
    )

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let so much time pass, and the desk put on record what falls due in it."""
        self.move_to(self.now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))

    def move_to(self, at: datetime) -> None:
        """Let time pass until *at*, and the desk put on record what falls due until then.

        Raises:
            TimeRunsForwardsError: If that was before.
        """
        at = in_utc(at, "at")
        if at < self.now:
            msg = f"it is {self.now.isoformat()}; the clock cannot be put back to {at.isoformat()}"
            raise TimeRunsForwardsError(msg)
        while (due := self._next_wake_up()) is not None and self.now < due < at:
            self.now = due
            self._look(due)
        self.now = at
        self._look(at)

    def wakes(self, desk: ServiceDesk) -> None:
        """Let *desk* look whenever the clock has moved."""
        self._next_wake_up, self._look = desk.next_wake_up, desk.run_due


@attrs.frozen
class DeskOnTrial(ServiceDesk):
    """A service desk whose :attr:`clock` can be moved."""

    clock: MovableClock = attrs.field(factory=MovableClock, kw_only=True)

    def timeline(self, subject: str | None = None) -> str:
        """Return what is on record, of one record or of all, in the order in which it happened."""
        history = self.log.since(0) if subject is None else self.log.history(subject)
        return timeline(in_order(history))


def open_desk(**options: Unpack[DeskOptions]) -> DeskOnTrial:
    """Open a desk in memory on a Monday at nine in Shanghai, if the *options* say nothing else.

    >>> with open_desk() as desk:
    ...     desk.clock.advance(hours=2)
    ...     print(desk.clock.now)
    2025-03-03 03:00:00+00:00
    """
    told = dict(options)
    clock = MovableClock(in_utc(options.get("at", MONDAY), "at"))
    told.pop("at", None)
    told.setdefault("url", "memory:")
    opened = DeskOnTrial.open(clock=clock, **told)  # type: ignore[arg-type]  # the same names
    desk = attrs.evolve(opened, clock=clock)
    clock.wakes(desk)
    return desk
