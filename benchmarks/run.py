"""Every benchmark that can measure, in one table.

Run with ``make bench``.  Each file here that has a ``measure()`` returns rows of
what was measured, our time, the peer, its time (both in µs), and how many times
ours fits into it.  Only the ratios of one run mean anything.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

Row = tuple[str, float, str, float, float]

HEADS = ("what", "ours µs", "peer", "peer µs", "times")


def rows() -> Iterator[Row]:
    for path in sorted(Path(__file__).parent.glob("*.py")):
        module = importlib.import_module(f"benchmarks.{path.stem}")
        if hasattr(module, "measure"):
            print(f"measuring {path.stem} …", file=sys.stderr)
            yield from module.measure()


def table(measured: list[Row]) -> str:
    lines = [
        (what, f"{ours:,.2f}", peer, f"{theirs:,.2f}", f"{times:,.2f}")
        for what, ours, peer, theirs, times in measured
    ]
    widths = [max(map(len, column)) for column in zip(HEADS, *lines, strict=True)]
    told = (_line(line, widths) for line in (HEADS, ["-" * width for width in widths], *lines))
    return "\n".join(told)


def _line(cells: Sequence[str], widths: list[int]) -> str:
    what, ours, peer, theirs, times = zip(cells, widths, strict=True)
    left, right = "{0:<{1}}".format, "{0:>{1}}".format
    return "  ".join([left(*what), right(*ours), left(*peer), right(*theirs), right(*times)])


if __name__ == "__main__":
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    print(table(list(rows())))
