"""The traps of eventsourcing 9.5.6 and of SQLite: how one falls in, and that we do not."""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import attrs
import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    IntegrityError,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    Tracking,
)
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore, SQLiteProcessRecorder

from servicecore.storage import (
    AlreadyTrackedError,
    Change,
    ConflictError,
    Follower,
    Patience,
    open_log,
)
from servicecore.testing.conformance.events import CATALOGUE, FOLD, LIN, Opened, noted, opened
from servicecore.testing.conformance.followers import Count, counted


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/log.db"


@pytest.fixture
def log(url):
    with open_log(url, catalogue=CATALOGUE) as log:
        yield log


@pytest.fixture
def stock(tmp_path):
    """Return a way to make stock recorders on one file."""
    made = []

    def make(recorder_class=SQLiteApplicationRecorder):
        made.append(SQLiteDatastore(str(tmp_path / "stock.db")))
        recorder = recorder_class(made[-1])
        recorder.create_table()
        return recorder

    yield make
    for each in made:
        each.close()


def stored(stream=None, version=1):
    return StoredEvent(stream or uuid4(), version, "topic", b"{}")


class TestTablesAreShared:
    """All stock applications of a file write to one table."""

    def test_stock(self, stock):
        one, other = stock(), stock()
        one.insert_events([stored()])

        assert 1 == other.max_notification_id()

    def test_ours_has_tables_for_each_log(self, url, log):
        log.append(opened("case/1"), provenance=LIN)

        with open_log(url, log="other", catalogue=CATALOGUE) as other:
            assert 0 == other.head()


class TestRowIdsAreGivenAgain:
    """Without AUTOINCREMENT, SQLite gives the id of a removed row to the next."""

    def test_stock(self, stock, tmp_path):
        recorder = stock()
        recorder.insert_events([stored(), stored()])
        _delete(tmp_path / "stock.db", "stored_events", 2)

        assert [2] == recorder.insert_events([stored()])

    def test_ours_goes_on_counting(self, log, tmp_path):
        log.append(opened("case/1", "a"), provenance=LIN)
        _delete(tmp_path / "log.db", "log_events", 2)

        assert 3 == log.append(opened("case/2"), provenance=LIN).position


def _delete(path, table, position):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (position,))
    connection.close()


class TestNoSubscriptions:
    """Stock SQLite cannot be followed live."""

    def test_stock(self, stock):
        with pytest.raises(NotImplementedError):
            stock().subscribe()

    def test_ours_can(self, log):
        log.append(opened("case/1"), provenance=LIN)

        assert "case/1#1" == next(log.subscribe()).id


class TestCopyingALiveFile:
    """What is in the write-ahead log is not in a copy of the file."""

    def test_a_copy_of_the_file_loses_events_and_a_backup_does_not(self, log, tmp_path):
        for n in range(80):
            log.append(opened(f"case/{n}"), provenance=LIN)

        shutil.copy(tmp_path / "log.db", tmp_path / "copy.db")
        log.backup(str(tmp_path / "backup.db"))

        assert _count(tmp_path / "copy.db") < 80
        assert 80 == _count(tmp_path / "backup.db")
        with open_log(f"sqlite:///{tmp_path}/backup.db", catalogue=CATALOGUE) as backup:
            assert list(log.rows_since(0)) == list(backup.rows_since(0))


def _count(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT COUNT(*) FROM log_events").fetchone()[0]
    except sqlite3.OperationalError:  # Not even the table had left the write-ahead log.
        return 0
    finally:
        connection.close()


class Broken(Projection[POPOTrackingRecorder]):
    """A read model that cannot bear its first event."""

    def process_event(self, _, tracking):
        if tracking.notification_id == 1:
            raise LookupError
        self.view.insert_tracking(tracking)


class TestOneExceptionEndsTheRunner:
    """A stock projection that fails once is over; the events behind it are never seen."""

    def test_stock(self):
        runner = ProjectionRunner(
            application_class=Application, projection_class=Broken, view_class=POPOTrackingRecorder
        )
        with runner:
            runner.app.save(Aggregate())
            runner.app.save(Aggregate())
            with pytest.raises(LookupError):
                runner.run_forever(timeout=60)
            assert runner.projection.view.max_tracking_id(runner.app.name) is None

    def test_ours_sets_the_event_aside_and_goes_on(self, log):
        log.append(opened("case/1", "poison"), opened("case/2", "a"), provenance=LIN)
        quick = Patience(tries=2, first=timedelta())

        assert 4 == Follower(log, "count", Count("poison"), patience=quick).catch_up()
        assert {"case/1": 1, "case/2": 2} == counted(log)


class TestWaitingForAFilteredReader:
    """A reader of some topics never tracks the others, so waiting for the head is in vain."""

    def test_stock(self):
        tracking = POPOTrackingRecorder()
        application = Application()
        application.save(Aggregate())
        seen = application.recorder.select_notifications(1, 10, topics=["some.other"])
        for each in seen:
            tracking.insert_tracking(Tracking(application.name, each.id))

        head = application.recorder.max_notification_id()
        with pytest.raises(TimeoutError):
            tracking.wait(application.name, head, timeout=0.01)

    def test_ours_reads_all_and_tracks_the_whole_batch(self, log):
        log.append(opened("case/1", "a"), provenance=LIN)

        def openings(rows, events):
            for each in (each for each in events if isinstance(each.event, Opened)):
                rows.put_many([(each.subject, None, b"")])

        assert log.head() == Follower(log, "openings", openings).catch_up()


class TestTrackingWithSave:
    """Application.save() does not take the tracking that its recorder could store."""

    def test_stock(self):
        application = Application()
        with pytest.raises(TypeError, match="multiple values for keyword argument 'tracking'"):
            application.save(Aggregate(), tracking=Tracking("upstream", 1))

    def test_ours_stores_both_in_one_transaction(self, log):
        log.append(opened("case/1"), provenance=LIN, tracking=("upstream", 1))

        with pytest.raises(AlreadyTrackedError):
            log.append(opened("case/2"), provenance=LIN, tracking=("upstream", 1))
        assert 1 == log.head()


class TestASnapshotThatFails:
    """The stock command fails though its events are stored; a retry would do it twice."""

    def test_stock(self):
        class Snapshotting(Application):
            snapshotting_intervals = {Aggregate: 1}  # noqa: RUF012

            def take_snapshot(self, *_, **__):
                raise OSError

        application = Snapshotting()
        with pytest.raises(OSError):  # noqa: PT011
            application.save(Aggregate())
        assert 1 == application.recorder.max_notification_id()

    def test_ours_never_costs_a_command(self, log, monkeypatch):
        def fail(*args, **kwargs):
            raise OSError

        monkeypatch.setattr(type(log.storage), "keep_snapshot", fail)
        often = attrs.evolve(FOLD, snapshot_every=1)
        log.append(opened("case/1", "a"), provenance=LIN)

        receipt = log.execute("case/1", lambda _: [noted("b")], fold=often, provenance=LIN)

        assert 3 == receipt.position == log.head()
        assert 3 == log.load("case/1", often)[1]


class TestUniqueIsNotContiguous:
    """Stock recorders take version 7 of a history that has none."""

    def test_stock(self, stock):
        recorder = stock()
        stream = uuid4()
        recorder.insert_events([stored(stream, 7)])

        assert [7] == [each.originator_version for each in recorder.select_events(stream)]

    def test_ours_refuses_the_gap(self, log):
        with pytest.raises(ConflictError, match="expected 6 events in its history, found 0"):
            log.append(Change("case/1", [noted("x")], after=6), provenance=LIN)


class TestIntegrityErrorMeansTwoThings:
    """Stock: already tracked, or somebody was faster? The error does not say."""

    def test_stock(self, stock):
        recorder = stock(SQLiteProcessRecorder)
        stream = uuid4()
        recorder.insert_events([stored(stream)], tracking=Tracking("upstream", 1))

        for again in ([stored(stream)], [stored()]):
            with pytest.raises(IntegrityError):
                recorder.insert_events(again, tracking=Tracking("upstream", 1))

    def test_ours_has_a_name_for_each(self, log):
        log.append(opened("case/1"), provenance=LIN, tracking=("upstream", 1))

        with pytest.raises(ConflictError):
            log.append(opened("case/1"), provenance=LIN, tracking=("upstream", 2))
        with pytest.raises(AlreadyTrackedError):
            log.append(opened("case/2"), provenance=LIN, tracking=("upstream", 1))


class TestSlottedClasses:
    """The stock mapper reads vars(event), which attrs classes do not have."""

    def test_stock(self):
        @attrs.frozen
        class Slotted:
            originator_id: object
            originator_version: int
            timestamp: datetime

        event = Slotted(uuid4(), 1, datetime.now(timezone.utc))
        with pytest.raises(TypeError, match="__dict__"):
            Mapper(JSONTranscoder()).to_stored_event(event)

    def test_ours_reads_the_declared_fields(self, log):
        assert not hasattr(Opened(), "__dict__")
        log.append(opened("case/1"), provenance=LIN)

        assert Opened() == log.history("case/1")[0].event


def test_the_environment_of_these_tests_is_safe():
    assert not [name for name in os.environ if "ENABLE_DB_FUNCTIONS" in name]
