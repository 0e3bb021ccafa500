"""Whenever a project is delivered, its customer is asked how it went.

Once a delivery, where the standard asks after each (psp:3.3b).  The contact
stays in the customer's file: the survey only says that it stands there.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.relationship import (
    CustomerRelationship,
    DeliverySurveyRequested,
    ProductDelivered,
    RelationshipEvent,
)
from ..domain.relationship.surveying import request_survey
from ..domain.standard import Rulebook
from ..domain.survey import Questionnaire, Survey, SurveyEvent
from ..domain.survey.decisions import send
from .service_survey import SURVEY_AFTER
from .wanted import Wanted


@attrs.frozen
class AskAfterEachDelivery:
    """No project ends without its customer having a say."""

    rulebook: Rulebook
    name: ClassVar[str] = "delivery_survey"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (ProductDelivered, DeliverySurveyRequested)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Request a survey when something is delivered, and send it."""
        match recorded.event:
            case ProductDelivered() as delivered:
                return [Wanted(recorded.subject, lambda file: self._request(file, delivered))]
            case DeliverySurveyRequested() as requested:
                wanted = f"survey/{requested.survey_id}"
                return [Wanted(wanted, lambda survey: self._send(survey, requested))]
            case _:
                return []

    def _request(
        self, file: CustomerRelationship, delivered: ProductDelivered
    ) -> list[RelationshipEvent]:
        asked_after = self.rulebook.standard(file.standard).setting(SURVEY_AFTER)
        if asked_after is None or "delivery" not in asked_after.values:
            return []
        return request_survey(
            file, delivery_id=delivered.delivery_id, clause=asked_after.clause, at=delivered.at
        )

    def _send(self, survey: Survey | None, requested: DeliverySurveyRequested) -> list[SurveyEvent]:
        if survey is not None:
            return []
        return send(
            requested.survey_id,
            customer_id=requested.customer_id,
            about=f"delivery/{requested.delivery_id}",
            contact=f"relationship/{requested.customer_id}",
            questionnaire=Questionnaire.of(self.rulebook.standard(requested.standard)),
            product=requested.product,
            person=requested.responsible,
            standard=requested.standard,
            calendar=self.rulebook.calendar(requested.calendar),
            at=requested.at,
        )
