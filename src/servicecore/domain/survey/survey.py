"""A survey as its history leaves it, with every answer that was given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from . import events
from .events import SurveyEvent


class SurveyStatus(Enum):
    """Where a survey stands."""

    SENT = "sent"
    ANSWERED = "answered"
    DECLINED = "declined"
    EXPIRED = "expired"


@attrs.frozen(kw_only=True)
class Answer:
    """What a customer answered at one moment."""

    at: datetime
    scores: Mapping[str, int]
    overall: int | None = None
    nps: int | None = None
    ces: int | None = None
    comment: str = ""
    dissatisfied: bool = False


@attrs.frozen(kw_only=True)
class Survey:
    """One customer, asked about one thing; the last of the *answers* counts."""

    id: str
    customer_id: str
    about: str
    contact: str
    asks: tuple[str, ...]
    clause: str
    product: str
    team: str
    person: str
    sent_at: datetime
    open_until: datetime
    standard: str
    calendar: str
    status: SurveyStatus = SurveyStatus.SENT
    answers: tuple[Answer, ...] = ()
    times_reminded: int = 0
    reminders: Reminders = ()

    @property
    def answer(self) -> Answer | None:
        """The answer that counts: the last one, if there is any."""
        return self.answers[-1] if self.answers else None


def evolve(survey: Survey | None, event: SurveyEvent) -> Survey:
    """Return *survey* as *event* leaves it; there is none before it is sent.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if survey is None:
        return _sent(event)
    must_belong(event, "survey_id", survey.id, "the history of survey")
    reminders = outstanding(survey.reminders, event)
    return attrs.evolve(survey, reminders=reminders, **_facts(survey, event))


def _sent(event: SurveyEvent) -> Survey:
    event = must_begin(event, events.SurveySent, "the survey was sent")
    return Survey(
        id=event.survey_id,
        customer_id=event.customer_id,
        about=event.about,
        contact=event.contact,
        asks=event.asks,
        clause=event.clause,
        product=event.product,
        team=event.team,
        person=event.person,
        sent_at=event.at,
        open_until=event.open_until,
        standard=event.standard,
        calendar=event.calendar,
        reminders=outstanding((), event),
    )


def _facts(survey: Survey, event: SurveyEvent) -> dict[str, Any]:
    match event:
        case events.SurveyAnswered():
            answer = Answer(
                at=event.at,
                scores=event.scores,
                overall=event.overall,
                nps=event.nps,
                ces=event.ces,
                comment=event.comment,
                dissatisfied=event.dissatisfied,
            )
            return {"status": SurveyStatus.ANSWERED, "answers": (*survey.answers, answer)}
        case events.SurveyReminded():
            return {"times_reminded": survey.times_reminded + 1}
        case events.SurveyDeclined() if not survey.answers:
            return {"status": SurveyStatus.DECLINED}
        case events.SurveyExpired() if survey.status is SurveyStatus.SENT:
            return {"status": SurveyStatus.EXPIRED}
        case _:
            msg = f"{event} cannot happen to survey {survey.id}, which is {survey.status.value}"
            raise ImpossibleHistoryError(msg)
