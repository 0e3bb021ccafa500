"""A survey: one customer is asked about one thing, and may answer.

Read `events` first (what can happen), then `questionnaire` (what is asked, and
for how long), `survey` (what its history leaves), and `decisions` (the verbs).
"""

from . import decisions
from .events import (
    SurveyAnswered,
    SurveyDeclined,
    SurveyEvent,
    SurveyExpired,
    SurveyReminded,
    SurveySent,
)
from .questionnaire import Questionnaire
from .refusals import (
    AnsweredAlreadyError,
    BeforeSendingError,
    NoContactError,
    NothingAnsweredError,
    NothingToAskError,
    OutsideScaleError,
    SurveyOverError,
    UnknownDimensionError,
)
from .survey import Answer, Survey, SurveyStatus, evolve

__all__ = [
    "Answer",
    "AnsweredAlreadyError",
    "BeforeSendingError",
    "NoContactError",
    "NothingAnsweredError",
    "NothingToAskError",
    "OutsideScaleError",
    "Questionnaire",
    "Survey",
    "SurveyAnswered",
    "SurveyDeclined",
    "SurveyEvent",
    "SurveyExpired",
    "SurveyOverError",
    "SurveyReminded",
    "SurveySent",
    "SurveyStatus",
    "UnknownDimensionError",
    "decisions",
    "evolve",
]
