"""Why an emergency refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class OutOfTurnError(RefusedError):
    """An emergency goes on from where it stands, never from before."""


class NotResponsibleError(RefusedError):
    """The person responsible for the level responds, and says when it is over (om2025:7.1d)."""


class AlreadyRespondingError(RefusedError):
    """The response has started."""


class NotRespondingError(RefusedError):
    """Nothing is over before the responsible person has taken it over (om2025:7.1b)."""


class SameLevelError(RefusedError):
    """A level is changed to one that does not answer for it yet."""


class EmergencyOverError(RefusedError):
    """An emergency that is over is evaluated, and nothing else (om2025:7.1b)."""


class NotRecoveredError(RefusedError):
    """An emergency is evaluated when it is over, once (om2025:7.1b)."""


class NoLessonError(RefusedError, ValueError):
    """An evaluation names what is learnt, if only that all went well (om2025:7.1b)."""
