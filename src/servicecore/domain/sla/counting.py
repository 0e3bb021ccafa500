"""How a course is counted: when it is due, what it has spent, whether it is late."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from ..calendar import WorkingCalendar
from ..moments import has_passed
from .course import CLOSED, Course, Pause
from .promise import RungReached, Target

ZERO = timedelta()
WHOLE = 1.0


@attrs.frozen
class Counting:
    """A target counted on a calendar.

    While a course stands still, its deadline is told as it would be if the pause
    ended at that moment.  A pause that begins after the deadline moves nothing.
    """

    target: Target
    calendar: WorkingCalendar

    def due(self, course: Course, now: datetime) -> datetime:
        """Return the deadline of *course*, as known at *now*."""
        return self.reached(course, share=WHOLE, now=now)

    def is_late(self, course: Course, now: datetime) -> bool:
        """Tell whether the deadline has passed, at the end of the course or at *now*."""
        until = _until(course, now)
        return has_passed(self.due(course, until), until)

    def spent(self, course: Course, now: datetime) -> timedelta:
        """Return the working time used up at the end of the course, or at *now*."""
        until = _until(course, now)
        total = self.calendar.elapsed(course.started_at, until)
        return total - sum((self._left_out(course, pause, until) for pause in course.pauses), ZERO)

    def margin(self, course: Course, now: datetime) -> timedelta:
        """Return the working time that is left; negative when late."""
        if self.target.within is not None:
            return self.target.within - self.spent(course, now)
        until = _until(course, now)
        return self.calendar.elapsed(until, self.due(course, until), reversed="negative")

    def rungs(self, course: Course, now: datetime) -> tuple[RungReached, ...]:
        """Return when each level of the ladder is reached, as known at *now*."""
        return tuple(
            RungReached(
                name=rung.name, to=rung.to, due=self.reached(course, share=rung.share, now=now)
            )
            for rung in self.target.ladder
        )

    def reached(self, course: Course, *, share: float, now: datetime) -> datetime:
        """Return the instant at which *share* of the target is used up, as known at *now*."""
        credit, shift = ZERO, ZERO
        moment = self._moment(course.started_at, share, credit)
        for pause in course.pauses:
            if has_passed(moment + shift, pause.started_at):
                break
            if pause.reason == CLOSED or self.target.credit == "working":
                credit += self._open_time(course, pause, now)
                moment = self._moment(course.started_at, share, credit)
            elif self.target.credit == "wall":
                shift += _length(course, pause, now)
        return moment + shift

    def _moment(self, start: datetime, share: float, credit: timedelta) -> datetime:
        target, calendar = self.target, self.calendar
        if target.within is not None:
            return calendar.add(start, target.within * share + credit, at_closing=target.at_closing)
        last_day = calendar.add_days(start, target.working_days or 0, mode=target.day_mode)
        if share == WHOLE:
            return calendar.add(last_day, credit) if credit else last_day
        return calendar.add(start, calendar.elapsed(start, last_day) * share + credit)

    def _left_out(self, course: Course, pause: Pause, until: datetime) -> timedelta:
        if self.target.credit == "none" and pause.reason != CLOSED:
            return ZERO
        return self._open_time(course, pause, until)

    def _open_time(self, course: Course, pause: Pause, until: datetime) -> timedelta:
        began = max(pause.started_at, course.started_at)
        return self.calendar.elapsed(began, pause.ended_at or until)


def _length(course: Course, pause: Pause, until: datetime) -> timedelta:
    return max(ZERO, (pause.ended_at or until) - max(pause.started_at, course.started_at))


def _until(course: Course, now: datetime) -> datetime:
    return now if course.ended_at is None else course.ended_at
