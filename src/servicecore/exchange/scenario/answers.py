"""The questions that may be put to a scenario, and their answers as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import attrs

from ...domain.sla import CLOSED, Clock, pauses_of
from .reading import Checkpoint, Offset, Scenario, read_scenario
from .replay import Case, as_known_at
from .semantics import CLOCKS, OLA
from .wallclock import WALLCLOCK
from .words import ScenarioError, one_of, refused, told_moment, told_seconds

ZERO = timedelta()


def assess(scenario: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer what each checkpoint of a *scenario* asks, in the order they are listed.

    Lengths are in seconds, instants in ISO-8601 ending in Z, and None where
    there is nothing to tell.

    Raises:
        ScenarioError: If the scenario says something that makes no sense.
        CalendarError: If its calendar cannot be kept.
    """
    read = read_scenario(scenario)
    return [_answers(read, each) for each in read.checkpoints]


@attrs.frozen(kw_only=True)
class Moment:
    """A ticket at the moment somebody asks, and of which agreement: SLA or OLA."""

    case: Case
    now: datetime
    agreement: str = ""

    @property
    def clocks(self) -> list[Clock]:
        """Return the clocks of the agreement, every round of them."""
        is_ola = self.agreement == OLA
        return [each for each in self.case.clocks if each.name.startswith(OLA) == is_ola]

    @property
    def promised(self) -> list[str]:
        """Return the names of the targets of the agreement."""
        policy = self.case.policy
        return list(policy.ola_targets if self.agreement == OLA else policy.targets)

    def rounds(self, name: str) -> list[Clock]:
        """Return every round there was of the clock *name*."""
        return [each for each in self.clocks if each.name == self.agreement + name]


def _answers(scenario: Scenario, checkpoint: Checkpoint) -> dict[str, Any]:
    moment = Moment(case=as_known_at(scenario, checkpoint.at), now=checkpoint.at)
    return dict(_answered(moment, asked) for asked in checkpoint.ask)


def _answered(moment: Moment, asked: str | Offset) -> tuple[str, Any]:
    if isinstance(asked, Offset):
        return "escalation_at", _level_at(moment, asked)
    if asked in OF_THE_CASE:
        return asked, OF_THE_CASE[asked](moment)
    if asked.startswith(OLA):
        moment = attrs.evolve(moment, agreement=OLA)
    question = asked.removeprefix(OLA)
    if question in OF_THE_AGREEMENT:
        return asked, OF_THE_AGREEMENT[question](moment)
    name, _, measure = question.rpartition("_")
    if measure in OF_A_CLOCK and (name in CLOCKS or name.startswith("custom")):
        rounds = moment.rounds(_custom(moment, name) if name == "custom" else name)
        return asked, OF_A_CLOCK[measure](rounds, moment.now)
    raise _unknown(asked)


def _unknown(asked: str) -> ScenarioError:
    clocks = [f"{name}_{measure}" for name in (*CLOCKS, "custom") for measure in OF_A_CLOCK]
    try:
        one_of("checkpoints, ask", asked, [*OF_THE_CASE, *OF_THE_AGREEMENT, *clocks])
    except ScenarioError as error:
        return error
    return refused(asked, where="checkpoints, ask", expected="a question that can be answered here")


def _custom(moment: Moment, name: str) -> str:
    """Return the one target that is meant by ``custom``."""
    known = [each for each in moment.promised if each.startswith(name)]
    if len(known) == 1:
        return known[0]
    raise refused(
        name, where="checkpoints, ask", expected=f"one custom target in the policy, it has {known}"
    )


def _level_at(moment: Moment, offset: Offset) -> str | None:
    clock = moment.case.live(offset.clock)
    due = clock.shown_due(moment.now) if clock else None
    if clock is None or due is None:
        return None
    return told_moment(offset.from_deadline(due, clock.counting.calendar))


# --- Of the case -------------------------------------------------------------------


def _hold_seconds(moment: Moment) -> float | None:
    """Tell the time on hold in the units in which it is credited."""
    credit, calendar = moment.case.scenario.choices.credit, moment.case.policy.calendar
    if credit == "none" or not moment.case.timeline:
        return 0
    pauses = pauses_of(moment.case.timeline)
    held = [(p.started_at, p.ended_at or moment.now) for p in pauses if p.reason != CLOSED]
    spent = (until - at if credit == "wall" else calendar.elapsed(at, until) for at, until in held)
    return told_seconds(sum(spent, ZERO))


def _wallclock(moment: Moment, *, name: str) -> float | None:
    timeline = moment.case.timeline
    return told_seconds(WALLCLOCK[name](timeline)) if timeline else None


OF_THE_CASE: dict[str, Callable[[Moment], Any]] = {
    "hold_seconds": _hold_seconds,
    "fired": lambda moment: moment.case.fired,
    "priority": lambda moment: moment.case.facts.get("priority"),
    **{name: partial(_wallclock, name=name) for name in WALLCLOCK},
}


# --- Of an agreement ---------------------------------------------------------------


def _next_due(moment: Moment) -> str | None:
    shown = (clock.shown_due(moment.now) for clock in moment.clocks)
    return told_moment(min((due for due in shown if due is not None), default=None))


def _status(moment: Moment) -> str:
    is_missed = any(clock.is_late(moment.now) for clock in moment.clocks)
    if moment.case.is_closed:
        return "missed" if is_missed else "hit"
    return "active_with_misses" if is_missed else "active"


def _breach_events(moment: Moment) -> dict[str, int]:
    return {name: _breaches(moment.rounds(name), moment.now) for name in moment.promised}


def _breaches(rounds: Sequence[Clock], now: datetime) -> int:
    """Count one breach for each late exchange, and one at most for any other clock."""
    late = [clock for clock in rounds if clock.is_late(now)]
    return len(late) if any(each.counting.target.repeats for each in late) else min(len(late), 1)


OF_THE_AGREEMENT: dict[str, Callable[[Moment], Any]] = {
    "next_due": _next_due,
    "status": _status,
    "breach_events": _breach_events,
}


# --- Of a clock --------------------------------------------------------------------


def _due(rounds: Sequence[Clock], now: datetime) -> str | None:
    return told_moment(next((due for each in rounds if (due := each.shown_due(now))), None))


def _elapsed(rounds: Sequence[Clock], now: datetime) -> float | None:
    """Tell the longest of its rounds."""
    spent = [each.counting.spent(each.course, now) for each in _standing(rounds)]
    return told_seconds(max(spent, default=None))


def _margin(rounds: Sequence[Clock], now: datetime) -> float | None:
    return told_seconds(_least_margin(rounds, now))


def _least_margin(rounds: Sequence[Clock], now: datetime) -> timedelta | None:
    left = (each.counting.margin(each.course, now) for each in _standing(rounds))
    return min(left, default=None)


def _breached(rounds: Sequence[Clock], now: datetime) -> bool:
    return any(each.is_late(now) for each in rounds)


def _overdue(rounds: Sequence[Clock], now: datetime) -> float | None:
    late = [each for each in rounds if each.is_late(now)]
    return told_seconds(max(ZERO, -(_least_margin(late, now) or ZERO)))


def _standing(rounds: Sequence[Clock]) -> list[Clock]:
    return [each for each in rounds if not each.is_cancelled]


OF_A_CLOCK: dict[str, Callable[[Sequence[Clock], datetime], Any]] = {
    "due": _due,
    "elapsed": _elapsed,
    "margin": _margin,
    "breached": _breached,
    "overdue": _overdue,
}
