"""One row for each survey: who was asked about what, and what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ..domain.survey import events as surveys
from .asking import Dimension
from .facts import Facts


@attrs.frozen(kw_only=True)
class About:
    """The part of a survey that says what it is about."""

    about: str


@attrs.define(kw_only=True)
class SurveyFact:
    """What is known of one survey; the figures are those of the answer that counts."""

    survey_id: str
    customer_id: str
    about: str
    product: str
    team: str
    person: str
    sent_at: datetime
    open_until: datetime
    is_over: bool = False
    declined: bool = False
    answered_at: datetime | None = None
    times_answered: int = 0
    scores: dict[str, int] = attrs.field(factory=dict)
    overall: int | None = None
    nps: int | None = None
    ces: int | None = None
    dissatisfied: bool = False

    @property
    def kind(self) -> str:
        """What it is about: a ticket, a delivery, a campaign …"""
        return self.about.partition("/")[0]

    def observe(self, event: Any) -> None:
        """Take one more event of this survey into account."""
        match event:
            case surveys.SurveyAnswered():
                self.is_over, self.answered_at = True, event.at
                self.times_answered += 1
                self.scores, self.overall = dict(event.scores), event.overall
                self.nps, self.ces = event.nps, event.ces
                self.dissatisfied = event.dissatisfied
            case surveys.SurveyDeclined():
                self.is_over, self.declined = True, True
            case surveys.SurveyExpired():
                self.is_over = True


def _survey(fact: SurveyFact | None, event: Any) -> SurveyFact:
    if fact is None:
        return SurveyFact(
            survey_id=event.survey_id,
            customer_id=event.customer_id,
            about=event.about,
            product=event.product,
            team=event.team,
            person=event.person,
            sent_at=event.at,
            open_until=event.open_until,
        )
    fact.observe(event)
    return fact


SURVEYS = Facts(name="survey_facts", kind="survey", row=SurveyFact, fold=_survey)

DIMENSIONS: Mapping[str, Dimension] = {
    "about": lambda fact: fact.kind,
    "product": lambda fact: fact.product,
    "customer": lambda fact: fact.customer_id,
    "team": lambda fact: fact.team,
    "person": lambda fact: fact.person,
}
