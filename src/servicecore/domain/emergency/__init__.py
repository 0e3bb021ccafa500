"""An emergency: monitored, responded to, recovered from, evaluated (om2025:7.1b).

Read `events` first (what can happen), then `emergency` (what its history leaves),
and `decisions` (the verbs).
"""

from . import decisions
from .emergency import Emergency, EmergencyStatus, evolve
from .events import (
    EmergencyDeclared,
    EmergencyEvaluated,
    EmergencyEvent,
    EmergencyLevelChanged,
    EmergencyMeasureTaken,
    EmergencyMonitored,
    EmergencyRecovered,
    EmergencyResponseStarted,
)
from .refusals import (
    AlreadyRespondingError,
    EmergencyOverError,
    NoLessonError,
    NotRecoveredError,
    NotRespondingError,
    NotResponsibleError,
    OutOfTurnError,
    SameLevelError,
)

__all__ = [
    "AlreadyRespondingError",
    "Emergency",
    "EmergencyDeclared",
    "EmergencyEvaluated",
    "EmergencyEvent",
    "EmergencyLevelChanged",
    "EmergencyMeasureTaken",
    "EmergencyMonitored",
    "EmergencyOverError",
    "EmergencyRecovered",
    "EmergencyResponseStarted",
    "EmergencyStatus",
    "NoLessonError",
    "NotRecoveredError",
    "NotRespondingError",
    "NotResponsibleError",
    "OutOfTurnError",
    "SameLevelError",
    "decisions",
    "evolve",
]
