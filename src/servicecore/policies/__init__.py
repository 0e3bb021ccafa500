"""Policies: whenever *this* has happened, *that* should follow."""

from .acknowledgement import AcknowledgeAtOnce
from .campaign_surveys import AskTheCustomersOfACampaign, PlanTheNextCampaign
from .complaint_repair import RepairWhatIsComplainedOf
from .complaint_revisit import RevisitAfterComplaint
from .customer_file import KeepTheFile
from .delivery_survey import AskAfterEachDelivery
from .drill_count import CountDrills
from .escalation import EscalateByDeadline
from .findings import LearnFromFindings, RouteFindings
from .joining import GoOnForBoth, OpenWhatWasSplitOff
from .lessons import ActOnLessons
from .next_check import CheckTheNextQuarter
from .next_review import ReviewTheNextQuarter
from .notices import Notice, notices_of
from .prevention import PreventARepeat
from .quality_improvement import ImproveWhatMissesItsStandard
from .recovery import RecoverOnce
from .rehandling import HandleAgain
from .reorder import ReorderInTime
from .repair_rating import RateAfterTheRepair
from .revisits import PlanRevisits
from .service_survey import AskAfterEachService
from .starting_level import StartAtTheRightLevel
from .survey_improvement import ImproveWhatDissatisfies
from .three_levels import RespondOnThreeLevels
from .training_credit import CreditTrainings
from .wanted import Consider, Due, Policy, Wanted

__all__ = [
    "AcknowledgeAtOnce",
    "ActOnLessons",
    "AskAfterEachDelivery",
    "AskAfterEachService",
    "AskTheCustomersOfACampaign",
    "CheckTheNextQuarter",
    "Consider",
    "CountDrills",
    "CreditTrainings",
    "Due",
    "EscalateByDeadline",
    "GoOnForBoth",
    "HandleAgain",
    "ImproveWhatDissatisfies",
    "ImproveWhatMissesItsStandard",
    "KeepTheFile",
    "LearnFromFindings",
    "Notice",
    "OpenWhatWasSplitOff",
    "PlanRevisits",
    "PlanTheNextCampaign",
    "Policy",
    "PreventARepeat",
    "RateAfterTheRepair",
    "RecoverOnce",
    "ReorderInTime",
    "RepairWhatIsComplainedOf",
    "RespondOnThreeLevels",
    "ReviewTheNextQuarter",
    "RevisitAfterComplaint",
    "RouteFindings",
    "StartAtTheRightLevel",
    "Wanted",
    "notices_of",
]
