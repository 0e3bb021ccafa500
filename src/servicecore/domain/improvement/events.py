"""What can happen to an improvement: plan, do, check, act, from the feedback on.

Whatever moves a clock carries what was promised by it, and what was measured;
reminders of measures and of checks stand beside those readings.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

import attrs

from ..case import LevelEvent, Step, TermsChange
from ..events import event, fact, personal
from ..moments import instant
from ..people import Level
from ..sla import Happening, under


class Source(Enum):
    """Where we learnt what could be better."""

    SURVEY = "survey"
    REVISIT = "revisit"
    COMPLAINT = "complaint"
    CONVERSATION = "conversation"
    DRILL = "drill"
    EMERGENCY = "emergency"
    INDICATOR = "indicator"
    QUALITY_REVIEW = "quality_review"


@attrs.frozen(kw_only=True)
class Measure:
    """What will be done, by which department, by whom, until when."""

    what: str
    department: str
    person: str
    due: datetime = instant()


@attrs.frozen(kw_only=True)
class Check:
    """A turn at which the effect of the measures is looked at: ``monthly``, on its day."""

    name: str
    due_on: date


@fact
class ImprovementStep(Step):
    """A step in the life of an improvement: an event that moves its clocks."""

    improvement_id: str


# --- Plan ----------------------------------------------------------------------------


@event("improvement.collected")
class ImprovementCollected(ImprovementStep):
    """Feedback was put on record (om2025:2.3b), and its handling under *standard* promised.

    *origin* is the subject whose history it comes from, such as ``complaint/C-1``.
    """

    happens = "collected"
    source: Source
    about: str = personal()
    origin: str
    customer_id: str | None = None
    standard: str
    calendar: str

    @property
    def happening(self) -> Happening:
        """A first answer is promised to customers; where there is none, to nobody."""
        facts = {
            "source": self.source.value,
            "from": "customer" if self.customer_id else "staff",
        }
        terms = under(self.standard, self.calendar)
        return Happening(self.happens, self.counts_from, facts=facts, terms=terms)


@event("improvement.answered")
class ImprovementAnswered(ImprovementStep):
    """The customer was told what becomes of the feedback (om2025:5.1d)."""

    happens = "answered"
    by: str
    answer: str


@event("improvement.analysed")
class ImprovementAnalysed(ImprovementStep):
    """A supervisor found the root cause (om2025:2.3b)."""

    happens = "analysed"
    by: str
    level: Level
    cause: str


@event("improvement.measures_set")
class ImprovementMeasuresSet(ImprovementStep):
    """Management set measures; their numbers go on from those set before (om2025:2.3b)."""

    happens = "measures_set"
    by: str
    level: Level
    measures: tuple[Measure, ...]


# --- Do ------------------------------------------------------------------------------


@event("improvement.measure_carried_out")
class ImprovementMeasureCarriedOut(ImprovementStep):
    """Measure *number* was carried out; with the last one, *checks* of the effect get their day."""

    happens = "measure_carried_out"
    number: int
    by: str
    result: str
    checks: tuple[Check, ...] = ()


@event("improvement.measure_overdue")
class ImprovementMeasureOverdue(LevelEvent):
    """The day came by which measure *number* was to be carried out, and it was not."""

    improvement_id: str
    number: int
    to: Level


# --- Check ---------------------------------------------------------------------------


@event("improvement.check_due")
class ImprovementCheckDue(LevelEvent):
    """The effect is to be looked at, or was to be looked at and was not (om2025:6.3b)."""

    improvement_id: str
    check: str
    to: Level


@event("improvement.effect_checked")
class ImprovementEffectChecked(ImprovementStep):
    """Somebody looked at the effect; *check* is empty if that was out of turn."""

    happens = "effect_checked"
    check: str
    by: str
    has_effect: bool
    finding: str


# --- Act -----------------------------------------------------------------------------


@event("improvement.adopted")
class ImprovementAdopted(ImprovementStep):
    """What had an effect became the standard way of working (om2025:2.3e)."""

    happens = "adopted"
    by: str
    standard_practice: str


@event("improvement.taken_up_again")
class ImprovementTakenUpAgain(ImprovementStep):
    """What had no effect is analysed once more: the circle begins anew (om2025:6.1e)."""

    happens = "taken_up_again"
    round: int
    by: str
    reason: str


@event("improvement.closed")
class ImprovementClosed(ImprovementStep):
    """It is the standard way of working, and its effect was tracked to the end."""

    happens = "closed"
    by: str


@event("improvement.dropped")
class ImprovementDropped(ImprovementStep):
    """Nothing will be done about it, for a reason; what was promised lapses."""

    happens = "cancelled"
    by: str
    reason: str


# --- It is late, or soon will be --------------------------------------------------------


@event("improvement.terms_changed")
class ImprovementTermsChanged(TermsChange, ImprovementStep):
    """It is promised under another standard or calendar from now on; what was broken stays so."""

    standard: str
    calendar: str
    reason: str


@event("improvement.warned")
class ImprovementWarned(LevelEvent):
    """Whoever has the improvement was warned that a deadline comes near."""

    improvement_id: str
    to: str


@event("improvement.escalated")
class ImprovementEscalated(LevelEvent):
    """The next level became responsible."""

    improvement_id: str
    to: Level


ImprovementEvent = (
    ImprovementStep
    | ImprovementMeasureOverdue
    | ImprovementCheckDue
    | ImprovementWarned
    | ImprovementEscalated
)
