"""Why the ledger of a spare part refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class BadQuantityError(RefusedError, ValueError):
    """Pieces are counted in whole numbers, and nobody moves fewer than one."""


class UnknownSourceError(RefusedError, ValueError):
    """A part is genuine, or from a third party that is authorised for it (tender:2.2a)."""


class UnknownBatchError(RefusedError, LookupError):
    """The ledger has no batch of that number."""


class BatchExistsError(RefusedError):
    """A batch is bought once, under a number of its own."""


class BeforeReceiptError(RefusedError):
    """A batch comes in once it is ordered, moves once it is there; a ledger begins before both."""


class MoreThanOrderedError(RefusedError):
    """No more of a batch is received than was ordered."""


class OtherExpiryError(RefusedError, ValueError):
    """All pieces of a batch expire on the same day, and none is received after it."""


class NotEnoughError(RefusedError):
    """More was asked for than is there and not set aside for others."""


class BatchExpiredError(RefusedError):
    """An expired batch is not set aside, and not issued (pdr:3.4c)."""


class NotReservedError(RefusedError):
    """No more is released than was set aside for the ticket."""


class NotIssuedError(RefusedError):
    """No more is used or returned than was issued to the ticket."""


class IncompleteCountError(RefusedError):
    """Whoever counts, counts every batch that should be there (pdr:3.4c)."""
