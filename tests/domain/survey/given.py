"""A survey of a customer in Shanghai, asked on a Monday about a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import reduce

from servicecore.domain.survey import Questionnaire, Survey, SurveyEvent, decisions, evolve
from servicecore.standards import load_standard

PLAN = load_standard("project_service_plan")
NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # A Monday, nine in Shanghai.
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
#: Thirty days later, to the end of that day in Shanghai.
OPEN_UNTIL = datetime(2025, 4, 2, 16, tzinfo=timezone.utc)
FIRST_REMINDER = datetime(2025, 3, 6, 1, tzinfo=timezone.utc)  # Thursday, when the office opens.
SECOND_REMINDER = datetime(2025, 3, 13, 1, tzinfo=timezone.utc)
ASKED = Questionnaire.of(PLAN)
GOOD = {"response_time": 5, "attitude": 4, "ability_to_solve": 5}


def sent(**facts) -> list[SurveyEvent]:
    told = {
        "customer_id": "Acme",
        "about": "ticket/T-1",
        "contact": "Ms Lin",
        "questionnaire": ASKED,
        "standard": PLAN.reference,
        "calendar": PLAN.calendar,
        "at": NINE,
    }
    return decisions.send("S-1", **{**told, **facts})


def given(history: list[SurveyEvent]) -> Survey:
    return reduce(evolve, history, None)


def going_on(history: list[SurveyEvent], decide, **facts) -> list[SurveyEvent]:
    return history + decide(given(history), **facts)


def answered(history=None, *, at=NINE + DAY, scores=None, **facts) -> list[SurveyEvent]:
    told = {"scores": GOOD if scores is None else scores, "questionnaire": ASKED}
    return going_on(
        sent() if history is None else history, decisions.answer, at=at, **told, **facts
    )


def looked(history: list[SurveyEvent], at: datetime) -> list[SurveyEvent]:
    """Return what is found by somebody who looks what is due."""
    return decisions.remind_if_due(given(history), at=at, terms=PLAN.terms(of="survey"))
