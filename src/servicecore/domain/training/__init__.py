"""A training of staff: planned for layers of them, held with those who were there (om2025:3.3a).

Read `events` first (what can happen), then `training` (what its history leaves),
and `decisions` (the verbs).
"""

from . import decisions
from .events import (
    Attendance,
    TrainingAttendanceCorrected,
    TrainingCancelled,
    TrainingEvent,
    TrainingHeld,
    TrainingPlanned,
)
from .refusals import (
    BadLengthError,
    BeforePlannedError,
    NobodyAttendedError,
    NoPlanNamedError,
    NotHeldError,
    TrainingOverError,
)
from .training import Training, TrainingStatus, evolve

__all__ = [
    "Attendance",
    "BadLengthError",
    "BeforePlannedError",
    "NoPlanNamedError",
    "NobodyAttendedError",
    "NotHeldError",
    "Training",
    "TrainingAttendanceCorrected",
    "TrainingCancelled",
    "TrainingEvent",
    "TrainingHeld",
    "TrainingOverError",
    "TrainingPlanned",
    "TrainingStatus",
    "decisions",
    "evolve",
]
