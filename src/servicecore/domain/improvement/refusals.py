"""Why an improvement refuses: each error is a sentence of the regulations."""

from __future__ import annotations

from ..refusals import RefusedError


class UnknownSourceError(RefusedError, ValueError):
    """Feedback comes from somewhere we know."""


class BeforeFeedbackError(RefusedError):
    """Nothing happens to an improvement before the feedback it comes from."""


class ImprovementOutOfOrderError(RefusedError):
    """An improvement cannot have changed before it came to where it stands."""


class ImprovementEndedError(RefusedError):
    """What is closed or dropped stays so."""


class NobodyToAnswerError(RefusedError):
    """Only customers are answered, and this feedback comes from none."""


class TooLowLevelError(RefusedError, ValueError):
    """Supervisors find root causes, and management sets measures (om2025:2.3b)."""


class ImprovementAlreadyAnalysedError(RefusedError):
    """The root cause is found once, until the improvement is taken up again."""


class NotAnalysedError(RefusedError):
    """Measures are set when the root cause is known (om2025:2.3b)."""


class MeasuresDoneError(RefusedError):
    """When all measures are carried out, their effect is checked before others are set."""


class UnknownImprovementMeasureError(RefusedError, LookupError):
    """No such measure was set."""


class MeasureCarriedOutError(RefusedError):
    """A measure is carried out once."""


class NothingToCheckError(RefusedError):
    """The effect is checked when all measures are carried out."""


class UnknownCheckError(RefusedError, LookupError):
    """No such check is planned, or it was made."""


class NoEffectError(RefusedError):
    """What becomes the standard way of working has an effect, by the last look at it."""


class HasEffectError(RefusedError):
    """An improvement is taken up again when the last look at it found no effect."""


class NotAdoptedError(RefusedError):
    """An improvement is closed when it is the standard way of working (om2025:2.3e)."""


class CustomerNotAnsweredError(RefusedError):
    """An improvement is not closed before its customer knows of it (om2025:5.1d)."""


class ChecksLeftError(RefusedError):
    """The effect is tracked to the end: monthly, quarterly and yearly (om2025:6.3b)."""
