"""A campaign: many customers are asked about the service of a period, and something follows.

Read `events` first (what can happen), then `campaign` (what its history leaves),
and `decisions` (the verbs).  Each customer's survey is a record of its own.
"""

from . import decisions
from .campaign import Campaign, CampaignStatus, Coverage, Measure, Problem, evolve
from .events import (
    CampaignAnnounced,
    CampaignClosed,
    CampaignEffectTracked,
    CampaignEvent,
    CampaignMeasureSet,
    CampaignOverdue,
    CampaignPlanned,
    CampaignProblemSummarised,
    CampaignTrackingDue,
    CampaignWithdrawn,
)
from .refusals import (
    AlreadyAnnouncedError,
    BeforeCampaignError,
    NobodyToAskError,
    NotMentionedError,
    NotOfThisCampaignError,
    NotThatFarError,
    PeriodReversedError,
    TrackingEndedError,
)

__all__ = [
    "AlreadyAnnouncedError",
    "BeforeCampaignError",
    "Campaign",
    "CampaignAnnounced",
    "CampaignClosed",
    "CampaignEffectTracked",
    "CampaignEvent",
    "CampaignMeasureSet",
    "CampaignOverdue",
    "CampaignPlanned",
    "CampaignProblemSummarised",
    "CampaignStatus",
    "CampaignTrackingDue",
    "CampaignWithdrawn",
    "Coverage",
    "Measure",
    "NobodyToAskError",
    "NotMentionedError",
    "NotOfThisCampaignError",
    "NotThatFarError",
    "PeriodReversedError",
    "Problem",
    "TrackingEndedError",
    "decisions",
    "evolve",
]
