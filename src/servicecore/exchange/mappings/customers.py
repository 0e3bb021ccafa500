"""How the rows of a foreign file read as customers, one a row."""

from __future__ import annotations

from collections.abc import Mapping as Words
from enum import Enum
from typing import Any

import attrs

from ...domain.spans import Span
from ...standards.lengths import parse_span
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
class CustomerMapping(Mapping):
    """How the rows of one kind of file read as customers."""

    row: CustomerColumns
    terms: Words[str, Span] = attrs.field(hash=False)
    gone: Words[str, Standing] = attrs.field(hash=False)
    products: Words[str, str] = attrs.field(hash=False)
    otherwise: str

    @property
    def number(self) -> Columns:
        """Where each row tells the number of its customer."""
        return self.row.customer


def _mapping(table: Table) -> CustomerMapping:
    head = head_of(table, "row", "terms", "gone", "products", "otherwise")
    must_tell(table, "terms", "gone")
    return CustomerMapping(
        **head,
        row=columns_in(part_of(table, "row"), CustomerColumns),
        terms=words_in(part_of(table, "terms"), _term, "whole months such as '12 months'"),
        gone=words_in(part_of(table, "gone"), Standing, one_of(Standing)),
        products=words_in(part_of(table, "products"), text_in, "a product"),
        otherwise=otherwise_of(table),
    )


def _term(value: Any) -> Span:
    span = parse_span(value)
    if span.days or span.months < 1:
        raise ValueError(value)
    return span


CUSTOMER_MAPPINGS = MappingFiles("customers", _mapping)
