"""How fast the history of another system goes on record.

Run with ``python -m benchmarks.importing [FILE MAPPING]``; without a file it
makes one up.  The peer only reads the same rows with ``csv`` and keeps them with
``sqlite3``, in as many commits: it tells no tickets, promises or measurements,
so the ratio is what those cost.
"""

from __future__ import annotations

import csv
import json
import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from servicecore.desk.import_summary import ImportSummary
from servicecore.desk.importing import TOGETHER, import_history
from servicecore.domain.standard import Rulebook
from servicecore.exchange.mappings import TICKET_MAPPINGS
from servicecore.standards import load_standard
from servicecore.storage import open_log

Row = tuple[str, float, str, float, float]  #: What, our µs, the peer, its µs, how many times.

TURNS = 3
TICKETS = 1000
LIFE = (
    ("09:10", "New", "?"),
    ("10:00", "Active", "Wu"),
    ("10:30", "Awaiting User Info", "Wu"),
    ("14:00", "Active", "Wu"),
    ("15:00", "Resolved", "Wu"),
    ("18:00", "Closed", "Wu"),
)
MANUAL = load_standard("operations_manual_2025")


def measure() -> list[Row]:
    """Return the time for one row of a made-up incident log, as a median of a few turns."""
    with TemporaryDirectory() as folder:
        path = made_up(Path(folder))
        ours, theirs = [], []
        for turn in range(TURNS):
            ours.append(timed(lambda turn=turn: imported(path, Path(folder) / f"{turn}.db")))
            theirs.append(timed(lambda turn=turn: kept(path, Path(folder) / f"{turn}.raw")))
    rows = TICKETS * len(LIFE)
    mine, raw = median(ours) / rows * 1e6, median(theirs) / rows * 1e6
    return [("import a row of an incident log", mine, "csv and sqlite3 alone", raw, raw / mine)]


def timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def made_up(folder: Path) -> Path:
    """Write an incident log of tickets that all have the same life."""
    path = folder / "incidents.csv"
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        mapping = TICKET_MAPPINGS.load("uci_incident")
        writer.writerow(mapping.columns)
        for number in range(TICKETS):
            for at, state, assignee in LIFE:
                told = dict.fromkeys(mapping.columns, "?") | {
                    "number": f"INC{number:07}",
                    "opened_at": "5/3/2016 09:00",
                    "sys_updated_at": f"5/3/2016 {at}",
                    "incident_state": state,
                    "assigned_to": assignee,
                    "priority": "3 - Moderate",
                }
                writer.writerow(told.values())
    return path


def imported(path: Path, database: Path, mapping: str = "uci_incident") -> ImportSummary:
    with open_log(f"sqlite:///{database}") as log:
        return import_history(
            log,
            path,
            mapping=TICKET_MAPPINGS.load(mapping),
            rulebook=Rulebook((MANUAL,)),
            standard=MANUAL.reference,
            calendar=MANUAL.calendar.reference,
            quarantine=database.with_suffix(".bad.jsonl"),
        )


def kept(path: Path, database: Path) -> None:
    """Read every row and keep it as it is."""
    with closing(sqlite3.connect(database)) as connection, path.open(encoding="utf-8") as text:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=full")
        connection.execute("CREATE TABLE kept (told TEXT)")
        for batch in in_batches(csv.DictReader(text), TOGETHER * len(LIFE)):
            with connection:
                told = ((json.dumps(row),) for row in batch)
                connection.executemany("INSERT INTO kept VALUES (?)", told)


def in_batches(rows: Iterator[dict[str, str]], size: int) -> Iterator[list[dict[str, str]]]:
    while batch := list(islice(rows, size)):
        yield batch


def main(path: str, mapping: str) -> None:
    with TemporaryDirectory() as folder:
        began = process_time()
        print(imported(Path(path), Path(folder) / "desk.db", mapping))
        print(f"{process_time() - began:.1f} s of processor time")
        began = process_time()
        again = imported(Path(path), Path(folder) / "desk.db", mapping)
        print(f"a second run: {again.added} events added, {again.seconds:.1f} s")
        print(f"{process_time() - began:.1f} s of processor time")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{peak:.0f} MB at most")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        main(*sys.argv[1:])
    else:
        print(measure())
