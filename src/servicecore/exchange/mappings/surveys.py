"""How the rows of a foreign file read as answers to surveys, one a row."""

from __future__ import annotations

from collections.abc import Mapping as Words
from typing import Any

import attrs

from ...standards.table import Table
from .file_form import Columns
from .files import MappingFiles
from .mapping import Mapping, columns_in, head_of, part_of, words_in

_HIGHEST = 10  #: Of any scale.


@attrs.frozen(kw_only=True)
class AnswerColumns:
    """Where each row tells whose answer it is, and what it says."""

    survey: Columns
    at: Columns
    customer: Columns
    about: Columns
    sent_at: Columns = ()
    product: Columns = ()
    team: Columns = ()
    person: Columns = ()
    overall: Columns = ()
    nps: Columns = ()
    ces: Columns = ()
    comment: Columns = ()


@attrs.frozen(kw_only=True)
class SurveyMapping(Mapping):
    """How the rows of one kind of file read as answers."""

    row: AnswerColumns
    scores: Words[str, Columns] = attrs.field(hash=False)
    words: Words[str, int] = attrs.field(hash=False)

    @property
    def number(self) -> Columns:
        """Where each row tells the number of its survey."""
        return self.row.survey

    @property
    def parts(self) -> dict[str, dict[str, Columns]]:
        """The columns of each row, its scores by dimension among them."""
        return {**super().parts, "scores": dict(self.scores)}


def _mapping(table: Table) -> SurveyMapping:
    head, scores = head_of(table, "row", "scores", "words"), part_of(table, "scores")
    mapping = SurveyMapping(
        **head,
        row=columns_in(part_of(table, "row"), AnswerColumns),
        scores={dimension: scores.texts(dimension) for dimension in scores.values},
        words=words_in(part_of(table, "words"), _score, "a score such as 5"),
    )
    if not mapping.scores and not mapping.row.overall:
        raise table.bad(key="scores", found="nothing", expected="a score, or row.overall")
    return mapping


def _score(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _HIGHEST:
        raise ValueError(value)
    return value


SURVEY_MAPPINGS = MappingFiles("surveys", _mapping)
