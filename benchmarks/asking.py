"""How long a question over very many facts takes, and the report of a year of them.

Run with ``python -m benchmarks.asking [TICKETS]``; a hundred thousand, by default.  Some
thousand tickets live through commands; the rows of the others are theirs, under other
numbers.  Times of questions are those of one fact, on a desk that was opened before: a
million under a second is a microsecond each.  A report is asked of the executable, which
starts, reads what was written down before, and ends.  *Fact by fact* is what a question
takes without columns, and *written down* is what the first question takes, once.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec

from servicecore import ServiceDesk
from servicecore.desk import kept_columns

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

from benchmarks.scale import _fill  # noqa: E402

Row = tuple[str, float, str, float, float]

TICKETS, TURNS, YEAR = 100_000, 3, "2025"
A_FACT, A_REPORT = 1.0, 5e6  #: Microseconds that they may take.
_SHARE = 10_000  #: Rows that are copied at once.


def measure(tickets: int = TICKETS) -> list[Row]:
    """Return what was measured, beside its limit or another way, in µs."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        url = f"sqlite:///{folder}/service.db?synchronous=off"
        with ServiceDesk.open(url, react="worker") as desk:
            _fill(desk, kept_columns.FEWEST)
            desk.projects.catch_up()
            _copy(desk, tickets)
            return list(_measured(desk, url, tickets))


def _measured(desk: ServiceDesk, url: str, tickets: int) -> Iterator[Row]:
    by_fact = _took(lambda: _fact_by_fact(desk)) / tickets
    written = _took(lambda: desk.reports.response_times(period=YEAR)) / tickets
    asked = _median(lambda: desk.reports.response_times(period=YEAR)) / tickets
    by_month = _median(lambda: desk.reports.response_times(period=YEAR, by="month")) / tickets
    yield _row("response times, a fact", asked, "limit", A_FACT)
    yield _row("response times by month, a fact", by_month, "limit", A_FACT)
    yield _row("response times, a fact", asked, "fact by fact", by_fact)
    yield _row("response times, written down, a fact", written, "fact by fact", by_fact)
    desk.reports.everything(period=YEAR)
    for kind in ("json", "html"):
        told = _median(lambda kind=kind: _reported(url, kind))
        yield _row(f"report {kind} of {tickets:,} tickets", told, "limit", A_REPORT)


def _fact_by_fact(desk: ServiceDesk) -> None:
    fewest, kept_columns.FEWEST = kept_columns.FEWEST, sys.maxsize
    desk.reports.response_times(period=YEAR)
    kept_columns.FEWEST = fewest


def _reported(url: str, kind: str) -> None:
    program = str(Path(sys.executable).with_name("servicecore"))
    told = [program, "report", kind, "--period", YEAR, "--url", url]
    subprocess.run(told, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # Our own.


def _copy(desk: ServiceDesk, tickets: int) -> None:
    """Let there be so many tickets: copies of those there are, under other numbers."""
    tables, version = desk.log.tables, desk.log.tables.active("ticket_facts") or 1
    at = tables.position("ticket_facts", version)
    there = list(tables.read("ticket_facts", version).scan())
    copies = islice(((row, copy) for copy in count() for row in there), tickets - len(there))
    while some := list(islice(copies, _SHARE)):
        with tables.batch("ticket_facts", version, upto=at, after=at) as batch:
            batch.put_many(_copied(row, copy) for row, copy in some)


def _copied(row: tuple[str, int | None, bytes], copy: int) -> tuple[str, int | None, bytes]:
    key, sort, value = row
    told = msgspec.msgpack.decode(value)
    told["fact"]["ticket_id"] += f"-{copy}"
    return f"{key}-{copy}", sort, msgspec.msgpack.encode(told)


def _median(work: Callable[[], object]) -> float:
    return median(_took(work) for _ in range(TURNS))


def _took(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1e6


def _row(what: str, ours: float, peer: str, theirs: float) -> Row:
    return what, ours, peer, theirs, theirs / ours


def main() -> None:
    for what, ours, peer, theirs, times in measure(*map(int, sys.argv[1:2])):
        print(f"{what:40} {ours:12.2f} µs  {peer:12} {theirs:12.2f} µs  {times:6.2f} times")


if __name__ == "__main__":
    main()
