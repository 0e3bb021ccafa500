"""Why a ledger refuses: each error is a sentence of good bookkeeping."""

from __future__ import annotations

from ..refusals import RefusedError


class NoYearError(RefusedError, ValueError):
    """A ledger is for one year."""


class OutOfTurnError(RefusedError):
    """A ledger is written in the order of time; what an entry is for may lie back."""


class BadAmountError(RefusedError, ValueError):
    """An entry has an amount above nothing, in full cents, never as a float."""


class OtherYearError(RefusedError, ValueError):
    """What belongs to another year stands in another ledger."""


class EntryExistsError(RefusedError):
    """Each entry has a number of its own."""


class UnknownEntryError(RefusedError, LookupError):
    """Only an entry of the ledger is reversed."""


class AlreadyReversedError(RefusedError):
    """An entry is reversed once; a reversal is corrected by a new entry."""
