"""The life of an improvement: from feedback, round the circle of plan, do, check, act.

Read `events` first (what can happen), then `improvement` (what its history
leaves), then `decisions` and `acting` (the verbs that add events), `guards`
(what any of them demands) and `record` (what is promised, measured and
reminded of).

Whatever finds that something could be better collects it, once for each number::

    terms = rulebook.terms(standard, calendar, of="feedback")
    decisions.collect(
        None,
        improvement_id="…",      # made from the number of what it comes from
        source="survey",         # a Source, or its value
        about="…",               # what could be better, in words
        origin="complaint/C-1",  # the subject it comes from
        customer_id=None,        # who is owed an answer, if anybody
        at=at,
        terms=terms,
    )

On an improvement that was collected before, the decision is ``[]``.  Policies
find this ready in `servicecore.policies.improving`.
"""

from . import acting, decisions
from .events import (
    Check,
    ImprovementAdopted,
    ImprovementAnalysed,
    ImprovementAnswered,
    ImprovementCheckDue,
    ImprovementClosed,
    ImprovementCollected,
    ImprovementDropped,
    ImprovementEffectChecked,
    ImprovementEscalated,
    ImprovementEvent,
    ImprovementMeasureCarriedOut,
    ImprovementMeasureOverdue,
    ImprovementMeasuresSet,
    ImprovementStep,
    ImprovementTakenUpAgain,
    ImprovementTermsChanged,
    ImprovementWarned,
    Measure,
    Source,
)
from .improvement import Improvement, ImprovementStatus, evolve
from .refusals import (
    BeforeFeedbackError,
    ChecksLeftError,
    CustomerNotAnsweredError,
    HasEffectError,
    ImprovementAlreadyAnalysedError,
    ImprovementEndedError,
    ImprovementOutOfOrderError,
    MeasureCarriedOutError,
    MeasuresDoneError,
    NobodyToAnswerError,
    NoEffectError,
    NotAdoptedError,
    NotAnalysedError,
    NothingToCheckError,
    TooLowLevelError,
    UnknownCheckError,
    UnknownImprovementMeasureError,
    UnknownSourceError,
)

__all__ = [
    "BeforeFeedbackError",
    "Check",
    "ChecksLeftError",
    "CustomerNotAnsweredError",
    "HasEffectError",
    "Improvement",
    "ImprovementAdopted",
    "ImprovementAlreadyAnalysedError",
    "ImprovementAnalysed",
    "ImprovementAnswered",
    "ImprovementCheckDue",
    "ImprovementClosed",
    "ImprovementCollected",
    "ImprovementDropped",
    "ImprovementEffectChecked",
    "ImprovementEndedError",
    "ImprovementEscalated",
    "ImprovementEvent",
    "ImprovementMeasureCarriedOut",
    "ImprovementMeasureOverdue",
    "ImprovementMeasuresSet",
    "ImprovementOutOfOrderError",
    "ImprovementStatus",
    "ImprovementStep",
    "ImprovementTakenUpAgain",
    "ImprovementTermsChanged",
    "ImprovementWarned",
    "Measure",
    "MeasureCarriedOutError",
    "MeasuresDoneError",
    "NoEffectError",
    "NobodyToAnswerError",
    "NotAdoptedError",
    "NotAnalysedError",
    "NothingToCheckError",
    "Source",
    "TooLowLevelError",
    "UnknownCheckError",
    "UnknownImprovementMeasureError",
    "UnknownSourceError",
    "acting",
    "decisions",
    "evolve",
]
