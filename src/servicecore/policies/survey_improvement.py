"""Whenever a customer answers a survey dissatisfied, that is feedback: it is answered and improved.

Each answer counts once; a customer who answers again, still dissatisfied, is heard again.

Source: om2025:5.2e, 2.3b.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.improvement import Source
from ..domain.standard import Rulebook
from ..domain.survey import Survey, SurveyAnswered
from ..domain.survey.questionnaire import SCORE
from .improving import improvement
from .wanted import Consider, Wanted


@attrs.frozen
class ImproveWhatDissatisfies:
    """A low score is the beginning of something, not a number in a table."""

    rulebook: Rulebook
    name: ClassVar[str] = "survey_improvement"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (SurveyAnswered,)

    def react(self, recorded: Recorded) -> list[Consider]:
        """Collect what a dissatisfied customer told, under the standard of the survey."""
        match recorded.event:
            case SurveyAnswered(dissatisfied=True) as answered:
                number = f"{answered.survey_id}-answer-{recorded.version}"
                collect = partial(self._collect, number=number, answered=answered)
                return [Consider(recorded.subject, collect)]
            case _:
                return []

    def _collect(self, survey: Survey, *, number: str, answered: SurveyAnswered) -> list[Wanted]:
        wanted = improvement(
            number,
            source=Source.SURVEY,
            about=_words(answered),
            origin=f"survey/{survey.id}",
            customer_id=survey.customer_id,
            at=answered.at,
            rulebook=self.rulebook,
            standard=survey.standard,
            calendar=survey.calendar,
        )
        return [wanted]


def _words(answered: SurveyAnswered) -> str:
    """Tell what the customer said of what, with the scores that were given."""
    scores = {**answered.scores, "overall": answered.overall}
    told = [
        f"{name.replace('_', ' ')} {score} of {max(SCORE)}"
        for name, score in scores.items()
        if score is not None
    ]
    comment = [answered.comment] if answered.comment else []
    return f"{answered.about}: {'; '.join([*comment, *told])}"
