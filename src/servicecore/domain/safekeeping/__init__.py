"""The safekeeping of records: copies are made regularly, and it is noticed if they are not.

Read `events` first (what can happen), then `safekeeping` (what its history leaves),
and `decisions` (the verbs).  How copies are made is up to `servicecore.storage`; here
stands that they were made, where they are kept, and when the next one is expected.
"""

from . import decisions
from .events import CopyDue, CopyExpected, CopyMade, SafekeepingEvent
from .refusals import CopiesInOrderError, UnknownCopyError
from .safekeeping import Safekeeping, evolve

__all__ = [
    "CopiesInOrderError",
    "CopyDue",
    "CopyExpected",
    "CopyMade",
    "Safekeeping",
    "SafekeepingEvent",
    "UnknownCopyError",
    "decisions",
    "evolve",
]
