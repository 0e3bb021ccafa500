"""A campaign as its history leaves it: whom it asked, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_belong
from ..reminders import Reminders, outstanding
from . import events
from .events import CampaignEvent


class CampaignStatus(Enum):
    """Where a campaign stands."""

    PLANNED = "planned"
    WITHDRAWN = "withdrawn"
    ANNOUNCED = "announced"
    CLOSED = "closed"


@attrs.frozen(kw_only=True)
class Coverage:
    """So many customers it was about, so many of them asked, so many of those answered."""

    customers: int
    asked: int
    answered: int


@attrs.frozen(kw_only=True)
class Problem:
    """What so many customers mentioned."""

    what: str
    mentions: int


@attrs.frozen(kw_only=True)
class Measure:
    """What is done about a problem, and what was found each time somebody looked."""

    problem: int
    what: str
    responsible: str
    ready_on: date
    findings: tuple[str, ...] = ()
    is_lasting: bool = False


@attrs.frozen(kw_only=True)
class Campaign:
    """Customers asked about the service of one period.

    *changed_at* is when it came to the status it has.
    """

    id: str
    changed_at: datetime
    standard: str
    calendar: str
    status: CampaignStatus = CampaignStatus.PLANNED
    due_on: date | None = None
    is_overdue: bool = False
    title: str = ""
    first_on: date | None = None
    last_on: date | None = None
    customers: Mapping[str, str] = attrs.field(factory=dict)
    asks: tuple[str, ...] = ()
    coverage: Coverage | None = None
    problems: Mapping[int, Problem] = attrs.field(factory=dict)
    measures: Mapping[int, Measure] = attrs.field(factory=dict)
    reminders: Reminders = ()


def evolve(campaign: Campaign | None, event: CampaignEvent) -> Campaign:
    """Return *campaign* as *event* leaves it; there is none before it is planned or announced.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    known = _begun(event) if campaign is None else campaign
    must_belong(event, "campaign_id", known.id, "the history of campaign")
    if campaign is not None and isinstance(event, events.CampaignPlanned):
        msg = f"campaign {known.id} cannot be planned twice: {event}"
        raise ImpossibleHistoryError(msg)
    reminders = outstanding(known.reminders, event)
    return attrs.evolve(known, reminders=reminders, **_facts(known, event))


def _begun(event: CampaignEvent) -> Campaign:
    if not isinstance(event, events.CampaignPlanned | events.CampaignAnnounced):
        msg = f"{event} cannot come before the campaign was planned or announced"
        raise ImpossibleHistoryError(msg)
    return Campaign(
        id=event.campaign_id,
        changed_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
    )


def _facts(campaign: Campaign, event: CampaignEvent) -> dict[str, Any]:  # noqa: PLR0911
    match event:
        case events.CampaignPlanned():
            return {"due_on": event.due_on}
        case events.CampaignOverdue():
            return {"is_overdue": True}
        case events.CampaignWithdrawn():
            return {"status": CampaignStatus.WITHDRAWN, "changed_at": event.at}
        case events.CampaignAnnounced():
            return {
                "status": CampaignStatus.ANNOUNCED,
                "changed_at": event.at,
                "title": event.title,
                "first_on": event.first_on,
                "last_on": event.last_on,
                "customers": event.customers,
                "asks": event.asks,
                "standard": event.standard,
                "calendar": event.calendar,
            }
        case events.CampaignClosed():
            return {
                "status": CampaignStatus.CLOSED,
                "changed_at": event.at,
                "coverage": Coverage(
                    customers=event.customers, asked=event.asked, answered=event.answered
                ),
            }
        case events.CampaignProblemSummarised(problem=number):
            problem = Problem(what=event.what, mentions=event.mentions)
            return {"problems": {**campaign.problems, number: problem}}
        case _:
            return {"measures": _measures(campaign, event)}


def _measures(campaign: Campaign, event: CampaignEvent) -> Mapping[int, Measure]:
    match event:
        case events.CampaignMeasureSet(measure=number):
            measure = Measure(
                problem=event.problem,
                what=event.what,
                responsible=event.responsible,
                ready_on=event.ready_on,
            )
        case events.CampaignEffectTracked(measure=number) if number in campaign.measures:
            known = campaign.measures[number]
            findings = (*known.findings, event.finding)
            measure = attrs.evolve(known, findings=findings, is_lasting=event.is_lasting)
        case events.CampaignTrackingDue():
            return campaign.measures
        case _:
            msg = f"{event} cannot happen to campaign {campaign.id}"
            raise ImpossibleHistoryError(msg)
    return {**campaign.measures, number: measure}
