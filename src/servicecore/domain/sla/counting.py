"""How a course is counted: when it is due, what it has spent, whether it is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs

from ..calendar import WorkingCalendar
from ..moments import has_passed
from .course import CLOSED, Course, Pause
from .promise import AtClosing, RungReached, Target

ZERO = timedelta()
WHOLE = 1.0


@attrs.frozen
class Counting:
    """A target counted on a calendar.

    While a course stands still, its deadline is told as it would be if the pause
    ended at that moment.  A pause that begins after the deadline moves nothing;
    pauses that touch are one.
    """

    target: Target
    calendar: WorkingCalendar

    def due(self, course: Course, now: datetime) -> datetime:
        """Return the deadline of *course*, as known at *now*."""
        return self.reached(course, share=WHOLE, now=now)

    def is_late(self, course: Course, now: datetime) -> bool:
        """Tell whether the deadline has passed, at the end of the course or at *now*."""
        until = _until(course, now)
        return has_passed(self.due(course, until), self.last_ran(course, until))

    def last_ran(self, course: Course, now: datetime) -> datetime:
        """Return the last moment up to *now* at which it did not stand still.

        Lateness is judged then: whoever came to a halt in time stays in time
        while standing still, though the told deadline may lie in the night before.
        """
        moment = now
        for pause in reversed(self.pauses(course)):
            if pause.ended_at is not None and pause.ended_at != moment:
                break
            moment = pause.started_at
        return moment

    def spent(self, course: Course, now: datetime) -> timedelta:
        """Return the working time used up at the end of the course, or at *now*."""
        until = _until(course, now)
        total = self.calendar.elapsed(course.started_at, until)
        # Credit by the wall clock can be more than there was working time.
        credits_ = (self._credit(course, pause, until) for pause in self.pauses(course))
        return max(ZERO, total - sum(credits_, ZERO))

    def margin(self, course: Course, now: datetime) -> timedelta:
        """Return the working time that is left; negative when late."""
        return self.length(course.started_at) - self.spent(course, now)

    def length(self, start: datetime) -> timedelta:
        """Return the working time there is for a course from *start*, without pauses."""
        if self.target.within is not None:
            return self.target.within
        return self.calendar.elapsed(start, self._last_day(start))

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
        origin, needed = self._stretch(course.started_at, share)
        at_closing: AtClosing = (
            self.target.at_closing if self.target.within is not None else "closing"
        )
        add = self.calendar.add
        credit, shift = ZERO, ZERO
        reached = add(origin, needed, at_closing=at_closing)
        for began, pause in _in_blocks(self.pauses(course)):
            if has_passed(reached, began):
                break
            if self._is_credited_by_the_wall(pause):
                shift += _length(course, pause, now)
            else:
                credit += self._credit(course, pause, now)
            reached = add(origin, needed + credit, at_closing=at_closing) + shift
        return reached

    def pauses(self, course: Course) -> Sequence[Pause]:
        """Return the pauses that are credited at all."""
        if self.target.credit != "none":
            return course.pauses
        return [each for each in course.pauses if each.reason == CLOSED]

    def _stretch(self, start: datetime, share: float) -> tuple[datetime, timedelta]:
        """Return from when, and how much working time leads to *share* of the target."""
        if self.target.within is not None:
            return start, self.target.within if share == WHOLE else self.target.within * share
        if share == WHOLE:
            return self._last_day(start), ZERO
        return start, self.length(start) * share

    def _last_day(self, start: datetime) -> datetime:
        return self.calendar.add_days(
            start, self.target.working_days or 0, mode=self.target.day_mode
        )

    def _credit(self, course: Course, pause: Pause, until: datetime) -> timedelta:
        if self._is_credited_by_the_wall(pause):
            return _length(course, pause, until)
        began = max(pause.started_at, course.started_at)
        return self.calendar.elapsed(began, pause.ended_at or until)

    def _is_credited_by_the_wall(self, pause: Pause) -> bool:
        return self.target.credit == "wall" and pause.reason != CLOSED


def _in_blocks(pauses: Sequence[Pause]) -> list[tuple[datetime, Pause]]:
    """Return each pause with the moment since when it stood still without a break."""
    found: list[tuple[datetime, Pause]] = []
    for pause in pauses:
        touches = found and found[-1][1].ended_at == pause.started_at
        found.append((found[-1][0] if touches else pause.started_at, pause))
    return found


def _length(course: Course, pause: Pause, until: datetime) -> timedelta:
    return max(ZERO, (pause.ended_at or until) - max(pause.started_at, course.started_at))


def _until(course: Course, now: datetime) -> datetime:
    return now if course.ended_at is None else course.ended_at
