"""A survey: one customer is asked about one thing, and may answer.

Read `events` first (what can happen).
"""

from .events import (
    SurveyAnswered,
    SurveyDeclined,
    SurveyEvent,
    SurveyExpired,
    SurveyReminded,
    SurveySent,
)

__all__ = [
    "SurveyAnswered",
    "SurveyDeclined",
    "SurveyEvent",
    "SurveyExpired",
    "SurveyReminded",
    "SurveySent",
]
