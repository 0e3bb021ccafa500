"""Pages, tables and first sentences, in Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence

Row = Sequence[str]


def page(title: str, lead: str, body: str) -> str:
    """Return a page."""
    return f"# {title}\n\n{lead}\n\n{body}\n"


def table(heads: Row, rows: Iterable[Row]) -> str:
    """Return a table; its cells are Markdown."""
    lines = [heads, ["---" for _ in heads], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def plain(text: str) -> str:
    """Return *text* for a cell, in one line; none of its signs is markup."""
    told = " ".join(text.split())
    for sign in "\\|*_<[`":
        told = told.replace(sign, f"\\{sign}")
    return told


def first_sentence(thing: object) -> str:
    """Return what the docstring of *thing* begins with."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())
