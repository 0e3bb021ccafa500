"""Memory and SQLite keep what the log promises, and so does a recorder behind it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from eventsourcing.popo import POPOProcessRecorder
from eventsourcing.sqlite import SQLiteDatastore, SQLiteProcessRecorder

from servicecore.domain.events import CATALOGUE
from servicecore.storage import EventLog, open_log
from servicecore.storage.memory import MemoryStorage
from servicecore.storage.recorder_storage import RecorderStorage
from servicecore.storage.sqlite import SQLiteStorage
from servicecore.testing.conformance import (
    DurableConformance,
    FollowerConformance,
    LogConformance,
    PolicyConformance,
    TablesConformance,
)
from servicecore.testing.conformance.recorders import recorder_suites


class TestMemory(LogConformance, FollowerConformance, PolicyConformance, TablesConformance):
    @pytest.fixture
    def open_it(self):
        return partial(open_log, "memory:")


class TestSQLite(
    LogConformance, FollowerConformance, PolicyConformance, TablesConformance, DurableConformance
):
    @pytest.fixture
    def url(self, tmp_path):
        return f"sqlite:///{tmp_path}/log.db"

    @pytest.fixture
    def open_it(self, url):
        return partial(open_log, url, synchronous="off")  # Nobody pulls the plug on a test.


class TestReadModelsInAFileOfTheirOwn(FollowerConformance, TablesConformance):
    @pytest.fixture
    def open_it(self, tmp_path):
        here, there = (f"sqlite:///{tmp_path}/{name}.db" for name in ("log", "models"))
        return partial(open_log, here, tables=there, synchronous="off")


class TestARecorderOfEventsourcingBehindOurLog(LogConformance, FollowerConformance):
    """So PostgreSQL and others can follow: their recorders need no change."""

    @pytest.fixture(params=["in memory", "SQLite"])
    def open_it(self, request, tmp_path):
        def open_it(*, catalogue=CATALOGUE, **options):
            storage = in_memory() if request.param == "in memory" else in_sqlite(tmp_path)
            return EventLog(storage, catalogue=catalogue, **options)

        return open_it


def in_memory():
    return RecorderStorage(POPOProcessRecorder())


def in_sqlite(folder):
    datastore = SQLiteDatastore(str(folder / "theirs.db"))
    recorder = SQLiteProcessRecorder(datastore)
    recorder.create_table()
    return RecorderStorage(recorder, close=datastore.close)


def _sqlite(test):
    folder = Path(mkdtemp())
    test.addCleanup(rmtree, folder)
    return SQLiteStorage(str(folder / "log.db"))


def _suites(prefix, open_storage):
    suites = recorder_suites(open_storage)
    return {f"{name}In{prefix}": suite for name, suite in suites.items()}


globals().update(_suites("SQLite", _sqlite))
globals().update(_suites("Memory", lambda _: MemoryStorage()))
