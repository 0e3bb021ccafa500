"""One row for each campaign: whom it asked, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ..domain.campaign import events
from .asking import Dimension
from .cells import Kept
from .facts import Facts
from .tally import Tally


@attrs.define(kw_only=True)
class CampaignFact:
    """What is known of one campaign; its coverage, once it is closed."""

    campaign_id: str
    announced_at: datetime | None = None
    closed_at: datetime | None = None
    customers: int = 0
    asked: int = 0
    answered: int = 0
    problems: int = 0
    measures: int = 0
    lasting: int = 0


def _fold(fact: CampaignFact | None, event: Any) -> CampaignFact:
    fact = fact or CampaignFact(campaign_id=event.campaign_id)
    match event:
        case events.CampaignAnnounced():
            fact.announced_at = event.at
        case events.CampaignClosed():
            fact.closed_at, fact.customers = event.at, event.customers
            fact.asked, fact.answered = event.asked, event.answered
        case events.CampaignProblemSummarised():
            fact.problems += 1
        case events.CampaignMeasureSet():
            fact.measures += 1
        case events.CampaignEffectTracked():
            fact.lasting += event.is_lasting
    return fact


FACTS = Facts(name="campaign_facts", kind="campaign", row=CampaignFact, fold=_fold)
DIMENSIONS: Mapping[str, Dimension] = {"campaign": lambda fact: fact.campaign_id}


def held(fact: CampaignFact, tally: Tally) -> None:
    """Count campaigns when they were announced, and what came of them (psp:5.1a, tender:2.3c)."""
    if (at := fact.announced_at) is None:
        return
    tally.total("campaigns", at)
    tally.total("campaign_problems", at, fact.problems)
    tally.total("campaign_measures", at, fact.measures)
    tally.total("campaign_lasting_effects", at, fact.lasting)


def reached(fact: CampaignFact, tally: Tally) -> None:
    """Count, at its end, whom a campaign was about, who was asked, and who answered."""
    if (at := fact.closed_at) is None:
        return
    shares = {
        "campaign_coverage": (fact.asked, fact.customers),
        "campaign_response_rate": (fact.answered, fact.asked),
    }
    for measure, (k, n) in shares.items():
        if cell := tally.cell(measure, at, Kept):
            cell.add(Kept(k, n))
