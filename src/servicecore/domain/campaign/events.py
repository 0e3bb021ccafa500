"""What can happen to a campaign: many customers are asked, and something follows from it."""

from __future__ import annotations

from datetime import date, datetime

from ..case import LevelEvent
from ..events import event, fact, personal
from ..moments import instant
from ..people import Level
from ..sla import Reading


@fact
class _Fact:
    """Something that happened to the campaign."""

    campaign_id: str
    at: datetime = instant()


# --- Customers are asked --------------------------------------------------------------


@event("campaign.planned")
class CampaignPlanned(_Fact):
    """The next campaign got the day by which it is to begin, as *clause* demands."""

    due_on: date
    clause: str
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("campaign.overdue")
class CampaignOverdue(LevelEvent):
    """Its day went by and nobody was asked, so it was raised to the next level."""

    campaign_id: str
    to: Level


@event("campaign.withdrawn")
class CampaignWithdrawn(_Fact):
    """It had been planned, and will not be announced."""

    reason: str
    readings: tuple[Reading, ...] = ()


@event("campaign.announced")
class CampaignAnnounced(_Fact):
    """Customers are asked how the service was from *first_on* to *last_on* (tender:2.3b).

    *customers* holds everybody it is about, with the contact at which they are
    asked; whoever has none cannot be asked.
    """

    title: str
    first_on: date
    last_on: date
    customers: dict[str, str] = personal(of_each=True)
    asks: tuple[str, ...]
    clause: str
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("campaign.closed")
class CampaignClosed(_Fact):
    """It is over: so many *customers* it was about, so many *asked*, so many *answered*."""

    by: str
    customers: int
    asked: int
    answered: int


# --- Something follows from it --------------------------------------------------------


@event("campaign.problem_summarised")
class CampaignProblemSummarised(_Fact):
    """What so many customers mentioned was put in one sentence (tender:2.3c)."""

    problem: int
    what: str
    mentions: int
    by: str


@event("campaign.measure_set")
class CampaignMeasureSet(_Fact):
    """Something is done about a problem, by somebody, by a day (tender:2.3c)."""

    measure: int
    problem: int
    what: str
    responsible: str
    ready_on: date
    readings: tuple[Reading, ...] = ()


@event("campaign.tracking_due")
class CampaignTrackingDue(LevelEvent):
    """It is time to look what a measure has come to."""

    campaign_id: str
    to: str


@event("campaign.effect_tracked")
class CampaignEffectTracked(_Fact):
    """Somebody looked what a measure has come to; one that lasts needs no further look."""

    measure: int
    finding: str
    is_lasting: bool
    by: str
    readings: tuple[Reading, ...] = ()


CampaignEvent = (
    CampaignPlanned
    | CampaignOverdue
    | CampaignWithdrawn
    | CampaignAnnounced
    | CampaignClosed
    | CampaignProblemSummarised
    | CampaignMeasureSet
    | CampaignTrackingDue
    | CampaignEffectTracked
)
