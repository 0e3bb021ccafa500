"""A clock on one case: what it counts, how it ran, and what it shows when asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import attrs

from ..moments import has_passed, instant
from .counting import Counting
from .course import CLOSED, Course
from .promise import Promise, RungReached


class State(Enum):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


@attrs.frozen(kw_only=True)
class Reading:
    """What a clock shows at one moment, as it goes on record.

    *spent* is the working time used up, *due* the deadline that then holds, and
    *rungs* the levels of the ladder, while it runs.  *decided_at* is when the
    promise was kept or broken, whichever came first.  A deadline is *provisional*
    while the official notice of its days off is not out.
    """

    clock: str
    round: int = 1
    state: State
    spent: timedelta
    due: datetime = instant()
    rungs: tuple[RungReached, ...] = ()
    decided_at: datetime | None = instant(default=None)
    provisional: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """The clock and its round."""
        return self.clock, self.round


@attrs.frozen(kw_only=True)
class Clock:
    """A promise being kept or broken.

    *breaches* holds the deadlines on record as missed under an earlier promise:
    a new promise does not undo them.
    """

    counting: Counting
    standard: str
    course: Course
    round: int = 1
    is_cancelled: bool = False
    breaches: tuple[datetime, ...] = ()

    @property
    def name(self) -> str:
        """What it measures: ``first_response``, ``resolution`` …"""
        return self.counting.target.clock

    @property
    def key(self) -> tuple[str, int]:
        """Its name and its round: one clock of a case."""
        return self.name, self.round

    @property
    def is_live(self) -> bool:
        """Running or paused: not yet decided."""
        return self.course.ended_at is None and not self.is_cancelled

    def on(self, course: Course) -> Clock:
        """Return the same clock on another *course*."""
        # Spelled out, because attrs.evolve takes three times as long, and this is the hot path.
        return Clock(
            counting=self.counting,
            standard=self.standard,
            course=course,
            round=self.round,
            is_cancelled=self.is_cancelled,
            breaches=self.breaches,
        )

    def in_round(self, number: int) -> Clock:
        """Return the same clock as the round of that *number*."""
        return self if number == self.round else attrs.evolve(self, round=number)

    def is_late(self, now: datetime) -> bool:
        """Tell whether a promise was broken, this one or one it replaced."""
        return bool(self.breaches) or self.counting.is_late(self.course, now)

    def due(self, now: datetime) -> datetime:
        """Return the deadline as known at *now*."""
        return self.counting.due(self.course, now)

    def shown_due(self, now: datetime) -> datetime | None:
        """Return the deadline that somebody has to keep; None when there is none to see.

        It is not shown once decided, nor while the case is closed, nor on hold
        where the standard says so.
        """
        pause = self.course.standing_pause
        is_hidden = pause is not None and (
            pause.reason == CLOSED or self.counting.target.hidden_on_hold
        )
        return self.due(now) if self.is_live and not is_hidden else None

    def state(self, now: datetime) -> State:
        """Tell where it stands."""
        if self.is_cancelled:
            return State.CANCELLED
        if self.course.ended_at is not None:
            return State.MISSED if self.is_late(now) else State.MET
        pauses = self.counting.pauses(self.course)
        return State.PAUSED if pauses and pauses[-1].ended_at is None else State.RUNNING

    def reading(self, now: datetime) -> Reading:
        """Tell what it shows at *now*, for the record."""
        state = self.state(now)
        is_running = state is State.RUNNING
        due, rungs = (
            self.counting.due_and_rungs(self.course, now) if is_running else (self.due(now), ())
        )
        return Reading(
            clock=self.name,
            round=self.round,
            state=state,
            spent=self.counting.spent(self.course, now),
            due=due,
            rungs=rungs,
            decided_at=self._decided_at(due, now),
            provisional=self.is_live and self.counting.is_provisional(due),
        )

    def _decided_at(self, due: datetime, now: datetime) -> datetime | None:
        if self.breaches:
            return self.breaches[0]
        until = now if self.course.ended_at is None else self.course.ended_at
        if has_passed(due, self.counting.last_ran(self.course, until)):
            return due
        return None if self.is_cancelled else self.course.ended_at

    def promise(self, now: datetime) -> Promise:
        """Put into words what the customer is promised, as of *now*."""
        target, calendar = self.counting.target, self.counting.calendar
        return Promise(
            clock=target.clock,
            round=self.round,
            clause=target.clause,
            standard=self.standard,
            calendar=calendar.reference,
            within=str(target),
            started_at=self.course.started_at,
            due=self.due(now),
        )

    def rungs_reached(self, now: datetime) -> list[RungReached]:
        """Return the levels of its ladder that were reached by *now* while it was live."""
        if self.is_cancelled:
            return []
        until = now if self.course.ended_at is None else self.course.ended_at
        last_ran = self.counting.last_ran(self.course, until)
        rungs = self.counting.rungs(self.course, until)
        return [each for each in rungs if has_passed(each.due, last_ran)]
