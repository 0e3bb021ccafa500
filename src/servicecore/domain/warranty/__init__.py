"""The warranty of a product: what is repaired free of charge, and until when.

Read `events` first (what can happen), then `warranty` (what its history
leaves), `terms` (how long it lasts), `decisions` (given, prolonged, ended), and
`repairs` (what it means for one repair).
"""

from . import decisions, repairs
from .events import (
    PRODUCT,
    Cover,
    FeeLine,
    Ground,
    WarrantyCoverageDecided,
    WarrantyEvent,
    WarrantyExpired,
    WarrantyExpiryNoticed,
    WarrantyExtended,
    WarrantyFeesAccepted,
    WarrantyFeesDeclined,
    WarrantyFeesOffered,
    WarrantyGranted,
    WarrantyRepairBegun,
    WarrantyVoided,
)
from .refusals import (
    AlreadyDecidedError,
    BadFeeError,
    BeforeGrantError,
    FeesNotAcceptedError,
    FreeOfChargeError,
    ImpossibleFaultError,
    NotAKeyPartError,
    NotDecidedError,
    NoTermError,
    NothingOfferedError,
    RepairBegunError,
    TermTooLongError,
    TermTooShortError,
    WarrantyOverError,
    WarrantyVoidError,
)
from .warranty import Repair, Warranty, evolve

__all__ = [
    "PRODUCT",
    "AlreadyDecidedError",
    "BadFeeError",
    "BeforeGrantError",
    "Cover",
    "FeeLine",
    "FeesNotAcceptedError",
    "FreeOfChargeError",
    "Ground",
    "ImpossibleFaultError",
    "NoTermError",
    "NotAKeyPartError",
    "NotDecidedError",
    "NothingOfferedError",
    "Repair",
    "RepairBegunError",
    "TermTooLongError",
    "TermTooShortError",
    "Warranty",
    "WarrantyCoverageDecided",
    "WarrantyEvent",
    "WarrantyExpired",
    "WarrantyExpiryNoticed",
    "WarrantyExtended",
    "WarrantyFeesAccepted",
    "WarrantyFeesDeclined",
    "WarrantyFeesOffered",
    "WarrantyGranted",
    "WarrantyOverError",
    "WarrantyRepairBegun",
    "WarrantyVoidError",
    "WarrantyVoided",
    "decisions",
    "evolve",
    "repairs",
]
