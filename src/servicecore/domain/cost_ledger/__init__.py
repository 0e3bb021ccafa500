"""The ledger of a year: what service cost and what it brought, corrected by reversal alone.

Read `events` first (what can happen), then `ledger` (what its entries leave), and
`decisions` (the verbs).
"""

from . import decisions
from .events import (
    Budget,
    CostLedgerBenefitEntered,
    CostLedgerCostEntered,
    CostLedgerEntryReversed,
    CostLedgerEvent,
    CostLedgerOpened,
)
from .ledger import CostLedger, Entry, evolve
from .refusals import (
    AlreadyReversedError,
    BadAmountError,
    EntryExistsError,
    NoYearError,
    OtherYearError,
    OutOfTurnError,
    UnknownEntryError,
)

__all__ = [
    "AlreadyReversedError",
    "BadAmountError",
    "Budget",
    "CostLedger",
    "CostLedgerBenefitEntered",
    "CostLedgerCostEntered",
    "CostLedgerEntryReversed",
    "CostLedgerEvent",
    "CostLedgerOpened",
    "Entry",
    "EntryExistsError",
    "NoYearError",
    "OtherYearError",
    "OutOfTurnError",
    "UnknownEntryError",
    "decisions",
    "evolve",
]
