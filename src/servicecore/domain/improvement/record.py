"""How a step of an improvement goes on record: with what it promises, measures and reminds of.

Measures and checks fall due on a day rather than after working time, so they
are reminders; they stand among the readings of the step that sets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from .. import case
from ..calendar import WorkingCalendar
from ..case import ASSIGNEE, Reached
from ..events import with_facts
from ..moments import has_passed
from ..people import Level
from ..reminders import OVERDUE, Reminders, on_its_day, reminder, settled, told, told_to
from ..sla import Reading, RungReached, State, Terms, keep_time
from . import events
from .events import ImprovementEvent, ImprovementStep
from .improvement import Improvement

MEASURE, CHECK = "measure", "check_"  #: The reminders: of a measure, and of each check.
_CLAUSE = "om2025:6.3b"

_Fallen = (
    events.ImprovementWarned
    | events.ImprovementEscalated
    | events.ImprovementMeasureOverdue
    | events.ImprovementCheckDue
)


def on_record(
    improvement: Improvement | None,
    step: ImprovementStep,
    *,
    terms: Terms,
    reminders: Reminders = (),
) -> list[ImprovementEvent]:
    """Return *step*, and the levels reached before it, ready for the history.

    Args:
        improvement: As its history leaves it; None when the feedback is being collected.
        step: What happens to it.
        terms: What is promised.
        reminders: What falls due from now on, or no longer does.
    """
    improvement_id = step.improvement_id

    def level(
        reached: Reached, at: datetime
    ) -> events.ImprovementWarned | events.ImprovementEscalated:
        return _level(improvement_id, reached, at)

    recorded = case.on_record(improvement, (step,), terms=terms, level=level)
    levels: list[_Fallen] = [each for each in recorded if not isinstance(each, ImprovementStep)]
    steps = [each for each in recorded if isinstance(each, ImprovementStep)]
    if improvement is not None:
        levels += _fallen_due(improvement, steps[0].counts_from)
    return [*_as_due(levels), *(_with_reminders(each, reminders) for each in steps)]


def levels_reached(
    improvement: Improvement, *, at: datetime, terms: Terms
) -> list[ImprovementEvent]:
    """Return the levels and reminders reached by *at* that are not on record, as they were due."""
    clocks = keep_time(improvement.timeline, terms)
    known = improvement.levels_reached
    levels: list[_Fallen] = [
        _level(improvement.id, each, at) for each in case.levels_reached(clocks, known, at=at)
    ]
    return [*_as_due([*levels, *_fallen_due(improvement, at)])]


# --- Reminders -----------------------------------------------------------------------


def measure_reminder(number: int, due: datetime) -> Reading:
    """Return what reminds of a measure: the supervisor hears of one that is overdue."""
    return reminder(MEASURE, round_=number, due=due, rungs={OVERDUE: due})


def check_reminder(name: str, round_: int, day: date, calendar: WorkingCalendar) -> Reading:
    """Return what reminds of a check: due as its day opens, overdue when that closes."""
    return on_its_day(f"{CHECK}{name}", day, calendar, round_=round_)


def measure_done(improvement: Improvement, number: int, *, at: datetime) -> Reminders:
    """Return the reminder of a measure as it ends, met or missed."""
    return _ended(improvement.readings[MEASURE, number], at)


def check_done(improvement: Improvement, name: str, *, at: datetime) -> Reminders:
    """Return the reminder of a check as it ends; one made out of turn has none."""
    reading = improvement.readings.get((f"{CHECK}{name}", improvement.rounds))
    return () if reading is None else _ended(reading, at)


def all_off(improvement: Improvement) -> Reminders:
    """Return every reminder that stands as nobody needs it any more."""
    return settled(each for each in _reminders(improvement.readings) if each.rungs)


# -------------------------------------------------------------------------------------


def _ended(reminder: Reading, at: datetime) -> Reminders:
    return settled((reminder,), state=State.MISSED if has_passed(reminder.due, at) else State.MET)


def _as_due(levels: Iterable[_Fallen]) -> list[_Fallen]:
    return sorted(levels, key=lambda each: each.due)


def _fallen_due(improvement: Improvement, at: datetime) -> list[_Fallen]:
    """Return the reminders that should have been given by *at* and were not."""
    return [
        _given(improvement.id, reading, rung, at)
        for reading, rung in _rungs_ahead(improvement)
        if has_passed(rung.due, at)
    ]


def _with_reminders(step: ImprovementStep, reminders: Reminders) -> ImprovementStep:
    return with_facts(step, readings=(*step.readings, *reminders)) if reminders else step


def _reminders(readings: Mapping[case.ClockKey, Reading]) -> Iterator[Reading]:
    for each in readings.values():
        if each.clock == MEASURE or each.clock.startswith(CHECK):
            yield each


def _rungs_ahead(improvement: Improvement) -> Iterator[tuple[Reading, RungReached]]:
    for reading in _reminders(improvement.readings):
        for rung in reading.rungs:
            if (reading.clock, reading.round, rung.name) not in improvement.levels_reached:
                yield reading, rung


def _given(
    improvement_id: str, reading: Reading, rung: RungReached, at: datetime
) -> events.ImprovementMeasureOverdue | events.ImprovementCheckDue:
    facts = told(reading, rung, clause=_CLAUSE, at=at)
    if reading.clock == MEASURE:
        return events.ImprovementMeasureOverdue(
            improvement_id=improvement_id, number=reading.round, to=Level.SUPERVISOR, **facts
        )
    return events.ImprovementCheckDue(
        improvement_id=improvement_id,
        check=reading.clock.removeprefix(CHECK),
        to=told_to(rung),
        **facts,
    )


def _level(
    improvement_id: str, reached: Reached, at: datetime
) -> events.ImprovementWarned | events.ImprovementEscalated:
    facts = reached.told(at=at)
    if reached.to == ASSIGNEE:
        return events.ImprovementWarned(improvement_id=improvement_id, to=reached.to, **facts)
    return events.ImprovementEscalated(improvement_id=improvement_id, to=Level(reached.to), **facts)
