"""How fast the log writes and reads in PostgreSQL, beside stock eventsourcing on the same server.

Run with ``python -m benchmarks.postgresql``.  The server is started for this, with
the disk in earnest, and reached by a socket.  Ours and theirs take turns in one
run, and each figure is a median of the turns: only the ratios mean anything.

A command loads nothing: it appends one event to a new history.  Ours carries its
envelope and is read back once before it is stored; theirs is pickled by nobody
and checked by nobody.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from itertools import count
from multiprocessing import get_context
from os import getpid
from statistics import median
from time import perf_counter
from typing import Any

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

from eventsourcing.application import Application  # noqa: E402

from benchmarks.log import (  # noqa: E402
    CATALOGUE,
    FOLD,
    LIN,
    NINE,
    OPENED,
    Noted,
    Row,
    StockTicket,
)
from benchmarks.long_logs import lived_through  # noqa: E402
from servicecore import ServiceDesk  # noqa: E402
from servicecore.domain.events import Recorded  # noqa: E402
from servicecore.storage import Batch, Change, EventLog, Follower, open_log  # noqa: E402
from tests.postgresql import Cluster, binaries  # noqa: E402

TURNS = 5
COMMANDS = 240
READ = 20_000
LOADED = 100
TICKETS = 600
SINGLY = 100
NUMBERS = count()

_HERE: dict[str, Any] = {}  # What a process of the pool keeps open.


def measure() -> list[Row]:
    """Return every comparison, or nothing where there is no PostgreSQL."""
    if binaries() is None:
        print("there is no PostgreSQL here", file=sys.stderr)
        return []
    cluster = Cluster()
    try:
        return [*_commands(cluster), *_reading(cluster)]
    finally:
        cluster.remove()


# --- Writing -------------------------------------------------------------------------


def _commands(cluster: Cluster) -> Iterator[Row]:
    url = cluster.fresh()
    with open_log(url, catalogue=CATALOGUE) as log, _stock(cluster, "stock") as stock:
        ours, theirs = partial(_append, log), partial(_save, stock)
        one = _in_turns(partial(_timed, ours), partial(_timed, theirs))
        with ThreadPoolExecutor(8) as pool:
            threads = _in_turns(partial(_shared, pool, ours), partial(_shared, pool, theirs))
    yield _row("commands, 1 writer", *one)
    yield _row("commands, 8 threads", *threads)
    spawn = get_context("spawn")
    with (
        ProcessPoolExecutor(8, spawn, _open_ours, (url,)) as mine,
        ProcessPoolExecutor(8, spawn, _open_theirs, (str(cluster.folder),)) as others,
    ):
        processes = _in_turns(
            partial(_shared, mine, _append_here), partial(_shared, others, _save_here)
        )
    yield _row("commands, 8 processes", *processes)


def _append(log: EventLog, commands: int) -> None:
    for _ in range(commands):
        subject = f"ticket/T-{getpid()}-{next(NUMBERS)}"
        log.append(Change(subject, [OPENED], after=0), provenance=LIN)


def _save(stock: Application, commands: int) -> None:
    for _ in range(commands):
        stock.save(StockTicket())


def _timed(work: Callable[[int], None]) -> float:
    start = perf_counter()
    work(COMMANDS)
    return (perf_counter() - start) / COMMANDS


def _shared(pool: Executor, work: Callable[[int], None]) -> float:
    start = perf_counter()
    for each in [pool.submit(work, COMMANDS // 8) for _ in range(8)]:
        each.result()
    return (perf_counter() - start) / COMMANDS


def _open_ours(url: str) -> None:
    _HERE["ours"] = open_log(url, catalogue=CATALOGUE)


def _append_here(commands: int) -> None:
    _append(_HERE["ours"], commands)


def _open_theirs(folder: str) -> None:
    # Eight that make tables at once clash; see tests/storage/test_postgres_traps.py.
    _HERE["theirs"] = _application(folder, "stock", create_table="n")


def _save_here(commands: int) -> None:
    _save(_HERE["theirs"], commands)


# --- Reading -------------------------------------------------------------------------


def _reading(cluster: Cluster) -> Iterator[Row]:
    with (
        open_log(cluster.fresh(), catalogue=CATALOGUE) as log,
        _stock(cluster, "stock_read") as stock,
    ):
        theirs = _fill(log, stock)
        ours, stock_took = _in_turns(
            partial(_per, READ, lambda: _exhaust(log.since(0))),
            partial(_per, READ, lambda: _stock_replay(stock)),
        )
        yield _row("read, an event with its envelope", ours, stock_took)
        ours, stock_took = _in_turns(
            partial(_per, 20, lambda: _repeat(lambda: log.load("ticket/T-0", FOLD))),
            partial(_per, 20, lambda: _repeat(lambda: stock.repository.get(theirs))),
        )
        yield _row(f"load {LOADED} events", ours, stock_took)
        yield _following(log)
        yield _rebuilt(cluster, stock)


def _following(log: EventLog) -> Row:
    """Keep a read model of what was said last of each ticket, in batches and one by one."""

    def observe(batch: Batch, recorded: Sequence[Recorded]) -> None:
        batch.put_many([(each.subject, each.version, each.subject.encode()) for each in recorded])

    versions = count(1)

    def batches() -> None:
        Follower(log, "said", observe, version=next(versions)).catch_up()

    def singly() -> None:
        one = Follower(log, "said", observe, version=next(versions), batch_size=1)
        one.catch_up(upto=SINGLY)

    ours, theirs = _in_turns(partial(_per, READ, batches), partial(_per, SINGLY, singly))
    what = "PostgreSQL: live read model, an event"
    return what, ours * 1e6, "one a commit", theirs * 1e6, theirs / ours


def _rebuilt(cluster: Cluster, stock: Application) -> Row:
    """Rebuild ticket facts; the peer folds nothing, and writes nothing."""
    with ServiceDesk.open(cluster.fresh(), react="worker") as desk:
        lived_through(desk, tickets=TICKETS)
        rebuild = partial(desk.projects.rebuild, "ticket_facts")
        ours, theirs = _in_turns(
            partial(_per, desk.log.head(), rebuild),
            partial(_per, READ, lambda: _stock_replay(stock)),
        )
    what = "PostgreSQL: rebuild ticket facts, an event"
    return what, ours * 1e6, "stock replay of notes", theirs * 1e6, theirs / ours


def _fill(log: EventLog, stock: Application) -> Any:
    first = None
    for n in range(READ // LOADED):
        notes = [Noted(by="Lin", text=f"note {each}", at=NINE) for each in range(LOADED - 1)]
        log.append(Change(f"ticket/T-{n}", [OPENED, *notes], after=0), provenance=LIN)
        ticket = StockTicket()
        for each in range(LOADED - 1):
            ticket.note(by="Lin", text=f"note {each}", at=NINE)
        stock.save(ticket)
        first = first or ticket.id
    return first


def _stock_replay(stock: Application) -> None:
    start = 1
    while page := stock.recorder.select_notifications(start, 1000):
        for each in page:
            stock.mapper.to_domain_event(each)
        start = page[-1].id + 1


# ---------------------------------------------------------------------------------------


def _stock(cluster: Cluster, schema: str) -> Application:
    with cluster.connect() as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return _application(str(cluster.folder), schema)


def _application(folder: str, schema: str, *, create_table: str = "y") -> Application:
    return Application(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": "postgres",
            "POSTGRES_HOST": folder,
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "",
            "POSTGRES_SCHEMA": schema,
            "POSTGRES_POOL_SIZE": "8",
            "CREATE_TABLE": create_table,
        }
    )


def _per(times: int, work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) / times


def _exhaust(recorded: Iterator[object]) -> None:
    for _ in recorded:
        pass


def _repeat(work: Callable[[], object]) -> None:
    for _ in range(20):
        work()


def _in_turns(mine: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float]:
    """Let both take turns, and return the median of each in seconds."""
    mine(), theirs()  # Nobody starts cold.
    turns = [(mine(), theirs()) for _ in range(TURNS)]
    return median(each[0] for each in turns), median(each[1] for each in turns)


def _row(what: str, ours: float, theirs: float) -> Row:
    return f"PostgreSQL: {what}", ours * 1e6, "stock eventsourcing", theirs * 1e6, theirs / ours


def main() -> None:
    for what, ours, peer, theirs, times in measure():
        print(f"{what:45} {ours:10.2f} µs  {peer:20} {theirs:10.2f} µs  {times:6.2f} times")


if __name__ == "__main__":
    main()
