"""How the rows of a foreign file read as complaints, one a row."""

from __future__ import annotations

from collections.abc import Mapping as Words
from enum import Enum

import attrs

from ...domain.complaint import Category
from ...standards.table import Table
from .file_form import Columns
from .files import MappingFiles
from .mapping import (
    Mapping,
    columns_in,
    head_of,
    must_tell,
    one_of,
    otherwise_of,
    part_of,
    text_in,
    words_in,
)


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
class ComplaintMapping(Mapping):
    """How the rows of one kind of file read as complaints."""

    row: ComplaintColumns
    channels: Words[str, str] = attrs.field(hash=False)
    categories: Words[str, Category] = attrs.field(hash=False)
    replies: Words[str, Reply] = attrs.field(hash=False)
    words: Words[str, Word] = attrs.field(hash=False)
    otherwise: str

    @property
    def number(self) -> Columns:
        """Where each row tells the number of its complaint."""
        return self.row.complaint


def _mapping(table: Table) -> ComplaintMapping:
    head = head_of(table, "row", "channels", "categories", "replies", "words", "otherwise")
    must_tell(table, "replies", "words")
    return ComplaintMapping(
        **head,
        row=columns_in(part_of(table, "row"), ComplaintColumns),
        channels=words_in(part_of(table, "channels"), text_in, "a channel"),
        categories=words_in(part_of(table, "categories"), Category, one_of(Category)),
        replies=words_in(part_of(table, "replies"), Reply, one_of(Reply)),
        words=words_in(part_of(table, "words"), Word, one_of(Word)),
        otherwise=otherwise_of(table),
    )


COMPLAINT_MAPPINGS = MappingFiles("complaints", _mapping)
