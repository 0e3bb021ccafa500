"""A complaint as its history leaves it.

Nothing is decided here and nothing is computed: events are facts, and a
complaint copies them.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..case import Case
from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from . import events
from .events import About, Category, ComplaintEvent, Measure, Outcome, Severity, TeamMember


class Status(Enum):
    """Where a complaint stands."""

    RECEIVED = "received"
    IN_HAND = "in_hand"  #: Registered, and being handled.
    FED_BACK = "fed_back"  #: The customer knows the outcome, and was not asked yet.
    DISSATISFIED = "dissatisfied"
    SATISFIED = "satisfied"
    EXHAUSTED = "exhausted"
    CLOSED = "closed"

    @property
    def is_settled(self) -> bool:
        """Nothing stands between it and its closing, or it is closed."""
        return self in {Status.SATISFIED, Status.EXHAUSTED, Status.CLOSED}


@attrs.frozen(kw_only=True, slots=False)
class Complaint(Case):
    """A customer's dissatisfaction, as its history leaves it.

    It is handled in *rounds*: a customer who is not satisfied gets another one,
    with a solution and a plan of its own.
    """

    customer_id: str
    channel: str
    what: str
    about: About = attrs.field(factory=About)
    status: Status = Status.RECEIVED
    registered_at: datetime | None = None
    contact: str = ""
    acknowledged_at: datetime | None = None
    category: Category | None = None
    severity: Severity | None = None
    response_levels: tuple[str, ...] = ()
    repair_ticket: str | None = None
    handler: str | None = None
    team: tuple[TeamMember, ...] = ()
    investigated_at: datetime | None = None
    cause: str | None = None
    answered_at: datetime | None = None
    rounds: int = 1
    solution: str | None = None
    measures: tuple[Measure, ...] = ()
    carried_out: frozenset[int] = frozenset()
    times_dissatisfied: int = 0
    grievance: str = ""
    alternatives: tuple[str, ...] = ()
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    reported_at: datetime | None = None

    @property
    def measures_left(self) -> tuple[int, ...]:
        """The numbers of the measures that nobody has carried out yet."""
        planned = range(1, len(self.measures) + 1)
        return tuple(each for each in planned if each not in self.carried_out)


def evolve(complaint: Complaint | None, event: ComplaintEvent) -> Complaint:
    """Return *complaint* as *event* leaves it; there is none before it is received.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point, which
            means that the history was tampered with or damaged.
    """
    if complaint is None:
        return _received(event)
    return complaint.after((event,), _facts)


def _received(event: ComplaintEvent) -> Complaint:
    event = must_begin(event, events.ComplaintReceived, "the complaint was received")
    complaint = Complaint(
        id=event.complaint_id,
        customer_id=event.customer_id,
        opened_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
        channel=event.channel,
        what=event.what,
        about=event.about,
    )
    return complaint.after((event,), lambda _, __: {})


def _facts(complaint: Complaint, event: ComplaintEvent) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912
    """Return what *event* says of the complaint itself."""
    must_belong(event, "complaint_id", complaint.id, "the history of complaint")
    match event:
        case events.ComplaintTermsChanged():
            return {"standard": event.standard, "calendar": event.calendar}
        case events.ComplaintRegistered():
            return {
                "status": Status.IN_HAND,
                "registered_at": event.at,
                "contact": event.contact,
            }
        case events.ComplaintAcknowledged():
            return {"acknowledged_at": event.at}
        case events.ComplaintClassified():
            return {"category": event.category}
        case events.ComplaintAssessed():
            return {"severity": event.severity}
        case events.ComplaintResponseStarted():
            return {"response_levels": event.levels}
        case events.ComplaintRepairRequested():
            return {"repair_ticket": event.ticket_id}
        case events.ComplaintAssigned():
            return {"handler": event.to}
        case events.ComplaintTeamSet():
            return {"team": event.members}
        case events.ComplaintInvestigated():
            return {"investigated_at": event.at}
        case events.ComplaintCauseFound():
            return {"cause": event.cause}
        case events.ComplaintAnswered():
            return {"answered_at": min(complaint.answered_at or event.at, event.at)}
        case events.ComplaintSolutionProposed():
            return {"solution": event.solution}
        case events.ComplaintPlanned():
            return {"measures": (*complaint.measures, *event.measures)}
        case events.ComplaintMeasureCarriedOut():
            return {"carried_out": complaint.carried_out | {event.number}}
        case events.ComplaintFedBack():
            return {"status": Status.FED_BACK}
        case events.ComplaintSatisfied():
            return {"status": Status.SATISFIED}
        case events.ComplaintDissatisfied():
            return {
                "status": Status.DISSATISFIED,
                "times_dissatisfied": complaint.times_dissatisfied + 1,
                "grievance": event.reason,
            }
        case events.ComplaintTakenUpAgain():
            return {
                "status": Status.IN_HAND,
                "rounds": event.round,
                "solution": None,
                "measures": (),
                "carried_out": frozenset(),
            }
        case events.ComplaintExhausted():
            return {"status": Status.EXHAUSTED, "alternatives": event.alternatives}
        case events.ComplaintClosed():
            return {"status": Status.CLOSED, "closed_at": event.at, "outcome": event.outcome}
        case events.ComplaintReported():
            return {"reported_at": event.at}
        case events.ComplaintWarned():
            return complaint.level_facts(event, None)
        case events.ComplaintEscalated():
            return complaint.level_facts(event, event.to)
        case events.ComplaintInformed():
            return {}
        case events.ComplaintReceived():
            msg = f"complaint {complaint.id} cannot be received twice: {event}"
            raise ImpossibleHistoryError(msg)
        case _:
            msg = f"{event} cannot happen to complaint {complaint.id}"
            raise ImpossibleHistoryError(msg)
