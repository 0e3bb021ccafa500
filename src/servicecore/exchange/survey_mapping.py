"""A mapping tells how the rows of a foreign file read as answers to surveys.

The one that is shipped explains every word.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import attrs

from ..domain.events import IMPORT
from ..standards.table import BadStandardError, Table
from .errors import BadMappingError
from .mapping import Columns, FileForm, columns_in, file_form, part_of, words_in

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
class SurveyMapping:
    """How the rows of one kind of file read as answers."""

    id: str
    version: int = 1
    title: str
    file: FileForm
    row: AnswerColumns
    scores: Mapping[str, Columns] = attrs.field(hash=False)
    words: Mapping[str, int] = attrs.field(hash=False)

    @property
    def rule(self) -> str:
        """The name under which its events stand in the log."""
        return f"{IMPORT}{self.id}"

    @property
    def number(self) -> Columns:
        """Where each row tells the number of its survey."""
        return self.row.survey

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads."""
        told = (*attrs.asdict(self.row).values(), *self.scores.values())
        return tuple(dict.fromkeys(column for columns in told for column in columns))


def load_survey_mapping(source: str | Path) -> SurveyMapping:
    """Return the mapping in the file *source*, or the shipped one of that name.

    Raises:
        BadMappingError: If there is none, or it cannot be meant as it stands.
    """
    shipped = shipped_survey_mappings()
    if isinstance(source, str) and source in shipped:
        return shipped[source]
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"mapping {str(source)!r} is neither a readable file nor one of {', '.join(shipped)}"
        raise BadMappingError(msg) from error
    return parse_survey_mapping(text, source=path.name)


@cache
def shipped_survey_mappings() -> dict[str, SurveyMapping]:
    """Return the mappings of surveys that come with the package, by id."""
    folder = resources.files(__package__) / "survey_mappings"
    files = sorted(folder.iterdir(), key=lambda each: each.name)
    found = (parse_survey_mapping(each.read_text("utf-8"), source=each.name) for each in files)
    return {each.id: each for each in found}


def parse_survey_mapping(text: str, *, source: str) -> SurveyMapping:
    """Return the mapping that *text* describes; *source* names it in errors.

    Raises:
        BadMappingError: Naming the file, the key, its value and what was expected.
    """
    try:
        return _mapping(Table(source, "", tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        msg = f"{source}: this is not TOML: {error}"
        raise BadMappingError(msg) from None
    except BadStandardError as error:  # The reader of tables is that of the standards.
        raise BadMappingError(str(error)) from None


def _mapping(table: Table) -> SurveyMapping:
    table.must_only_hold("id", "version", "title", "file", "row", "scores", "words")
    scores = part_of(table, "scores")
    mapping = SurveyMapping(
        id=table.take("id", str, "a lasting name"),
        version=table.take("version", int, "a whole number", 1),
        title=table.take("title", str, "what the file is"),
        file=file_form(part_of(table, "file")),
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
