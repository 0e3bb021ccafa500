"""Lives through the quarter: the clock goes on, people act, and what falls due fires."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import attrs

from ...desk import ServiceDesk
from .lives import Step


@attrs.define
class SimulatedClock:
    """A clock that shows what it is set to."""

    now: datetime

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


def live_through(
    desk: ServiceDesk,
    clock: SimulatedClock,
    steps: Iterable[Step],
    *,
    until: datetime,
    tell: Callable[[int], None],
) -> None:
    """Carry out *steps*; before each, wake up for all that falls due, at its own moment."""
    for done, step in enumerate(steps, start=1):
        _wake_up_until(desk, clock, step.at)
        clock.now = step.at
        counter = getattr(desk.tickets, step.verb)
        counter(step.ticket, actor=step.facts.get("by", "desk"), **step.facts)
        tell(done)
    _wake_up_until(desk, clock, until)
    clock.now = until


def _wake_up_until(desk: ServiceDesk, clock: SimulatedClock, moment: datetime) -> None:
    while (wake_up := desk.next_wake_up()) is not None and wake_up <= moment:
        clock.now = max(clock.now, wake_up)  # It may have been due before anybody knew.
        desk.run_due()
