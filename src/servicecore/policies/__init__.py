"""Policies: whenever *this* has happened, *that* should follow."""

from .acknowledgement import AcknowledgeAtOnce
from .campaign_surveys import AskTheCustomersOfACampaign, PlanTheNextCampaign
from .complaint_repair import RepairWhatIsComplainedOf
from .escalation import EscalateByDeadline
from .joining import GoOnForBoth, OpenWhatWasSplitOff
from .notices import Notice, notices_of
from .rehandling import HandleAgain
from .reorder import ReorderInTime
from .repair_rating import RateAfterTheRepair
from .service_survey import AskAfterEachService
from .starting_level import StartAtTheRightLevel
from .three_levels import RespondOnThreeLevels
from .wanted import Due, Policy, Wanted

__all__ = [
    "AcknowledgeAtOnce",
    "AskAfterEachService",
    "AskTheCustomersOfACampaign",
    "Due",
    "EscalateByDeadline",
    "GoOnForBoth",
    "HandleAgain",
    "Notice",
    "OpenWhatWasSplitOff",
    "PlanTheNextCampaign",
    "Policy",
    "RateAfterTheRepair",
    "ReorderInTime",
    "RepairWhatIsComplainedOf",
    "RespondOnThreeLevels",
    "StartAtTheRightLevel",
    "Wanted",
    "notices_of",
]
