"""How fast the log writes, loads and replays, beside raw SQLite and stock eventsourcing.

Run with ``python benchmarks/log.py``.  Ours and theirs take turns in one run,
on the same disk, and each figure is a median of the turns: only the ratios mean
anything.  Raw SQLite writes rows that were prepared before, byte for byte ours,
into the same tables, with the same pragmas and in as many commits, each of which
reaches the disk; ours are encoded, proved and numbered while the clock runs.

A disk that is slow for a second must not decide.  So a commit of ours is told beside
the one of theirs next to it, whoever was first, which changes every time; and how many
times ours fits is the median of these pairs, not the ratio of two medians.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from enum import Enum
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Lock
from time import perf_counter

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

import attrs  # noqa: E402
from eventsourcing.application import Application  # noqa: E402
from eventsourcing.domain import Aggregate  # noqa: E402
from eventsourcing.domain import event as stock_event  # noqa: E402

from servicecore.domain.events import Catalogue, Provenance, event, stream_of  # noqa: E402
from servicecore.domain.moments import instant  # noqa: E402
from servicecore.storage import Change, EventLog, Fold, open_log  # noqa: E402

Row = tuple[str, float, str, float, float]  #: What, our µs, the peer, its µs, how many times.

TURNS = 9
PER_STREAM = 10
NUMBERS = count()  # No two tickets share one.
LOADED = 100
REPLAYED = 20_000
NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
LIN = Provenance(actor="Lin", role="agent", correlation_id="ticket/T-1#1", rule="om2025:2.2b")
CATALOGUE = Catalogue()


class Priority(Enum):
    A = "A"
    B = "B"


@attrs.frozen(kw_only=True)
class Promise:
    name: str
    within: timedelta
    due: datetime = instant()


@event("ticket.opened", catalogue=CATALOGUE)
class Opened:
    ticket_id: str
    customer_id: str
    title: str
    priority: Priority
    promises: tuple[Promise, ...]
    at: datetime = instant()


@event("ticket.noted", catalogue=CATALOGUE)
class Noted:
    by: str
    text: str
    at: datetime = instant()


@attrs.frozen(kw_only=True)
class Ticket:
    notes: int = 0
    last: str = ""


def evolve(ticket: Ticket | None, happened: Opened | Noted) -> Ticket:
    if ticket is None:
        return Ticket()
    return Ticket(notes=ticket.notes + 1, last=happened.text)


FOLD = Fold(evolve, name="ticket")
PROMISES = tuple(
    Promise(name=name, within=timedelta(hours=hours), due=NINE + timedelta(hours=hours))
    for name, hours in (("first_response", 2), ("resolution", 24))
)
OPENED = Opened(
    ticket_id="T-1",
    customer_id="C-4711",
    title="The pump does not start after the storm of last night",
    priority=Priority.A,
    promises=PROMISES,
    at=NINE,
)


class StockTicket(Aggregate):
    """The same ticket, as the eventsourcing package would have it."""

    def __init__(self) -> None:
        self.notes, self.last = 0, ""

    @stock_event("Noted")
    def note(self, by: str, text: str, at: datetime) -> None:  # noqa: ARG002
        self.notes += 1
        self.last = text


def measure() -> list[Row]:
    """Return every comparison."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        here = Path(folder)
        return [*_appends(here), *_threads(here), *_loads(here), *_replays(here)]


# --- Writing -------------------------------------------------------------------


def _appends(here: Path) -> Iterator[Row]:
    for size in (1, 10, 100, 1000):
        with open_log(f"sqlite:///{here}/ours{size}.db", catalogue=CATALOGUE) as log:
            raw = _raw(here / f"raw{size}.db")
            commits = max(100, min(1000, 10_000 // size))
            pairs = _in_pairs(_appending(log, size, 1), _inserting(raw, size, 1), turns=commits)
            raw.close()
        yield _row_of_pairs(f"append, {size} a commit", pairs, "raw sqlite3", of=size)


def _appending(log: EventLog, size: int, commits: int) -> Callable[[], float]:
    def append() -> float:
        batches = [
            [Change(f"ticket/T-{next(NUMBERS)}", part, after=0) for part in _parts(size)]
            for _ in range(commits)
        ]
        start = perf_counter()
        for changes in batches:
            log.append(*changes, provenance=LIN)
        return perf_counter() - start

    return append


def _inserting(raw: sqlite3.Connection, size: int, commits: int) -> Callable[[], float]:
    with open_log("memory:", catalogue=CATALOGUE) as log:
        _appending(log, size, 1)()
        template = list(log.rows_since(0))

    def rows() -> Iterator[tuple[object, ...]]:
        for row in template:
            if row.version == 1:
                stream = stream_of(f"ticket/T-{next(NUMBERS)}").hex
            yield (None, stream, *row[2:])

    def insert() -> float:
        batches = [list(rows()) for _ in range(commits)]
        start = perf_counter()
        for each in batches:
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany("INSERT INTO log_events VALUES (?, ?, ?, ?, ?, ?)", each)
            raw.execute("COMMIT")
        return perf_counter() - start

    return insert


def _parts(size: int) -> Iterator[Sequence[Opened]]:
    for start in range(0, size, PER_STREAM):
        yield [OPENED] * min(PER_STREAM, size - start)


def _raw(path: Path) -> sqlite3.Connection:
    open_log(f"sqlite:///{path}").close()  # The same tables and indexes.
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _threads(here: Path) -> Iterator[Row]:
    with open_log(f"sqlite:///{here}/threads.db", catalogue=CATALOGUE) as log:
        append, turn = _appending(log, 1, 1), Lock()

        def one_by_one() -> None:
            with turn:
                append()

        ours, theirs = _in_turns(partial(_eight, append), partial(_eight, one_by_one))
        yield _row("append, 1 a commit, 8 threads", ours, "ours, commits one by one", theirs)
        ours, theirs = _in_turns(partial(_eight, append), partial(_timed, append, times=400))
        yield _row("append, 1 a commit, 8 threads", ours, "ours, 1 thread", theirs)


def _eight(work: Callable[[], object]) -> float:
    """Let eight threads do it four hundred times, and return the time of one."""
    with ThreadPoolExecutor(8) as pool:
        start = perf_counter()
        for each in [pool.submit(_timed, work, times=50) for _ in range(8)]:
            each.result()
        return (perf_counter() - start) / 400


# --- Reading --------------------------------------------------------------------


def _loads(here: Path) -> Iterator[Row]:
    application = _stock(here / "stock.db")
    theirs = StockTicket()
    for n in range(LOADED - 1):
        theirs.note(by="Lin", text=f"note {n}", at=NINE)
    application.save(theirs)
    with open_log(f"sqlite:///{here}/load.db", catalogue=CATALOGUE) as log:
        notes = [Noted(by="Lin", text=f"note {n}", at=NINE) for n in range(LOADED - 1)]
        log.append(Change("ticket/T-1", [OPENED, *notes], after=0), provenance=LIN)
        assert (log.load("ticket/T-1", FOLD)[0].notes, theirs.version) == (LOADED - 1, LOADED)
        mine = partial(_timed, lambda: log.load("ticket/T-1", FOLD), times=20)
        stock = partial(_timed, lambda: application.repository.get(theirs.id), times=5)
        ours_took, theirs_took = _in_turns(mine, stock)
    application.close()
    yield _row(f"load {LOADED} events", ours_took, "stock eventsourcing", theirs_took)


def _replays(here: Path) -> Iterator[Row]:
    application = _stock(here / "stock2.db")
    with open_log(f"sqlite:///{here}/replay.db", catalogue=CATALOGUE) as log:
        for n in range(REPLAYED // 1000):
            theirs = StockTicket()
            for each in range(999):
                theirs.note(by="Lin", text=f"note {each}", at=NINE)
            application.save(theirs)
            notes = [Noted(by="Lin", text=f"note {each}", at=NINE) for each in range(999)]
            log.append(Change(f"ticket/T-{n}", [OPENED, *notes], after=0), provenance=LIN)
        mine = partial(_timed, lambda: _exhaust(log.since(0)), times=1)
        ours, theirs_took = _in_turns(
            mine, partial(_timed, lambda: _stock_replay(application), times=1)
        )
        fold = partial(_timed, lambda: _fold_all(log), times=1)
        folded, _ = _in_turns(fold, lambda: 0.0)
    application.close()
    yield _row(
        "replay, an event with its envelope", ours / REPLAYED, "stock", theirs_took / REPLAYED
    )
    yield _row("replay, every stream folded", folded / REPLAYED, "stock", theirs_took / REPLAYED)


def _stock(path: Path) -> Application:
    environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    return Application(environment)


def _stock_replay(application: Application) -> None:
    start = 1
    while page := application.recorder.select_notifications(start, 1000):
        for each in page:
            application.mapper.to_domain_event(each)
        start = page[-1].id + 1


def _fold_all(log: EventLog) -> None:
    for subject in log.subjects():
        log.load(subject, FOLD)


def _exhaust(recorded: Iterator[object]) -> None:
    for _ in recorded:
        pass


# ---------------------------------------------------------------------------------


def _timed(work: Callable[[], object], *, times: int) -> float:
    start = perf_counter()
    for _ in range(times):
        work()
    return (perf_counter() - start) / times


def _in_turns(
    mine: Callable[[], float], theirs: Callable[[], float], *, turns: int = TURNS
) -> tuple[float, float]:
    """Let both take turns, and return the median of each in seconds."""
    took = _in_pairs(mine, theirs, turns=turns)
    return median(each[0] for each in took), median(each[1] for each in took)


def _in_pairs(
    mine: Callable[[], float], theirs: Callable[[], float], *, turns: int
) -> list[tuple[float, float]]:
    """Let both take turns, each of them first every other time, and return what each took."""
    mine(), theirs()  # Nobody starts cold.
    took: list[tuple[float, float]] = []
    for turn in range(turns):
        if turn % 2:
            second, first = theirs(), mine()
            took.append((first, second))
        else:
            took.append((mine(), theirs()))
    return took


def _row(what: str, ours: float, peer: str, theirs: float) -> Row:
    return what, ours * 1e6, peer, theirs * 1e6, theirs / ours


def _row_of_pairs(what: str, pairs: Sequence[tuple[float, float]], peer: str, *, of: int) -> Row:
    ours, theirs = (median(took) / of * 1e6 for took in zip(*pairs, strict=True))
    return what, ours, peer, theirs, median(other / own for own, other in pairs)


def main() -> None:
    for what, ours, peer, theirs, times in measure():
        print(f"{what:36} {ours:10.2f} µs  {peer:20} {theirs:10.2f} µs  {times:6.2f} times")


if __name__ == "__main__":
    main()
