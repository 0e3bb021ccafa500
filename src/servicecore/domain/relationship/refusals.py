"""Why a customer's file refuses: each error is a sentence of a regulation, or of plain sense."""

from __future__ import annotations

from ..refusals import RefusedError


class UnknownChoiceError(RefusedError, ValueError):
    """There are only so many grades, manners and kinds of finding."""


class BeforeFileError(RefusedError):
    """Nothing goes into a file before it was opened."""


class CustomerIsLostError(RefusedError):
    """A customer who has left us is not revisited until won back."""


class CustomerNotLostError(RefusedError):
    """Only a customer who has left us can be won back."""


class NoConsentError(RefusedError):
    """Nobody is contacted without having agreed to it (个人信息保护法 arts. 13, 15)."""


class AlreadyDeliveredError(RefusedError):
    """A delivery is recorded once."""


class UnknownDeliveryError(RefusedError, LookupError):
    """Nothing was delivered to the customer under that number."""


class NotDeliveredYetError(RefusedError, ValueError):
    """Nothing is recorded as delivered ahead of its day, nor as used before its delivery."""


class AlreadyInUseError(RefusedError):
    """A product is used for the first time once."""


class BeforeDeliveryError(RefusedError):
    """Customers are revisited after the delivery (psp:3.3a)."""


class PastDayError(RefusedError, ValueError):
    """A revisit is planned on a day to come."""


class UnknownRevisitError(RefusedError, LookupError):
    """The customer has no revisit of that number."""


class RevisitOverError(RefusedError):
    """A revisit is held once, and not after it was called off."""


class AlreadyPlannedError(RefusedError):
    """No two revisits are planned for the same occasion (pdr:2.1a)."""


class BadRatingError(RefusedError, ValueError):
    """Service is rated from 1 to 5 (pdr:2.3a; the scale is a house choice)."""


class UnknownFindingError(RefusedError, LookupError):
    """The customer told of nothing under that number."""


class NotRoutedError(RefusedError):
    """The department that a finding belongs to deals with it (pdr:2.5a)."""


class NotInvestigatedError(RefusedError):
    """Findings about quality are investigated before they are answered (pdr:2.5b)."""


class NotAnsweredError(RefusedError):
    """Customers are asked about an answer that they have got (pdr:2.5a)."""


class FindingSettledError(RefusedError):
    """What the customer is satisfied with is not dealt with any more."""


class BadPointsError(RefusedError, ValueError):
    """Loyalty points are whole, and more than none."""


class TooFewPointsError(RefusedError):
    """Nobody spends more points than there are (om2025:5.2d)."""


class AlreadySignedError(RefusedError):
    """A contract is signed once, and then renewed."""


class UnknownContractError(RefusedError, LookupError):
    """There is no contract of that number with the customer."""


class ContractTermError(RefusedError, ValueError):
    """A contract ends on a day to come, and is renewed for longer."""


class AlreadyAtRiskError(RefusedError):
    """A customer is marked as at risk once."""


class NotAtRiskError(RefusedError):
    """There is no risk that could be cleared."""


class RecoveryOpenError(RefusedError):
    """One recovery at a time: the customer is to notice it."""


class NoRecoveryError(RefusedError):
    """There is no recovery that could be ended."""
