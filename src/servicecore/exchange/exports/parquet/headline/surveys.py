"""Surveys in columns: who was asked, and what the answers that count say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import attrs
import numpy as np

from .....domain.survey import events
from .....projections.recording import Track
from .....projections.rows import Column, Rows
from .....projections.satisfaction import CSAT, EASIEST, SATISFIED
from .....projections.survey_facts import DIMENSIONS
from .histories import NOWHERE, Histories, Kind, as_numbers, micros_of

_COLUMNS = ["open_until", "scores", "overall", "nps", "ces", "dissatisfied"]
_CLASSES = (events.SurveySent, events.SurveyAnswered, events.SurveyDeclined, events.SurveyExpired)
_TOLD_IN = {name: [name] for name in DIMENSIONS}
KIND = Kind(classes=_CLASSES, columns=_COLUMNS, dimensions=_TOLD_IN)


@attrs.frozen(slots=False)
class Surveys:
    """The surveys of one bucket, as a portion that is counted."""

    histories: Histories

    @property
    def n(self) -> int:
        """How many records there are."""
        return self.histories.n

    @property
    def alive(self) -> Column:
        """Which of them are surveys that were sent by then."""
        return np.not_equal(self._sent, NOWHERE)

    def words(self, dimension: str) -> tuple[Sequence[str], Column]:
        """Return the words there are, and the number of that which each survey has."""
        words, numbers = self.histories.words(dimension, self._sent)
        if dimension == "about":
            words = [each.partition("/")[0] for each in words]
        return words, numbers

    def told(self, measure: str) -> Mapping[Track, Rows]:
        """Return what one of the *measures* counts."""
        return dict(_TOLD[measure](self))

    def _responses(self) -> Iterator[tuple[Track, Rows]]:
        its, surveys = self.histories, np.flatnonzero(self.alive)
        is_over = its.last(its.rows_of(*_CLASSES[1:]))[surveys] != NOWHERE
        sent = self._sent[surveys]
        told = Rows(
            {
                "fact": surveys,
                "at": its.at[sent],
                "is_so": self._answered[surveys] != NOWHERE,
                "upto": micros_of(its.values("open_until"))[sent],
            }
        )
        yield ("share", "response_rate", ()), told
        yield ("unsettled", "response_rate", ()), told.only(~is_over)

    def _answers(self) -> Iterator[tuple[Track, Rows]]:
        row = self._answered[self._answered != NOWHERE]
        told = Rows({"fact": self.histories.record[row], "at": self.histories.at[row], "row": row})
        is_so = as_numbers(self.histories.values("dissatisfied").cast("int8").fill_null(0))
        yield ("share", "dissatisfied", ()), told.plus(is_so=is_so[row])
        overall = self._valued(told, "overall")
        yield ("share", CSAT, ()), overall.plus(is_so=np.isin(overall["value"], [*SATISFIED]))
        yield ("score", "overall_score", ()), overall
        yield ("score", "ces", EASIEST), self._valued(told, "ces")
        yield ("promotion", "nps", ()), self._valued(told, "nps")
        yield from self._scores(told)

    def _valued(self, told: Rows, column: str) -> Rows:
        """Return the answers that say something in a column, and what."""
        values = as_numbers(self.histories.values(column).fill_null(0))[told["row"]]
        return told.plus(value=values).only(self.histories.is_told(column)[told["row"]])

    def _scores(self, told: Rows) -> Iterator[tuple[Track, Rows]]:
        lists = self.histories.values("scores").take(told["row"])
        each = lists.flatten()
        answer = np.repeat(np.arange(len(told)), as_numbers(lists.value_lengths().fill_null(0)))
        scores = told.only(answer).plus(value=as_numbers(each.field("score")))
        dimension = each.field("dimension")
        for number, name in enumerate(dimension.dictionary.to_pylist()):
            rows = scores.only(as_numbers(dimension.indices) == number)
            yield ("score", "score", (("dimension", name),)), rows

    @cached_property
    def _sent(self) -> Column:
        return self.histories.first(self.histories.rows_of(events.SurveySent))

    @cached_property
    def _answered(self) -> Column:
        """The rows with the answers that count: the last."""
        return self.histories.last(self.histories.rows_of(events.SurveyAnswered))


_TOLD = {"responses": Surveys._responses, "answers": Surveys._answers}  # noqa: SLF001  # its own
MEASURES = [*_TOLD]
