"""Why a drill refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class NoStaffError(RefusedError, ValueError):
    """A drill is planned for all staff, and held with somebody (om2025:7.1c)."""


class NotOfTheStaffError(RefusedError, ValueError):
    """Only those take part, or are excused, for whom the drill was planned."""


class OutOfTurnError(RefusedError):
    """A drill is planned, then held, then summarised (om2025:7.3a)."""
