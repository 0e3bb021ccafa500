"""Somebody on the staff: how they are trained, what they can, how well they do.

Read `events` first (what can happen), then `employee` (what their history leaves),
`decisions` (joined, trained, skilled, left), `appraising`, and `owing` (what must
be done for everybody in every quarter and year).
"""

from . import appraising, decisions
from .appraising import EMERGENCY_TRAINING
from .employee import (
    APPRAISALS,
    TOPICS,
    TRAINING,
    YEARLY_APPRAISALS,
    Appraisal,
    Employee,
    Skill,
    Trained,
    evolve,
)
from .events import (
    StaffAppraised,
    StaffDisqualified,
    StaffEvent,
    StaffFellShort,
    StaffJoined,
    StaffLayerChanged,
    StaffLeft,
    StaffPeriodPlanned,
    StaffQualified,
    StaffReminded,
    StaffTrained,
    StaffTrainingCorrected,
)
from .refusals import (
    AppraisedByThemselvesError,
    BeforeRecordError,
    NotAppraisableError,
    NotOnTheStaffError,
    NotQualifiedError,
    NotTrainedError,
    SameLayerError,
    WrongAspectsError,
)

__all__ = [
    "APPRAISALS",
    "EMERGENCY_TRAINING",
    "TOPICS",
    "TRAINING",
    "YEARLY_APPRAISALS",
    "Appraisal",
    "AppraisedByThemselvesError",
    "BeforeRecordError",
    "Employee",
    "NotAppraisableError",
    "NotOnTheStaffError",
    "NotQualifiedError",
    "NotTrainedError",
    "SameLayerError",
    "Skill",
    "StaffAppraised",
    "StaffDisqualified",
    "StaffEvent",
    "StaffFellShort",
    "StaffJoined",
    "StaffLayerChanged",
    "StaffLeft",
    "StaffPeriodPlanned",
    "StaffQualified",
    "StaffReminded",
    "StaffTrained",
    "StaffTrainingCorrected",
    "Trained",
    "WrongAspectsError",
    "appraising",
    "decisions",
    "evolve",
]
