"""What all cases have in common: promises on them, on record step by step.

A case is whatever customers are promised something about: a ticket, a
complaint.  Each step of its life goes on record with what it promises and what
it measures; levels of escalation reached before it go on record first, so a
late look finds what a punctual one finds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar, Self, TypeVar

import attrs

from .events import fact, with_facts
from .moments import instant
from .people import Level
from .sla import (
    Clock,
    Clocks,
    Happening,
    Promise,
    Reading,
    RungReached,
    State,
    Terms,
    Timeline,
    keep_time,
    tick,
    under,
)
from .sla.turning import lapsed

ASSIGNEE = "assignee"  #: Whom a warning goes to: whoever has the case.

ClockKey = tuple[str, int]
LevelKey = tuple[str, int, str]
Told = TypeVar("Told", Promise, Reading)
S = TypeVar("S", bound="Step")
L = TypeVar("L", bound="LevelEvent")
E = TypeVar("E")
_moment = attrgetter("at")


# --- Events ------------------------------------------------------------------


@fact
class Step:
    """An event that moves clocks, with what was promised by it and what was measured.

    *happens* is what clocks call it.  What was registered too late to count from
    the moment *at* which it happened, is *counted_at* its registration.
    """

    happens: ClassVar[str]
    promises: tuple[Promise, ...] = ()
    readings: tuple[Reading, ...] = ()
    counted_at: datetime | None = instant(default=None)
    at: datetime = instant()

    @property
    def counts_from(self) -> datetime:
        """The moment that counts."""
        return self.counted_at or self.at

    @property
    def happening(self) -> Happening:
        """What this is to the clocks of its case."""
        return Happening(self.happens, self.counts_from)


class TermsChange:
    """A step from which on a case is served under another standard, or on another calendar."""

    __slots__ = ()
    happens: ClassVar[str] = "terms_changed"
    standard: str
    calendar: str
    counted_at: datetime | None
    at: datetime

    @property
    def happening(self) -> Happening:
        """Every promise that is still open is made anew."""
        terms = under(self.standard, self.calendar)
        return Happening(self.happens, self.counted_at or self.at, terms=terms)


@fact
class LevelEvent:
    """A rung of the ladder of *clock* was reached at *due*, and noticed at *at*."""

    clock: str
    round: int = 1
    rung: str
    clause: str
    due: datetime = instant()
    at: datetime = instant()


# --- State -------------------------------------------------------------------


@attrs.frozen(kw_only=True, slots=False)
class Case:
    """A case as its history leaves it, as far as promises go.

    *timeline* holds the few facts that matter to clocks.  *promises* and
    *readings* are what was put on record of each clock, by its name and round;
    the clocks themselves can be kept anew from the timeline at any time.
    """

    id: str
    opened_at: datetime
    standard: str
    calendar: str
    level: Level = Level.STAFF
    timeline: Timeline = ()
    promises: Mapping[ClockKey, Promise] = attrs.field(factory=dict)
    readings: Mapping[ClockKey, Reading] = attrs.field(factory=dict)
    levels_reached: frozenset[LevelKey] = frozenset()

    def after(self, history: Iterable[E], facts_of: Callable[[Self, E], Mapping[str, Any]]) -> Self:
        """Return the case as *history* leaves it: its facts as events tell them, and its clocks.

        *facts_of* tells what an event says of the case itself.
        """
        # One copy for all events, and none by attrs.evolve: replay is what readers wait for.
        case = object.__new__(type(self))
        known = case.__dict__
        known.update(self.__dict__)
        timeline = list(self.timeline)
        for event in history:
            if facts := facts_of(case, event):
                known.update(facts)
            if isinstance(event, Step):
                timeline.append(event.happening)
                if event.readings:
                    known["promises"] = {**case.promises, **_by_clock(event.promises)}
                    known["readings"] = {**case.readings, **_by_clock(event.readings)}
        timeline.sort(key=_moment)  # What was registered late takes its place.
        known["timeline"] = tuple(timeline)
        return case

    def next_level(self) -> datetime | None:
        """Return when the next level of any ladder is reached, or was, and is not on record."""
        ahead = (
            rung.due
            for key, reading in self.readings.items()
            for rung in reading.rungs
            if (*key, rung.name) not in self.levels_reached
        )
        return min(ahead, default=None)

    def level_facts(self, event: LevelEvent, to: Level | None) -> dict[str, Any]:
        """Return what reaching a level changes; a case never goes down again."""
        reached = self.levels_reached | {(event.clock, event.round, event.rung)}
        if to is not None and to.is_above(self.level):
            return {"levels_reached": reached, "level": to}
        return {"levels_reached": reached}


def in_order_of_time(timeline: Timeline, happening: Happening) -> Timeline:
    """Return *timeline* with *happening* in its place: after everything up to its moment."""
    place = bisect_right(timeline, happening.at, key=_moment)
    return (*timeline[:place], happening, *timeline[place:])


# --- How a step goes on record -------------------------------------------------


@attrs.frozen(kw_only=True)
class Reached:
    """A level of a ladder that was reached and is not on record yet."""

    clock: str
    round: int
    rung: str
    to: str
    clause: str
    due: datetime

    def told(self, *, at: datetime) -> dict[str, Any]:
        """Return what an event tells of it, all but whom it goes to."""
        facts = attrs.asdict(self)
        del facts["to"]
        return {**facts, "at": at}


def on_record(
    case: Case | None,
    steps: Sequence[S],
    *,
    terms: Terms,
    level: Callable[[Reached, datetime], L],
    tell_levels: bool = True,
) -> list[S | L]:
    """Return *steps* with what they promise and measure, ready for the history.

    Args:
        case: As its history leaves it; None when it is being opened.
        steps: What happens to it, in order.
        terms: What it is promised under.
        level: Makes the event of a level that was reached.
        tell_levels: Whether levels reached before go on record; nobody was told of those
            that were reached in another system.
    """
    timeline: Timeline = case.timeline if case else ()
    known = case.levels_reached if case else frozenset()
    clocks = keep_time(timeline, terms)
    steps = [_counted(each, terms) for each in steps]
    at = steps[0].counts_from
    reached = levels_reached(clocks, known, at=at) if tell_levels else []
    known |= {(each.clock, each.round, each.rung) for each in reached}
    told: list[S | L] = [level(each, at) for each in reached]
    for step in steps:
        before = clocks
        clocks, timeline = _keep_on(clocks, timeline, step.happening, terms)
        told.append(_with_clocks(step, before, clocks, known, now=timeline[-1].at))
    return told


def levels_reached(
    clocks: Iterable[Clock], known: frozenset[LevelKey], *, at: datetime
) -> list[Reached]:
    """Return the levels reached by *at* that are not *known*, in the order they were due."""
    reached = [
        Reached(
            clock=clock.name,
            round=clock.round,
            rung=rung.name,
            to=rung.to,
            clause=clock.counting.target.clause,
            due=rung.due,
        )
        for clock in clocks
        if clock.is_live
        for rung in clock.rungs_reached(at)
        if (*clock.key, rung.name) not in known
    ]
    return sorted(reached, key=lambda each: each.due)


def _counted(step: S, terms: Terms) -> S:
    """Return *step*, counted from its registration if that came too late."""
    counted_at = terms.counted_at(step.at)
    return step if counted_at is None else with_facts(step, counted_at=counted_at)


def _keep_on(
    clocks: Clocks, timeline: Timeline, happening: Happening, terms: Terms
) -> tuple[Clocks, Timeline]:
    terms = terms.from_here(happening)
    if not timeline or timeline[-1].at <= happening.at:
        return tick(clocks, happening, past=timeline, terms=terms), (*timeline, happening)
    # Registered late: what happened since is kept anew on top of it.
    timeline = in_order_of_time(timeline, happening)
    return keep_time(timeline, terms), timeline


def _with_clocks(
    step: S, before: Clocks, after: Clocks, known: frozenset[LevelKey], *, now: datetime
) -> S:
    was, is_now = _by_key(before), _by_key(after)
    changed = [each for key, each in is_now.items() if each != was.get(key)]
    promised = [each for each in changed if _is_promised_anew(each, was.get(each.key))]
    # Registered late, the end of a case can mean that a clock on record never began.
    changed += [lapsed(was[key], step.happening) for key in was if key not in is_now]
    if not changed:
        return step
    return with_facts(
        step,
        promises=tuple(each.promise(now) for each in promised),
        readings=tuple(_reading(each, known, now=now) for each in changed),
    )


def _by_key(clocks: Clocks) -> dict[ClockKey, Clock]:
    return {each.key: each for each in clocks}


def _is_promised_anew(clock: Clock, was: Clock | None) -> bool:
    if was is None or clock.standard != was.standard:
        return True
    return clock.counting is not was.counting and clock.counting != was.counting


def _reading(clock: Clock, known: frozenset[LevelKey], *, now: datetime) -> Reading:
    """Return what *clock* shows, with the levels that nobody has noticed yet."""
    reading = clock.reading(now)
    rungs: Iterable[RungReached] = reading.rungs
    if reading.state is State.PAUSED:
        # It reaches no more of them, but a promise made late may find some behind it.
        rungs = clock.rungs_reached(now)
    if not rungs:
        return reading
    unnoticed = tuple(each for each in rungs if (*clock.key, each.name) not in known)
    return reading if unnoticed == reading.rungs else attrs.evolve(reading, rungs=unnoticed)


def _by_clock(told: Iterable[Told]) -> dict[ClockKey, Told]:
    return {(each.clock, each.round): each for each in told}
