"""How answers leave for other programs: as CSV, as an Arrow table, as HTML in a notebook."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from ..domain.calendar_errors import MissingExtraError

if TYPE_CHECKING:
    import pyarrow as pa

Rows = Sequence[dict[str, Any]]

_COUNTS = ("n", "k", "open")
_FIGURES = ("value", "low", "high", "p50", "p90", "p95")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  #: What a spreadsheet would carry out.


def csv_of(rows: Rows) -> str:
    """Return *rows* as CSV; a cell that a spreadsheet would carry out begins with an apostrophe."""
    told = io.StringIO()
    writer = csv.DictWriter(told, rows[0] if rows else ["measure"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return told.getvalue()


def arrow_of(rows: Rows) -> pa.Table:
    """Return *rows* as a table of pyarrow.

    Raises:
        MissingExtraError: If it is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  # only who needs it pays for it
    except ImportError as error:
        raise MissingExtraError("pyarrow", "analytics") from error  # noqa: EM101
    kinds: dict[str, Any] = {name: pa.int64() for name in _COUNTS}
    kinds |= {name: pa.float64() for name in _FIGURES} | {"few": pa.bool_()}
    columns = rows[0] if rows else {"measure": "", **dict.fromkeys(kinds)}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in columns])
    return pa.Table.from_pylist(list(rows), schema=schema)


def html_of(rows: Rows, *, caption: str) -> str:
    """Return *rows* as a table of HTML; nothing in it is markup but the table."""
    columns = [name for name in rows[0] if any(_is_told(row[name]) for row in rows)] if rows else []
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(row[name])}</td>" for name in columns) + "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _is_told(value: object) -> bool:
    return value is not None and value != ""


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else escape(str(value))


def _harmless(value: object) -> object:
    is_formula = isinstance(value, str) and value.startswith(_FORMULAS)
    return f"'{value}" if is_formula else value
