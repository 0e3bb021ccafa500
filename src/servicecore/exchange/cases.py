"""Brings the rows of one ticket together, and keeps one ticket in memory at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import NamedTuple

from .mappings import named
from .quarantine import Reason, Rejected
from .reading import ForeignFile, Row, Survey


class Case(NamedTuple):
    """All rows of one ticket, in the order in which the file says they happened."""

    ticket: str
    rows: list[Row]


def cases(
    file: ForeignFile, known: Survey, *, reject: Callable[[Iterable[Rejected]], None]
) -> Iterator[Case]:
    """Yield the tickets of *file*; rows that belong to none go to *reject*.

    If the rows of some ticket are scattered over the file, they are first brought
    together in a temporary file on disk.
    """
    sound = _sound(file, reject)
    rows = _gathered(sound) if known.is_scattered else sound
    for ticket, found in groupby(rows, key=lambda each: each[0]):
        together = [row for _, row in found]
        if file.mapping.file.newest_first:
            together.reverse()
        yield Case(ticket, together)


def _sound(
    file: ForeignFile, reject: Callable[[Iterable[Rejected]], None]
) -> Iterator[tuple[str, Row]]:
    for row in file.rows():
        if row.fault:
            reject([Rejected(row, Reason.MALFORMED, row.fault)])
        elif not (ticket := file.ticket_of(row)):
            reject([Rejected(row, Reason.NO_TICKET, f"{named(file.mapping.number)} is missing")])
        elif not ticket.isprintable():
            because = f"{ticket!r} holds characters that no number has"
            reject([Rejected(row, Reason.NO_TICKET, because)])
        else:
            yield ticket, row


def _gathered(rows: Iterable[tuple[str, Row]]) -> Iterator[tuple[str, Row]]:
    with closing(sqlite3.connect("")) as spool:  # A file without a name, gone when closed.
        spool.execute("CREATE TABLE spool (ticket TEXT, number INTEGER, told TEXT)")
        spool.executemany(
            "INSERT INTO spool VALUES (?, ?, ?)",
            ((ticket, row.number, json.dumps(row.values)) for ticket, row in rows),
        )
        spool.execute("CREATE INDEX by_ticket ON spool (ticket, number)")
        for ticket, number, told in spool.execute(
            "SELECT ticket, number, told FROM spool ORDER BY ticket, number"
        ):
            yield ticket, Row(number, json.loads(told))
