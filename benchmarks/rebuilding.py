"""How fast read models are rebuilt and events exported, beside stock replay and DuckDB.

Run with ``python -m benchmarks.rebuilding``.  Rebuilds are of a million and a half
events in SQLite, or of SERVICECORE_EVENTS; everything else is asked of a thirtieth.
Stock replay reads as many events through the mapper of the eventsourcing package, and
folds nothing; ours reads, folds, and writes the rows of a read model.  It is told three
times: of the same events with their moments as moments, the fair peer, for that is what
ours are read as; of the same as plain values, the least the package can be given of
them; and of notes, which hold less than half as much as ours.

A computer may take files out of memory that nobody has read for two minutes, so everybody
finds his file there when his turn comes: programs are compared, not the disk.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

import duckdb  # noqa: E402
import msgspec  # noqa: E402
from eventsourcing.application import Application  # noqa: E402
from eventsourcing.domain import Aggregate  # noqa: E402
from eventsourcing.domain import event as stock_event  # noqa: E402

from benchmarks.log import Row, StockTicket  # noqa: E402
from benchmarks.log import _stock_replay as _replayed  # noqa: E402
from benchmarks.long_logs import NINE, lengthen, lengthen_stock, lived_through  # noqa: E402
from servicecore import ServiceDesk  # noqa: E402
from servicecore.exchange.exports.parquet import ParquetExport, export_parquet  # noqa: E402
from servicecore.storage.protocol import Row as Stored  # noqa: E402

TICKETS, TURNS = 150, 3
EVENTS = int(os.environ.get("SERVICECORE_EVENTS", "1_500_000"))
STOCK_EVENTS = 10_000
BATCH = 1_000


def measure() -> list[Row]:
    """Return every comparison; times are those of one event."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        return [*_rebuilds(Path(folder)), *_others(Path(folder))]


@contextmanager
def _desk(file: Path, events: int) -> Iterator[ServiceDesk]:
    """Open a desk with so many events on record; its commits reach the disk."""
    with ServiceDesk.open(f"sqlite:///{file}?synchronous=off", react="worker") as desk:
        lived_through(desk, tickets=TICKETS)
        first = desk.log.head()
    lengthen(file, first=first, events=events)
    with ServiceDesk.open(f"sqlite:///{file}", react="worker") as desk:
        yield desk


def _rebuilds(folder: Path) -> Iterator[Row]:
    """Let ours and every replay take turns."""
    spawn = get_context("spawn")
    with (
        _desk(folder / "ours", EVENTS) as desk,
        _same_in_stock(desk, folder / "the same", _with_moments) as same,
        _same_in_stock(desk, folder / "the same, moments as text", _as_text) as texts,
        _stock(folder / "notes") as notes,
        ProcessPoolExecutor(2, spawn) as two,
    ):
        rebuild, head = partial(desk.projects.rebuild, "ticket_facts"), desk.log.head()
        peers = {"the same": same, "the same, moments as text": texts, "notes": notes}
        works = [
            ("ours", _timed(rebuild, head)),
            ("ours", _timed(partial(rebuild, executor=two, jobs=2), head)),
            *((its, _timed(partial(_replayed, e), _length(e))) for its, e in peers.items()),
        ]
        turns = [[_warm(folder / its, work) for its, work in works] for _ in range(TURNS + 1)]
    alone, both, *theirs = (median(took) * 1e6 for took in zip(*turns[1:], strict=True))
    what = f"rebuild ticket facts, {EVENTS / 1e6:g} M events"
    for peer, its in zip(peers, theirs, strict=True):
        yield f"{what}, 1 core", alone, f"stock replay of {peer}", its, its / alone
    yield f"{what}, 2 processes", both, "ours, 1 core", alone, alone / both


def _others(folder: Path) -> Iterator[Row]:
    with _desk(folder / "some.db", EVENTS // 30) as desk:
        desk.projects.catch_up()
        yield from _measured(desk, folder)


def _measured(desk: ServiceDesk, folder: Path) -> Iterator[Row]:
    rebuild, events = desk.projects.rebuild, desk.log.head()
    alone = _timed(lambda: rebuild("ticket_facts"), events)
    folders = (folder / f"export{n}" for n in count())
    export = _timed(lambda: export_parquet(desk.log, next(folders)), events)
    with _stock(folder / "few.db", STOCK_EVENTS) as notes:
        replay = _timed(partial(_replayed, notes), STOCK_EVENTS)
        yield _row("export to Parquet", export, "stock replay of notes", replay)

    source = ParquetExport.of(desk.log, folder / "export0")
    there = _timed(lambda: rebuild("ticket_facts", source=source), events)
    yield _row("rebuild from Parquet, 1 core", there, "ours, from the log", alone)

    asked = """
        WITH opened AS (
            SELECT subject, state->>'$.event.product' AS product, occurred_at FROM events
            WHERE name = 'ticket.opened'
        ), answered AS (
            SELECT subject, min(occurred_at) AS answered_at FROM events
            WHERE name = 'ticket.answered' GROUP BY subject
        )
        SELECT product, count(*), quantile_disc(epoch_us(answered_at) - epoch_us(occurred_at), 0.9)
        FROM opened JOIN answered USING (subject) GROUP BY product
    """.replace("events", f"read_parquet('{folder}/export0/**/*.parquet')")
    by_duckdb = _timed(lambda: duckdb.sql(asked).fetchall(), events)
    by_desk = _timed(lambda: desk.reports.response_times(by="product"), events)
    yield _row("response times by product", by_desk, "DuckDB on Parquet", by_duckdb)
    yield _live(desk, folder)


def _live(desk: ServiceDesk, folder: Path) -> Row:
    """Let every read model take in a thousand events, a commit each, that reach the disk."""
    rows = [tuple(row)[1:] for row in desk.log.rows_since(0, TURNS * BATCH)]
    took, wrote = [], []
    with ServiceDesk.open(f"sqlite:///{folder}/live.db", react="worker") as other:
        other.projects.catch_up()
        for start in range(0, len(rows), BATCH):
            new = rows[start : start + BATCH]
            insert = partial(other.log.storage.write, lambda writing, new=new: writing.insert(new))
            wrote.append(_timed(insert, 1)())
            took.append(_timed(other.projects.catch_up, 1)())
    ours, its = median(took), median(wrote)
    return "1,000 events into all read models", ours * 1e6, "to write them", its * 1e6, its / ours


@contextmanager
def _stock(file: Path, events: int = EVENTS) -> Iterator[Application]:
    """Return notes on tickets, as the eventsourcing package keeps them."""
    with _application(file) as application:
        for _ in range(STOCK_EVENTS // 1000):
            ticket = StockTicket()
            for each in range(999):
                ticket.note(by="Lin", text=f"note {each}", at=NINE)
            application.save(ticket)
        first = _length(application)
    lengthen_stock(file, first=first, events=events)
    with _application(file) as application:
        yield application


class Alike(Aggregate):
    """A record whose events hold what ours hold, as plain values."""

    @stock_event("Happened")
    def happen(self, name: str, facts: dict[str, object]) -> None:
        """Do nothing with it; only reading it is measured."""


@contextmanager
def _same_in_stock(
    desk: ServiceDesk, file: Path, told: Callable[[ServiceDesk, Stored], dict[str, object]]
) -> Iterator[Application]:
    """Return our events, as the eventsourcing package keeps them."""
    with _application(file) as application:
        records: dict[str, Alike] = defaultdict(Alike)
        for row in desk.log.rows_since(0, STOCK_EVENTS):
            records[row.stream].happen(row.topic, told(desk, row))
        application.save(*records.values())  # Each is begun by an event of its own.
        first = _length(application)
    lengthen_stock(file, first=first, events=EVENTS)
    with _application(file) as application:
        yield application


def _as_text(_: ServiceDesk, row: Stored) -> dict[str, object]:
    facts: dict[str, object] = json.loads(row.state)["event"]
    return facts


def _with_moments(desk: ServiceDesk, row: Stored) -> dict[str, object]:
    event = desk.log.codec.event(row)
    facts: dict[str, object] = msgspec.to_builtins(event, builtin_types=(datetime,))
    return facts


def _length(application: Application) -> int:
    return application.recorder.max_notification_id() or 0


def _application(file: Path) -> AbstractContextManager[Application]:
    environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(file)}
    return closing(Application(environment))


# ---------------------------------------------------------------------------------


def _timed(work: Callable[[], object], events: int) -> Callable[[], float]:
    def timed() -> float:
        start = perf_counter()
        work()
        return (perf_counter() - start) / events

    return timed


def _warm(file: Path, work: Callable[[], float]) -> float:
    """Return what *work* took that found *file* in memory."""
    with file.open("rb", buffering=0) as pages:
        while pages.read(1 << 24):
            pass
    return work()


def _row(what: str, ours: Callable[[], float], peer: str, theirs: Callable[[], float]) -> Row:
    """Let both take turns, and compare the medians."""
    ours(), theirs()  # Nobody starts cold.
    turns = [(ours(), theirs()) for _ in range(TURNS)]
    mine, its = median(each[0] for each in turns), median(each[1] for each in turns)
    return what, mine * 1e6, peer, its * 1e6, its / mine


def main() -> None:
    for what, ours, peer, theirs, times in measure():
        print(f"{what:36} {ours:10.2f} µs  {peer:20} {theirs:10.2f} µs  {times:6.2f} times")


if __name__ == "__main__":
    main()
