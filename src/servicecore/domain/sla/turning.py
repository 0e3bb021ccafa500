"""What one clock does when something happens to its case, by its own promise.

Only moments are moved here; what they amount to is counted elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from .clock import Clock
from .counting import Counting
from .course import CLOSED, Course, Pause
from .promise import REOPENED, Target

PAUSED, RESUMED = "paused", "resumed"
CLOSING = frozenset({"resolved", "closed"})
ENDING = frozenset({"cancelled", "merged"})
STANDING = frozenset({PAUSED, RESUMED, REOPENED})
TURNS = CLOSING | ENDING | STANDING


class Happening(NamedTuple):
    """One thing that happened to a case, as far as clocks care.

    *reason* tells why it was paused; *facts* what is true of the case from then
    on (its priority, its kind); *terms* under what it is served from then on, if
    that changed; *carried* the courses it takes over from a case merged into it.
    """

    what: str
    at: datetime
    reason: str = ""
    facts: Mapping[str, str] = {}
    terms: str = ""
    carried: tuple[tuple[str, Course], ...] = ()

    @property
    def changes_the_case(self) -> bool:
        """Tell whether other promises may apply from now on."""
        return bool(self.facts or self.terms)

    @property
    def says_more(self) -> bool:
        """Tell whether it may matter to clocks whatever it is called."""
        return bool(self.facts or self.terms or self.carried)


def turned(clock: Clock, happening: Happening) -> Clock:
    """Return *clock* as *happening* leaves it; the same object if it does not care."""
    what, target = happening.what, clock.counting.target
    if what not in TURNS and what not in target.stops:
        return clock
    if not clock.is_live:
        return _reopened(clock, happening) if what == REOPENED else clock
    if what in target.stops:
        return _on(clock, clock.course.ended(at=happening.at, by=what))
    if what in ENDING:
        return lapsed(clock, happening)
    if what in CLOSING:
        return _left_when_closed(clock, happening.at)
    return _held_or_going_on(clock, happening)


def lapsed(clock: Clock, happening: Happening) -> Clock:
    """Return *clock* when its promise no longer stands."""
    course = clock.course.ended(at=happening.at, by=happening.what)
    return clock._replace(course=course, is_cancelled=True)


def started(counting: Counting, timeline: Iterable[Happening], *, standard: str) -> list[Clock]:
    """Return the clocks that a target has had on a case with this *timeline*, one a round."""
    rounds: list[Clock] = []
    pause: Happening | None = None
    target = counting.target
    for happening in timeline:
        what = happening.what
        if what not in TURNS and what not in target.starts and what not in target.stops:
            continue
        if not (what == PAUSED and pause):
            rounds = [turned(each, happening) for each in rounds]
        pause = _standing(pause, happening)
        if begins(target, rounds, happening):
            clock = Clock(
                counting=counting,
                standard=standard,
                course=course_from(target, happening.at, pause),
                round=len(rounds) + 1,
            )
            rounds.append(clock)
    return rounds


def may_begin(target: Target, happening: Happening) -> bool:
    """Tell whether *happening* is of the kind with which a round begins."""
    return happening.what in target.starts or (
        happening.what == REOPENED and target.on_reopening == "restart"
    )


def begins(target: Target, rounds: Sequence[Clock], happening: Happening) -> bool:
    """Tell whether a round begins now, after those there were."""
    if not rounds:
        return happening.what in target.starts
    if rounds[-1].is_live or not may_begin(target, happening):
        return False
    if target.repeats and happening.what in target.starts:
        return True
    return happening.what == REOPENED and rounds[-1].course.ended_by in CLOSING


def course_from(target: Target, at: datetime, pause: Happening | None) -> Course:
    """Start a course, standing still if the case does because of *pause*."""
    course = Course(started_at=at + target.starts_after)
    if pause is None or not _stands_still(target, pause.reason):
        return course
    return course.paused(at=at, reason=pause.reason)


def standing_as(course: Course, target: Target, pause: Happening | None, *, at: datetime) -> Course:
    """Let *course* run or stand still from *at* on, as *target* says while the case pauses."""
    if pause is not None and _stands_still(target, pause.reason):
        return course.paused(at=at, reason=pause.reason)
    return course.resumed(at=at)


def standing_pause(timeline: Iterable[Happening]) -> Happening | None:
    """Return what made the case stand still, if it still does after *timeline*."""
    pause: Happening | None = None
    for happening in timeline:
        pause = _standing(pause, happening)
    return pause


def pauses_of(timeline: Sequence[Happening]) -> tuple[Pause, ...]:
    """Return when a case stood still and why; being closed is one of the reasons."""
    course = Course(started_at=timeline[0].at)
    pause: Happening | None = None
    for happening in timeline:
        before, pause = pause, _standing(pause, happening)
        if before is not None and (pause is None or pause.reason != before.reason):
            course = course.resumed(at=happening.at)
        if pause is not None:
            course = course.paused(at=happening.at, reason=pause.reason)
    return course.pauses


def _standing(pause: Happening | None, happening: Happening) -> Happening | None:
    what = happening.what
    if what in CLOSING:
        return happening._replace(reason=CLOSED)
    if pause is None:
        return happening if what == PAUSED else None
    return None if what == _way_out(pause.reason) else pause


def _way_out(reason: str) -> str:
    return REOPENED if reason == CLOSED else RESUMED


def _stands_still(target: Target, reason: str) -> bool:
    return not target.runs_when_closed if reason == CLOSED else target.stands_still_for(reason)


def _held_or_going_on(clock: Clock, happening: Happening) -> Clock:
    what, at, reason, *_ = happening
    if what == PAUSED:
        stops = clock.counting.target.stands_still_for(reason)
        return _on(clock, clock.course.paused(at=at, reason=reason)) if stops else clock
    pause = clock.course.standing_pause
    goes_on = pause is not None and what == _way_out(pause.reason)
    return _on(clock, clock.course.resumed(at=at)) if goes_on else clock


def _left_when_closed(clock: Clock, at: datetime) -> Clock:
    pause = clock.course.standing_pause
    if pause is not None and pause.reason == CLOSED:
        return clock
    course = clock.course.resumed(at=at)
    if not clock.counting.target.runs_when_closed:
        course = course.paused(at=at, reason=CLOSED)
    return _on(clock, course)


def _reopened(clock: Clock, happening: Happening) -> Clock:
    """Go on if it was the closing that ended it; a restart is a new round instead."""
    if clock.is_cancelled or clock.course.ended_by not in CLOSING:
        return clock
    match clock.counting.target.on_reopening:
        case "continue":
            return _on(clock, clock.course.continued(at=happening.at))
        case "count":
            return _on(clock, clock.course.counted_on())
        case "restart" | "stay":
            return clock


def _on(clock: Clock, course: Course) -> Clock:
    return clock if course is clock.course else clock.on(course)
