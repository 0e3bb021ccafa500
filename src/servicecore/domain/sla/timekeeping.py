"""The fold: what each thing that happens to a case does to its clocks.

A case is anything with promises on it: a ticket, a complaint, a revisit.  The
same fold decides what a live ticket is promised next, recomputes a whole
history for the auditor, and replays it under another standard for the analyst.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any

import attrs

from ..calendar import WorkingCalendar
from ..moments import has_passed
from .clock import Clock
from .counting import Counting
from .course import Course
from .promise import REOPENED, WALL, OnChange, Target
from .turning import (
    ENDING,
    PAUSED,
    TURNS,
    Happening,
    begins,
    course_from,
    lapsed,
    may_begin,
    standing_as,
    standing_pause,
    started,
    turned,
)

Clocks = tuple[Clock, ...]
Timeline = tuple[Happening, ...]


@cache
def day_and_night() -> WorkingCalendar:
    """Return the calendar of promises that run on the wall clock."""
    return WorkingCalendar.always()


@attrs.frozen(kw_only=True)
class Terms:
    """What a case is promised under: the targets of a standard, with their calendars.

    What is registered more than *allowed_delay* after it happened counts from
    *registered_at*; without a limit, everything counts from when it happened.
    *book* finds the terms that a case is served under later on.
    """

    standard: str
    targets: tuple[Target, ...]
    pause_reasons: tuple[str, ...] = ()
    calendars: Mapping[str, WorkingCalendar] = attrs.field(factory=dict, hash=False)
    allowed_delay: timedelta | None = None
    registered_at: datetime | None = None
    book: Callable[[str], Terms] | None = attrs.field(default=None, eq=False, repr=False)
    _promised: dict[tuple[Any, ...], dict[str, Counting]] = attrs.field(
        factory=dict, init=False, eq=False, repr=False
    )

    def from_here(self, happening: Happening) -> Terms:
        """Return the terms from *happening* on."""
        if not happening.terms or self.book is None:
            return self
        return self.book(happening.terms)

    def counted_at(self, at: datetime) -> datetime | None:
        """Return from when something counts that happened *at*, if that is not the moment."""
        if self.allowed_delay is None or self.registered_at is None:
            return None
        return self.registered_at if self.registered_at - at > self.allowed_delay else None

    @cached_property
    def countings(self) -> tuple[Counting, ...]:
        """Every target with the calendar it counts on."""
        return tuple(self.counting(each) for each in self.targets)

    def counting(self, target: Target) -> Counting:
        """Return *target* with the calendar it counts on."""
        if target.calendar == WALL:
            return Counting(target, day_and_night())
        return Counting(target, self.calendars[target.calendar])

    def promised_to(self, facts: Mapping[str, str]) -> dict[str, Counting]:
        """Return what is promised to a case with these *facts*, by clock."""
        key = tuple(map(facts.get, self.telling))
        if key not in self._promised:
            applying = [each for each in self.countings if each.target.applies_to(facts)]
            self._promised[key] = {each.target.clock: each for each in applying}
        return self._promised[key]

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """The names of the facts that decide what is promised."""
        return tuple(sorted({name for each in self.targets for name in each.when}))

    @cached_property
    def turns(self) -> frozenset[str]:
        """Everything that may start a clock, hold it or let it go on, whatever it waits for."""
        return self.starts | TURNS

    @cached_property
    def starts(self) -> frozenset[str]:
        """Everything that may start a clock."""
        return frozenset({REOPENED, *(what for each in self.targets for what in each.starts)})


def keep_time(timeline: Iterable[Happening], terms: Terms) -> Clocks:
    """Return the clocks of a case after its whole *timeline*, under *terms*."""
    timeline = tuple(timeline)
    clocks: Clocks = ()
    awaited: frozenset[str] | None = None
    for n, happening in enumerate(timeline):
        if happening.says_more:
            terms = terms.from_here(happening)
        elif happening.what not in terms.turns:
            if awaited is None:
                awaited = _awaited_by(clocks)
            if happening.what not in awaited:
                continue  # Most messages and notes pass all clocks by.
        clocks, awaited = tick(clocks, happening, past=timeline[:n], terms=terms), None
    return clocks


def _awaited_by(clocks: Clocks) -> frozenset[str]:
    """Return everything that would end one of these clocks."""
    return frozenset().union(*[each.counting.target.stops for each in clocks if each.is_live])


def under(standard: str, calendar: str) -> str:
    """Return how a history tells what a case is served under."""
    return f"{standard} on {calendar}"


def tick(clocks: Clocks, happening: Happening, *, past: Timeline, terms: Terms) -> Clocks:
    """Return *clocks* as *happening* leaves them; a clock that does not care is the same object.

    First every clock does what its own promise says.  Then, if the case changed
    or came back, each live clock gets the promise that now applies to it.  Last
    come the clocks that start here, or that should have started before.

    Args:
        clocks: As everything before left them.
        happening: What happens now.
        past: What happened before, oldest first.
        terms: What the case is promised under from now on.
    """
    stands_still_already = happening.what == PAUSED and standing_pause(past) is not None
    after = list(clocks if stands_still_already else [turned(each, happening) for each in clocks])
    if happening.carried:
        after = list(merged(after, dict(happening.carried), at=happening.at))
    if not happening.changes_the_case and happening.what not in terms.starts:
        return tuple(after)
    timeline = (*past, happening)
    promised = terms.promised_to(facts_after(timeline))
    if happening.changes_the_case or happening.what == REOPENED:
        pause = standing_pause(timeline)
        after = [
            _under(promised.get(each.name), each, terms, happening=happening, pause=pause)
            for each in after
        ]
    return (*after, *_beginning(promised, after, timeline, terms))


def facts_after(timeline: Iterable[Happening]) -> dict[str, str]:
    """Return what is true of a case after *timeline*."""
    facts: dict[str, str] = {}
    for happening in timeline:
        facts.update(happening.facts)
    return facts


def merged(clocks: Iterable[Clock], courses: Mapping[str, Course], *, at: datetime) -> Clocks:
    """Return *clocks* of a case that takes in another one, whose live *courses* came with it.

    Where both run, the older clock goes on, with the pauses it had; from then on
    it stands still when the case does that is left.
    """
    return tuple(_taking_over(each, courses.get(each.name), at=at) for each in clocks)


def courses_of(clocks: Iterable[Clock]) -> tuple[tuple[str, Course], ...]:
    """Return the live courses of a case, by clock: what another one can take over."""
    return tuple((each.name, each.course) for each in clocks if each.is_live)


def _taking_over(clock: Clock, other: Course | None, *, at: datetime) -> Clock:
    own = clock.course
    if other is None or not clock.is_live or own.started_at <= other.started_at:
        return clock
    if clock.counting.target.on_merging == "own_clock":
        return clock
    pause, course = own.standing_pause, other.resumed(at=at)
    return clock.on(course.paused(at=at, reason=pause.reason) if pause else course)


def _under(
    counting: Counting | None,
    clock: Clock,
    terms: Terms,
    *,
    happening: Happening,
    pause: Happening | None,
) -> Clock:
    """Put a live clock under the promise that now applies; a breach stays on record."""
    if not clock.is_live or _is_the_same(counting, clock, terms):
        return clock
    if counting is None:
        return lapsed(clock, happening)
    target, at = counting.target, happening.at
    late = clock.counting.is_late(clock.course, at)
    return clock._replace(
        counting=counting,
        standard=terms.standard,
        course=_counted_anew(clock.course, target, target.on_change, pause, at=at),
        breaches=(*clock.breaches, clock.due(at)) if late else clock.breaches,
    )


def _is_the_same(counting: Counting | None, clock: Clock, terms: Terms) -> bool:
    if terms.standard != clock.standard:
        return False
    # Under the same terms the same promise is one object; to compare all it says takes longer.
    return counting is clock.counting or counting == clock.counting


def _counted_anew(
    course: Course, target: Target, choice: OnChange, pause: Happening | None, *, at: datetime
) -> Course:
    """Return what *choice* leaves of *course*; from now on it stands still as *target* says."""
    match choice:
        case "from_start_without_pauses":
            course = course.without_holds()
        case "from_now":
            course = course.begun_anew(at=at)
    return standing_as(course, target, pause, at=at)


def _beginning(
    promised: Mapping[str, Counting], clocks: Sequence[Clock], timeline: Timeline, terms: Terms
) -> Iterator[Clock]:
    """Yield the clocks that start now or should have before; none on a case that has ended."""
    if not ENDING.isdisjoint([each.what for each in timeline]):
        return
    happening, live = timeline[-1], {each.name for each in clocks if each.is_live}
    changes_the_case = happening.changes_the_case
    for name, counting in promised.items():
        if name not in live and (changes_the_case or may_begin(counting.target, happening)):
            rounds = [each for each in clocks if each.name == name]
            yield from _starting(counting, rounds, timeline, terms)


def _starting(
    counting: Counting, rounds: Sequence[Clock], timeline: Timeline, terms: Terms
) -> list[Clock]:
    """Return the clocks to add for a target that had these *rounds*, none of them live."""
    target, happening = counting.target, timeline[-1]
    has_a_past = len(timeline) > 1
    if has_a_past and happening.changes_the_case:
        late = _caught_up(counting, rounds, timeline, terms)
        if late:
            return late
    if not begins(target, rounds, happening):
        return []
    course = course_from(target, happening.at, standing_pause(timeline))
    clock = Clock(counting=counting, standard=terms.standard, course=course, round=len(rounds) + 1)
    return [clock]


def _caught_up(
    counting: Counting, rounds: Sequence[Clock], timeline: Timeline, terms: Terms
) -> list[Clock]:
    """Return the rounds there would be, had this been promised all along, but are not.

    A promise may come late to a case, or come back to one that had left it.
    """
    target, at = counting.target, timeline[-1].at
    last = rounds[-1] if rounds else None
    if last is not None and not (last.is_cancelled or target.repeats):
        return []
    new = started(counting, timeline, standard=terms.standard)
    choice: OnChange = target.on_change if last else target.on_attachment
    if last is not None:
        new = [each for each in new if each.is_live or _ended_after(last, each)]
    if choice != "from_start":
        pause = standing_pause(timeline)
        new = [
            each.on(_counted_anew(each.course, target, choice, pause, at=at))
            for each in new
            if each.is_live
        ]
    return [each.in_round(len(rounds) + n) for n, each in enumerate(new, start=1)]


def _ended_after(last: Clock, clock: Clock) -> bool:
    before, after = last.course.ended_at, clock.course.ended_at
    return before is not None and after is not None and has_passed(before, after)
