"""Why a rating refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class AlreadyRatedError(RefusedError):
    """A repair is rated once (pdr:3.2c)."""


class OwnRepairError(RefusedError):
    """Customer service rates repairs; nobody rates their own (pdr:3.2c)."""


class NoRatingError(RefusedError, ValueError):
    """A rating is a score from 1 to 5."""


class BeforeRepairError(RefusedError):
    """A repair is rated after it was done."""
