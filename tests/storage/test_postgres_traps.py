"""The traps of eventsourcing 9.5.6 on PostgreSQL: how one falls in, and that we do not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event, Thread
from time import sleep
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import (
    PostgresApplicationRecorder,
    PostgresDatastore,
    PostgresProcessRecorder,
    PostgresSubscription,
)

from servicecore.storage import AlreadyTrackedError, BusyError, bell, migrate_log, open_log
from servicecore.storage.postgres_bell import ListeningBell
from servicecore.testing.conformance.events import CATALOGUE, LIN, opened
from tests.waiting import PATIENCE, until

SCHEMAS = count(1)
LONG = 10 * PATIENCE


@pytest.fixture
def url(postgresql):
    return postgresql.fresh()


@pytest.fixture
def log(url):
    with open_log(url, catalogue=CATALOGUE) as log:
        yield log


@pytest.fixture
def elsewhere(postgresql):
    """Return a connection of another program."""
    with postgresql.connect() as connection:
        yield connection


@pytest.fixture
def stock(postgresql):
    """Return a way to make stock recorders, in a schema of their own."""
    made = []
    schema = f"stock_{next(SCHEMAS)}"
    with postgresql.connect() as connection:
        connection.execute(f"CREATE SCHEMA {schema}")

    def make(recorder_class=PostgresApplicationRecorder, **options):
        where = {"dbname": "postgres", "host": str(postgresql.folder), "port": "5432"}
        datastore = PostgresDatastore(
            **where, user="postgres", password="", schema=schema, max_overflow=9, **options
        )
        made.append(datastore)
        names = {"events_table_name": "events"}
        if recorder_class is PostgresProcessRecorder:
            names["tracking_table_name"] = "tracking"
        return recorder_class(datastore, **names)

    make.schema = schema
    yield make
    for each in made:
        each.close()


def stored(stream=None, version=1):
    return StoredEvent(stream or uuid4(), version, "topic", b"{}")


class TestAnEventThatAReaderNeverSees:
    """With database functions (POSTGRES_ENABLE_DB_FUNCTIONS), nobody waits for anybody."""

    def test_stock(self, stock, elsewhere):
        recorder = stock(enable_db_functions=True)
        recorder.create_table()
        slowly = (
            f"SELECT {stock.schema}.es_insert_events_uuid(ARRAY[ROW(gen_random_uuid(), 1, "
            f"'slow', '')::{stock.schema}.stored_event_uuid])"
        )

        with elsewhere.transaction():
            elsewhere.execute(slowly)  # Takes position 1, and is not finished yet,
            recorder.insert_events([stored()])
            seen = recorder.select_notifications(1, 10)  # when a reader comes by.

        assert [2] == [each.id for each in seen]
        assert [] == recorder.select_notifications(3, 10)  # He goes on behind it.
        assert 2 == len(recorder.select_notifications(1, 10))

    def test_ours_lets_nobody_overtake(self, url, log):
        """Whoever writes is alone from his first look at the log until everybody can see it."""
        with open_log(url, wait=0.2, catalogue=CATALOGUE) as other:

            def slowly(writing):
                writing.insert([("0" * 32, *writing.newest()[2:])])
                with pytest.raises(BusyError):
                    other.append(opened("case/2"), provenance=LIN)
                assert other.head() == 1

            log.append(opened("case/1"), provenance=LIN)
            log.storage.write(slowly)
            assert 3 == other.append(opened("case/2"), provenance=LIN).position


class TestTrackingIsDropped:
    """With database functions, a follower's position is not stored, and nobody says so."""

    def test_stock(self, stock):
        recorder = stock(PostgresProcessRecorder, enable_db_functions=True)
        recorder.create_table()
        recorder.insert_events([stored()], tracking=Tracking("upstream", 7))

        assert recorder.max_tracking_id("upstream") is None

    def test_ours_is_stored_with_the_events(self, log):
        log.append(opened("case/1"), provenance=LIN, tracking=("upstream", 7))

        with pytest.raises(AlreadyTrackedError):
            log.append(opened("case/2"), provenance=LIN, tracking=("upstream", 7))
        assert (7, 1) == (log.storage.tracked("upstream"), log.head())


class TestAnEventBeforeTheFirstLISTEN:
    """What is recorded after the first look and before the first LISTEN waits for the next."""

    def test_stock(self, stock, elsewhere):
        recorder, go, looked = stock(), Event(), Event()
        recorder.create_table()

        class Late(PostgresSubscription):
            def _listen(self):
                go.wait(PATIENCE)
                super()._listen()

            def _pull(self):
                super()._pull()
                looked.set()

        seen = []
        with Late(recorder) as subscription:
            Thread(target=lambda: seen.extend(each.id for each in subscription)).start()
            assert looked.wait(PATIENCE)  # It has found nothing.
            recorder.insert_events([stored()])
            until_nobody_listens(elsewhere)
            go.set()
            until_somebody_listens(elsewhere)
            sleep(0.2)
            assert seen == []
            recorder.insert_events([stored()])
            until(lambda: len(seen) > 1)
        assert seen == [1, 2]

    def test_ours_listens_before_it_looks(self, url, log, monkeypatch):
        look_hardly_ever(monkeypatch)
        listen, go = ListeningBell._listen, Event()

        def late(self):
            go.wait(PATIENCE)
            listen(self)

        monkeypatch.setattr(ListeningBell, "_listen", late)
        with open_log(url, catalogue=CATALOGUE) as other, ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(log.wait, 1, timeout=LONG)
            sleep(0.2)
            other.append(opened("case/1"), provenance=LIN)
            go.set()

            assert 1 == waiting.result(PATIENCE)  # The wait itself would look again much later.

    def test_ours_is_told_by_whoever_writes(self, url, log, elsewhere, monkeypatch):
        look_hardly_ever(monkeypatch)
        with open_log(url, catalogue=CATALOGUE) as other, ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(log.wait, 1, timeout=LONG)
            until_somebody_listens(elsewhere, log.storage._server.options.channel)
            sleep(0.3)  # It has looked since, for what was recorded before.
            other.append(opened("case/1"), provenance=LIN)

            assert 1 == waiting.result(PATIENCE)  # The wait itself would look again much later.


def look_hardly_ever(monkeypatch):
    """See to it that looking now and then helps nobody here."""
    monkeypatch.setattr(bell, "_POLL", LONG)
    monkeypatch.setattr("servicecore.storage.postgres_bell._LISTENING", LONG)


def listeners(elsewhere, channel=""):
    """Return whoever listens; one who has just hung up may be among them for a moment."""
    listening = "SELECT pid FROM pg_stat_activity WHERE query ~ %s AND state = 'idle'"
    return elsewhere.execute(listening, (f"^LISTEN .*{channel}",)).fetchall()


def until_nobody_listens(elsewhere):
    until(lambda: not listeners(elsewhere))


def until_somebody_listens(elsewhere, channel=""):
    until(lambda: listeners(elsewhere, channel))


class TestAListenerThatLosesItsConnection:
    """Stock: the subscription is over."""

    def test_stock(self, stock, elsewhere):
        recorder = stock()
        recorder.create_table()
        until_nobody_listens(elsewhere)

        def follow():
            with recorder.subscribe() as subscription:
                _hang_up_on_listeners(elsewhere)
                recorder.insert_events([stored()])
                list(subscription)

        with pytest.raises(Exception, match=r"terminat|closed|lost"):
            follow()

    def test_ours_connects_again_and_listens_on(self, url, log, elsewhere, monkeypatch):
        look_hardly_ever(monkeypatch)
        with open_log(url, catalogue=CATALOGUE) as other, ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(log.wait, 1, timeout=LONG)
            channel = log.storage._server.options.channel
            _hang_up_on_listeners(elsewhere, channel)
            _hang_up_on_listeners(elsewhere, channel)  # It had listened again.
            other.append(opened("case/1"), provenance=LIN)

            assert 1 == waiting.result(PATIENCE)  # The wait itself would look again much later.


def _hang_up_on_listeners(elsewhere, channel=""):
    for (pid,) in until(lambda: listeners(elsewhere, channel)):
        [(gone,)] = elsewhere.execute("SELECT pg_terminate_backend(%s, 60000)", (pid,))
        assert gone


class TestSeveralProgramsThatStartAtOnce:
    """Each stock program makes its tables when it starts, even if they are there."""

    def test_stock(self, stock, elsewhere):
        one, other = stock(), stock()
        one.create_table()
        waits = "SELECT 1 FROM pg_locks WHERE NOT granted"
        with ThreadPoolExecutor(1) as pool:
            with one.datastore.transaction(commit=True) as starting:
                one._create_table(starting)
                also_starting = pool.submit(other.create_table)
                until(lambda: elsewhere.execute(waits).fetchall())
            with pytest.raises(Exception, match="tuple concurrently updated"):
                also_starting.result(PATIENCE)

    def test_ours_only_look_and_whoever_makes_them_is_alone(self, postgresql):
        url = postgresql.url("started")

        def start(_):
            migrate_log(url)
            with open_log(url, catalogue=CATALOGUE) as log:
                return log.head()

        with ThreadPoolExecutor(8) as pool:
            assert [0] * 24 == list(pool.map(start, range(24)))
