"""Tells the rows of one survey as events: it was sent, answered, perhaps answered again.

The file says what was so: an answer that is late by our rules is still an answer.
A score outside its scale is not.
"""

from __future__ import annotations

import attrs

from ..domain.calendar import WorkingCalendar
from ..domain.events import with_facts
from ..domain.refusals import RefusedError
from ..domain.standard import ServiceStandard
from ..domain.survey import Questionnaire, SurveyAnswered, SurveySent
from ..domain.survey.questionnaire import CES, NPS, OWN, SCORE, applicable, on_scale
from .cases import Case
from .mappings import Columns, SurveyMapping, named
from .quarantine import Reason, Rejected
from .reading import Row
from .told import Cells, ToldHistory, UnusableError

SurveyStep = SurveySent | SurveyAnswered


@attrs.frozen(kw_only=True)
class SurveyTeller:
    """Reads surveys row by row, under the standard and calendar of a desk."""

    mapping: SurveyMapping
    standard: ServiceStandard
    calendar: WorkingCalendar

    def history_of(self, case: Case) -> ToldHistory:
        """Return what *case* tells; what cannot be used is among the rejected rows."""
        answers: list[tuple[SurveyAnswered, Row]] = []
        rejected: list[Rejected] = []
        for row in case.rows:
            try:
                answers.append((self._answer(case.ticket, self._cells(row)), row))
            except UnusableError as error:
                rejected.append(Rejected(row, error.reason, error.because, case.ticket))
        answers.sort(key=lambda each: each[0].at)
        told = [with_facts(each, is_first=n == 0) for n, (each, _) in enumerate(answers)]
        steps: list[SurveyStep] = [*told]
        if told:
            steps = [self._sent(told[0], self._cells(answers[0][1])), *told]
        return ToldHistory(case.ticket, case.rows, steps, rejected)

    def _cells(self, row: Row) -> Cells:
        return Cells(row, self.mapping.file)

    def _sent(self, first: SurveyAnswered, cells: Cells) -> SurveySent:
        asked, columns = self._questionnaire, self.mapping.row
        at = first.at
        if cells.text(columns.sent_at):
            at = min(at, cells.moment(columns.sent_at))
        return SurveySent(
            survey_id=first.survey_id,
            customer_id=first.customer_id,
            about=first.about,
            contact="",
            asks=asked.asks,
            clause=OWN,
            open_until=max(asked.open_until(at, self.calendar), first.at),
            product=cells.text(columns.product),
            team=cells.text(columns.team),
            person=cells.text(columns.person),
            standard=self.standard.reference,
            calendar=self.calendar.reference,
            at=at,
        )

    def _answer(self, survey: str, cells: Cells) -> SurveyAnswered:
        columns, asked = self.mapping.row, self._questionnaire
        scores, overall, nps, ces = self._scores(survey, cells)
        comment = cells.text(columns.comment)
        if not scores and overall is nps is ces is None and not comment:
            raise UnusableError(Reason.NO_ANSWER, "it holds no score and no comment")
        return SurveyAnswered(
            survey_id=survey,
            customer_id=_needed(cells, columns.customer),
            about=_needed(cells, columns.about),
            scores=scores,
            overall=overall,
            nps=nps,
            ces=ces,
            comment=comment,
            dissatisfied=asked.is_dissatisfied(scores, overall),
            clause=asked.line_clause,
            is_first=True,
            at=cells.moment(columns.at),
        )

    def _scores(
        self, survey: str, cells: Cells
    ) -> tuple[dict[str, int], int | None, int | None, int | None]:
        columns, told = self.mapping.row, self.mapping.scores
        scores = {name: self._number(cells, where) for name, where in told.items()}
        try:
            return (
                applicable(survey, self._questionnaire.asks, scores),
                on_scale(survey, "overall", self._number(cells, columns.overall) or None, SCORE),
                on_scale(survey, "nps", self._number(cells, columns.nps), NPS),
                on_scale(survey, "ces", self._number(cells, columns.ces) or None, CES),
            )
        except RefusedError as error:
            raise UnusableError(Reason.OUTSIDE_SCALE, str(error)) from None

    @property
    def _questionnaire(self) -> Questionnaire:
        return Questionnaire.of(self.standard, asks=tuple(self.mapping.scores) or ("overall",))

    def _number(self, cells: Cells, columns: Columns) -> int | None:
        text = cells.text(columns)
        if not text:
            return None
        if text in self.mapping.words:
            return self.mapping.words[text]
        try:
            return int(text)
        except ValueError:
            because = f"{named(columns)} is {text!r}; expected a whole number or a known word"
            raise UnusableError(Reason.OUTSIDE_SCALE, because) from None


def _needed(cells: Cells, columns: Columns) -> str:
    if text := cells.text(columns):
        return text
    raise UnusableError(Reason.NO_ANSWER, f"{named(columns)} is missing")
