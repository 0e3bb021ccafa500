"""Why a survey refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class NothingToAskError(RefusedError, ValueError):
    """A survey asks about something, in dimensions that the standard or somebody names."""


class NoContactError(RefusedError, ValueError):
    """Customers without a contact cannot be asked."""


class BeforeSendingError(RefusedError):
    """Nothing happens to a survey before it is sent."""


class SurveyOverError(RefusedError):
    """No answer is taken when the time for it is over, or the customer declined."""


class UnknownDimensionError(RefusedError, ValueError):
    """An answer holds scores of what was asked, and of nothing else."""


class OutsideScaleError(RefusedError, ValueError):
    """A score lies on the scale it was asked on."""


class NothingAnsweredError(RefusedError, ValueError):
    """An answer tells something."""


class AnsweredAlreadyError(RefusedError):
    """Whoever has answered has not declined, and answers come in the order of time."""
