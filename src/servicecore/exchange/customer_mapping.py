"""A mapping tells how the rows of a foreign file read as customers, one a row.

The one that is shipped explains every word.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

from ..domain.events import IMPORT
from ..domain.spans import Span
from ..standards.lengths import parse_span
from ..standards.table import Table
from .mapping import Columns, FileForm, columns_in, file_form, part_of, text_in, words_in
from .mapping_files import MappingFiles


class Standing(Enum):
    """Whether somebody is a customer on the day of the file."""

    THERE = "there"
    GONE = "gone"


@attrs.frozen(kw_only=True)
class CustomerColumns:
    """Where each row tells who it is, since when, and whether still."""

    customer: Columns
    months: Columns
    gone: Columns
    term: Columns
    kind: Columns = ()
    product: Columns = ()
    name: Columns = ()
    contact: Columns = ()
    responsible: Columns = ()
    reason: Columns = ()


@attrs.frozen(kw_only=True)
class CustomerMapping:
    """How the rows of one kind of file read as customers."""

    id: str
    version: int = 1
    title: str
    file: FileForm
    row: CustomerColumns
    terms: Mapping[str, Span] = attrs.field(hash=False)
    gone: Mapping[str, Standing] = attrs.field(hash=False)
    products: Mapping[str, str] = attrs.field(hash=False)
    otherwise: str

    @property
    def rule(self) -> str:
        """The name under which its events stand in the log."""
        return f"{IMPORT}{self.id}"

    @property
    def number(self) -> Columns:
        """Where each row tells the number of its customer."""
        return self.row.customer

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads."""
        told = attrs.asdict(self.row).values()
        return tuple(dict.fromkeys(column for columns in told for column in columns))


def _mapping(table: Table) -> CustomerMapping:
    table.must_only_hold(
        "id", "version", "title", "file", "row", "terms", "gone", "products", "otherwise"
    )
    mapping = CustomerMapping(
        id=table.take("id", str, "a lasting name"),
        version=table.take("version", int, "a whole number", 1),
        title=table.take("title", str, "what the file is"),
        file=file_form(part_of(table, "file")),
        row=columns_in(part_of(table, "row"), CustomerColumns),
        terms=words_in(part_of(table, "terms"), _term, "whole months such as '12 months'"),
        gone=words_in(part_of(table, "gone"), Standing, "gone or there"),
        products=words_in(part_of(table, "products"), text_in, "a product"),
        otherwise=table.read("otherwise", text_in, "a text", "not recorded"),
    )
    for key in ("terms", "gone"):
        if not getattr(mapping, key):
            raise table.bad(key=key, found="nothing", expected="what each word means")
    return mapping


def _term(value: Any) -> Span:
    span = parse_span(value)
    if span.days or span.months < 1:
        raise ValueError(value)
    return span


CUSTOMER_MAPPINGS = MappingFiles("customer_mappings", _mapping)
