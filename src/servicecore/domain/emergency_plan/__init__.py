"""The emergency plan of a year: who answers on which level, and what is rehearsed until when.

Read `events` first (what can happen), then `plan` (what its history leaves), and
`decisions` (the verbs).
"""

from . import decisions
from .events import (
    EmergencyPlanDrillCounted,
    EmergencyPlanEvent,
    EmergencyPlanFellShort,
    EmergencyPlanMade,
    EmergencyPlanReminded,
    EmergencyPlanRevised,
    EmergencyPlanTrainingCounted,
)
from .plan import DRILLS, TRAININGS, EmergencyPlan, evolve
from .refusals import (
    BeforeChangeError,
    NoLevelsError,
    NoYearError,
    UnknownLevelError,
    YearOverError,
)

__all__ = [
    "DRILLS",
    "TRAININGS",
    "BeforeChangeError",
    "EmergencyPlan",
    "EmergencyPlanDrillCounted",
    "EmergencyPlanEvent",
    "EmergencyPlanFellShort",
    "EmergencyPlanMade",
    "EmergencyPlanReminded",
    "EmergencyPlanRevised",
    "EmergencyPlanTrainingCounted",
    "NoLevelsError",
    "NoYearError",
    "UnknownLevelError",
    "YearOverError",
    "decisions",
    "evolve",
]
