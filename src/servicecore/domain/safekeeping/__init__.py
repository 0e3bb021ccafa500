"""The safekeeping of records: copies are made regularly, and it is noticed if they are not.

Read `events` first (what can happen), then `safekeeping` (what its history leaves),
and `decisions` (the verbs).  How a copy is made is for the room of storage; here it
is known that it was, where it lies, and when the next one is expected.
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
