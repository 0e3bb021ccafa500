"""Why an upgrade refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class UnknownWishError(RefusedError, ValueError):
    """A wish has a known origin and aspect, and a known priority when it is granted (pdr:4.3a)."""


class OutOfTurnError(RefusedError):
    """A step in the life of an upgrade comes after the one before it."""


class NotAcceptedError(RefusedError):
    """R&D decides whether an upgrade is done; only then is it planned (pdr:4.3b)."""


class IncompletePlanError(RefusedError, ValueError):
    """A plan says goal, content, steps, tests, and risks with their answers (pdr:4.4a)."""


class NotInPlanError(RefusedError, ValueError):
    """An upgrade is carried out by its plan (pdr:4.4b)."""


class NotPlannedError(RefusedError):
    """What is approved, backed up, tested or watched was planned before (pdr:4.4a)."""


class NotApprovedError(RefusedError):
    """Nothing is carried out before the plan is approved (pdr:4.4b)."""


class NotBackedUpError(RefusedError):
    """Nothing is carried out before the data are saved (pdr:4.4c)."""


class NotCarriedOutError(RefusedError):
    """An upgrade is released when every step of its plan is done (pdr:4.4b)."""


class NotTestedError(RefusedError):
    """An upgrade is released when every test of its plan has passed (pdr:4.2b)."""


class NotWatchedError(RefusedError):
    """An upgrade is released when every risk of its plan was watched (pdr:4.4c)."""


class NothingToRollBackError(RefusedError):
    """Only what was begun can be rolled back."""


class AlreadyReleasedError(RefusedError):
    """What is released is rolled back, or changed by another upgrade."""
