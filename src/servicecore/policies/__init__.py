"""Policies: whenever *this* has happened, *that* should follow."""

from .acknowledgement import AcknowledgeAtOnce
from .complaint_repair import RepairWhatIsComplainedOf
from .escalation import EscalateByDeadline
from .joining import GoOnForBoth, OpenWhatWasSplitOff
from .notices import Notice, notices_of
from .rehandling import HandleAgain
from .reorder import ReorderInTime
from .service_survey import AskAfterEachService
from .starting_level import StartAtTheRightLevel
from .three_levels import RespondOnThreeLevels
from .wanted import Due, Policy, Wanted

__all__ = [
    "AcknowledgeAtOnce",
    "AskAfterEachService",
    "Due",
    "EscalateByDeadline",
    "GoOnForBoth",
    "HandleAgain",
    "Notice",
    "OpenWhatWasSplitOff",
    "Policy",
    "ReorderInTime",
    "RepairWhatIsComplainedOf",
    "RespondOnThreeLevels",
    "StartAtTheRightLevel",
    "Wanted",
    "notices_of",
]
