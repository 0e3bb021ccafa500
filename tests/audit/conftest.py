"""Logs to seal, and a hand that changes them behind our back."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import attrs
import pytest

from servicecore.audit.archiving import HistoriesPruned, HistoriesRestored
from servicecore.audit.heads import HeadsRecorded
from servicecore.audit.keys import Signer
from servicecore.audit.sealer import Sealer
from servicecore.domain.events import Catalogue, Provenance, event
from servicecore.domain.moments import instant
from servicecore.storage import Change, Fold, open_log
from tests.postgresql import Cluster

NINE = datetime(2026, 1, 5, 1, tzinfo=timezone.utc)
LIN = Provenance(actor="Lin")
KEY = Signer(name="service.example/log", seed=b"\x07" * 32)
OTHER_KEY = Signer(name=KEY.name, seed=b"\x08" * 32)
CATALOGUE = Catalogue()
CATALOGUE.declare("log.heads_recorded", HeadsRecorded)
CATALOGUE.declare("log.histories_pruned", HistoriesPruned)
CATALOGUE.declare("log.histories_restored", HistoriesRestored)
FOLD = Fold(lambda count, _: (count or 0) + 1, name="count")


@event("ticket.noted", catalogue=CATALOGUE)
class Noted:
    text: str
    at: datetime = instant()


@attrs.frozen
class SQLiteFile:
    """A log in a file; whoever has the file can do what he wants with it."""

    path: Path

    @property
    def url(self):
        return f"sqlite:///{self.path}?synchronous=off"

    def open(self):
        return open_log(self.url, catalogue=CATALOGUE)

    @contextmanager
    def connected(self):
        with closing(sqlite3.connect(self.path, timeout=60)) as connection, connection:
            yield lambda sql, values: connection.execute(sql, values).fetchall()

    def copied(self):
        path = self.path.with_name("copy.db")
        with closing(sqlite3.connect(self.path)) as one, closing(sqlite3.connect(path)) as other:
            one.backup(other)
        return SQLiteFile(path)


@attrs.frozen
class PostgresSchema:
    """A log in a schema; whoever has the rights of its owner can do what he wants with it."""

    cluster: Cluster
    url: str

    @property
    def schema(self):
        return self.url.partition("schema=")[2]

    def open(self):
        return open_log(self.url, catalogue=CATALOGUE)

    @contextmanager
    def connected(self):
        def execute(sql, values):
            done = connection.execute(sql.replace("?", "%s"), values)
            return done.fetchall() if done.description else []

        with self.cluster.connect() as connection, connection.transaction():
            connection.execute(f"SET search_path = {self.schema}")
            yield execute

    def copied(self):
        other = PostgresSchema(self.cluster, self.cluster.fresh())
        with self.connected() as execute:
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", ())  # All of one moment.
            seals = "log_model_seal_v1"
            execute(f"CREATE TABLE {other.schema}.{seals} (LIKE {seals} INCLUDING ALL)", ())
            execute(f"TRUNCATE {other.schema}.log_head", ())
            for table in ("log_events", "log_head", "log_models", seals):
                execute(f"INSERT INTO {other.schema}.{table} SELECT * FROM {table}", ())
        return other


@attrs.frozen
class Hand:
    """Changes what is stored, without the log noticing."""

    place: object

    def execute(self, *statements):
        with self.place.connected() as execute:
            for sql, *values in statements:
                execute(sql, values)

    def ask(self, sql, *values):
        with self.place.connected() as execute:
            return execute(sql, values)

    def rewrite(self, position, old=b"note ", new=b"nota "):
        """Write another text into an event."""
        ((state,),) = self.ask("SELECT state FROM log_events WHERE position = ?", position)
        assert old in bytes(state)
        changed = bytes(state).replace(old, new)
        self.execute(("UPDATE log_events SET state = ? WHERE position = ?", changed, position))

    def delete(self, where):
        self.execute((f"DELETE FROM log_events WHERE {where}",))

    def set_pages(self, page, like):
        """Write something else over pages of the seals."""
        self.execute(("UPDATE log_model_seal_v1 SET value = ? WHERE key LIKE ?", page, like))


# Another storage is another line here, and a class like these.
PLACES = {
    "sqlite": lambda request: SQLiteFile(request.getfixturevalue("tmp_path") / "log.db"),
    "postgresql": lambda request: PostgresSchema(
        cluster := request.getfixturevalue("postgresql"), cluster.fresh()
    ),
}


@pytest.fixture(params=PLACES)
def place(request):
    """A place where a log can be, with nothing there yet."""
    return PLACES[request.param](request)


@pytest.fixture
def hand(place):
    return Hand(place)


@pytest.fixture
def log(place):
    with place.open() as log:
        yield log


def note(log, subject, *texts):
    """Put notes on record, one commit each."""
    for text in texts:
        _, version = log.load(f"ticket/{subject}", FOLD)
        noted = Noted(text=text, at=NINE + timedelta(minutes=version))
        log.append(Change(f"ticket/{subject}", [noted], after=version), provenance=LIN)


def live(log, tickets=4, notes=3):
    """Let several tickets get their notes in turn."""
    for n in range(notes):
        for ticket in range(1, tickets + 1):
            note(log, f"T-{ticket}", f"note {n} of {ticket}")


def seal(log, key=KEY, **options):
    return Sealer(log, key, **options).seal()
