"""OCEL 2.0 as a SQLite file: a table for each kind of event and of record."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from ...domain.events import Recorded
from .facts import facts_of, name_of
from .ocel import Met

_TABLES = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type(ocel_type));
CREATE TABLE object (
    ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type(ocel_type)
);
CREATE TABLE event_object (
    ocel_event_id TEXT REFERENCES event(ocel_id),
    ocel_object_id TEXT REFERENCES object(ocel_id),
    ocel_qualifier TEXT,
    PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier)
);
CREATE TABLE object_object (
    ocel_source_id TEXT REFERENCES object(ocel_id),
    ocel_target_id TEXT REFERENCES object(ocel_id),
    ocel_qualifier TEXT,
    PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier)
);
"""
_BEGINNING_OF_TIME = "1970-01-01 00:00:00"  # What OCEL writes of records without a history.


class OcelFileExistsError(FileExistsError):
    """A file of that name is there already."""


def write_ocel_sqlite(history: Iterable[Recorded], file: str | Path) -> int:
    """Write *history* to the new database *file*, and return how many events it has.

    Raises:
        OcelFileExistsError: If there is such a file; nothing was changed in it.
    """
    if Path(file).exists():
        msg = f"{file} exists; expected the name of a new file"
        raise OcelFileExistsError(msg)
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(_TABLES)
        return _fill(database, history)


def _fill(database: sqlite3.Connection, history: Iterable[Recorded]) -> int:
    met, columns, count = Met(), dict[str, list[str]](), 0
    for recorded in history:
        _insert(database, recorded, met, columns)
        count += 1
    for subject, kind in met.objects.items():
        database.execute("INSERT INTO object VALUES (?, ?)", (subject, kind))
    for kind in sorted(set(met.objects.values())):
        table = _table("object", kind)
        database.execute("INSERT INTO object_map_type VALUES (?, ?)", (kind, _name(kind)))
        database.execute(f"CREATE TABLE {table} (ocel_id TEXT, ocel_time TIMESTAMP)")
        subjects = [(each, _BEGINNING_OF_TIME) for each, of in met.objects.items() if of == kind]
        database.executemany(f"INSERT INTO {table} VALUES (?, ?)", subjects)
    for subject, links in met.links.items():
        database.executemany(
            "INSERT INTO object_object VALUES (?, ?, ?)",
            [(subject, other, qualifier) for other, qualifier in links],
        )
    return count


def _insert(
    database: sqlite3.Connection, recorded: Recorded, met: Met, columns: dict[str, list[str]]
) -> None:
    name = name_of(recorded)
    records, attributes = met.meet(recorded, facts_of(recorded))
    _make_room(database, name, attributes, columns)
    database.execute("INSERT INTO event VALUES (?, ?)", (recorded.id, name))
    database.executemany(
        "INSERT INTO event_object VALUES (?, ?, ?)",
        [(recorded.id, each.id, each.qualifier) for each in records],
    )
    told = {"ocel_id": recorded.id, "ocel_time": _moment(recorded), **attributes}
    names = ", ".join(f'"{each}"' for each in told)
    marks = ", ".join("?" * len(told))
    database.execute(
        f"INSERT INTO {_table('event', name)} ({names}) VALUES ({marks})", list(told.values())
    )


def _make_room(
    database: sqlite3.Connection,
    name: str,
    attributes: Iterable[str],
    columns: dict[str, list[str]],
) -> None:
    table = _table("event", name)
    if name not in columns:
        columns[name] = []
        database.execute("INSERT INTO event_map_type VALUES (?, ?)", (name, _name(name)))
        database.execute(f"CREATE TABLE {table} (ocel_id TEXT PRIMARY KEY, ocel_time TIMESTAMP)")
    for each in attributes:
        if each not in columns[name]:
            columns[name].append(each)
            database.execute(f'ALTER TABLE {table} ADD COLUMN "{each}" TEXT')


def _moment(recorded: Recorded) -> str:
    return recorded.occurred_at.replace(tzinfo=None).isoformat(sep=" ")


def _table(prefix: str, kind: str) -> str:
    return f'"{prefix}_{_name(kind)}"'


def _name(kind: str) -> str:
    """Return *kind* as a name of a table: ``TicketOpened`` of ``ticket.opened``."""
    return "".join(part.capitalize() for part in kind.replace(".", "_").split("_"))
