"""Why a ticket refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class BeforeOpeningError(RefusedError):
    """Nothing happens to a ticket before the customer asked for help."""


class OutOfOrderError(RefusedError):
    """A ticket cannot have changed its status before it came to the one it has."""


class TicketEndedError(RefusedError):
    """A closed, cancelled or merged ticket is not worked on; a closed one may be reopened."""


class AlreadyAcknowledgedError(RefusedError):
    """A request is acknowledged once."""


class AlreadyClassifiedError(RefusedError):
    """A ticket is classified once; after that its priority is changed, with a reason."""


class NotClassifiedError(RefusedError):
    """A priority can only be changed when there is one."""


class UnknownPriorityError(RefusedError, ValueError):
    """There is no such priority, or no such kind of ticket."""


class AlreadyPausedError(RefusedError):
    """A ticket that stands still cannot be paused again."""


class NotPausedError(RefusedError):
    """Only a ticket that stands still can go on."""


class UnknownPauseReasonError(RefusedError, ValueError):
    """The service standard does not know that reason for a pause."""


class AlreadyResolvedError(RefusedError):
    """A resolved ticket is not resolved again before it is reopened."""


class NotResolvedError(RefusedError):
    """Only a resolved ticket can be confirmed, reopened or closed."""


class MergedIntoItselfError(RefusedError, ValueError):
    """A ticket cannot go on inside itself."""
