"""Why a plan of maintenance refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class UnknownMaintenanceKindError(RefusedError, ValueError):
    """Hardware, software or the system as a whole is maintained (pdr:4.1a)."""


class BadCycleError(RefusedError, ValueError):
    """A cycle leads from one visit to a later one."""


class BeforePlanError(RefusedError):
    """Nothing is done under a plan before it is made."""


class PlanEndedError(RefusedError):
    """Nothing is done under a plan that has ended."""


class UnknownVisitError(RefusedError, LookupError):
    """The plan has no visit of that number yet."""


class AlreadyCarriedOutError(RefusedError):
    """A visit is carried out once, and not tested after that."""


class NotTestedError(RefusedError):
    """Software maintenance and upgrades are tested beforehand (pdr:4.2b)."""
