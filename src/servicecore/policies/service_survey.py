"""Whenever a service is over, its customer is asked how satisfied they are.

Once per ticket, where the standard asks after each (om2025:4.2c, 5.2e); customers
without a contact cannot be asked.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.standard import Rulebook, ServiceStandard
from ..domain.survey import Questionnaire, Survey, SurveyEvent
from ..domain.survey.decisions import send
from ..domain.ticket import Status, Ticket, TicketClosed
from .wanted import Consider, Wanted

SURVEY_AFTER = "survey_after"  #: What standards call the kinds of service they ask after.


@attrs.frozen
class AskAfterEachService:
    """No service passes without its customer having a say."""

    rulebook: Rulebook
    name: ClassVar[str] = "service_survey"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketClosed,)

    def react(self, recorded: Recorded) -> list[Consider]:
        """Send a survey when a ticket is closed."""
        match recorded.event:
            case TicketClosed(at=at):
                return [Consider(recorded.subject, partial(self._ask, at=at))]
            case _:
                return []

    def _ask(self, ticket: Ticket, at: datetime) -> list[Wanted]:
        standard = self.rulebook.standard(ticket.standard)
        is_over = ticket.status is Status.CLOSED
        if not is_over or not ticket.contact.strip() or not asks_after("ticket", standard):
            return []
        survey_id = f"{ticket.id}-survey"
        ask = partial(self._send, survey_id=survey_id, ticket=ticket, at=at)
        return [Wanted(f"survey/{survey_id}", ask)]

    def _send(
        self, survey: Survey | None, *, survey_id: str, ticket: Ticket, at: datetime
    ) -> list[SurveyEvent]:
        if survey is not None:
            return []
        return send(
            survey_id,
            customer_id=ticket.customer_id,
            about=f"ticket/{ticket.id}",
            contact=ticket.contact,
            questionnaire=Questionnaire.of(self.rulebook.standard(ticket.standard)),
            product=ticket.product,
            team=ticket.team or "",
            person=ticket.assignee or "",
            standard=ticket.standard,
            calendar=self.rulebook.calendar(ticket.calendar),
            at=at,
        )


def asks_after(kind: str, standard: ServiceStandard) -> bool:
    """Tell whether customers are asked after each service of this *kind*."""
    asked_after = standard.setting(SURVEY_AFTER)
    return asked_after is not None and kind in asked_after.values
