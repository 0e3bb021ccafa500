"""Why a training refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class NoPlanNamedError(RefusedError, ValueError):
    """A training for emergencies belongs to an emergency plan, and no other does (om2025:7.3b)."""


class BadLengthError(RefusedError, ValueError):
    """A training lasts some time, and nobody attends for longer."""


class NobodyAttendedError(RefusedError, ValueError):
    """A training is held with somebody."""


class TrainingOverError(RefusedError):
    """A training is held, or cancelled, once."""


class NotHeldError(RefusedError):
    """Nobody attends a training that was not held."""


class BeforePlannedError(RefusedError):
    """No training is held before it is planned."""
