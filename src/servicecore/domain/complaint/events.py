"""What may stand in the history of a complaint.

The steps have the names of ISO 10002, where it has one.  Whatever moves a clock
carries what was promised by it, and what was measured.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from ..case import LevelEvent, Step, TermsChange
from ..events import event, fact, personal
from ..moments import instant
from ..people import Level
from ..sla import Happening, under


class Category(Enum):
    """What a complaint is about (om2025:5.3a)."""

    PRODUCT_QUALITY = "product_quality"
    SERVICE_ATTITUDE = "service_attitude"
    DELIVERY_DELAY = "delivery_delay"
    OTHER = "other"


class Severity(Enum):
    """How much a complaint demands: a complex one is reported upwards (pdr:5.3b)."""

    ORDINARY = "ordinary"
    COMPLEX = "complex"
    MAJOR = "major"  #: It starts the three-level response (om2025:7.1a).


class Outcome(Enum):
    """How a complaint may end: there is no third way."""

    SATISFIED = "satisfied"
    EXHAUSTED = "exhausted"


@attrs.frozen(kw_only=True)
class About:
    """What the customer complains about, as far as they said; *person* is the one complained of."""

    ticket_id: str = ""
    product: str = ""
    model: str = ""
    delivery: str = ""
    person: str = ""


@attrs.frozen(kw_only=True)
class TeamMember:
    """Somebody who looks into a complaint, for a department."""

    person: str
    department: str


@attrs.frozen(kw_only=True)
class Measure:
    """What will be done about a complaint, by which department, by whom, until when (pdr:5.3a)."""

    what: str
    department: str
    person: str
    due: datetime = instant()


@fact
class ComplaintStep(Step):
    """A step in the life of a complaint: an event that moves its clocks."""

    complaint_id: str


# --- A customer is dissatisfied ------------------------------------------------


@event("complaint.received")
class ComplaintReceived(ComplaintStep):
    """A customer complained, and handling under *standard* was promised (pdr:5.1a)."""

    happens = "received"
    customer_id: str
    channel: str
    what: str = personal()
    about: About = attrs.field(factory=About)
    standard: str
    calendar: str

    @property
    def happening(self) -> Happening:
        """The channel is a fact that promises may depend on."""
        terms, facts = under(self.standard, self.calendar), {"channel": self.channel}
        return Happening(self.happens, self.counts_from, facts=facts, terms=terms)


@event("complaint.registered")
class ComplaintRegistered(ComplaintStep):
    """It was written down completely (psp:3.4a): what happened when, and what is demanded."""

    happens = "registered"
    by: str
    contact: str = personal()
    demand: str = personal()
    happened_at: datetime | None = instant(default=None)


@event("complaint.acknowledged")
class ComplaintAcknowledged(ComplaintStep):
    """The customer was told that the complaint arrived and will be handled."""

    happens = "acknowledged"
    by: str


@event("complaint.classified")
class ComplaintClassified(ComplaintStep):
    """It turned out to be about the product, the service, a delivery, or something else."""

    happens = "classified"
    by: str
    category: Category

    @property
    def happening(self) -> Happening:
        """What is promised may depend on the category."""
        return Happening(self.happens, self.counts_from, facts={"category": self.category.value})


@event("complaint.assessed")
class ComplaintAssessed(ComplaintStep):
    """Somebody judged how severe it is: the initial assessment."""

    happens = "assessed"
    by: str
    severity: Severity
    reason: str

    @property
    def happening(self) -> Happening:
        """What is promised may depend on the severity."""
        return Happening(self.happens, self.counts_from, facts={"severity": self.severity.value})


# --- What follows from its kind ---------------------------------------------------


@event("complaint.response_started")
class ComplaintResponseStarted:
    """All of *levels* went to work on it at once, as *clause* demands."""

    complaint_id: str
    levels: tuple[str, ...]
    clause: str
    at: datetime = instant()


@event("complaint.repair_requested")
class ComplaintRepairRequested:
    """The product is to be repaired under ticket *ticket_id* (om2025:5.3b)."""

    complaint_id: str
    ticket_id: str
    customer_id: str
    channel: str
    product: str
    model: str
    fault: str = personal(recognisable=True)
    contact: str = personal()
    standard: str
    calendar: str
    at: datetime = instant()


# --- It is looked into ---------------------------------------------------------


@event("complaint.assigned")
class ComplaintAssigned(ComplaintStep):
    """Somebody became its handler, so handling began."""

    happens = "assigned"
    to: str
    department: str


@event("complaint.team_set")
class ComplaintTeamSet(ComplaintStep):
    """People of several departments were asked to verify it (pdr:5.2a)."""

    happens = "team_set"
    members: tuple[TeamMember, ...]


@event("complaint.investigated")
class ComplaintInvestigated(ComplaintStep):
    """Somebody found out what had happened."""

    happens = "investigated"
    by: str
    facts: str


@event("complaint.cause_found")
class ComplaintCauseFound(ComplaintStep):
    """The root cause was found (om2025:5.3c)."""

    happens = "cause_found"
    by: str
    cause: str


@event("complaint.answered")
class ComplaintAnswered(ComplaintStep):
    """The customer got a preliminary answer (tender:2.1d)."""

    happens = "answered"
    by: str
    answer: str


@event("complaint.informed")
class ComplaintInformed(ComplaintStep):
    """The customer was told how things stand (pdr:5.3b)."""

    happens = "informed"
    by: str
    news: str


# --- It is put right -------------------------------------------------------------


@event("complaint.solution_proposed")
class ComplaintSolutionProposed(ComplaintStep):
    """A solution was proposed and explained (om2025:5.3c), if need be after *met* had met."""

    happens = "solution_proposed"
    by: str
    solution: str
    met: tuple[str, ...] = ()


@event("complaint.planned")
class ComplaintPlanned(ComplaintStep):
    """It was settled what will be done; a second plan of one round adds to the first (pdr:5.3a)."""

    happens = "planned"
    by: str
    measures: tuple[Measure, ...]


@event("complaint.measure_carried_out")
class ComplaintMeasureCarriedOut(ComplaintStep):
    """Measure *number* of the plan was carried out; the first is number one."""

    happens = "measure_carried_out"
    number: int
    by: str
    result: str


@event("complaint.fed_back")
class ComplaintFedBack(ComplaintStep):
    """The customer was told the outcome (om2025:5.3d)."""

    happens = "fed_back"
    by: str
    result: str


# --- The customer decides ----------------------------------------------------------


@event("complaint.satisfied")
class ComplaintSatisfied(ComplaintStep):
    """Asked after the handling, the customer was satisfied."""

    happens = "satisfied"
    asked_by: str


@event("complaint.dissatisfied")
class ComplaintDissatisfied(ComplaintStep):
    """Asked after the handling, the customer was not satisfied."""

    happens = "dissatisfied"
    asked_by: str
    reason: str = personal()


@event("complaint.taken_up_again")
class ComplaintTakenUpAgain(ComplaintStep):
    """It is handled once more, because the customer was not satisfied (pdr:5.4a)."""

    happens = "taken_up_again"
    round: int
    reason: str = personal()


@event("complaint.exhausted")
class ComplaintExhausted(ComplaintStep):
    """Nothing is left that we could do; the customer was told where else to turn."""

    happens = "exhausted"
    by: str
    reason: str
    alternatives: tuple[str, ...]


@event("complaint.closed")
class ComplaintClosed(ComplaintStep):
    """It is over, with the customer satisfied or all remedies exhausted."""

    happens = "closed"
    by: str
    outcome: Outcome


@event("complaint.reported")
class ComplaintReported:
    """What can be learnt from it was written down (pdr:5.4b)."""

    complaint_id: str
    by: str
    facts: str
    course: str
    result: str
    cause: str
    improvement: str
    prevention: str
    at: datetime = instant()


@event("complaint.terms_changed")
class ComplaintTermsChanged(TermsChange, ComplaintStep):
    """It is promised under another standard or calendar from now on; what was broken stays so."""

    standard: str
    calendar: str
    reason: str


# --- It is late, or soon will be -------------------------------------------------------


@fact
class _LevelReached(LevelEvent):
    """A level of its ladder was reached."""

    complaint_id: str


@event("complaint.warned")
class ComplaintWarned(_LevelReached):
    """Whoever has the complaint was warned that a deadline comes near."""

    to: str


@event("complaint.escalated")
class ComplaintEscalated(_LevelReached):
    """The next level became responsible."""

    to: Level


ComplaintEvent = (
    ComplaintStep
    | ComplaintResponseStarted
    | ComplaintRepairRequested
    | ComplaintReported
    | ComplaintWarned
    | ComplaintEscalated
)
