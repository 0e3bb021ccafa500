"""A ticket as it was known at one moment, with the levels that had fired by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

import attrs

from ...domain.moments import has_passed, in_utc
from ...domain.sla import (
    CLOSED,
    Clock,
    Clocks,
    Happening,
    State,
    Terms,
    Timeline,
    facts_after,
    standing_pause,
    tick,
)
from .reading import Event, Level, Policy, Scenario, changed, holds
from .semantics import CALENDAR, OLA, target_of

_CALLED_HERE = {"hold": "paused", "resume": "resumed"}
_STATUS = {
    "created": "open",
    "resume": "open",
    "reopened": "open",
    "hold": "hold",
    "resolved": "resolved",
    "closed": "closed",
}
LevelKey = tuple[str, int]  #: A level fires once; for clocks of many rounds, once a round.

_ONLY_WHILE_OPEN = frozenset({"hold", "resume"})


def as_known_at(scenario: Scenario, moment: datetime) -> Case:
    """Return the ticket as it was known at *moment*, with what happened at that very instant."""
    case = Case(
        scenario=scenario, policy=scenario.policy, is_attached=not scenario.is_attached_late
    )
    known = [each for each in scenario.events if not has_passed(moment, each.at)]
    for at, events in groupby(known, key=lambda each: each.at):
        case.let_pass(until=at)
        for event in events:
            case.take(event)
        case.let_pass(until=at)  # A changed deadline may make known that a level was reached.
    case.let_pass(until=moment)
    return case


@attrs.define(kw_only=True)
class Case:
    """The ticket on its way: its clocks, and the levels that fired."""

    scenario: Scenario
    policy: Policy
    is_attached: bool
    clocks: Clocks = ()
    timeline: Timeline = ()
    _version: int = attrs.field(default=0, init=False)
    _terms: Terms = attrs.field(init=False)
    _fired: list[LevelKey] = attrs.field(factory=list, init=False)
    _judged: dict[LevelKey, datetime] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._terms = self._next_terms()

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is true of the ticket."""
        return facts_after(self.timeline)

    @property
    def is_closed(self) -> bool:
        """Tell whether it is resolved or closed."""
        pause = standing_pause(self.timeline)
        return pause is not None and pause.reason == CLOSED

    def live(self, clock: str) -> Clock | None:
        """Return the round of *clock* that is not decided yet."""
        return next((each for each in self.clocks if each.name == clock and each.is_live), None)

    # --- What happens ------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Let *event* happen."""
        if event.type == "ticket_date_edited" or self._means_nothing(event):
            return
        is_about_policy = event.type in {"policy_changed", "policy_attached"}
        if is_about_policy:
            self.policy = changed(self.policy, event.policy)
            self.is_attached |= event.type == "policy_attached"
            self._terms = self._next_terms()
        status = _STATUS.get(event.type)
        self._happens(
            Happening(
                _CALLED_HERE.get(event.type, event.type),
                event.at,
                reason="hold" if event.type == "hold" else "",
                facts={**event.facts, "status": status} if status else event.facts,
                terms=self._terms.standard if is_about_policy else "",
            )
        )

    def let_pass(self, *, until: datetime) -> None:
        """Fire every level that is reached before *until*, in order."""
        while reached := self._next_level(until):
            at, level, key = reached
            self._judged[key] = at
            if holds(self.facts, level.when):
                self._fired.append(key)
                self._happens(Happening("escalated", at, facts=level.sets))

    @property
    def fired(self) -> list[str]:
        """The names of the levels that fired, in order."""
        return [name for name, _ in self._fired]

    def _happens(self, happening: Happening) -> None:
        self.clocks = tick(self.clocks, happening, past=self.timeline, terms=self._terms)
        self.timeline = (*self.timeline, happening)

    def _means_nothing(self, event: Event) -> bool:
        """Tell whether *event* is void: only an open ticket is held, only a closed one reopened."""
        if event.type == "reopened":
            return not self.is_closed
        return event.type in _ONLY_WHILE_OPEN and self.is_closed

    # --- Levels --------------------------------------------------------------------

    def _next_level(self, until: datetime) -> tuple[datetime, Level, LevelKey] | None:
        """Return the first level that is reached before *until* and not judged yet."""
        return min(self._reached(until), key=lambda each: each[0], default=None)

    def _reached(self, until: datetime) -> Iterator[tuple[datetime, Level, LevelKey]]:
        for level in self.scenario.levels:
            clock = self.live(level.offset.clock)
            if clock is None or self._waits(clock):
                continue
            key = self._key(level, clock)
            if at := self._moment_to_judge(level, clock, key, until):
                yield at, level, key

    def _moment_to_judge(
        self, level: Level, clock: Clock, key: LevelKey, until: datetime
    ) -> datetime | None:
        """Return when *level* is to be judged: at its instant, or now if that is over."""
        now = self.timeline[-1].at
        due, calendar = clock.due(now), clock.counting.calendar
        instant = in_utc(level.offset.from_deadline(due, calendar))
        judged = self._judged.get(key)
        is_done = key in self._fired or (judged is not None and instant <= max(judged, now))
        return None if is_done or not has_passed(instant, until) else max(instant, now)

    def _waits(self, clock: Clock) -> bool:
        """Tell whether the levels of a clock wait: while it stands still, their instants move."""
        now, pause = self.timeline[-1].at, clock.course.standing_pause
        if pause is not None and pause.reason == CLOSED:
            return True
        is_late = clock.counting.is_late(clock.course, now)
        return clock.state(now) is State.PAUSED and not is_late

    def _key(self, level: Level, clock: Clock) -> LevelKey:
        return level.name, clock.round if clock.counting.target.repeats else 1

    # --- Terms -----------------------------------------------------------------------

    def _next_terms(self) -> Terms:
        policy, choices = self.policy, self.scenario.choices
        agreements = (("", policy.targets), (OLA, policy.ola_targets)) if self.is_attached else ()
        targets = tuple(
            target_of(
                name,
                promised,
                prefix=prefix,
                choices=choices,
                when=policy.applies_when,
                by_customer=self.scenario.created_by_customer,
            )
            for prefix, named in agreements
            for name, promised in named.items()
        )
        self._version += 1
        return Terms(
            standard=f"policy@{self._version}",
            targets=targets,
            calendars={CALENDAR: policy.calendar},
        )
