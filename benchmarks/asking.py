"""How long a question over very many facts takes, and the report of a year of them.

Run with ``python -m benchmarks.asking [TICKETS]``; a hundred thousand, by default, of
16,000 customers who were asked in 108,000 surveys.  The demo lives through a year of
2,000 tickets; the rows of the others are theirs, under other numbers.  Times of questions
are those of one fact, on a desk that was opened before: a million under a second is a
microsecond each.  A report is asked of the executable, which starts, reads what was
written down before, and ends.  *Fact by fact* is what a question takes without columns,
and *written down* is what the first question takes, once.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec

from servicecore import ServiceDesk
from servicecore.desk import kept_columns

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

Row = tuple[str, float, str, float, float]

TICKETS, TURNS, YEAR = 100_000, 3, "2025"
A_FACT, A_REPORT = 1.0, 5e6  #: Microseconds that they may take.
_SHARE = 10_000  #: Rows that are copied at once.
_LIVED = 2_008  #: Tickets of the demo.
#: What names a fact, or whatever it is about.
_NAMED = {
    "ticket_facts": ("ticket_id", "customer_id"),
    "survey_facts": ("survey_id", "customer_id", "about"),
    "relationship_facts": ("customer_id",),
}


def measure(tickets: int = TICKETS) -> list[Row]:
    """Return what was measured, beside its limit or another way, in µs."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        url = f"sqlite:///{folder}/service.db?synchronous=off"
        _told("demo", url)
        with ServiceDesk.open(url, react="worker") as desk:
            times = -(-tickets // _LIVED)
            for facts, named in _NAMED.items():
                _copy(desk, facts, named, times=times)
            return list(_measured(desk, url, times * _LIVED))


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
        told = _median(lambda kind=kind: _told("report", kind, "--period", YEAR, url))
        yield _row(f"report {kind} of {tickets:,} tickets", told, "limit", A_REPORT)


def _fact_by_fact(desk: ServiceDesk) -> None:
    fewest, kept_columns.FEWEST = kept_columns.FEWEST, sys.maxsize
    desk.reports.response_times(period=YEAR)
    kept_columns.FEWEST = fewest


def _told(*command: str) -> None:
    *words, url = command
    program = str(Path(sys.executable).with_name("servicecore"))
    told = [program, *words, "--url", url]
    subprocess.run(told, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # Our own.


def _copy(desk: ServiceDesk, facts: str, named: tuple[str, ...], *, times: int) -> None:
    """Let there be so many times the facts there are: copies of them, under other numbers."""
    tables, version = desk.log.tables, desk.log.tables.active(facts) or 1
    at = tables.position(facts, version)
    there = list(tables.read(facts, version).scan())
    copies = ((row, copy) for copy in range(1, times) for row in there)
    while some := list(islice(copies, _SHARE)):
        with tables.batch(facts, version, upto=at, after=at) as batch:
            batch.put_many(_copied(row, copy, named) for row, copy in some)


def _copied(
    row: tuple[str, int | None, bytes], copy: int, named: tuple[str, ...]
) -> tuple[str, int | None, bytes]:
    key, sort, value = row
    told = msgspec.msgpack.decode(value)
    for each in named:
        told["fact"][each] += f"~{copy}"
    return f"{key}~{copy}", sort, msgspec.msgpack.encode(told)


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
