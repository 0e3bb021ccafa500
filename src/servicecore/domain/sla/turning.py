"""What one clock does when something happens to its case, by its own promise.

Only moments are moved here; what they amount to is counted elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import attrs

from .clock import Clock
from .counting import Counting
from .course import CLOSED, Course

CLOSING = frozenset({"resolved", "closed"})
ENDING = frozenset({"cancelled", "merged"})


class Happening(NamedTuple):
    """One thing that happened to a case, as far as clocks care.

    *reason* tells why it was paused; *facts* what is true of the case from then
    on (its priority, its kind); *terms* the standard it is served under from
    then on, if that changed.
    """

    what: str
    at: datetime
    reason: str = ""
    facts: Mapping[str, str] = {}
    terms: str = ""

    @property
    def changes_the_case(self) -> bool:
        """Tell whether other promises may apply from now on."""
        return bool(self.facts or self.terms)


def turned(clock: Clock, happening: Happening) -> Clock:
    """Return *clock* as *happening* leaves it; the same object if it does not care."""
    if not clock.is_live:
        return _reopened(clock, happening)
    if happening.what in clock.counting.target.stops:
        return _on(clock, clock.course.ended(at=happening.at))
    if happening.what in ENDING:
        return attrs.evolve(clock, course=clock.course.ended(at=happening.at), is_cancelled=True)
    if happening.what in CLOSING:
        return _left_when_closed(clock, happening.at)
    return _going_on(clock, happening)


def started(counting: Counting, timeline: Sequence[Happening], *, standard: str) -> list[Clock]:
    """Return the clocks that a target has had on a case with this *timeline*, one a round."""
    target = counting.target
    rounds: list[Clock] = []
    for n, happening in enumerate(timeline):
        if rounds and (rounds[-1].is_live or not target.repeats):
            rounds[-1] = turned(rounds[-1], happening)
        elif happening.what in target.starts:
            course = _course_from(counting, timeline[: n + 1])
            clock = Clock(
                counting=counting, standard=standard, course=course, round=len(rounds) + 1
            )
            rounds.append(clock)
    return rounds


def standing_pause(timeline: Iterable[Happening]) -> Happening | None:
    """Return what made the case stand still, if it still does after *timeline*."""
    pause: Happening | None = None
    for happening in timeline:
        what = happening.what
        if what in CLOSING:
            pause = happening._replace(reason=CLOSED)
        elif what == "paused" and pause is None:
            pause = happening
        elif pause is not None and what == ("reopened" if pause.reason == CLOSED else "resumed"):
            pause = None
    return pause


def _going_on(clock: Clock, happening: Happening) -> Clock:
    target, course, at = clock.counting.target, clock.course, happening.at
    pause = course.standing_pause
    if target.rearms and happening.what in target.starts:
        again = Course(started_at=at)
        return _on(clock, again.paused(at=at, reason=pause.reason) if pause else again)
    if pause is None:
        stops = happening.what == "paused" and target.stands_still_for(happening.reason)
        return _on(clock, course.paused(at=at, reason=happening.reason)) if stops else clock
    if happening.what == ("reopened" if pause.reason == CLOSED else "resumed"):
        return _on(clock, course.resumed(at=at))
    return clock


def _left_when_closed(clock: Clock, at: datetime) -> Clock:
    pause = clock.course.standing_pause
    if pause is not None and pause.reason == CLOSED:
        return clock
    course = clock.course.resumed(at=at)
    if not clock.counting.target.runs_when_closed:
        course = course.paused(at=at, reason=CLOSED)
    return _on(clock, course)


def _reopened(clock: Clock, happening: Happening) -> Clock:
    target = clock.counting.target
    if happening.what != "reopened" or clock.is_cancelled or CLOSING.isdisjoint(target.stops):
        return clock
    match target.on_reopening:
        case "continue":
            return _on(clock, clock.course.continued(at=happening.at))
        case "count":
            return _on(clock, attrs.evolve(clock.course, ended_at=None))
        case "restart":
            return _on(clock, Course(started_at=happening.at))


def _on(clock: Clock, course: Course) -> Clock:
    return attrs.evolve(clock, course=course)


def _course_from(counting: Counting, timeline: Sequence[Happening]) -> Course:
    """Start a course, standing still if the case does."""
    target, at = counting.target, timeline[-1].at
    course = Course(started_at=at + target.starts_after)
    pause = standing_pause(timeline)
    if pause is None or not (pause.reason == CLOSED or target.stands_still_for(pause.reason)):
        return course
    return course.paused(at=at, reason=pause.reason)
