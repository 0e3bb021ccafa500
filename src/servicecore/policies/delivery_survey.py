"""Whenever a project is delivered, its customer is asked how it went.

Once per delivery, where the standard asks after each (psp:3.3b), unless the customer
wants no more contact.  The contact stays in the customer's file; the survey only
refers to it.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.relationship import CustomerRelationship, ProductDelivered
from ..domain.standard import Rulebook
from ..domain.survey import Questionnaire, Survey, SurveyEvent
from ..domain.survey.decisions import send
from .service_survey import asks_after
from .wanted import Consider, Wanted


@attrs.frozen
class AskAfterEachDelivery:
    """No project ends without its customer having a say."""

    rulebook: Rulebook
    name: ClassVar[str] = "delivery_survey"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (ProductDelivered,)

    def react(self, recorded: Recorded) -> list[Consider]:
        """Send a survey when something is delivered."""
        match recorded.event:
            case ProductDelivered() as delivered:
                return [Consider(recorded.subject, partial(self._ask, delivered=delivered))]
            case _:
                return []

    def _ask(self, file: CustomerRelationship, delivered: ProductDelivered) -> list[Wanted]:
        standard = self.rulebook.standard(file.standard)
        can_be_asked = file.may_be_revisited and file.contact.strip()
        if not can_be_asked or not asks_after("delivery", standard):
            return []
        survey_id = f"{file.id}-{delivered.delivery_id}-survey"
        ask = partial(self._send, survey_id=survey_id, file=file, delivered=delivered)
        return [Wanted(f"survey/{survey_id}", ask)]

    def _send(
        self,
        survey: Survey | None,
        *,
        survey_id: str,
        file: CustomerRelationship,
        delivered: ProductDelivered,
    ) -> list[SurveyEvent]:
        if survey is not None:
            return []
        return send(
            survey_id,
            customer_id=file.id,
            about=f"delivery/{delivered.delivery_id}",
            contact=f"relationship/{file.id}",
            questionnaire=Questionnaire.of(self.rulebook.standard(file.standard)),
            product=delivered.product,
            person=file.responsible,
            standard=file.standard,
            calendar=self.rulebook.calendar(file.calendar),
            at=delivered.at,
        )
