"""Why a complaint refuses: each error is a sentence of the regulations."""

from __future__ import annotations

from ..refusals import RefusedError


class BeforeReceiptError(RefusedError):
    """Nothing happens to a complaint before the customer complained."""


class ComplaintOutOfOrderError(RefusedError):
    """A complaint cannot have changed before it came to where it stands."""


class AlreadyRegisteredError(RefusedError):
    """A complaint is registered once (psp:3.4a)."""


class NotRegisteredError(RefusedError):
    """A complaint is registered completely before it is handled (psp:3.4a)."""


class ComplaintAlreadyAcknowledgedError(RefusedError):
    """A complaint is acknowledged once."""


class ComplaintAlreadyClassifiedError(RefusedError):
    """A complaint belongs to one category (om2025:5.3a)."""


class UnknownCategoryError(RefusedError, ValueError):
    """There is no such category, or no such severity."""


class HandlerIsSubjectError(RefusedError):
    """Nobody handles a complaint about themselves: handling is objective (ISO 10002)."""


class OneDepartmentError(RefusedError):
    """A team that verifies a complaint is of several departments (pdr:5.2a)."""


class NotInvestigatedError(RefusedError):
    """The root cause is found by looking into what happened (pdr:5.2a)."""


class NoCauseError(RefusedError):
    """A solution is proposed when the root cause is known (om2025:5.3c)."""


class NoSolutionError(RefusedError):
    """Measures are planned for a solution that was proposed (pdr:5.3a)."""


class UnknownMeasureError(RefusedError, LookupError):
    """The plan has no such measure."""


class AlreadyCarriedOutError(RefusedError):
    """A measure is carried out once."""


class MeasuresLeftError(RefusedError):
    """The outcome is fed back when every measure of a plan is carried out (om2025:5.3d)."""


class NotInHandError(RefusedError):
    """Handling is over for now: it is up to the customer, or they have decided."""


class NotFedBackError(RefusedError):
    """Customers are asked whether they are satisfied when they know the outcome (pdr:5.4a)."""


class NotHandledAgainError(RefusedError):
    """Remedies are exhausted when a second handling has failed, too (om2025:5.3d)."""


class CustomerNotSatisfiedError(RefusedError):
    """A complaint is handled until the customer is satisfied or nothing is left (pdr:5.4a)."""


class ComplaintEndedError(RefusedError):
    """A closed complaint stays closed."""


class AlreadyReportedError(RefusedError):
    """There is one report on a complaint (pdr:5.4b)."""


class NotSettledError(RefusedError):
    """A report tells the result, so there must be one (pdr:5.4b)."""
