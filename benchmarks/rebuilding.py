"""How fast read models are rebuilt and events exported, beside stock replay and DuckDB.

Run with ``python -m benchmarks.rebuilding``.  Stock replay reads events through the
mapper of the eventsourcing package, and folds nothing; ours reads, folds, and writes
the rows of a read model.  It is told twice: of notes, smaller events than ours, and of
ours as plain values, which is the least that the package can be given of them.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

import duckdb  # noqa: E402
from eventsourcing.application import Application  # noqa: E402
from eventsourcing.domain import Aggregate  # noqa: E402
from eventsourcing.domain import event as stock_event  # noqa: E402

from benchmarks.log import Row, StockTicket  # noqa: E402
from benchmarks.log import _stock as stock_application  # noqa: E402
from benchmarks.log import _stock_replay as _replayed  # noqa: E402
from servicecore import ServiceDesk  # noqa: E402
from servicecore.exchange.exports.parquet import ParquetExport, export_parquet  # noqa: E402
from servicecore.storage.codec import stream_id  # noqa: E402

TICKETS, TURNS = 150, 3
STOCK_EVENTS = 10_000
BATCH = 1_000
COPIES = 20  # Of each ticket, under other numbers: a desk takes its time to live through them.
NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)


def measure() -> list[Row]:
    """Return every comparison; times are those of one event."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        url = f"sqlite:///{folder}/service.db?synchronous=off"
        with ServiceDesk.open(url, react="worker") as desk:
            _fill(desk)
            desk.projects.catch_up()
            return list(_measured(desk, Path(folder)))


def _measured(desk: ServiceDesk, folder: Path) -> Iterator[Row]:
    rebuild, events = desk.projects.rebuild, desk.log.head()
    alone = _timed(lambda: rebuild("ticket_facts"), events)
    application = _stock(folder)
    replay = partial(_stock_replay, application)
    yield _row("rebuild ticket facts, 1 core", alone, "stock replay of notes", replay)
    same, told = _same_in_stock(desk, folder)
    replay_same = _timed(lambda: _replayed(same), told)
    yield _row("rebuild ticket facts, 1 core", alone, "stock replay of the same", replay_same)
    same.close()

    with ProcessPoolExecutor(2, get_context("spawn")) as two:
        both = _timed(lambda: rebuild("ticket_facts", executor=two, jobs=2), events)
        yield _row("rebuild ticket facts, 2 processes", both, "ours, 1 core", alone)

    folders = (folder / f"export{n}" for n in count())
    export = _timed(lambda: export_parquet(desk.log, next(folders)), events)
    yield _row("export to Parquet", export, "stock replay of notes", replay)
    application.close()

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


def _fill(desk: ServiceDesk) -> None:
    """Let some tickets live, and copy what is on record of them under other numbers."""
    lot = Random(1)
    for n in range(TICKETS):
        number, now = f"T-{n}", NINE + timedelta(minutes=lot.randrange(100_000))
        desk.tickets.open(
            number,
            customer_id=f"C-{n % 50}",
            product=lot.choice(["pump", "valve"]),
            model="P-200",
            fault="it leaks",
            contact="Ms Lin",
            priority=lot.choice("ABC"),
            at=now,
        )
        for each in range(lot.randrange(2, 12)):
            now += timedelta(minutes=lot.randrange(1, 600))
            desk.tickets.note(number, by="Lin", text=f"note {each}", at=now)
        desk.tickets.answer(number, by="Lin", at=now)
        desk.tickets.resolve(number, by="Lin", solution="a seal", at=now + timedelta(hours=1))
    _copy(desk)


def _copy(desk: ServiceDesk) -> None:
    rows = list(desk.log.rows_since(0))
    subjects = {stream_id(each): each for each in desk.log.subjects()}
    for copy in range(COPIES):
        copies = []
        for _, stream, version, topic, at, state in rows:
            subject, new = subjects[stream], f"{subjects[stream]}-{copy}"
            told = state.replace(subject.encode(), new.encode(), 1)
            copies.append((stream_id(new), version, topic, at, told))
        desk.log.storage.write(lambda writing, new=copies: writing.insert(new))


def _stock_replay(application: Application) -> float:
    start = perf_counter()
    _replayed(application)
    return (perf_counter() - start) / STOCK_EVENTS


def _stock(folder: Path) -> Application:
    """Return notes on tickets, as the eventsourcing package keeps them."""
    application = stock_application(folder / "stock.db")
    for _ in range(STOCK_EVENTS // 1000):
        ticket = StockTicket()
        for each in range(999):
            ticket.note(by="Lin", text=f"note {each}", at=NINE)
        application.save(ticket)
    return application


class Alike(Aggregate):
    """A record whose events hold what ours hold, as plain values."""

    @stock_event("Happened")
    def happen(self, name: str, facts: dict[str, object]) -> None:
        """Do nothing with it; only reading it is measured."""


def _same_in_stock(desk: ServiceDesk, folder: Path) -> tuple[Application, int]:
    """Return the first of our events, as the eventsourcing package keeps them, and how many."""
    environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite"}
    application = Application({**environment, "SQLITE_DBNAME": str(folder / "same.db")})
    records: dict[str, Alike] = defaultdict(Alike)
    for row in desk.log.rows_since(0, STOCK_EVENTS):
        records[row.stream].happen(row.topic, json.loads(row.state)["event"])
    application.save(*records.values())
    return application, STOCK_EVENTS + len(records)  # Each is begun by an event of its own.


# ---------------------------------------------------------------------------------


def _timed(work: Callable[[], object], events: int) -> Callable[[], float]:
    def timed() -> float:
        start = perf_counter()
        work()
        return (perf_counter() - start) / events

    return timed


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
