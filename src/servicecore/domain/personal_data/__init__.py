"""The personal data of a customer: in use, restricted when erasure is asked for, erased.

Read `events` first (what can happen), then `person` (what its history leaves), and
`decisions` (the verbs).  What the data are, these events do not tell.
"""

from . import decisions
from .decisions import AUDITOR, MAY_OPEN, PRIVACY_OFFICER, KeptRecord
from .events import (
    PersonalDataDisclosed,
    PersonalDataErased,
    PersonalDataErasureApproved,
    PersonalDataErasureAsked,
    PersonalDataErasureWithdrawn,
    PersonalDataEvent,
    PersonalDataHeld,
    PersonalDataHoldReleased,
    PersonalDataReadmitted,
)
from .person import PersonalData, PersonalDataState, evolve
from .refusals import (
    ErasureAskedError,
    HeldError,
    MayNotOpenError,
    NoErasureAskedError,
    NoSuchHoldError,
    NotApprovedError,
    NotErasedError,
    OutOfTurnError,
    OwnErasureError,
    PersonErasedError,
    RetentionError,
)

__all__ = [
    "AUDITOR",
    "MAY_OPEN",
    "PRIVACY_OFFICER",
    "ErasureAskedError",
    "HeldError",
    "KeptRecord",
    "MayNotOpenError",
    "NoErasureAskedError",
    "NoSuchHoldError",
    "NotApprovedError",
    "NotErasedError",
    "OutOfTurnError",
    "OwnErasureError",
    "PersonErasedError",
    "PersonalData",
    "PersonalDataDisclosed",
    "PersonalDataErased",
    "PersonalDataErasureApproved",
    "PersonalDataErasureAsked",
    "PersonalDataErasureWithdrawn",
    "PersonalDataEvent",
    "PersonalDataHeld",
    "PersonalDataHoldReleased",
    "PersonalDataReadmitted",
    "PersonalDataState",
    "RetentionError",
    "decisions",
    "evolve",
]
