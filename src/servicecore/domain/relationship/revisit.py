"""Revisits and findings, as the history of their customer leaves them."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from . import revisit_events
from .revisit_events import Answers, FindingKind, Manner


class RevisitStatus(Enum):
    """Where a revisit stands."""

    PLANNED = "planned"
    DUE = "due"
    MISSED = "missed"
    HELD = "held"
    CALLED_OFF = "called_off"
    UNWANTED = "unwanted"  #: The customer withdrew the consent, or left us.

    @property
    def is_over(self) -> bool:
        """Nobody will make it any more."""
        return self in {RevisitStatus.HELD, RevisitStatus.CALLED_OFF, RevisitStatus.UNWANTED}


@attrs.frozen(kw_only=True)
class Revisit:
    """When a customer is asked how things are, in what manner, what about, by whom, and why.

    One that *was_missed* may still be made up for.
    """

    number: int
    nominal_on: date
    planned_on: date
    manner: Manner
    content: str
    person: str
    occasion: str
    clause: str
    delivery_id: str = ""
    complaint_id: str = ""
    status: RevisitStatus = RevisitStatus.PLANNED
    was_missed: bool = False
    held_at: datetime | None = None
    answers: Answers | None = None

    @property
    def is_to_come(self) -> bool:
        """Whether its day has not gone by, as far as anybody noticed."""
        return self.status in {RevisitStatus.PLANNED, RevisitStatus.DUE}


@attrs.frozen(kw_only=True)
class Finding:
    """What a customer told, who deals with it, and what came of it."""

    number: int
    kind: FindingKind
    what: str
    revisit: int = 0
    department: str = ""
    cause: str = ""
    measures: tuple[str, ...] = ()
    has_helped: bool | None = None
    answer: str = ""
    is_satisfied: bool | None = None
    times_dissatisfied: int = 0

    @property
    def is_settled(self) -> bool:
        """The customer is satisfied with the answer; measures for the quality have helped, too."""
        has_effect = self.kind is not FindingKind.QUALITY or self.has_helped is True
        return self.is_satisfied is True and has_effect


def planned(event: revisit_events.RevisitPlanned) -> Revisit:
    """Return the revisit that this event begins."""
    return Revisit(
        number=event.revisit,
        nominal_on=event.nominal_on,
        planned_on=event.planned_on,
        manner=event.manner,
        content=event.content,
        person=event.person,
        occasion=event.occasion,
        clause=event.clause,
        delivery_id=event.delivery_id,
        complaint_id=event.complaint_id,
    )


def unwanted(revisit: Revisit) -> Revisit:
    """Return a revisit that the customer will not have."""
    return attrs.evolve(revisit, status=RevisitStatus.UNWANTED)


def revisit_after(revisit: Revisit, event: Any) -> Revisit:
    """Return *revisit* as *event* leaves it.

    Raises:
        ImpossibleHistoryError: If it was over before.
    """
    if revisit.status.is_over:
        msg = f"{event} comes after the revisit was {revisit.status.value}"
        raise ImpossibleHistoryError(msg)
    return attrs.evolve(revisit, **_revisit_facts(event))


def _revisit_facts(event: Any) -> dict[str, Any]:
    match event:
        case revisit_events.RevisitRescheduled():
            return {
                "nominal_on": event.nominal_on,
                "planned_on": event.planned_on,
                "status": RevisitStatus.PLANNED,
            }
        case revisit_events.RevisitDue():
            return {"status": RevisitStatus.DUE}
        case revisit_events.RevisitMissed():
            return {"status": RevisitStatus.MISSED, "was_missed": True}
        case revisit_events.RevisitCalledOff():
            return {"status": RevisitStatus.CALLED_OFF}
        case revisit_events.RevisitHeld():
            return {
                "status": RevisitStatus.HELD,
                "held_at": event.at,
                "manner": event.manner,
                "answers": event.answers,
            }
        case _:
            msg = f"{event} is not a step in the life of a revisit"
            raise ImpossibleHistoryError(msg)


def finding_after(finding: Finding, event: Any) -> Finding:
    """Return *finding* as *event* leaves it."""
    return attrs.evolve(finding, **_finding_facts(finding, event))


def _finding_facts(finding: Finding, event: Any) -> dict[str, Any]:  # noqa: PLR0911
    match event:
        case revisit_events.FindingRouted():
            return {"department": event.department}
        case revisit_events.FindingInvestigated():
            return {"cause": event.cause, "measures": event.measures, "has_helped": None}
        case revisit_events.FindingAnswered():
            return {"answer": event.answer, "is_satisfied": None}
        case revisit_events.EffectTracked(has_helped=True):
            return {"has_helped": True}
        case revisit_events.EffectTracked():
            # What did not help is no measure: the finding is investigated again.
            return {"has_helped": False, "measures": ()}
        case revisit_events.AnswerRated(is_satisfied=True):
            return {"is_satisfied": True}
        case revisit_events.AnswerRated():
            times = finding.times_dissatisfied + 1
            return {"is_satisfied": False, "answer": "", "times_dissatisfied": times}
        case _:
            msg = f"{event} is not a step in the life of a finding"
            raise ImpossibleHistoryError(msg)
