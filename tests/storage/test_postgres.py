"""What is special about a log in PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event, Thread
from time import sleep

import pytest
from psycopg.pq import TransactionStatus

from servicecore.storage import (
    AlreadyTrackedError,
    BrokenHistoryError,
    BusyError,
    Change,
    ClosedError,
    ConflictError,
    MissingExtraError,
    NewerSchemaError,
    NotOurDatabaseError,
    ReadOnlyError,
    UnknownStorageError,
    UnknownTableError,
    UnmigratedError,
    UnreachableStorageError,
    VersionInUseError,
    migrate_log,
    open_log,
)
from servicecore.storage import postgres_schema as schema
from servicecore.testing.conformance.events import CATALOGUE, FOLD, LIN, noted, opened
from tests import postgresql as server_of_tests
from tests.cli.conftest import servicecore
from tests.postgresql import CARELESS, Cluster
from tests.waiting import PATIENCE, until


@pytest.fixture
def url(postgresql):
    return postgresql.fresh()


@pytest.fixture
def log(url):
    with open_log(url, catalogue=CATALOGUE) as log:
        yield log


@pytest.fixture
def elsewhere(postgresql, log):
    """Return a connection of another program that looks at the same schema."""
    with postgresql.connect() as connection:
        connection.execute(f"SET search_path = {log.storage._server.options.schema}")
        yield connection


def ask(connection, statement, *values):
    return connection.execute(statement, values).fetchall()


class TestTenants:
    """A schema is a house of its own: what happens in one is not seen in another."""

    def test_two_schemas_share_nothing(self, postgresql):
        with (
            open_log(postgresql.fresh(), catalogue=CATALOGUE) as one,
            open_log(postgresql.fresh(), catalogue=CATALOGUE) as other,
        ):
            one.append(opened("case/1", "a"), provenance=LIN, tracking=("policy", 7))
            with one.tables.batch("waits", 1, upto=2) as rows:
                rows.put_many([("a", 1, b"A")])
            one.take_snapshot("case/1", FOLD)

            assert (2, 0) == (one.head(), other.head())
            assert other.history("case/1") == []
            assert other.storage.tracked("policy") is None
            assert other.tables.status() == []
            assert 1 == other.append(opened("case/1"), provenance=LIN).position

    def test_a_tenant_is_not_woken_by_another(self, postgresql):
        with (
            open_log(postgresql.fresh(), catalogue=CATALOGUE) as one,
            open_log(postgresql.fresh(), catalogue=CATALOGUE) as other,
        ):
            assert one.storage._server.options.channel != other.storage._server.options.channel

    def test_two_logs_share_a_schema_and_nothing_else(self, url):
        migrate_log(f"{url}&log=other")
        with (
            open_log(url, catalogue=CATALOGUE) as one,
            open_log(url, log="other", catalogue=CATALOGUE) as other,
        ):
            one.append(opened("case/1", "a"), provenance=LIN)
            other.append(opened("case/1"), provenance=LIN)

            assert (2, 1) == (one.head(), other.head())

    def test_a_user_of_one_cannot_look_into_another(self, postgresql, log):
        with postgresql.connect() as connection:
            connection.execute("CREATE ROLE stranger LOGIN")
        mine = postgresql.url("strange", user="stranger")
        with postgresql.connect() as connection:
            connection.execute("CREATE SCHEMA strange AUTHORIZATION stranger")
        migrate_log(mine)  # He may make tables in his schema, though not schemas.
        log.append(opened("case/1"), provenance=LIN)

        theirs = log.storage._server.options.schema
        with pytest.raises(ReadOnlyError, match=r"denied for schema .*let the owner GRANT"):
            open_log(postgresql.url(theirs, user="stranger"))
        with open_log(mine, catalogue=CATALOGUE) as own:
            assert own.head() == 0


class TestWhatDoesNotFit:
    """Whatever is wrong is said at once, in one sentence."""

    def test_the_extra_is_missing(self):
        script = (
            "import sys; sys.modules['psycopg'] = None\n"
            "from servicecore.storage import open_log\n"
            "try: open_log('postgresql:///x')\n"
            "except Exception as error: print(type(error).__name__, error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )

        assert done.stdout.startswith(MissingExtraError.__name__)
        assert "pip install 'servicecore[postgres]'" in done.stdout

    def test_the_server_is_down(self, tmp_path):
        with pytest.raises(UnreachableStorageError, match=f"{tmp_path}.*No such file"):
            open_log(f"postgresql:///service?host={tmp_path}")

    def test_there_is_no_such_database(self, postgresql):
        with pytest.raises(UnreachableStorageError, match='database "nowhere" does not exist'):
            open_log(postgresql.url().replace("/postgres?", "/nowhere?"))

    def test_nobody_has_made_the_tables(self, postgresql):
        url = postgresql.url("unmade")
        with pytest.raises(UnmigratedError, match=r"no tables .*'unmade'.*servicecore log migrate"):
            open_log(url)
        with postgresql.connect() as connection:
            found = ask(connection, "SELECT 1 FROM pg_namespace WHERE nspname = 'unmade'")
        assert found == []  # Looking makes nothing.

    def test_a_later_version_made_them(self, url, elsewhere):
        elsewhere.execute("UPDATE servicecore_logs SET schema = 99")

        for use in (open_log, migrate_log):
            with pytest.raises(NewerSchemaError, match=rf"99 .*{len(schema.STEPS)}: install"):
                use(url)

    def test_the_database_keeps_text_in_another_way(self, postgresql):
        with postgresql.connect() as connection:
            connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'")
        url = postgresql.url().replace("/postgres?", "/latin?")

        for use in (open_log, migrate_log):
            with pytest.raises(NotOurDatabaseError, match="LATIN1; a log needs UTF8"):
                use(url)

    def test_a_user_who_may_only_read(self, postgresql, log, elsewhere):
        where = log.storage._server.options.schema
        elsewhere.execute(
            f"CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA {where} TO reader; "
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {where} TO reader"
        )
        log.append(opened("case/1"), provenance=LIN)

        with open_log(postgresql.url(where, user="reader"), catalogue=CATALOGUE) as reading:
            assert 1 == len(reading.history("case/1"))
            with pytest.raises(ReadOnlyError, match="permission denied for table log_head; "):
                reading.append(opened("case/2"), provenance=LIN)
            with pytest.raises(ReadOnlyError), reading.tables.batch("waits", 1, upto=1):
                pass

    def test_a_log_opened_for_reading_only(self, url, log):
        log.append(opened("case/1"), provenance=LIN)

        with open_log(url, mode="ro", catalogue=CATALOGUE) as reading:
            assert 1 == len(reading.history("case/1"))
            with pytest.raises(ReadOnlyError, match="opened for reading only"):
                reading.append(opened("case/2"), provenance=LIN)
            with pytest.raises(ReadOnlyError), reading.tables.batch("waits", 1, upto=1):
                pass
            with pytest.raises(ReadOnlyError, match="read-only"):
                _meddle(reading, "DELETE FROM {schema}.log_events")

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ("schema=My+Tenant", "'My Tenant'"),
            ("schema=x%22;drop", 'x\\\\";drop|x";drop'),
            ("log=My+Log", "'My Log'"),
            ("wait=soon", "'soon'"),
            ("connections=0", "1 or more, got 0"),
            ("connections=many", "'many'"),
            ("synchronous=normal", "'normal' is not among full, off"),
            ("shcema=x", 'invalid URI query parameter: "shcema"'),
        ],
    )
    def test_an_option_that_nobody_knows(self, options, said):
        with pytest.raises(UnknownStorageError, match=said):
            open_log(f"postgresql://nowhere.invalid/service?{options}")

    def test_no_message_tells_a_password(self, tmp_path):
        url = f"postgresql://lin:secret@/service?host={tmp_path}&password=secret"
        with pytest.raises(UnreachableStorageError) as refused:
            open_log(url)
        assert "secret" not in str(refused.value)

    def test_a_closed_log_says_so(self, url):
        log = open_log(url, catalogue=CATALOGUE)
        log.close()

        with pytest.raises(ClosedError):
            log.head()
        with pytest.raises(ClosedError):
            log.append(opened("case/1"), provenance=LIN)

    def test_a_read_model_that_was_dropped_while_it_was_read(self, log):
        with log.tables.batch("waits", 1, upto=1) as rows:
            rows.put_many([("a", 1, b"A")])
        waits = log.tables.read("waits", 1)
        log.tables.drop("waits", 1)

        with pytest.raises(UnknownTableError, match="version 1 of 'waits'"):
            waits.get_many(["a"])

    def test_a_version_whose_way_into_use_is_not_over_is_not_dropped(self, url, elsewhere):
        """A client may be dead while its last statement is still carried out."""
        with open_log(url, wait=PATIENCE) as log, ThreadPoolExecutor(1) as pool:
            tables = log.tables
            for version in (1, 2):
                with tables.batch("waits", version, upto=1) as rows:
                    rows.put_many([("a", 1, b"A")])
            with elsewhere.transaction():
                tables._one_at_a_time(elsewhere, "waits")
                sql = "UPDATE log_models SET active = (version = 2) WHERE name = 'waits'"
                elsewhere.execute(sql)
                dropped = pool.submit(tables.drop, "waits", 2)
                sleep(0.05)
                assert not dropped.done()
            assert isinstance(dropped.exception(PATIENCE), VersionInUseError)

            assert list(tables.read("waits").scan()) == [("a", 1, b"A")]

    def test_the_longest_names_do_not_run_into_each_other(self, log):
        for last in "xy":
            with log.tables.batch(f"{'a' * 50}{last}", 1, upto=1) as rows:
                rows.put_many([("key", 1, last.encode())])

        for last in "xy":
            model = log.tables.read(f"{'a' * 50}{last}", 1)
            assert {"key": last.encode()} == model.get_many(["key"])

    def test_a_value_that_the_database_cannot_keep_is_no_trouble_with_the_storage(self, log):
        """So a follower sets such an event aside instead of waiting for ever."""
        with (
            pytest.raises(Exception, match="NUL") as refused,
            log.tables.batch("waits", 1, upto=1) as rows,
        ):
            rows.put_many([("a\x00", 1, b"A")])
        assert not isinstance(refused.value, UnreachableStorageError)


def _meddle(log, statement):
    server = log.storage._server
    with server.lent() as connection:
        connection.execute(statement.format(schema=server.options.schema))


class TestMigrating:
    """Tables are made once, by whoever may, however many try at once."""

    def test_many_at_once(self, postgresql):
        url = postgresql.url("many")
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(lambda _: migrate_log(url), range(8)))

        assert [None] + 7 * [2] == sorted((each.found for each in done), key=bool)
        assert 1 == sum(bool(each.statements) for each in done)
        open_log(url).close()

    def test_two_logs_of_one_new_schema_at_once(self, postgresql, monkeypatch):
        url = postgresql.url("shared")
        plan, both = schema._planned, Barrier(2)

        def plan_with_the_other(*args):
            planned = plan(*args)
            with suppress(BrokenBarrierError):  # Whoever is alone, waits in vain for the other.
                both.wait(timeout=0.3)
            return planned

        monkeypatch.setattr(schema, "_planned", plan_with_the_other)
        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(migrate_log, [url, f"{url}&log=other"]))

        assert [None, None] == [each.found for each in done]
        open_log(url).close()
        open_log(url, log="other").close()

    def test_a_dry_run_only_tells(self, postgresql):
        url = postgresql.url("dry")

        told = migrate_log(url, dry_run=True)

        assert "CREATE SCHEMA" in told.statements[0]
        assert any('dry".log_events' in each for each in told.statements)
        with pytest.raises(UnmigratedError):
            open_log(url)

    def test_what_it_tells_is_what_it_does(self, postgresql):
        url = postgresql.url("told")
        with postgresql.connect() as connection:
            for statement in migrate_log(url, dry_run=True).statements:
                connection.execute(statement)

        with open_log(url, catalogue=CATALOGUE) as log:
            assert 1 == log.append(opened("case/1"), provenance=LIN).position

    def test_an_older_log_is_brought_up_to_date_and_keeps_everything(
        self, url, log, elsewhere, monkeypatch
    ):
        log.append(opened("case/1", "a"), provenance=LIN)
        added = "ALTER TABLE {events} ADD COLUMN weight INTEGER"
        monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, added))

        with pytest.raises(UnmigratedError, match=r"has schema 2 .* schema 3 is needed"):
            open_log(url)
        migration = migrate_log(url)

        assert (2, 3) == (migration.found, migration.schema)
        assert [(1, None), (2, None)] == ask(elsewhere, "SELECT position, weight FROM log_events")
        assert () == migrate_log(url).statements

    def test_a_step_that_fails_leaves_nothing_half_done(self, url, elsewhere, monkeypatch):
        steps = "CREATE TABLE {events}_more (x INTEGER);\nSELECT 1 / 0"
        monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, steps))

        with pytest.raises(Exception, match="division by zero"):
            migrate_log(url)

        assert [(2,)] == ask(elsewhere, "SELECT schema FROM servicecore_logs")
        assert [(None,)] == ask(elsewhere, "SELECT to_regclass('log_events_more')")

    def test_from_a_shell(self, postgresql):
        url = postgresql.url("shell")

        told = servicecore("log", "migrate", "--dry-run", "--url", url)
        assert (0, True) == (told.code, 'CREATE TABLE "shell".log_events' in told.out)
        assert 1 == servicecore("log", "head", "--url", url).code
        done = servicecore("log", "migrate", "--url", url)
        assert (0, "from no tables to schema 2\n") == (done.code, done.out)
        again = servicecore("log", "migrate", "--url", url)
        assert (0, "nothing to do: the tables are of schema 2\n") == (again.code, again.out)
        assert "0\n" == servicecore("log", "head", "--url", url).out

    def test_sqlite_needs_none(self, tmp_path):
        done = servicecore("log", "migrate", "--url", f"sqlite:///{tmp_path}/service.db")

        assert (0, []) == (done.code, list(tmp_path.iterdir()))
        assert "makes its tables by itself" in done.out


class TestManyWhoWrite:
    """Writers take turns, but not each other's mistakes."""

    def test_one_refusal_does_not_touch_the_others(self, log):
        log.append(opened("case/0"), provenance=LIN)
        busy, go = Event(), Event()

        def hold(_):
            busy.set()
            go.wait(PATIENCE)

        def insert_and_refuse(writing):
            writing.insert([("0" * 32, 1, "case.opened", None, b"{}")])
            raise LookupError

        def append(n):
            return log.append(opened(f"case/{n % 4}"), provenance=LIN).position

        with ThreadPoolExecutor(9) as pool:
            holding = pool.submit(log.storage.write, hold)
            assert busy.wait(PATIENCE)
            waiting = [pool.submit(append, n) for n in range(4)]
            waiting.append(pool.submit(log.storage.write, insert_and_refuse))
            until(lambda: len(log.storage._server.writers.waiting) == len(waiting))
            go.set()
            holding.result()
            refused = [each for each in waiting if each.exception()]

        assert [ConflictError, LookupError] == [type(each.exception()) for each in refused]
        assert [2, 3, 4] == sorted(each.result() for each in waiting if not each.exception())
        assert [1, 2, 3, 4] == [each.position for each in log.since(0)]

    def test_who_waits_too_long_is_told_so(self, url, elsewhere):
        with open_log(url, catalogue=CATALOGUE, wait=0.3) as log:
            with elsewhere.transaction():
                elsewhere.execute("SELECT * FROM log_head FOR UPDATE")
                with pytest.raises(BusyError, match="lock timeout"):
                    log.append(opened("case/1"), provenance=LIN)

            assert 1 == log.append(opened("case/1"), provenance=LIN).position

    def test_more_threads_than_connections(self, url):
        with (
            open_log(url, connections=2, catalogue=CATALOGUE) as log,
            ThreadPoolExecutor(12) as pool,
        ):
            done = list(
                pool.map(lambda n: log.append(opened(f"case/{n}"), provenance=LIN), range(48))
            )
            assert list(range(1, 49)) == sorted(each.position for each in done)

    def test_all_connections_in_use_has_a_name(self, url):
        with open_log(url, connections=1, wait=0.2, catalogue=CATALOGUE) as log:
            with log.storage._server.lent(), pytest.raises(BusyError, match="all 1 connections"):
                log.head()
            assert log.head() == 0

    def test_a_connection_left_in_the_middle_is_not_lent_again(self, log):
        server = log.storage._server
        with server.lent() as left:
            left.execute("BEGIN")
        with server.lent() as fresh:
            assert fresh is not left
            assert fresh.info.transaction_status == TransactionStatus.IDLE
        assert left.closed

    def test_of_two_batches_that_begin_at_once_one_is_refused(self, url, elsewhere):
        def add(key):
            with log.tables.batch("waits", 1, after=0, upto=5) as rows:
                rows.put_many([(key, None, b"")])

        waits = "SELECT 1 FROM pg_locks WHERE NOT granted"

        with open_log(url, wait=PATIENCE) as log, ThreadPoolExecutor(2) as pool:
            with log.tables.batch("waits", 1, upto=0):
                pass
            with elsewhere.transaction():  # Both have looked before either is done.
                elsewhere.execute("SELECT * FROM log_models FOR UPDATE")
                both = [pool.submit(add, key) for key in "ab"]
                until(lambda: len(ask(elsewhere, waits)) == 2)
            refused = [each.exception() for each in both]

            assert [AlreadyTrackedError] == [type(each) for each in refused if each]
            assert 1 == len(list(log.tables.read("waits", 1).scan()))

    def test_a_refused_append_uses_no_position_up(self, log):
        log.append(opened("case/1"), provenance=LIN)
        with pytest.raises(ConflictError):
            log.append(opened("case/2"), opened("case/1"), provenance=LIN)

        assert 2 == log.append(opened("case/2"), provenance=LIN).position

    def test_a_position_is_never_given_again(self, log, elsewhere):
        log.append(opened("case/1", "a", "b"), provenance=LIN)
        elsewhere.execute("DELETE FROM log_events WHERE position > 1")

        assert 1 == log.head()
        receipt = log.append(Change("case/1", [noted("c")], after=1), provenance=LIN)
        assert 4 == receipt.position == log.head()


class TestHistoriesThatSomebodyDamaged:
    """A missing event is told, never folded over."""

    def test_a_gap_is_named(self, log, elsewhere):
        log.append(opened("case/1", "a", "b"), provenance=LIN)
        elsewhere.execute("DELETE FROM log_events WHERE version = 2")

        with pytest.raises(BrokenHistoryError, match="case/1: version 2 is missing"):
            log.load("case/1", FOLD)


class TestOthersWhoRead:
    """An auditor reads rows with SQL."""

    def test_a_view_shows_who_did_what_when(self, log, elsewhere):
        log.append(opened("case/1", "a"), provenance=LIN)

        _, row = ask(
            elsewhere,
            "SELECT position, subject, version, topic, occurred_at, actor, event::text "
            "FROM log_readable ORDER BY position",
        )

        assert (
            2,
            "case/1",
            2,
            "case.noted",
            "2025-03-03T09:00:00+00:00",
            "Lin",
            '{"at":"2025-03-03T09:00:00Z","text":"a"}',
        ) == row

    def test_due_rows_are_found_by_index(self, log, elsewhere):
        with log.tables.batch("waits", 1, upto=1) as rows:
            rows.put_many([("a", 3, b"A")])
        elsewhere.execute("SET enable_seqscan = off")

        plan = ask(
            elsewhere,
            "EXPLAIN SELECT key FROM log_model_waits_v1 "
            "WHERE sort IS NOT NULL AND sort <= 3 ORDER BY sort, key",
        )
        assert "log_model_waits_v1_sort" in str(plan)

    def test_a_copy_is_left_to_better_tools(self, log, tmp_path):
        with pytest.raises(UnreachableStorageError, match="pg_dump"):
            log.backup(str(tmp_path / "copy"))


class TestDurability:
    """A commit survives a power failure unless somebody chose otherwise."""

    def test_a_commit_waits_for_the_disk_even_if_the_database_would_not(self, url, elsewhere):
        elsewhere.execute("CREATE ROLE hasty LOGIN SUPERUSER")
        elsewhere.execute("ALTER ROLE hasty SET synchronous_commit = off")
        asked = "SELECT current_setting('synchronous_commit')"
        where = url.replace("postgres@", "hasty@")

        for option, setting in (("full", "on"), ("off", "off")):
            with open_log(where, synchronous=option) as log:
                assert [(setting,)] == log.storage._server.ask(asked)

    def test_what_was_acknowledged_outlives_the_server(self):
        """With the disk in earnest: the server is killed while eight write."""
        cluster = Cluster()
        try:
            acknowledged = _append_until_it_dies(cluster)
            cluster.start()
            with open_log(cluster.url(), catalogue=CATALOGUE) as log:
                kept = {each.position: each.subject for each in log.since(0)}
                assert list(kept) == list(range(1, len(kept) + 1))
                assert acknowledged.items() <= kept.items()
                assert len(acknowledged) >= 20
                log.append(opened("case/afterwards"), provenance=LIN)
        finally:
            cluster.remove()


def _append_until_it_dies(cluster):
    migrate_log(cluster.url())
    acknowledged = {}

    def write(writer):
        for n in range(100_000):
            subject = f"case/{writer}-{n}"
            try:
                receipt = log.append(opened(subject), provenance=LIN)
            except (UnreachableStorageError, BusyError):
                return
            acknowledged[receipt.position] = subject
            if len(acknowledged) == 20:
                go.set()

    go = Event()
    with (
        open_log(cluster.url(), catalogue=CATALOGUE) as log,
        ThreadPoolExecutor(8) as pool,
    ):
        writing = [pool.submit(write, writer) for writer in range(8)]
        go.wait(PATIENCE)
        cluster.stop("immediate")
        for each in writing:
            each.result()
    return acknowledged


class TestAServerThatComesBack:
    """A restart of the server ends nothing: who reads asks again, who listens listens again."""

    @pytest.fixture
    def cluster(self):
        cluster = Cluster(*CARELESS)
        migrate_log(cluster.url())
        yield cluster
        cluster.remove()

    def test_readers_writers_and_listeners_go_on(self, cluster):
        stop, seen = Event(), []
        with open_log(cluster.url(), catalogue=CATALOGUE) as log:

            def listen():
                seen.extend(each.id for each in log.subscribe(stop=stop))

            log.append(opened("case/1"), provenance=LIN)
            log.wait(1)
            cluster.stop()
            with pytest.raises(UnreachableStorageError):
                log.append(opened("case/2"), provenance=LIN)
            with pytest.raises(UnreachableStorageError):
                log.head()
            cluster.start()

            listener = Thread(target=listen)
            listener.start()
            log.append(opened("case/2"), provenance=LIN)
            cluster.stop("fast")
            cluster.start()
            log.append(opened("case/3"), provenance=LIN)
            until(lambda: len(seen) == 3)
            stop.set()
            listener.join(PATIENCE)

        assert seen == ["case/1#1", "case/2#1", "case/3#1"]


class TestTheServerOfTheseTests:
    """Where there is no PostgreSQL, its tests are left out; in CI, that is a failure."""

    @pytest.mark.parametrize(
        ("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)]
    )
    def test_it_says_what_is_missing(self, monkeypatch, ci, outcome):
        monkeypatch.setattr(server_of_tests, "binaries", lambda: None)
        monkeypatch.setenv("CI", ci)

        with pytest.raises(outcome, match="apt-get install postgresql"):
            Cluster()
