"""How a course is counted: when it is due, what it has spent, whether it is late."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import NamedTuple

import attrs

from ..calendar import WorkingCalendar
from ..moments import has_passed, in_utc
from .course import CLOSED, Course, Pause
from .promise import WALL, WHOLE, RungReached, Target

Stretch = tuple[datetime, timedelta]  #: From when on, and how much working time.

ZERO = timedelta()


class Standstill(NamedTuple):
    """Since when a course stood still, what it had run by then, and what that is worth."""

    began: datetime
    ran: timedelta
    credit: timedelta
    is_by_the_wall: bool


@attrs.frozen
class Counting:
    """A target counted on a calendar.

    While a course stands still, its deadline is told as it would be if the pause
    ended at that moment.  A pause that begins after the deadline moves nothing;
    pauses that touch are one.
    """

    target: Target
    calendar: WorkingCalendar

    @cached_property
    def _add(self) -> Callable[[datetime, timedelta], datetime]:
        """How working time is added, decided once: deadlines are asked for time and again."""
        if self.target.calendar == WALL:
            return operator.add
        if self.target.within is None:
            return self.calendar.add
        return partial(self.calendar.add, at_closing=self.target.at_closing)

    def due(self, course: Course, now: datetime) -> datetime:
        """Return the deadline of *course*, as known at *now*."""
        return self._reached(course, (WHOLE,), now)[WHOLE]

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
        if not course.pauses:
            return moment
        for pause in reversed(self.pauses(course)):
            if pause.ended_at is not None and pause.ended_at != moment:
                break
            moment = pause.started_at
        return moment

    def spent(self, course: Course, now: datetime) -> timedelta:
        """Return the working time used up at the end of the course, or at *now*."""
        until = _until(course, now)
        total = self._elapsed(course.started_at, until)
        if not course.pauses:
            return total
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
        return self._elapsed(start, self._last_day(start))

    def rungs_passed(self, course: Course, now: datetime) -> list[RungReached]:
        """Return the levels of the ladder that were reached by the last moment it ran."""
        last_ran = self.last_ran(course, now)
        # Working time never runs faster than the wall does, and a pause only moves a level on.
        if last_ran - course.started_at <= self.target.soonest:
            return []
        reached = self.reached(course, now)
        return [
            RungReached(name=rung.name, to=rung.to, due=reached[rung.share])
            for rung in self.target.ladder
            if has_passed(reached[rung.share], last_ran)
        ]

    def due_and_rungs(
        self, course: Course, now: datetime
    ) -> tuple[datetime, tuple[RungReached, ...]]:
        """Return the deadline and the levels around it, as known at *now*."""
        reached = self.reached(course, now)
        rungs = [
            RungReached(name=rung.name, to=rung.to, due=reached[rung.share])
            for rung in self.target.ladder
        ]
        return reached[WHOLE], tuple(rungs)

    def reached(self, course: Course, now: datetime) -> Mapping[float, datetime]:
        """Return when the whole target and each share of its ladder is used up, as of *now*."""
        return self._reached(course, self.target.shares, now)

    def is_provisional(self, due: datetime) -> bool:
        """Tell whether a deadline lies on days whose official notice is not out yet."""
        return self.target.calendar != WALL and self.calendar.is_provisional(due)

    def pauses(self, course: Course) -> Sequence[Pause]:
        """Return the pauses that are credited at all."""
        if self.target.credit != "none":
            return course.pauses
        return [each for each in course.pauses if each.reason == CLOSED]

    def _reached(
        self, course: Course, shares: Iterable[float], now: datetime
    ) -> Mapping[float, datetime]:
        """Return when each of these shares of the target is used up, as known at *now*."""
        stretches = self._stretches(course.started_at, shares)
        if not course.pauses:
            return {share: self._after(origin, needed) for share, (origin, needed) in stretches}
        stood_still = [
            Standstill(
                began,
                self._elapsed(course.started_at, began),
                self._credit(course, pause, now),
                self._is_credited_by_the_wall(pause),
            )
            for began, pause in _in_blocks(self.pauses(course))
        ]
        return {share: self._used_up(stretch, stood_still) for share, stretch in stretches}

    def _used_up(self, stretch: Stretch, stood_still: Iterable[Standstill]) -> datetime:
        """Return where *stretch* ends, moved on by each standstill that began before that."""
        origin, needed = stretch
        by_the_wall = ZERO
        for began, ran, credit, is_by_the_wall in stood_still:
            # Short of what is needed it is not over; only from there on must the instants tell.
            if ran >= needed and has_passed(self._after(origin, needed) + by_the_wall, began):
                break
            if is_by_the_wall:
                by_the_wall += credit
            else:
                needed += credit
        return self._after(origin, needed) + by_the_wall

    def _after(self, origin: datetime, needed: timedelta) -> datetime:
        """Return when *needed* has passed, in UTC: elsewhere the clocks repeat and skip hours."""
        return in_utc(self._add(origin, needed))

    def _stretches(
        self, start: datetime, shares: Iterable[float]
    ) -> Iterable[tuple[float, Stretch]]:
        """Return the stretch of working time that leads to each share of the target."""
        if self.target.within is not None:
            lengths = self.target.lengths
            return [(each, (start, lengths[each])) for each in shares]
        last_day = self._last_day(start)
        length = self._elapsed(start, last_day)
        return [
            (each, (last_day, ZERO) if each == WHOLE else (start, length * each)) for each in shares
        ]

    def _elapsed(self, since: datetime, until: datetime) -> timedelta:
        if self.target.calendar == WALL:
            return max(ZERO, until - since)
        return self.calendar.elapsed(since, until)

    def _last_day(self, start: datetime) -> datetime:
        return self.calendar.add_days(
            start, self.target.working_days or 0, mode=self.target.day_mode
        )

    def _credit(self, course: Course, pause: Pause, until: datetime) -> timedelta:
        if self._is_credited_by_the_wall(pause):
            return _length(course, pause, until)
        began = max(pause.started_at, course.started_at)
        return self._elapsed(began, pause.ended_at or until)

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
