"""What can happen to a survey: one customer is asked about one thing, and may answer."""

from __future__ import annotations

from datetime import datetime

from ..case import LevelEvent
from ..events import event, fact, personal
from ..moments import instant
from ..sla import Reading

Scores = dict[str, int]  #: By dimension, 1 to 5; what does not apply is left out.


@fact
class _Fact:
    """Something that happened to the survey of one customer."""

    survey_id: str
    at: datetime = instant()


@event("survey.sent")
class SurveySent(_Fact):
    """A customer was asked about one thing, such as ``ticket/T-1``, in these dimensions.

    Answers are taken until *open_until*.  *product*, *team* and *person* tell
    who served what, as it stood then.
    """

    customer_id: str
    about: str
    contact: str = personal()
    asks: tuple[str, ...]
    clause: str
    open_until: datetime = instant()
    product: str = ""
    team: str = ""
    person: str = ""
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("survey.reminded")
class SurveyReminded(LevelEvent):
    """The customer had not answered, and was asked once more."""

    survey_id: str
    to: str
    readings: tuple[Reading, ...] = ()


@event("survey.answered")
class SurveyAnswered(_Fact):
    """The customer answered, for the first time or again; the last answer counts.

    *scores* holds what applies, from 1 to 5, and so does *overall*.  *nps* is
    how likely they are to recommend us (0 to 10), *ces* how easy it was for
    them (1 to 7, 7 is easiest).  Whether they are *dissatisfied* was decided
    then, by the line that their standard drew.
    """

    customer_id: str
    about: str
    scores: Scores
    overall: int | None = None
    nps: int | None = None
    ces: int | None = None
    comment: str = personal(default="")
    dissatisfied: bool
    clause: str
    is_first: bool
    readings: tuple[Reading, ...] = ()


@event("survey.declined")
class SurveyDeclined(_Fact):
    """The customer does not want to be asked."""

    reason: str = personal()
    readings: tuple[Reading, ...] = ()


@event("survey.expired")
class SurveyExpired(LevelEvent):
    """Nobody answered in time; no answer is taken any more."""

    survey_id: str
    readings: tuple[Reading, ...] = ()


SurveyEvent = SurveySent | SurveyReminded | SurveyAnswered | SurveyDeclined | SurveyExpired
