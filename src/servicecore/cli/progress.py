"""How far a long command has come: for people at a terminal, and for nobody else."""

# ruff: noqa: PLC0415  # rich is an extra, and slow to load.

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

Advance = Callable[[int, int], None]  #: Done, of how many.

_CELLS = 30
_MINUTE = 60


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

    class Rate(rich.progress.ProgressColumn):
        def render(self, task: rich.progress.Task) -> str:
            return f"{task.speed:,.0f}/s" if task.speed else ""

    columns = (*rich.progress.Progress.get_default_columns(), Rate())
    with rich.progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _silently(done: int, total: int) -> None:
    """Tell nobody."""


def pace(done: int, total: int, seconds: float) -> str:
    """Tell how many a second, and how long the rest takes at that rate.

    >>> pace(3_000, 12_000, 2.0)
    '1,500/s, 0:06 left'
    >>> pace(0, 12_000, 1.5)
    ''
    """
    if done <= 0 or seconds <= 0:
        return ""
    left = round(max(0, total - done) * seconds / done)
    return f"{done / seconds:,.0f}/s, {left // _MINUTE}:{left % _MINUTE:02} left"


def _plain(title: str) -> Iterator[Advance]:
    shown, width, begun = -1, 0, monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal shown, width
        share = min(100, 100 * done // max(total, 1))
        if share != shown:
            shown = share
            bar = "#" * (_CELLS * share // 100)
            told = f"{title} [{bar:<{_CELLS}}] {share:3} % {pace(done, total, monotonic() - begun)}"
            sys.stderr.write(f"\r{told:<{width}}")
            sys.stderr.flush()
            width = len(told)

    try:
        yield advance
    finally:
        if shown >= 0:
            sys.stderr.write(f"\r{' ' * width}\r")
            sys.stderr.flush()
