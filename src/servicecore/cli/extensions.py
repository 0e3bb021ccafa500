"""A group of commands for each kind of record that an installed extension brings."""

# ruff: noqa: PLC0415, SLF001  # --help must not wait for a desk; a drawer knows its kind.

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from .arguments import Groups
from .output import warn
from .records import Kind, add_kind

_ENTRY_POINTS = "[servicecore.extensions]"


def add(groups: Groups, *, chosen: str | None) -> None:
    """Add their groups, unless the command that was *chosen* is one of ours."""
    if chosen in {"", "--version", *groups.choices} or not _are_installed():
        return
    for kind in _kinds():
        if kind.group not in groups.choices:  # What ours are called, they stay called.
            add_kind(groups, kind)


def _are_installed() -> bool:
    """Tell whether a package names an extension; to import importlib.metadata takes far longer."""
    told = (each for place in sys.path for each in Path(place).glob("*-info/entry_points.txt"))
    return any(_ENTRY_POINTS in each.read_text("utf-8", "replace") for each in told)


def _kinds() -> Iterator[Kind]:
    """Yield a kind for each counter that is made like ours."""
    from ..desk import ServiceDesk
    from ..desk.counter import Counter
    from ..desk.desk import DEFAULT_STANDARD
    from ..desk.extension import ExtensionError, Known
    from .counters import summary

    try:
        names = Known.of().counters
    except ExtensionError as error:
        warn(str(error))
        return
    with ServiceDesk.open("memory:", standard=DEFAULT_STANDARD, react="worker", keys="") as desk:
        for name in names:
            counter = desk.counter(name)
            if isinstance(counter, Counter):
                kind, made = counter._drawer.kind, type(counter)
                yield Kind(kind, name, summary(made), brought=made)
