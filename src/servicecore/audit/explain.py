"""Why a clock shows what it shows: which event did what to it, under which clause.

Also why an expected clock did not start, and what happens next if nobody acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import attrs

from ..domain.events import Recorded
from ..domain.sla import (
    Clock,
    Clocks,
    Happening,
    State,
    Target,
    Terms,
    Timeline,
    facts_after,
    keep_time,
    tick,
)
from ..domain.standard import Rulebook
from ..domain.ticket import events


@attrs.frozen(kw_only=True)
class Step:
    """What one event did to one clock.

    *counted_from* is told of a clock that began later than its promise counts from,
    *promised* is the figure that holds from then on, as a manager would tell it.
    """

    event: str
    at: datetime
    happening: str
    clock: str
    round: int
    did: str
    counted_from: datetime | None
    clause: str
    state: State
    promised: str
    spent: timedelta
    due: datetime

    @property
    def decides(self) -> bool:
        """Tell whether the promise was kept or broken with this step."""
        return self.state in {State.MET, State.MISSED}


@attrs.frozen(kw_only=True)
class NotStarted:
    """A clock that its standard knows and this case does not have."""

    clock: str
    clause: str
    why: str


@attrs.frozen(kw_only=True)
class Next:
    """What comes next if nobody acts: a level of a ladder."""

    at: datetime
    clock: str
    rung: str
    to: str


@attrs.frozen(kw_only=True)
class Explanation:
    """The working of every clock of one case, as of one moment."""

    subject: str
    standard: str
    as_of: datetime
    steps: tuple[Step, ...]
    not_started: tuple[NotStarted, ...]
    next: Next | None


def explain(history: Sequence[Recorded], rulebook: Rulebook, *, as_of: datetime) -> Explanation:
    """Tell what every event up to *as_of* did to the clocks of its ticket.

    Events are taken in order of time, as the clocks take them.

    Raises:
        ValueError: If nothing had happened by then.
        UnknownStandardError: If the standard it was served under is not known.
    """
    happened = sorted(
        (each for each in history if each.occurred_at <= as_of), key=lambda each: each.occurred_at
    )
    if not happened:
        msg = f"nothing is on record by {as_of.isoformat()}"
        raise ValueError(msg)
    opened = happened[0].event
    terms = rulebook.terms(opened.standard, opened.calendar)
    moved = [each for each in happened if isinstance(each.event, events.ClockFact)]
    timeline = tuple(each.event.happening for each in moved)
    clocks = keep_time(timeline, terms)
    return Explanation(
        subject=happened[0].subject,
        standard=terms.standard,
        as_of=as_of,
        steps=tuple(_steps(moved, timeline, terms)),
        not_started=tuple(_not_started(clocks, timeline, _latest(terms, timeline))),
        next=_next(clocks, as_of),
    )


def _latest(terms: Terms, timeline: Timeline) -> Terms:
    for happening in timeline:
        terms = terms.from_here(happening)
    return terms


def _steps(moved: Sequence[Recorded], timeline: Timeline, terms: Terms) -> Iterator[Step]:
    before: Clocks = ()
    for n, (recorded, happening) in enumerate(zip(moved, timeline, strict=True)):
        terms = terms.from_here(happening)
        after = tick(before, happening, past=timeline[:n], terms=terms)
        was = {each.key: each for each in before}
        for clock in after:
            if clock is not was.get(clock.key):
                yield _step(recorded, happening, was.get(clock.key), clock)
        before = after


def _step(recorded: Recorded, happening: Happening, was: Clock | None, clock: Clock) -> Step:
    reading, start = clock.reading(happening.at), clock.course.started_at
    return Step(
        event=recorded.id,
        at=happening.at,
        happening=happening.what,
        clock=clock.name,
        round=clock.round,
        did=_did(was, clock, reading.state),
        counted_from=start if was is None and start < happening.at else None,
        clause=clock.counting.target.clause,
        state=reading.state,
        promised=str(clock.counting.target),
        spent=reading.spent,
        due=reading.due,
    )


def _did(was: Clock | None, clock: Clock, state: State) -> str:
    promised = clock.counting.target
    if was is None:
        return f"started: {promised} promised"
    if clock.counting != was.counting:
        return f"promised anew: {promised} instead of {was.counting.target}"
    if clock.standard != was.standard:
        return f"promised anew: {promised} under {clock.standard}"
    if state is State.PAUSED:
        return f"paused: {clock.course.pauses[-1].reason}"
    if state is State.RUNNING:
        return "resumed" if was.is_live else "went on after the reopening"
    return f"stopped: {state.value}"


def _not_started(clocks: Clocks, timeline: Timeline, terms: Terms) -> Iterator[NotStarted]:
    known = {each.name for each in clocks}
    facts = facts_after(timeline)
    missing: dict[str, list[Target]] = {}
    for target in terms.targets:
        if target.clock not in known:
            missing.setdefault(target.clock, []).append(target)
    for name, targets in missing.items():
        applying = [each for each in targets if each.applies_to(facts)]
        chosen = applying[0] if applying else targets[0]
        why = _waiting_for(chosen) if applying else _not_promised(targets, facts)
        yield NotStarted(clock=name, clause=chosen.clause, why=why)


def _waiting_for(target: Target) -> str:
    return f"it starts when the case is {' or '.join(target.starts)}, which has not happened"


def _not_promised(targets: Sequence[Target], facts: dict[str, str]) -> str:
    names = sorted({name for target in targets for name in target.when})
    told = [f"{name} is {facts.get(name, 'not known yet')}" for name in names]
    wanted = {word for target in targets for words in target.when.values() for word in words}
    return f"{' and '.join(told)}; it is promised for {', '.join(sorted(wanted))}"


def _next(clocks: Clocks, as_of: datetime) -> Next | None:
    ahead = [
        Next(at=rung.due, clock=clock.name, rung=rung.name, to=rung.to)
        for clock in clocks
        for rung in clock.reading(as_of).rungs
        if rung.due >= as_of
    ]
    return min(ahead, key=lambda each: each.at, default=None)
