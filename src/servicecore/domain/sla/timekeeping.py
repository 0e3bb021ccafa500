"""The fold: what each thing that happens to a case does to its clocks.

A case is anything with promises on it: a ticket, a complaint, a revisit.  The
same fold decides what a live ticket is promised next, recomputes a whole
history for the auditor, and replays it under another standard for the analyst.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import attrs

from ..calendar import WorkingCalendar
from .clock import Clock
from .counting import Counting
from .course import Course
from .promise import WALL, Target
from .turning import Happening, started, turned

Clocks = tuple[Clock, ...]
Timeline = tuple[Happening, ...]


@attrs.frozen(kw_only=True)
class Terms:
    """What a case is promised under: the targets of a standard, with their calendars."""

    standard: str
    targets: tuple[Target, ...]
    calendars: Mapping[str, WorkingCalendar] = attrs.field(factory=dict, hash=False)

    def counting(self, target: Target) -> Counting:
        """Return *target* with the calendar it counts on."""
        if target.calendar == WALL:
            return Counting(target, WorkingCalendar.always())
        return Counting(target, self.calendars[target.calendar])

    def promised_to(self, facts: Mapping[str, str]) -> dict[str, Counting]:
        """Return what is promised to a case with these *facts*, by clock."""
        applying = [each for each in self.targets if each.applies_to(facts)]
        return {each.clock: self.counting(each) for each in applying}


def keep_time(timeline: Iterable[Happening], terms: Terms) -> Clocks:
    """Return the clocks of a case after its whole *timeline*, under *terms*."""
    clocks: Clocks = ()
    past: Timeline = ()
    for happening in timeline:
        clocks = tick(clocks, happening, past=past, terms=terms)
        past = (*past, happening)
    return clocks


def tick(clocks: Clocks, happening: Happening, *, past: Timeline, terms: Terms) -> Clocks:
    """Return *clocks* as *happening* leaves them; a clock that does not care is the same object.

    First every clock does what its own promise says.  Then, if the case changed,
    each live clock gets the promise that now applies to it.  Last come the clocks
    that start here, or that should have started before.

    Args:
        clocks: As everything before left them.
        happening: What happens now.
        past: What happened before, oldest first.
        terms: What the case is promised under from now on.
    """
    after = [turned(each, happening) for each in clocks]
    timeline = (*past, happening)
    promised = terms.promised_to(facts_after(timeline))
    if happening.changes_the_case:
        after = [_under(promised.get(each.name), each, terms, at=happening.at) for each in after]
    for counting in promised.values():
        after += _starting(counting, after, timeline, terms)
    return tuple(after)


def facts_after(timeline: Iterable[Happening]) -> dict[str, str]:
    """Return what is true of a case after *timeline*."""
    facts: dict[str, str] = {}
    for happening in timeline:
        facts.update(happening.facts)
    return facts


def _under(counting: Counting | None, clock: Clock, terms: Terms, *, at: datetime) -> Clock:
    """Put a live clock under the promise that now applies; a breach stays on record."""
    if not clock.is_live or counting == clock.counting:
        return clock
    if counting is None:
        return attrs.evolve(clock, course=clock.course.ended(at=at), is_cancelled=True)
    late = clock.counting.is_late(clock.course, at)
    return attrs.evolve(
        clock,
        counting=counting,
        standard=terms.standard,
        course=_course_from_now_on(clock.course, counting.target, at=at),
        breaches=(*clock.breaches, clock.due(at)) if late else clock.breaches,
    )


def _course_from_now_on(course: Course, target: Target, *, at: datetime) -> Course:
    if target.on_change == "from_start":
        return course
    again = Course(started_at=at if target.on_change == "from_now" else course.started_at)
    pause = course.standing_pause
    return again if pause is None else again.paused(at=at, reason=pause.reason)


def _starting(
    counting: Counting, clocks: Sequence[Clock], timeline: Timeline, terms: Terms
) -> list[Clock]:
    """Return the clocks to add for a target: those that start now or should have before."""
    target, happening = counting.target, timeline[-1]
    if happening.what not in target.starts and not happening.changes_the_case:
        return []
    rounds = [each for each in clocks if each.name == target.clock]
    if any(each.is_live or not (each.is_cancelled or target.repeats) for each in rounds):
        return []
    new = started(counting, timeline, standard=terms.standard)
    if not rounds:
        return new
    return [attrs.evolve(each, round=len(rounds) + 1) for each in new[-1:] if each.is_live]
