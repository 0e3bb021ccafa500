"""Why an emergency plan refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class NoLevelsError(RefusedError, ValueError):
    """The response is graded: a plan has a level at least, and each once (om2025:7.1d)."""


class NoYearError(RefusedError, ValueError):
    """A plan is for one year."""


class YearOverError(RefusedError):
    """A plan is made before its year is over."""


class UnknownLevelError(RefusedError, LookupError):
    """The plan has no level of that name (om2025:7.1d)."""


class BeforeChangeError(RefusedError):
    """A plan is revised as it stands, not as it stood before."""
