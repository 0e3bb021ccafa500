"""What can be decided about a survey: it is sent, answered, answered again, declined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import attrs

from ..calendar import WorkingCalendar
from ..moments import has_passed
from ..refusals import must_be_told
from ..reminders import passed, settled, told
from ..sla import State, Terms
from . import events, refusals
from .events import SurveyEvent
from .questionnaire import CES, EXPIRED, NPS, SCORE, Questionnaire, applicable, on_scale
from .survey import Answer, Survey, SurveyStatus

_SUBJECT = re.compile(r"[a-z][a-z_]*/.*\S.*")


def send(
    survey_id: str,
    *,
    customer_id: str,
    about: str,
    contact: str,
    questionnaire: Questionnaire,
    product: str = "",
    team: str = "",
    person: str = "",
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[SurveyEvent]:
    """Ask one customer about one thing, in the dimensions of the standard (psp:3.3b, tender:2.3b).

    Raises:
        NoContactError: If nobody knows where to ask.
        NothingToAskError: If it is about nothing.
    """
    must_be_told(survey_id=survey_id, customer_id=customer_id)
    if not isinstance(contact, str) or not contact.strip():
        msg = f"survey {survey_id}: customer {customer_id} has no contact to be asked at"
        raise refusals.NoContactError(msg)
    if not isinstance(about, str) or not _SUBJECT.fullmatch(about):
        msg = f"survey {survey_id} must be about one thing such as 'ticket/T-1', got {about!r}"
        raise refusals.NothingToAskError(msg)
    sent = events.SurveySent(
        survey_id=survey_id,
        customer_id=customer_id,
        about=about,
        contact=contact,
        asks=questionnaire.asks,
        clause=questionnaire.clause,
        open_until=questionnaire.open_until(at, calendar),
        product=product,
        team=team,
        person=person,
        standard=standard,
        calendar=calendar.reference,
        readings=(questionnaire.reading(at, calendar),),
        at=at,
    )
    return [sent]


def answer(
    survey: Survey,
    *,
    scores: Mapping[str, int | None],
    overall: int | None = None,
    nps: int | None = None,
    ces: int | None = None,
    comment: str = "",
    questionnaire: Questionnaire,
    at: datetime,
) -> list[SurveyEvent]:
    """Take the customer's answer; given again in time, the last one counts.

    A score of 0, or none, means that it does not apply.  The very answer that
    counts already changes nothing.

    Raises:
        SurveyOverError: If it comes too late, or after the customer declined.
        UnknownDimensionError: If it scores what was not asked.
        OutsideScaleError: If a score is not on its scale.
        NothingAnsweredError: If it tells nothing.
    """
    _must_be_open(survey, "answered", at)
    given = Answer(
        at=at,
        scores=applicable(survey.id, survey.asks, scores),
        overall=on_scale(survey.id, "overall", overall or None, SCORE),
        nps=on_scale(survey.id, "nps", nps, NPS),
        ces=on_scale(survey.id, "ces", ces or None, CES),
        comment=comment,
    )
    _must_tell_something(survey, given)
    if survey.answer is not None and _says(given) == _says(survey.answer):
        return []
    answered = events.SurveyAnswered(
        survey_id=survey.id,
        customer_id=survey.customer_id,
        about=survey.about,
        scores=dict(given.scores),
        overall=given.overall,
        nps=given.nps,
        ces=given.ces,
        comment=comment,
        dissatisfied=questionnaire.is_dissatisfied(given.scores, given.overall),
        clause=questionnaire.line_clause,
        is_first=not survey.answers,
        readings=settled(survey.reminders, state=State.MET),
        at=at,
    )
    return [answered]


def decline(survey: Survey, *, reason: str, at: datetime) -> list[SurveyEvent]:
    """Put on record that the customer does not want to be asked; nobody reminds them.

    Raises:
        AnsweredAlreadyError: If they have answered.
    """
    _must_be_open(survey, "declined", at)
    must_be_told(reason=reason)
    if survey.answer is not None:
        msg = f"survey {survey.id} was answered at {survey.answer.at.isoformat()}, not declined"
        raise refusals.AnsweredAlreadyError(msg)
    off = settled(survey.reminders)
    return [events.SurveyDeclined(survey_id=survey.id, reason=reason, readings=off, at=at)]


def remind_if_due(survey: Survey, /, *, at: datetime, terms: Terms) -> list[SurveyEvent]:
    """Ask once more on the days the standard names, and stop when the time is over.

    Whoever looks late reminds once, not once for each day that went by.
    """
    del terms  # What is due, was said when it was sent.
    due = list(passed(survey.reminders, at))
    if not due:
        return []
    reading, rung = due[-1]
    facts = told(reading, rung, clause=survey.clause, at=at)
    if rung.name == EXPIRED:
        off = settled(survey.reminders, state=State.MISSED)
        return [events.SurveyExpired(survey_id=survey.id, readings=off, **facts)]
    ahead = tuple(each for each in reading.rungs if not has_passed(each.due, at))
    left = attrs.evolve(reading, rungs=ahead)
    return [
        events.SurveyReminded(survey_id=survey.id, to=survey.contact, readings=(left,), **facts)
    ]


# -------------------------------------------------------------------------------------


def _must_be_open(survey: Survey, done: str, at: datetime) -> None:
    if at < survey.sent_at:
        msg = (
            f"survey {survey.id} was sent at {survey.sent_at.isoformat()}, "
            f"so it cannot have been {done} at {at.isoformat()} (psp:3.3b)"
        )
        raise refusals.BeforeSendingError(msg)
    if survey.status is SurveyStatus.DECLINED:
        msg = f"survey {survey.id} was declined, so it cannot be {done}"
        raise refusals.SurveyOverError(msg)
    if has_passed(survey.open_until, at):
        msg = (
            f"survey {survey.id} was open until {survey.open_until.isoformat()}, "
            f"so it cannot be {done} at {at.isoformat()} (house choice)"
        )
        raise refusals.SurveyOverError(msg)
    if survey.answer is not None and at < survey.answer.at:
        msg = (
            f"survey {survey.id} was answered at {survey.answer.at.isoformat()}, "
            f"so it cannot have been {done} at {at.isoformat()} after that"
        )
        raise refusals.AnsweredAlreadyError(msg)


def _must_tell_something(survey: Survey, given: Answer) -> None:
    if not any((given.scores, given.overall, given.nps is not None, given.ces, given.comment)):
        msg = f"survey {survey.id}: an answer holds a score or a comment (psp:3.3b)"
        raise refusals.NothingAnsweredError(msg)


def _says(answer: Answer) -> tuple[object, ...]:
    return (dict(answer.scores), answer.overall, answer.nps, answer.ces, answer.comment)
