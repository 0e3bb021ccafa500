"""The counter for campaigns: many customers are asked, and something follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Unpack

import attrs

from ..domain.campaign import Campaign, decisions
from ..domain.survey import Questionnaire
from ..projections.survey_facts import SURVEYS, SurveyFact
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import CAMPAIGN


@attrs.frozen
class Campaigns(Counter[Campaign]):
    """Asks many customers about the service of a period, and tracks what comes of it.

    Every command may say when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> Campaigns:
        """Open the counter."""
        return cls(Drawer(office, "campaign", CAMPAIGN))

    def plan(
        self,
        campaign_id: str,
        *,
        due_on: date,
        clause: str = "house choice",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Plan a campaign to begin by a day; those after it are planned by themselves.

        Raises:
            RecordExistsError: If the number is taken.
        """
        office = self._drawer.office
        return self._drawer.begin(
            campaign_id,
            decisions.plan,
            why,
            at,
            due_on=due_on,
            clause=clause,
            standard=office.standard.reference,
            calendar=office.calendar,
        )

    def withdraw(
        self, campaign_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Drop a campaign that was planned."""
        return self._drawer.decide(campaign_id, decisions.withdraw, why, at, reason=reason)

    def announce(
        self,
        campaign_id: str,
        *,
        title: str,
        first_on: date,
        last_on: date,
        customers: Mapping[str, str],
        asks: Iterable[str] | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Ask customers about the service of a period; each gets a survey of their own.

        Args:
            campaign_id: Its number, planned or new.
            title: What people call it.
            first_on: The first day of the service asked about.
            last_on: The last day of it.
            customers: Everybody it is about, with the contact where they are asked.
            asks: The dimensions; those of the standard, by default.
            at: When it is announced.
            **why: Who asked for it.

        Raises:
            AlreadyAnnouncedError: If that was done.
            NobodyToAskError: If nobody has a contact.
        """
        office, moment = self._drawer.office, self._drawer.office.moment(at)
        asked = Questionnaire.of(office.standard, asks=asks)

        def decide(campaign: Campaign | None) -> Iterable[Any]:
            return decisions.announce(
                campaign,
                campaign_id,
                title=title,
                first_on=first_on,
                last_on=last_on,
                customers=customers,
                asks=asked.asks,
                clause=asked.clause,
                standard=office.standard.reference,
                calendar=office.calendar,
                at=moment,
            )

        return office.execute(self._drawer.subject(campaign_id), decide, CAMPAIGN, why)

    def close(
        self, campaign_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """End the asking; how many were asked and answered by then, goes on record."""
        moment = self._drawer.office.moment(at)
        theirs = list(self._surveys(campaign_id, moment))
        return self._drawer.decide(
            campaign_id,
            decisions.close,
            why,
            moment,
            by=by,
            asked={each.customer_id for each in theirs},
            answered={each.customer_id for each in theirs if each.answered_at is not None},
        )

    # --- Something follows from it ------------------------------------------------------

    def summarise(
        self,
        campaign_id: str,
        *,
        what: str,
        mentions: int,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put in one sentence what so many customers mentioned; problems count from 1."""
        return self._drawer.decide(
            campaign_id, decisions.summarise, why, at, what=what, mentions=mentions, by=by
        )

    def set_measure(
        self,
        campaign_id: str,
        *,
        problem: int,
        what: str,
        responsible: str,
        ready_on: date,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Do something about a problem; measures count from 1."""
        return self._drawer.decide_by_calendar(
            campaign_id,
            decisions.set_measure,
            why,
            at,
            problem=problem,
            what=what,
            responsible=responsible,
            ready_on=ready_on,
            every=decisions.tracked_every(self._drawer.standard_of(campaign_id)),
        )

    def track_effect(
        self,
        campaign_id: str,
        *,
        measure: int,
        finding: str,
        is_lasting: bool,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record what a measure has come to; one that lasts is not looked at again."""
        return self._drawer.decide_by_calendar(
            campaign_id,
            decisions.track_effect,
            why,
            at,
            measure=measure,
            finding=finding,
            is_lasting=is_lasting,
            by=by,
            every=decisions.tracked_every(self._drawer.standard_of(campaign_id)),
        )

    # --- Questions --------------------------------------------------------------------

    def _surveys(self, campaign_id: str, as_of: datetime) -> Iterable[SurveyFact]:
        office, about = self._drawer.office, f"campaign/{campaign_id}"
        rows, history = office.rows(SURVEYS.name), office.log.history
        facts = SURVEYS.scan(rows, as_of=as_of, history=history)
        return (each for each in facts if each.about == about)
