"""A clock on one case: what it counts, how it ran, and what it shows when asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

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


class Clock(NamedTuple):
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
        return self.counting.target.clock, self.round

    @property
    def is_live(self) -> bool:
        """Running or paused: not yet decided."""
        return self.course.ended_at is None and not self.is_cancelled

    @property
    def _is_running(self) -> bool:
        pauses = self.counting.pauses(self.course)
        return self.is_live and not (pauses and pauses[-1].ended_at is None)

    def on(self, course: Course) -> Clock:
        """Return the same clock on another *course*."""
        # Spelled out, because _replace takes three times as long, and this is the hot path.
        counting, standard, _, round_, is_cancelled, breaches = self
        return Clock(counting, standard, course, round_, is_cancelled, breaches)

    def in_round(self, number: int) -> Clock:
        """Return the same clock as the round of that *number*."""
        return self if number == self.round else self._replace(round=number)

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
        return self._state(is_late=self.is_late(now))

    def _state(self, *, is_late: bool) -> State:
        if self.is_cancelled:
            return State.CANCELLED
        if self.course.ended_at is not None:
            return State.MISSED if is_late else State.MET
        return State.RUNNING if self._is_running else State.PAUSED

    def reading(self, now: datetime) -> Reading:
        """Tell what it shows at *now*, for the record."""
        counting, course = self.counting, self.course
        until = now if course.ended_at is None else course.ended_at
        due, rungs = (
            counting.due_and_rungs(course, now)
            if self._is_running
            else (counting.due(course, now), ())
        )
        is_over = has_passed(due, counting.last_ran(course, until))
        return Reading(
            clock=counting.target.clock,
            round=self.round,
            state=self._state(is_late=bool(self.breaches) or is_over),
            spent=counting.spent(course, now),
            due=due,
            rungs=rungs,
            decided_at=self._decided_at(due, is_over=is_over),
            provisional=self.is_live and counting.is_provisional(due),
        )

    def _decided_at(self, due: datetime, *, is_over: bool) -> datetime | None:
        if self.breaches:
            return self.breaches[0]
        if is_over:
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
        return self.counting.rungs_passed(self.course, until)
