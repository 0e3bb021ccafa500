"""Whenever a campaign is announced, its customers are asked, and the next one gets its day.

Source: psp:5.1a (so many campaigns a year), tender:2.3b.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs

from ..domain.campaign import Campaign, CampaignAnnounced, CampaignEvent, decisions
from ..domain.days import day_of
from ..domain.events import Recorded
from ..domain.standard import Rulebook
from ..domain.survey import Questionnaire, Survey, SurveyEvent
from ..domain.survey.decisions import send
from .wanted import Wanted


@attrs.frozen
class AskTheCustomersOfACampaign:
    """Each of them who has a contact gets a survey of their own."""

    rulebook: Rulebook
    name: ClassVar[str] = "campaign_surveys"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (CampaignAnnounced,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Send the surveys of a campaign."""
        match recorded.event:
            case CampaignAnnounced() as announced:
                return list(self._surveys(announced))
            case _:
                return []

    def _surveys(self, announced: CampaignAnnounced) -> Iterator[Wanted]:
        for customer, contact in announced.customers.items():
            if contact.strip():
                yield self._survey(announced, customer, contact)

    def _survey(self, announced: CampaignAnnounced, customer: str, contact: str) -> Wanted:
        survey_id = f"{announced.campaign_id}-{customer}"

        def ask(survey: Survey | None) -> list[SurveyEvent]:
            return [] if survey else self._send(survey_id, announced, customer, contact)

        return Wanted(f"survey/{survey_id}", ask)

    def _send(
        self, survey_id: str, announced: CampaignAnnounced, customer: str, contact: str
    ) -> list[SurveyEvent]:
        standard = self.rulebook.standard(announced.standard)
        asked = Questionnaire.of(standard, asks=announced.asks)
        return send(
            survey_id,
            customer_id=customer,
            about=f"campaign/{announced.campaign_id}",
            contact=contact,
            questionnaire=attrs.evolve(asked, clause=announced.clause),
            standard=announced.standard,
            calendar=self.rulebook.calendar(announced.calendar),
            at=announced.at,
        )


@attrs.frozen
class PlanTheNextCampaign:
    """Nobody has to remember that customers are asked twice a year."""

    rulebook: Rulebook
    name: ClassVar[str] = "next_campaign"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (CampaignAnnounced,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Plan the one after a campaign, if the standard demands so many a year."""
        match recorded.event:
            case CampaignAnnounced() as announced:
                return self._next(announced)
            case _:
                return []

    def _next(self, announced: CampaignAnnounced) -> list[Wanted]:
        calendar = self.rulebook.calendar(announced.calendar)
        standard = self.rulebook.standard(announced.standard)
        due = decisions.next_due(standard, after=day_of(announced.at, calendar))
        if due is None:
            return []
        due_on, clause = due
        campaign_id = f"campaign-{due_on.isoformat()}"

        def plan(campaign: Campaign | None) -> list[CampaignEvent]:
            if campaign is not None:
                return []
            return decisions.plan(
                campaign_id,
                due_on=due_on,
                clause=clause,
                standard=announced.standard,
                calendar=calendar,
                at=announced.at,
            )

        return [Wanted(f"campaign/{campaign_id}", plan)]
