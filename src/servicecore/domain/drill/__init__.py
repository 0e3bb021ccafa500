"""A drill: planned for all staff, held, summarised, and what gets better by it (om2025:7.3a).

Read `events` first (what can happen), then `drill` (what its history leaves), and
`decisions` (the verbs).
"""

from . import decisions
from .drill import Drill, DrillStatus, evolve
from .events import (
    DrillCancelled,
    DrillEvent,
    DrillHeld,
    DrillImprovementNamed,
    DrillPlanned,
    DrillSummarised,
)
from .refusals import NoStaffError, NotOfTheStaffError, OutOfTurnError

__all__ = [
    "Drill",
    "DrillCancelled",
    "DrillEvent",
    "DrillHeld",
    "DrillImprovementNamed",
    "DrillPlanned",
    "DrillStatus",
    "DrillSummarised",
    "NoStaffError",
    "NotOfTheStaffError",
    "OutOfTurnError",
    "decisions",
    "evolve",
]
