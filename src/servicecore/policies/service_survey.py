"""Whenever a service is over, its customer is asked how satisfied they are.

Once a ticket, where the standard asks after each (om2025:4.2c, 5.2e).  The
ticket puts the request on record first, with who did the service; the survey
follows from that.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.standard import Rulebook
from ..domain.survey import Questionnaire, Survey, SurveyEvent
from ..domain.survey.decisions import send
from ..domain.ticket import (
    Ticket,
    TicketClosed,
    TicketEvent,
    TicketSurveyRequested,
    decisions,
)
from .wanted import Wanted

SURVEY_AFTER = "survey_after"  #: What standards call the kinds of service they ask after.


@attrs.frozen
class AskAfterEachService:
    """No service passes without its customer having a say."""

    rulebook: Rulebook
    name: ClassVar[str] = "service_survey"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketClosed, TicketSurveyRequested)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Request a survey when the ticket is closed, and send it."""
        match recorded.event:
            case TicketClosed(at=at):
                return [Wanted(recorded.subject, lambda ticket: self._request(ticket, at))]
            case TicketSurveyRequested() as requested:
                wanted = f"survey/{requested.survey_id}"
                return [Wanted(wanted, lambda survey: self._send(survey, requested))]
            case _:
                return []

    def _request(self, ticket: Ticket, at: datetime) -> list[TicketEvent]:
        asked_after = self.rulebook.standard(ticket.standard).setting(SURVEY_AFTER)
        if asked_after is None or "ticket" not in asked_after.values:
            return []
        return decisions.request_survey(ticket, clause=asked_after.clause, at=at)

    def _send(self, survey: Survey | None, requested: TicketSurveyRequested) -> list[SurveyEvent]:
        if survey is not None:
            return []
        return send(
            requested.survey_id,
            customer_id=requested.customer_id,
            about=f"ticket/{requested.ticket_id}",
            contact=requested.contact,
            questionnaire=Questionnaire.of(self.rulebook.standard(requested.standard)),
            product=requested.product,
            team=requested.team,
            person=requested.person,
            standard=requested.standard,
            calendar=self.rulebook.calendar(requested.calendar),
            at=requested.at,
        )
