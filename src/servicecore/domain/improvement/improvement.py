"""An improvement as its history leaves it.

Nothing is decided here and nothing is computed: events are facts, and an
improvement copies them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import attrs

from ..case import Case
from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from . import events
from .events import ImprovementEvent, Measure, Source


class ImprovementStatus(Enum):
    """Where an improvement stands in its circle."""

    COLLECTED = "collected"
    ANALYSED = "analysed"
    PLANNED = "planned"
    CARRIED_OUT = "carried_out"
    ADOPTED = "adopted"
    CLOSED = "closed"
    DROPPED = "dropped"

    @property
    def is_over(self) -> bool:
        """Nothing more happens to it."""
        return self in {ImprovementStatus.CLOSED, ImprovementStatus.DROPPED}


@attrs.frozen(kw_only=True, slots=False)
class Improvement(Case):
    """What we learnt from feedback, and what became of it.

    It goes round in *rounds*: what had no effect is analysed once more.
    *measures* holds all that were ever set, the first being number one;
    *checks_left* the days on which the effect is still to be looked at, and
    *has_effect* what the last look found in this round.
    """

    source: Source
    about: str
    origin: str
    customer_id: str | None = None
    status: ImprovementStatus = ImprovementStatus.COLLECTED
    rounds: int = 1
    answered_at: datetime | None = None
    cause: str | None = None
    measures: tuple[Measure, ...] = ()
    carried_out: frozenset[int] = frozenset()
    checks_left: Mapping[str, date] = attrs.field(factory=dict)
    has_effect: bool | None = None
    standard_practice: str = ""
    ended_at: datetime | None = None
    dropped_because: str = ""

    @property
    def measures_left(self) -> tuple[int, ...]:
        """The numbers of the measures that nobody has carried out yet."""
        numbers = range(1, len(self.measures) + 1)
        return tuple(each for each in numbers if each not in self.carried_out)


def evolve(improvement: Improvement | None, event: ImprovementEvent) -> Improvement:
    """Return *improvement* as *event* leaves it; there is none before the feedback.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point, which
            means that the history was tampered with or damaged.
    """
    if improvement is None:
        return _collected(event)
    return improvement.after((event,), _facts)


def _collected(event: ImprovementEvent) -> Improvement:
    event = must_begin(event, events.ImprovementCollected, "the feedback was collected")
    improvement = Improvement(
        id=event.improvement_id,
        opened_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
        source=event.source,
        about=event.about,
        origin=event.origin,
        customer_id=event.customer_id,
    )
    return improvement.after((event,), lambda _, __: {})


def _facts(improvement: Improvement, event: ImprovementEvent) -> dict[str, Any]:  # noqa: PLR0911
    """Return what *event* says of the improvement itself."""
    must_belong(event, "improvement_id", improvement.id, "the history of improvement")
    if improvement.status.is_over:
        msg = f"{event} cannot happen to improvement {improvement.id}: it is over"
        raise ImpossibleHistoryError(msg)
    match event:
        case events.ImprovementTermsChanged():
            return {"standard": event.standard, "calendar": event.calendar}
        case events.ImprovementAnswered():
            return {"answered_at": min(improvement.answered_at or event.at, event.at)}
        case events.ImprovementAnalysed():
            return {"status": ImprovementStatus.ANALYSED, "cause": event.cause}
        case events.ImprovementMeasuresSet():
            return {
                "status": ImprovementStatus.PLANNED,
                "measures": (*improvement.measures, *event.measures),
            }
        case events.ImprovementMeasureCarriedOut():
            return _carried_out(improvement, event)
        case events.ImprovementEffectChecked():
            left = {n: day for n, day in improvement.checks_left.items() if n != event.check}
            return {"checks_left": left, "has_effect": event.has_effect}
        case events.ImprovementWarned():
            return improvement.level_facts(event, None)
        case (
            events.ImprovementEscalated()
            | events.ImprovementMeasureOverdue()
            | events.ImprovementCheckDue()
        ):
            return improvement.level_facts(event, event.to)
        case _:
            return _turn(improvement, event)


def _carried_out(
    improvement: Improvement, event: events.ImprovementMeasureCarriedOut
) -> dict[str, Any]:
    if event.number not in improvement.measures_left:
        msg = f"{event} is about a measure that nobody set, or that was carried out before"
        raise ImpossibleHistoryError(msg)
    facts: dict[str, Any] = {"carried_out": improvement.carried_out | {event.number}}
    if improvement.measures_left == (event.number,):
        facts["status"] = ImprovementStatus.CARRIED_OUT
        facts["checks_left"] = {each.name: each.due_on for each in event.checks}
    return facts


def _turn(improvement: Improvement, event: ImprovementEvent) -> dict[str, Any]:
    """Return what became of it when its effect was known, or at any time it was dropped."""
    match event:
        case events.ImprovementAdopted():
            return {
                "status": ImprovementStatus.ADOPTED,
                "standard_practice": event.standard_practice,
            }
        case events.ImprovementTakenUpAgain():
            return {
                "status": ImprovementStatus.COLLECTED,
                "rounds": event.round,
                "cause": None,
                "checks_left": {},
                "has_effect": None,
                "standard_practice": "",
            }
        case events.ImprovementClosed():
            return {"status": ImprovementStatus.CLOSED, "ended_at": event.at}
        case events.ImprovementDropped():
            return {
                "status": ImprovementStatus.DROPPED,
                "ended_at": event.at,
                "dropped_because": event.reason,
                "checks_left": {},
            }
        case events.ImprovementCollected():
            msg = f"improvement {improvement.id} cannot be collected twice: {event}"
            raise ImpossibleHistoryError(msg)
        case _:
            msg = f"{event} cannot happen to improvement {improvement.id}"
            raise ImpossibleHistoryError(msg)
