"""Why the review of a standard refuses."""

from __future__ import annotations

from ..refusals import RefusedError


class BeforeReviewPlannedError(RefusedError):
    """A review is not held before it is planned, or before the one that came before."""


class SameVersionError(RefusedError, ValueError):
    """A standard is revised to a version of its own: promises name the one they were made under."""
