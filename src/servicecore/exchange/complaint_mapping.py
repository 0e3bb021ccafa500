"""A mapping tells how the rows of a foreign file read as complaints, one a row.

The one that is shipped explains every word.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import attrs

from ..domain.complaint import Category
from ..domain.events import IMPORT
from ..standards.table import Table
from .mapping import Columns, FileForm, columns_in, file_form, part_of, text_in, words_in
from .mapping_files import MappingFiles


class Reply(Enum):
    """What an answer of the other system means here."""

    HANDLED = "handled"  #: The customer was told an outcome.
    OPEN = "open"  #: Nothing was told yet.


class Word(Enum):
    """What the customer said when told the outcome."""

    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    NOT_ASKED = "not asked"


@attrs.frozen(kw_only=True)
class ComplaintColumns:
    """Where each row tells who complained of what, and what came of it."""

    complaint: Columns
    received_at: Columns
    what: Columns
    reply: Columns
    word: Columns
    forwarded_at: Columns = ()
    forwarded_to: Columns = ()
    department: Columns = ()
    customer: Columns = ()
    contact: Columns = ()
    channel: Columns = ()
    product: Columns = ()
    category: Columns = ()
    in_time: Columns = ()


@attrs.frozen(kw_only=True)
class ComplaintMapping:
    """How the rows of one kind of file read as complaints."""

    id: str
    version: int = 1
    title: str
    file: FileForm
    row: ComplaintColumns
    channels: Mapping[str, str] = attrs.field(hash=False)
    categories: Mapping[str, Category] = attrs.field(hash=False)
    replies: Mapping[str, Reply] = attrs.field(hash=False)
    words: Mapping[str, Word] = attrs.field(hash=False)
    otherwise: str

    @property
    def rule(self) -> str:
        """The name under which its events stand in the log."""
        return f"{IMPORT}{self.id}"

    @property
    def number(self) -> Columns:
        """Where each row tells the number of its complaint."""
        return self.row.complaint

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads."""
        told = attrs.asdict(self.row).values()
        return tuple(dict.fromkeys(column for columns in told for column in columns))


def _mapping(table: Table) -> ComplaintMapping:
    table.must_only_hold(
        "id",
        "version",
        "title",
        "file",
        "row",
        "channels",
        "categories",
        "replies",
        "words",
        "otherwise",
    )
    mapping = ComplaintMapping(
        id=table.take("id", str, "a lasting name"),
        version=table.take("version", int, "a whole number", 1),
        title=table.take("title", str, "what the file is"),
        file=file_form(part_of(table, "file")),
        row=columns_in(part_of(table, "row"), ComplaintColumns),
        channels=words_in(part_of(table, "channels"), text_in, "a channel"),
        categories=words_in(part_of(table, "categories"), Category, _one_of(Category)),
        replies=words_in(part_of(table, "replies"), Reply, _one_of(Reply)),
        words=words_in(part_of(table, "words"), Word, _one_of(Word)),
        otherwise=table.read("otherwise", text_in, "a text", "not recorded"),
    )
    for key in ("replies", "words"):
        if not getattr(mapping, key):
            raise table.bad(key=key, found="nothing", expected="what each word means")
    return mapping


def _one_of(words: type[Enum]) -> str:
    return ", ".join(str(each.value) for each in words)


COMPLAINT_MAPPINGS = MappingFiles("complaint_mappings", _mapping)
