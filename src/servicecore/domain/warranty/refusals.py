"""Why a warranty refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class NoTermError(RefusedError):
    """A warranty lasts as long as the standard says, or as whoever grants it says."""


class TermTooShortError(RefusedError, ValueError):
    """A warranty lasts at least as long as the standard promises (tender:1.2c)."""


class TermTooLongError(RefusedError, ValueError):
    """A key part is covered no longer than the standard allows (tender:2.1f)."""


class NotAKeyPartError(RefusedError, ValueError):
    """A key part has a cover of its own, longer than that of its product."""


class BeforeGrantError(RefusedError):
    """Nothing happens to a warranty before it is granted."""


class WarrantyVoidError(RefusedError):
    """A void warranty is neither extended nor voided again."""


class WarrantyOverError(RefusedError):
    """A cover that has ended is not extended."""


class ImpossibleFaultError(RefusedError, ValueError):
    """A fault occurs between the delivery and the day it is judged."""


class AlreadyDecidedError(RefusedError):
    """Whether a repair is covered is decided once."""


class NotDecidedError(RefusedError):
    """Nothing is charged and nothing repaired before it is decided who pays."""


class FreeOfChargeError(RefusedError):
    """Repairs under warranty are free (tender:1.2d)."""


class BadFeeError(RefusedError, ValueError):
    """A customer understands what each line of the fees is for (tender:2.3a)."""


class NothingOfferedError(RefusedError):
    """A customer accepts or declines what was offered."""


class FeesNotAcceptedError(RefusedError):
    """Work that is not covered begins when the customer has accepted its price (tender:2.3a)."""


class RepairBegunError(RefusedError):
    """A repair begins once, and its price does not change after that."""
