"""What is special about a log in a SQLite file."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest

from servicecore.storage import BrokenHistoryError, BusyError, Change, ConflictError, open_log
from servicecore.storage.tables import Commit
from servicecore.testing.conformance.events import CATALOGUE, FOLD, LIN, noted, opened
from tests.waiting import PATIENCE, until


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.db"


@pytest.fixture
def log(path):
    with open_log(f"sqlite:///{path}", catalogue=CATALOGUE, wait=0.2) as log:
        yield log


@pytest.fixture
def elsewhere(path, log):
    """Return a connection of another program to the same file."""
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def pragma(log, name):
    return log.storage._database.write(
        lambda connection: connection.execute(f"PRAGMA {name}").fetchone()[0]
    )


class TestDurability:
    """A commit survives a power failure unless somebody chose otherwise."""

    def test_by_default_every_commit_reaches_the_disk(self, log):
        assert ("wal", 2) == (pragma(log, "journal_mode"), pragma(log, "synchronous"))

    @pytest.mark.parametrize(("option", "level"), [("normal", 1), ("off", 0), ("full", 2)])
    def test_less_is_an_explicit_choice(self, path, option, level):
        with open_log(f"sqlite:///{path}?synchronous={option}") as log:
            assert level == pragma(log, "synchronous")


class TestANewFile:
    """Whoever comes while somebody else prepares it waits for that, as for any other writer."""

    @pytest.fixture
    def preparing(self, path):
        """Return a connection that has begun to write to a file which keeps no log yet."""
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("CREATE TABLE begun (moment)")
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.close()

    def test_is_waited_for(self, path, preparing):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: (sleep(0.1), preparing.execute("COMMIT")))
            with open_log(f"sqlite:///{path}", wait=60) as log:
                assert pragma(log, "journal_mode") == "wal"

    @pytest.mark.usefixtures("preparing")
    def test_but_not_for_ever(self, path):
        with pytest.raises(BusyError, match=r"log\.db is kept busy by another process"):
            open_log(f"sqlite:///{path}", wait=0.1)


class TestPositions:
    """A position that was given once is never given again."""

    def test_not_even_after_the_newest_events_were_removed(self, log, elsewhere):
        log.append(opened("case/1", "a", "b"), provenance=LIN)
        elsewhere.execute("DELETE FROM log_events WHERE position > 1")

        receipt = log.append(Change("case/1", [noted("c")], after=1), provenance=LIN)

        assert 4 == receipt.position == log.head()

    def test_a_refused_append_uses_none_up(self, log):
        log.append(opened("case/1"), provenance=LIN)
        with pytest.raises(ConflictError):
            log.append(opened("case/2"), opened("case/1"), provenance=LIN)

        assert 2 == log.append(opened("case/2"), provenance=LIN).position


class TestHistoriesThatSomebodyDamaged:
    """A missing event is told, never folded over."""

    @pytest.mark.parametrize("version", [1, 2])
    def test_a_gap_is_named(self, log, elsewhere, version):
        log.append(opened("case/1", "a", "b"), provenance=LIN)
        elsewhere.execute("DELETE FROM log_events WHERE version = ?", (version,))

        with pytest.raises(BrokenHistoryError, match=f"case/1: version {version} is missing"):
            log.load("case/1", FOLD)
        with pytest.raises(BrokenHistoryError, match=f"case/1: version {version} is missing"):
            log.history("case/1")


class TestSharedCommits:
    """Threads that wait for the disk share the next commit, but not their mistakes."""

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
            until(lambda: len(log.storage._database.writers.waiting) == len(waiting))
            go.set()
            holding.result()
            refused = [each for each in waiting if each.exception()]

        assert [ConflictError, LookupError] == [type(each.exception()) for each in refused]
        assert [2, 3, 4] == sorted(each.result() for each in waiting if not each.exception())
        assert [1, 2, 3, 4] == [each.position for each in log.since(0)]

    def test_all_who_wait_go_along_with_one_commit(self, log):
        busy, go, statements = Event(), Event(), []

        def hold(_):
            busy.set()
            go.wait(PATIENCE)

        with ThreadPoolExecutor(9) as pool:
            pool.submit(log.storage.write, hold)
            assert busy.wait(PATIENCE)
            waiting = [
                pool.submit(log.append, opened(f"case/{n}"), provenance=LIN) for n in range(8)
            ]
            until(lambda: len(log.storage._database.writers.waiting) == len(waiting))
            log.storage._database._writer.set_trace_callback(statements.append)
            go.set()
            positions = sorted(each.result().position for each in waiting)

        assert [*range(1, 9)] == positions
        assert 2 == statements.count("COMMIT")  # One for whoever held, and one for all of them.

    def test_if_the_commit_fails_nobody_is_told_otherwise(self, log, elsewhere):
        elsewhere.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(3) as pool:
            waiting = [
                pool.submit(log.append, opened(f"case/{n}"), provenance=LIN) for n in range(3)
            ]
        elsewhere.execute("ROLLBACK")

        assert [BusyError] * 3 == [type(each.exception()) for each in waiting]
        assert 0 == log.head()
        assert 1 == log.append(opened("case/0"), provenance=LIN).position


class TestOthersWhoRead:
    """An auditor reads rows with SQL, and copies the file while it is in use."""

    def test_a_view_shows_who_did_what_when(self, log, elsewhere):
        log.append(opened("case/1", "a"), provenance=LIN)

        rows = elsewhere.execute(
            "SELECT position, subject, version, topic, occurred_at, actor, event FROM log_readable"
        ).fetchall()

        assert (
            2,
            "case/1",
            2,
            "case.noted",
            "2025-03-03T09:00:00+00:00",
            "Lin",
            '{"at":"2025-03-03T09:00:00Z","text":"a"}',
        ) == rows[1]

    def test_what_is_written_is_seen_at_once(self, log, elsewhere):
        log.append(opened("case/1"), provenance=LIN)

        assert [(1,)] == elsewhere.execute("SELECT COUNT(*) FROM log_events").fetchall()

    def test_a_table_of_a_read_model_can_be_asked(self, log, elsewhere):
        with log.tables.batch("waits", 2, upto=1) as rows:
            rows.put_many([("a", 3, b"A")])

        assert [("a", 3, b"A")] == elsewhere.execute("SELECT * FROM log_model_waits_v2").fetchall()

    def test_due_rows_are_found_by_index(self, log, elsewhere):
        with log.tables.batch("waits", 1, upto=1) as rows:
            rows.put_many([("a", 3, b"A")])

        [(*_, plan)] = elsewhere.execute(
            "EXPLAIN QUERY PLAN SELECT key FROM log_model_waits_v1 "
            "WHERE sort IS NOT NULL AND sort <= 3 ORDER BY sort, key"
        ).fetchall()
        assert "log_model_waits_v1_sort" in plan

    def test_rows_that_nobody_reads_yet_are_put_in_order_when_somebody_may(self, log, elsewhere):
        def indexes():
            names = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
            return sorted(name for (name,) in elsewhere.execute(names, ("log_model_waits_v1",)))

        log.tables.apply(Commit(name="waits", version=1, after=0, upto=0, unread=True))
        assert indexes() == []
        log.tables.apply(Commit(name="waits", version=1, after=0, upto=5, unread=True))
        assert indexes() == ["log_model_waits_v1_key", "log_model_waits_v1_sort"]


class TestAVersionThatIsDropped:
    """It costs no writing, even where SQLite would blank its pages."""

    def test_its_pages_are_left_as_they_are_and_those_of_others_are_not(self, path, log):
        assert pragma(log, "secure_delete = ON") == 1
        with log.tables.batch("waits", 1, upto=1) as rows:
            rows.put_many((f"{n}", n, bytes(3000)) for n in range(200))
        written = path.with_name("log.db-wal")
        before = written.stat().st_size

        log.tables.drop("waits", 1)

        assert written.stat().st_size - before < before / 10
        assert pragma(log, "secure_delete") == 1


def test_subjects_are_listed_page_by_page_even_when_a_history_lost_its_beginning(log, elsewhere):
    """Rebuilding a read model must not overlook a damaged history."""
    subjects = [f"case/{n}" for n in range(1003)]
    log.append(*(opened(each, "a") for each in subjects), provenance=LIN)
    elsewhere.execute("DELETE FROM log_events WHERE position = 1")

    assert sorted(subjects) == sorted(log.subjects())
