"""Logs of any length in a moment: a few tickets live, and SQLite copies them under other numbers.

A desk takes its time to decide what it puts on record.  Copies are on record alike,
byte for byte but for the number, a score of tickets side by side.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from itertools import chain
from pathlib import Path
from random import Random
from uuid import uuid4

from servicecore import ServiceDesk
from servicecore.storage.codec import stream_id

NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
SIDE_BY_SIDE = 20
Copy = tuple[str, str, str, int]  #: Of which stream, its own, whose, and what stands behind that.
_OURS = """
INSERT INTO log_events (stream, version, topic, occurred_at, state)
SELECT copy.stream, version, topic, occurred_at,
    CAST('{"subject":"' || copy.subject || SUBSTR(state, copy.behind) AS BLOB)
FROM log_events AS told CROSS JOIN copies AS copy ON copy.original = told.stream
WHERE position <= ? ORDER BY position
"""
_STOCK = """
INSERT INTO stored_events
SELECT copy.stream, originator_version, topic, state
FROM stored_events AS told CROSS JOIN copies AS copy ON copy.original = originator_id
WHERE told.rowid <= ? ORDER BY told.rowid
"""


def lived_through(desk: ServiceDesk, *, tickets: int) -> None:
    """Let some tickets live, from their opening until they are resolved."""
    lot = Random(1)
    for n in range(tickets):
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


def lengthen(file: Path, *, first: int, events: int) -> None:
    """Copy the *first* events of a log of ours until it has so many *events*, or a few more."""
    with closing(_opened(file)) as connection:
        told = "SELECT stream, json_extract(CAST(state AS TEXT), '$.subject') FROM log_events"
        subjects = connection.execute(f"{told} WHERE version = 1 AND position <= ?", (first,))
        begins = {stream: (name, len(f'{{"subject":"{name}') + 1) for stream, name in subjects}

        def another(copy: int) -> Iterator[Copy]:
            for original, (name, behind) in begins.items():
                yield original, stream_id(f"{name}-{copy}"), f"{name}-{copy}", behind

        _copy(connection, _OURS, another, first=first, events=events)


def lengthen_stock(file: Path, *, first: int, events: int) -> None:
    """Do so with what the eventsourcing package keeps."""
    with closing(_opened(file)) as connection:
        told = "SELECT DISTINCT originator_id FROM stored_events WHERE rowid <= ?"
        records = [original for (original,) in connection.execute(told, (first,))]

        def another(_: int) -> Iterator[Copy]:
            return ((original, uuid4().hex, "", 0) for original in records)

        _copy(connection, _STOCK, another, first=first, events=events)


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -100000")
    connection.execute("CREATE TEMP TABLE copies (original, stream, subject, behind)")
    connection.execute("CREATE INDEX copies_of ON copies (original)")
    return connection


def _copy(
    connection: sqlite3.Connection,
    statement: str,
    another: Callable[[int], Iterator[Copy]],
    *,
    first: int,
    events: int,
) -> None:
    table = statement.split()[2]
    (head,) = connection.execute(f"SELECT MAX(rowid) FROM {table}").fetchone()
    for after in range(head, events, first * SIDE_BY_SIDE):
        copies = chain.from_iterable(map(another, range(after, after + SIDE_BY_SIDE)))
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO copies VALUES (?, ?, ?, ?)", copies)
        connection.execute(statement, (first,))
        connection.execute("DELETE FROM copies")
        connection.execute("COMMIT")
