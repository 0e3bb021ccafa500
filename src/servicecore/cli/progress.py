"""How far a long command has come: for people at a terminal, and for nobody else."""

# ruff: noqa: PLC0415  # rich is an extra, and slow to load.

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int, int], None]  #: Done, of how many.

_CELLS = 30


@contextmanager
def progress(title: str) -> Iterator[Advance]:
    """Show how far something is on stderr, if that is a terminal."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield _silently
        return
    try:
        import rich.progress
    except ImportError:
        yield from _plain(title)
        return
    from rich.console import Console

    with rich.progress.Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _silently(done: int, total: int) -> None:
    """Tell nobody."""


def _plain(title: str) -> Iterator[Advance]:
    shown = -1

    def advance(done: int, total: int) -> None:
        nonlocal shown
        share = min(100, 100 * done // max(total, 1))
        if share != shown:
            shown = share
            bar = "#" * (_CELLS * share // 100)
            sys.stderr.write(f"\r{title} [{bar:<{_CELLS}}] {share:3} %")
            sys.stderr.flush()

    try:
        yield advance
    finally:
        if shown >= 0:
            blank = " " * (len(title) + _CELLS + 9)
            sys.stderr.write(f"\r{blank}\r")
            sys.stderr.flush()
