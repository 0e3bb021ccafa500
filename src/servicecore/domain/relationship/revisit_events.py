"""What can happen to a revisit, and to what was found on it."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

import attrs

from ..case import LevelEvent
from ..events import event, fact, personal
from ..moments import instant
from ..people import Level
from ..sla import Reading


class Manner(Enum):
    """How a customer is asked: in general by telephone (pdr:2.2a)."""

    TELEPHONE = "telephone"
    MAIL = "mail"
    ON_SITE = "on_site"  #: For important customers, and for problems.


class FindingKind(Enum):
    """What a customer told that somebody has to deal with (pdr:2.5a, pdr:2.5b)."""

    PROBLEM = "problem"
    SUGGESTION = "suggestion"
    QUALITY = "quality"


@attrs.frozen(kw_only=True)
class Answers:
    """What a customer answered on a revisit (pdr:2.3a).

    *function*, *performance* and *quality* tell how the product does; *speed* and
    *ability* rate our service from 1 to 5.  Each of *problems*, *suggestions* and
    *quality_findings* becomes a finding, and *new_needs* are chances for us.
    """

    function: str
    performance: str
    quality: str
    speed: int
    ability: int
    problems: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    quality_findings: tuple[str, ...] = ()
    new_needs: tuple[str, ...] = ()


@fact
class _RevisitFact:
    """Something that happened to one revisit."""

    customer_id: str
    revisit: int
    readings: tuple[Reading, ...] = ()
    at: datetime = instant()


@fact
class _FindingFact:
    """Something that happened to one finding."""

    customer_id: str
    finding: int
    at: datetime = instant()


# --- Revisits ------------------------------------------------------------------------


@event("relationship.year_begun")
class RevisitYearBegun(LevelEvent):
    """A year began, for which the revisits are to be planned (pdr:2.1a)."""

    customer_id: str
    year: int
    readings: tuple[Reading, ...] = ()


@event("relationship.revisit_planned")
class RevisitPlanned(_RevisitFact):
    """It was planned to ask the customer how things are: when, in what manner, what about.

    The rule names *nominal_on*, and *planned_on* is a working day.  *occasion* is
    what the revisit comes of; no two are planned for the same.
    """

    nominal_on: date
    planned_on: date
    manner: Manner
    content: str
    person: str
    occasion: str
    clause: str
    delivery_id: str = ""
    complaint_id: str = ""


@event("relationship.revisit_rescheduled")
class RevisitRescheduled(_RevisitFact):
    """A revisit got another day."""

    nominal_on: date
    planned_on: date
    reason: str


@event("relationship.revisit_called_off")
class RevisitCalledOff(_RevisitFact):
    """A revisit is not made after all."""

    reason: str


@event("relationship.revisit_due")
class RevisitDue(LevelEvent):
    """The day of a revisit came: there is something to do for *to*."""

    customer_id: str
    revisit: int
    to: str


@event("relationship.revisit_missed")
class RevisitMissed(LevelEvent):
    """The day of a revisit went by without it, and it was raised to the next level."""

    customer_id: str
    revisit: int
    planned_on: date
    to: Level


@event("relationship.revisit_held")
class RevisitHeld(_RevisitFact):
    """The customer was asked how things are, and told us: who, when, how, what (pdr:2.4a)."""

    by: str
    manner: Manner
    held_on: date
    answers: Answers = personal()


# --- Findings ------------------------------------------------------------------------


@event("relationship.finding_recorded")
class FindingRecorded(_FindingFact):
    """The customer told of a problem, suggested something, or found fault with the quality.

    *revisit* is the one on which it was told, or 0.
    """

    kind: FindingKind
    what: str = personal()
    revisit: int = 0


@event("relationship.finding_routed")
class FindingRouted(_FindingFact):
    """A department has to deal with a finding (pdr:2.5a)."""

    department: str
    clause: str


@event("relationship.finding_investigated")
class FindingInvestigated(_FindingFact):
    """The cause of a finding was found, and it was settled what is done about it (pdr:2.5b)."""

    by: str
    cause: str
    measures: tuple[str, ...]


@event("relationship.finding_answered")
class FindingAnswered(_FindingFact):
    """The customer was told what became of a finding (pdr:2.5a)."""

    by: str
    answer: str


@event("relationship.effect_tracked")
class EffectTracked(_FindingFact):
    """Somebody looked whether the measures against a finding have helped (pdr:2.5b)."""

    by: str
    has_helped: bool
    effect: str


@event("relationship.answer_rated")
class AnswerRated(_FindingFact):
    """The customer was asked whether the answer is satisfactory (pdr:2.5a)."""

    by: str
    is_satisfied: bool
    comment: str = personal(default="")


RevisitEvent = (
    RevisitYearBegun
    | RevisitPlanned
    | RevisitRescheduled
    | RevisitCalledOff
    | RevisitDue
    | RevisitMissed
    | RevisitHeld
    | FindingRecorded
    | FindingRouted
    | FindingInvestigated
    | FindingAnswered
    | EffectTracked
    | AnswerRated
)
