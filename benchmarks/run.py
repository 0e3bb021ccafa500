"""Every benchmark that can measure, in one table, and as plots.

Run with ``make bench``.  Each file here that has a ``measure()`` returns rows of
what was measured, our time, the peer, its time (both in µs), and how many times
ours fits into it.  Only the ratios of one run mean anything.  With ``--page``
the table, the plots, the machine and the method become a page of the docs.
"""

from __future__ import annotations

import importlib
import inspect
import os
import platform
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from importlib.metadata import version
from math import log10
from pathlib import Path

from docs.markdown import page, plain
from docs.markdown import table as markdown_table
from docs.svg import box, picture, word

Row = tuple[str, float, str, float, float]
Chapters = dict[str, list[Row]]  #: What was measured, by the name of the file.

HEADS = ("what", "ours µs", "peer", "peer µs", "times")
PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"
_WIDE, _LINE = 780, 19
_EVEN, _TENFOLD = 380, 48  #: Where the peer stands, and how far off ten times as fast is.
_PLOTTED = """\
## As plots

A bar to the right is so many times faster than the peer, one to the left so many times slower.
Each line is ten times the one before."""
_LEAST, _MOST = -1, 7  #: The powers of ten that the plot has room for.


def chapters() -> Iterator[tuple[str, list[Row]]]:
    """Measure file by file."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        module = importlib.import_module(f"benchmarks.{path.stem}")
        if hasattr(module, "measure"):
            print(f"measuring {path.stem} …", file=sys.stderr)
            yield path.stem, list(module.measure())


def table(measured: list[Row]) -> str:
    lines = [_told(row) for row in measured]
    widths = [max(map(len, column)) for column in zip(HEADS, *lines, strict=True)]
    told = (_line(line, widths) for line in (HEADS, ["-" * width for width in widths], *lines))
    return "\n".join(told)


def machine() -> str:
    """Tell what it was measured on."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"eventsourcing {version('eventsourcing')}; load {os.getloadavg()[0]:.1f}"
    )


def written(measured: Chapters) -> str:
    """Return the page: the table, the plots, and how each was measured."""
    rows = [
        (f"`{name}`", plain(what), ours, plain(peer), theirs, f"**{times}**")
        for name, found in measured.items()
        for what, ours, peer, theirs, times in map(_told, found)
    ]
    plots = [
        f"### {name}\n\n```{{raw}} html\n{plot(name, found)}```" for name, found in measured.items()
    ]
    return page(
        "Benchmarks",
        "`make bench` wrote this page: every ratio there is, beside a peer or a limit.\n"
        "*Times* says how many times our time fits into the peer's: above 1 we are faster.\n"
        "Ours and theirs took turns in one run, so the ratios mean something and the "
        "microseconds little; measure on your own machine before you rely on them.\n\n"
        f"Measured on {datetime.now(timezone.utc).date()}: {machine()}.\n"
        "With a load above the number of cores, a limit is compared with a time that had to wait.",
        "\n\n".join(
            (
                markdown_table(("File", "What", "Ours, µs", "Peer", "Peer, µs", "Times"), rows),
                _PLOTTED,
                *plots,
                "## How it was measured",
                *(f"### `benchmarks/{name}.py`\n\n{_method(name)}" for name in measured),
            )
        ),
    )


def plot(name: str, found: Sequence[Row]) -> str:
    """Draw how many times faster than its peer each is, ten times a line."""
    bottom = 8 + _LINE * len(found)
    parts = [_rule(_EVEN + n * _TENFOLD, bottom, n) for n in range(_LEAST, _MOST + 1)]
    for n, (what, _, peer, _, times) in enumerate(found):
        y, reach = 8 + n * _LINE, max(_LEAST, min(_MOST, log10(times))) * _TENFOLD
        parts.append(box(min(_EVEN, _EVEN + reach), y + 3, abs(reach), _LINE - 7, "bar ours"))
        parts.append(word(8, y + 13, _shortened(f"{what} — {peer}"), style="said tag"))
        beside, anchor = (8, "start") if reach >= 0 else (-8, "end")
        parts.append(
            word(_EVEN + reach + beside, y + 13, f"{_round(times)}×", style="tag", anchor=anchor)
        )
    return picture(f"How many times faster: {name}", parts, wide=_WIDE, high=bottom + 22)


def _rule(x: float, bottom: float, power: int) -> str:
    told = f"{10**power:,}×" if power >= 0 else f"1/{10**-power:,}"
    line = f'<line class="rule" x1="{x:g}" x2="{x:g}" y1="6" y2="{bottom:g}"/>'
    return line + (
        word(x, bottom + 14, told, style="code", anchor="middle") if power % 2 == 0 else ""
    )


def _shortened(text: str) -> str:
    most = 52
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _round(times: float) -> str:
    return f"{times:,.0f}" if times >= 10 else f"{times:.2f}"


def _told(row: Row) -> tuple[str, str, str, str, str]:
    what, ours, peer, theirs, times = row
    return what, f"{ours:,.2f}", peer, f"{theirs:,.2f}", f"{times:,.2f}"


def _line(cells: Sequence[str], widths: list[int]) -> str:
    what, ours, peer, theirs, times = zip(cells, widths, strict=True)
    left, right = "{0:<{1}}".format, "{0:>{1}}".format
    return "  ".join([left(*what), right(*ours), left(*peer), right(*theirs), right(*times)])


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "an unnamed processor")


def _method(name: str) -> str:
    told = inspect.getdoc(importlib.import_module(f"benchmarks.{name}")) or ""
    return told.replace("``", "`")


def main() -> None:
    measured = Chapters(chapters())
    print(f"{machine()}\n\n{table([row for found in measured.values() for row in found])}")
    if "--page" in sys.argv:
        PAGE.write_text(written(measured), encoding="utf-8")
        print(f"\n{PAGE}", file=sys.stderr)


if __name__ == "__main__":
    main()
