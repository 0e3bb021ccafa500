"""The stage of the year: a clock that goes on, people who act, and what falls due by itself.

Nobody on it knows what comes.  Whoever hears of something on record may decide
to do something later; what falls due, the desk does at its own moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Any

import attrs

from ...desk import ServiceDesk
from ...domain.calendar import WorkingCalendar
from ...domain.events import Recorded
from ...domain.refusals import RefusedError
from .lives import next_second

Act = Callable[[], object]
Listener = Callable[[Recorded], None]


@attrs.define
class SimulatedClock:
    """A clock that shows what it is set to."""

    now: datetime

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@attrs.define
class Stage:
    """A desk, its clock, and the diary of everybody who works or calls there.

    *shifts* are the hours in which people work.  What the rules refuse is counted,
    by the name of the refusal: people try things.
    """

    desk: ServiceDesk
    clock: SimulatedClock
    chance: Random
    shifts: WorkingCalendar
    refused: Counter[str] = attrs.field(factory=Counter)
    _listeners: list[Listener] = attrs.field(factory=list)
    _diary: list[tuple[datetime, int, Act]] = attrs.field(factory=list)
    _entries: int = 0
    _heard: int = 0

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return self.clock.now

    @property
    def today(self) -> date:
        """The day on the wall of the office."""
        return self.clock.now.astimezone(self.shifts.zone).date()

    # --- What people intend ----------------------------------------------------------

    def listen(self, listener: Listener) -> None:
        """Let somebody hear of everything that goes on record."""
        self._listeners.append(listener)

    def at(self, moment: datetime, act: Callable[..., object], *args: Any, **facts: Any) -> None:
        """Do something at a moment, or now if that has passed."""
        self._entries += 1
        when = max(next_second(moment), self.now)
        entry: tuple[datetime, int, Act] = (when, self._entries, partial(act, *args, **facts))
        heappush(self._diary, entry)

    def after(self, wait: timedelta, act: Callable[..., object], *args: Any, **facts: Any) -> None:
        """Do something when so much time has passed, whether anybody works or not."""
        self.at(self.now + wait, act, *args, **facts)

    def at_work(
        self, median: timedelta, act: Callable[..., object], *args: Any, **facts: Any
    ) -> None:
        """Do something after about so much working time."""
        length = median * self.chance.lognormvariate(0, 0.7)
        self.at(self.shifts.add(self.now, length), act, *args, **facts)

    def happens(self, share: float) -> bool:
        """Toss a coin that comes up in this *share* of all tosses."""
        return self.chance.random() < share

    # --- What happens ----------------------------------------------------------------

    def play(self, until: datetime, tell: Callable[[datetime], None]) -> None:
        """Let everything happen that is intended, or falls due, until a moment."""
        while (moment := self._next()) is not None and moment <= until:
            self.clock.now = max(self.now, moment)  # It may have been due before anybody knew.
            if self._diary and self._diary[0][0] <= moment:
                self._act(heappop(self._diary)[2])
            else:
                self.desk.run_due()
            self._hear()
            tell(moment)
        self.clock.now = until

    def _next(self) -> datetime | None:
        """Return when something happens next; what falls due comes before what people do."""
        wake_up = self.desk.next_wake_up()
        planned = self._diary[0][0] if self._diary else None
        known = [each for each in (wake_up, planned) if each is not None]
        return min(known, default=None)

    def _act(self, act: Act) -> None:
        try:
            act()
        except RefusedError as refusal:
            self.refused[type(refusal).__name__] += 1

    def _hear(self) -> None:
        for recorded in self.desk.log.since(self._heard):
            self._heard = recorded.position
            for listener in self._listeners:
                listener(recorded)
