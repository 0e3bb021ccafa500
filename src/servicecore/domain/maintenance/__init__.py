"""The maintenance of a product: a plan, its cycle, and the visits that keep it.

Read `events` first (what can happen), then `plan` (what its history leaves), and
`decisions` (the verbs).
"""

from . import decisions
from .events import (
    MaintenanceEnded,
    MaintenanceEvent,
    MaintenanceKind,
    MaintenancePlanned,
    MaintenanceRevised,
    MaintenanceTested,
    MaintenanceVisitCarriedOut,
    MaintenanceVisitDue,
    MaintenanceVisitMissed,
    MaintenanceVisitPlanned,
)
from .plan import MaintenancePlan, Visit, VisitStatus, evolve
from .refusals import (
    AlreadyCarriedOutError,
    BadCycleError,
    BeforePlanError,
    NotTestedError,
    PlanEndedError,
    UnknownMaintenanceKindError,
    UnknownVisitError,
)

__all__ = [
    "AlreadyCarriedOutError",
    "BadCycleError",
    "BeforePlanError",
    "MaintenanceEnded",
    "MaintenanceEvent",
    "MaintenanceKind",
    "MaintenancePlan",
    "MaintenancePlanned",
    "MaintenanceRevised",
    "MaintenanceTested",
    "MaintenanceVisitCarriedOut",
    "MaintenanceVisitDue",
    "MaintenanceVisitMissed",
    "MaintenanceVisitPlanned",
    "NotTestedError",
    "PlanEndedError",
    "UnknownMaintenanceKindError",
    "UnknownVisitError",
    "Visit",
    "VisitStatus",
    "decisions",
    "evolve",
]
