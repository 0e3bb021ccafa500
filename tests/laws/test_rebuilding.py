"""Whoever builds a read model, wherever, however often interrupted: the rows are the same."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import timedelta
from threading import Event

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from servicecore import ServiceDesk
from servicecore.desk.office import Office
from servicecore.desk.registry import FACTS, READ_MODELS
from servicecore.domain.events import Provenance, UnknownEventError
from servicecore.domain.ticket import TicketAnswered, TicketNoted
from servicecore.projections.facts import Facts, micros
from servicecore.storage import (
    Change,
    Follower,
    UnknownTableError,
    open_log,
    portions,
    postgres_tables,
    sqlite_tables,
)
from servicecore.storage import tables as tables_of_ours
from servicecore.storage.model_notes import Notes
from servicecore.storage.protocol import Told
from servicecore.storage.rebuilding import Rebuild, RebuildRunningError, VersionInUseError
from servicecore.storage.sharing import UnsharedLogError
from servicecore.testing.conformance.events import Watch
from tests.laws.recorded_logs import BUSIEST, FILES, a_desk_with, rows_of
from tests.moments import MINUTE, NINE, REQUEST

BESIDE = 77
fewer = settings(max_examples=settings().max_examples // 5)


def followed(desk, name):
    """Return the rows that one follower makes, from the first event to the last."""
    model = desk._office.known.read_models[name]
    with desk.log.tables.batch(name, BESIDE, upto=0):
        pass
    Follower(desk.log, name, model.observe, version=BESIDE, topics=model.topics).catch_up()
    return [tuple(row) for row in desk.log.tables.read(name, BESIDE).scan()]


@pytest.fixture(autouse=True)
def small_portions(monkeypatch):
    """Fold few streams at a time, so that there is something to hand out."""
    monkeypatch.setattr(portions, "PORTION", 10)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'service.db'}?synchronous=off"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestWhoeverBuildsIt:
    """Live, one follower, portions here and portions elsewhere come to the same, to the byte."""

    @pytest.mark.parametrize("name", READ_MODELS)
    def test_here(self, name, path):
        with a_desk_with(path, "memory:") as desk:
            live = rows_of(desk, name)

            assert followed(desk, name) == live
            desk.projects.rebuild(name)
            assert rows_of(desk, name) == live

    @pytest.mark.parametrize("name", FACTS)
    def test_in_threads(self, name, path):
        with a_desk_with(path, "memory:") as desk, ThreadPoolExecutor(3) as threads:
            live = rows_of(desk, name)
            desk.projects.rebuild(name, executor=threads, jobs=3)

            assert rows_of(desk, name) == live
            assert desk.log.tables.dead_letters(name, 2) == []


class TestOneRow:
    """A history folded as a whole leaves the row that its events leave one by one."""

    def row_of(self, *told, fold, subject="ticket/T-1", **facts):
        log = open_log("memory:")
        log.append(Change(subject, told, after=0), provenance=Provenance(actor="Lin"))
        facts = Facts(name="lengths", kind="ticket", row=int, fold=fold, **facts)
        return facts, facts.whole_histories(log.codec)(a_history(log))

    def test_it_goes_until_the_latest_moment_that_is_told(self):
        facts, row = self.row_of(note(NINE + MINUTE), note(NINE), note(NINE), fold=lengthen)

        assert row.sort == micros(NINE + MINUTE)
        assert [row.key, *facts.every(Rows([row]))] == ["ticket/T-1", 3]

    def test_there_is_none_of_other_records(self):
        _, row = self.row_of(note(NINE), fold=lengthen, subject="survey/S-1")

        assert row is None

    def test_what_is_passed_by_leaves_no_trace(self):
        answered = TicketAnswered(ticket_id="T-1", by="Lin", is_first=True, at=NINE)
        facts, row = self.row_of(
            answered, note(NINE + MINUTE), fold=lengthen, passes_by=[TicketNoted]
        )
        assert row.sort == micros(NINE)
        assert list(facts.every(Rows([row]))) == [1]

    def test_there_is_none_when_all_of_it_is_passed_by(self):
        _, row = self.row_of(note(NINE), fold=lengthen, passes_by=[TicketNoted])

        assert row is None

    def test_of_what_nobody_declared_it_is_not_silent(self):
        log = open_log("memory:")
        facts = Facts(name="lengths", kind="ticket", row=int, fold=lengthen)
        state = b'{"subject":"ticket/T-1","event":{}}'
        row = Told(1, 1, "ticket.exploded", state)

        with pytest.raises(UnknownEventError, match=r"ticket\.exploded"):
            facts.whole_histories(log.codec)([row])


def note(at):
    return TicketNoted(ticket_id="T-1", by="Lin", text="called", at=at)


def a_history(log):
    return [Told(1, row.position, row.topic, row.state) for row in log.rows_since(0)]


def lengthen(length, event):
    return (length or 0) + 1


@attrs.frozen
class Rows:
    rows: list

    def scan(self):
        return iter(self.rows)


class TestElsewhere:
    """In other processes, and on a cluster."""

    def test_in_processes(self, url):
        spawn = multiprocessing.get_context("spawn")
        with a_desk_with(BUSIEST, url) as desk, ProcessPoolExecutor(2, spawn) as processes:
            for name in desk.projects.names():
                live = rows_of(desk, name)
                desk.projects.rebuild(name, executor=processes, jobs=2)

                assert rows_of(desk, name) == live

    def test_in_processes_of_its_own(self, url):
        with a_desk_with(BUSIEST, url) as desk:
            live = rows_of(desk, "ticket_facts")
            desk.projects.rebuild("ticket_facts", jobs=2)

            assert rows_of(desk, "ticket_facts") == live

    def test_of_a_log_in_postgresql(self, postgresql):
        spawn = multiprocessing.get_context("spawn")
        url = postgresql.fresh()
        with a_desk_with(BUSIEST, url) as desk, ProcessPoolExecutor(2, spawn) as processes:
            live = rows_of(desk, "ticket_facts")
            desk.projects.rebuild("ticket_facts", executor=processes, jobs=2)

            assert desk.log.tables.active("ticket_facts") == 2
            assert rows_of(desk, "ticket_facts") == live
            with suppress(PowerCutError):
                desk.projects.rebuild("ticket_facts", progress=fail)
            desk.projects.rebuild("ticket_facts", resume=True)
            assert rows_of(desk, "ticket_facts") == live

    @pytest.mark.filterwarnings("ignore")  # Dask warns of what is not ours.
    def test_on_a_dask_cluster(self, url):
        distributed = pytest.importorskip("distributed")
        with (
            a_desk_with(BUSIEST, url) as desk,
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            for name in FACTS:
                live = rows_of(desk, name)
                desk.projects.rebuild(name, executor=client.get_executor(), jobs=2)

                assert rows_of(desk, name) == live

    def test_a_log_in_memory_stays_where_it_is(self):
        with (
            a_desk_with(BUSIEST, "memory:") as desk,
            pytest.raises(UnsharedLogError, match="no other program can read this log"),
        ):
            desk.projects.rebuild("ticket_facts", jobs=2)


class TestMeanwhile:
    """The old version answers until the new one takes its place."""

    def test_nothing_of_it_is_seen_and_nothing_recorded_meanwhile_is_lost(self, url):
        with a_desk_with(BUSIEST, url) as desk, ServiceDesk.open(url, react="worker") as other:
            before = rows_of(other, "ticket_facts")
            versions = []

            def meanwhile(done, total):
                if len(versions) < 3:
                    other.tickets.open(f"NEW-{len(versions)}", **REQUEST, at=NINE)
                assert len(rows_of(other, "ticket_facts")) == len(before) + min(
                    len(versions) + 1, 3
                )
                versions.append(desk.log.tables.active("ticket_facts"))

            done = desk.projects.rebuild("ticket_facts", progress=meanwhile)

            assert set(versions) == {1}
            assert desk.log.tables.active("ticket_facts") == 2
            assert done == desk.log.head()
            assert len(rows_of(desk, "ticket_facts")) == len(before) + 3
            assert rows_of(desk, "ticket_facts") == followed(desk, "ticket_facts")

    def test_what_is_added_to_a_record_meanwhile_counts_once(self):
        with a_desk_with(BUSIEST, "memory:") as desk:
            for n in range(4):
                desk.tickets.open(f"NEW-{n}", **REQUEST, priority="A", at=NINE)
            answered = iter(range(4))

            def meanwhile(done, total):
                for n in answered:
                    desk.tickets.answer(f"NEW-{n}", by="Lin", at=NINE)

            desk.projects.rebuild("ticket_facts", progress=meanwhile)
            facts = FACTS["ticket_facts"].every(desk._office.rows("ticket_facts"))

            assert {e.ticket_id: e.answers for e in facts if "NEW" in e.ticket_id} == {
                f"NEW-{n}": 1 for n in range(4)
            }
            assert rows_of(desk, "ticket_facts") == followed(desk, "ticket_facts")

    @pytest.mark.parametrize("name", ["ticket_facts", "deadlines"])
    def test_one_that_is_running_keeps_others_out(self, name):
        with a_desk_with(BUSIEST, "memory:") as desk:

            def again(done, total):
                with pytest.raises(
                    RebuildRunningError, match=f"{name} is being built anew already"
                ):
                    desk.projects.rebuild(name)

            desk.projects.rebuild(name, progress=again)
            desk.projects.rebuild(name)  # Afterwards, anybody may.

    def test_another_read_model_may_be_built_at_the_same_time(self):
        with a_desk_with(BUSIEST, "memory:") as desk:
            built = []
            desk.projects.rebuild(
                "ticket_facts",
                progress=lambda *_: built.append(desk.projects.rebuild("survey_facts")),
            )
            assert set(built) == {desk.log.head()}


@pytest.mark.parametrize("storage", ["memory", "sqlite", "postgresql"])
class TestAQuestionMeanwhile:
    """Whoever asks is answered, also at the moment at which the old version goes."""

    @pytest.fixture
    def desk(self, storage, request, tmp_path, monkeypatch):
        monkeypatch.setattr(sqlite_tables, "_PAGE", 2)
        monkeypatch.setattr(postgres_tables, "_PAGE", 2)
        url = {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path}/service.db"}.get(storage)
        url = url or request.getfixturevalue("postgresql").fresh()
        with ServiceDesk.open(url, react="worker") as desk:
            for n in range(7):
                desk.tickets.open(f"T-{n}", **REQUEST, at=NINE + n * timedelta(hours=1))
            yield desk

    def test_who_reads_row_by_row_sees_each_once(self, desk):
        everything = rows_of(desk, "ticket_facts")
        reading = desk._office.rows("ticket_facts").scan()
        seen = [next(reading) for _ in range(3)]
        desk.projects.rebuild("ticket_facts")
        seen.append(next(reading))
        desk.projects.rebuild("ticket_facts")

        assert [tuple(row) for row in [*seen, *reading]] == everything

    def test_who_looks_for_some_finds_them(self, desk):
        rows = desk._office.rows("deadlines")
        before = rows.get_many(["ticket/T-1"]), list(rows.until(2**62, 4))
        desk.projects.rebuild("deadlines")

        assert (rows.get_many(["ticket/T-1"]), list(rows.until(2**62, 4))) == before

    def test_many_who_ask_all_the_time_see_nothing_of_it(self, desk):
        expected, done = desk.reports.backlog(as_of=NINE + timedelta(days=9)), Event()

        def ask():
            asked = 0
            while not done.is_set() or not asked:
                assert desk.reports.backlog(as_of=NINE + timedelta(days=9)) == expected
                asked += 1
            return asked

        with ThreadPoolExecutor(3) as pool:
            asking = [pool.submit(ask) for _ in range(3)]
            for _ in range(10):
                desk.projects.rebuild("ticket_facts")
            done.set()
            assert all(each.result(timeout=60) for each in asking)


class TestAnotherWasFaster:
    """Whoever stands still for a while, and is overtaken, does no harm."""

    @pytest.fixture
    def watch(self):
        return Watch()

    @pytest.fixture(params=["sqlite", "postgresql"])
    def open_it(self, request, url, watch):
        if request.param == "postgresql":
            url = request.getfixturevalue("postgresql").fresh()
        with ExitStack() as stack:
            yield lambda: stack.enter_context(ServiceDesk.open(url, clock=watch))

    @pytest.fixture
    def one(self, open_it):
        one = open_it()
        for n in range(9):
            one.tickets.open(f"T-{n}", **REQUEST, priority="A", at=NINE)
        one.projects.catch_up()
        return one

    @pytest.mark.parametrize("moment", range(4))
    def test_a_rebuild_that_stood_still(self, one, open_it, watch, monkeypatch, moment):
        """Before it keeps its table or one of its portions, somebody else builds it anew."""
        monkeypatch.setattr(portions, "PORTION", 4)
        other, rows, keep, kept = open_it(), rows_of(one, "ticket_facts"), Rebuild._keep, []

        def stand_still(rebuild, *args, **more):
            if rebuild.log is one.log:
                kept.append(args)
                if len(kept) == moment + 1:
                    watch.now += timedelta(minutes=2)
                    other.projects.rebuild("ticket_facts")
            return keep(rebuild, *args, **more)

        monkeypatch.setattr(Rebuild, "_keep", stand_still)
        with pytest.raises(RebuildRunningError):
            one.projects.rebuild("ticket_facts")
        assert rows_of(open_it(), "ticket_facts") == rows_of(one, "ticket_facts") == rows

        monkeypatch.undo()
        one.projects.rebuild("ticket_facts", resume=True)
        assert rows_of(other, "ticket_facts") == rows

    def test_nobody_goes_on_with_what_is_noted_and_gone(self, one):
        """Whoever was late may note how far he is when others have dropped it already."""
        with pytest.raises(PowerCutError):
            one.projects.rebuild("ticket_facts", progress=fail)
        one.log.tables.drop("ticket_facts", 2)

        one.projects.rebuild("ticket_facts", resume=True)
        assert rows_of(one, "ticket_facts") == followed(one, "ticket_facts")
        assert list(Notes(one.log.tables).versions("ticket_facts")) == [3]

    def test_a_follower_that_was_just_taking_in_what_is_new(self, one, open_it, monkeypatch):
        other, take_in, rebuilt = open_it(), Follower._take_in, []
        other.tickets.open("T-9", **REQUEST, priority="A", at=NINE)

        def stand_still(follower, rows, **more):
            if follower._log is one.log and follower.name == "deadlines" and not rebuilt:
                rebuilt.append(other.projects.rebuild("deadlines"))
            return take_in(follower, rows, **more)

        monkeypatch.setattr(Follower, "_take_in", stand_still)
        assert rows_of(one, "deadlines") == followed(one, "deadlines")
        assert one.next_wake_up() == other.next_wake_up()
        versions = [e.version for e in one.log.tables.status() if e.name == "deadlines"]
        assert versions == [2, BESIDE]

    def test_whoever_has_a_version_in_hand_that_is_dropped(self, one):
        rows = one.log.tables.read("ticket_facts")
        one.projects.rebuild("ticket_facts")
        with pytest.raises(UnknownTableError, match="there is no version 1 of 'ticket_facts'"):
            rows.get_many(["ticket/T-1"])

    def test_a_desk_that_was_just_opening(self, one, open_it, monkeypatch):
        """It must not put its own beginning in place of what others have built."""
        begin, rows = Office._begin, rows_of(one, "ticket_facts")
        tables = one.log.tables
        active = type(tables).active

        def nothing_yet(of, name):
            return None if name == "ticket_facts" and of is not tables else active(of, name)

        def overtaken(office, name, version):
            if name == "ticket_facts":
                monkeypatch.setattr(type(tables), "active", active)
                one.projects.rebuild("ticket_facts")
            return begin(office, name, version)

        monkeypatch.setattr(type(tables), "active", nothing_yet)
        monkeypatch.setattr(Office, "_begin", overtaken)
        late = open_it()
        assert late.log.tables.active("ticket_facts") == 2
        assert rows_of(late, "ticket_facts") == rows


class TestSideBySide:
    """A version can be built to be compared, and takes nobody's place."""

    def test_it_is_kept_beside_the_one_in_use(self):
        with a_desk_with(BUSIEST, "memory:") as desk:
            rows = rows_of(desk, "ticket_facts")
            desk.projects.rebuild("ticket_facts", version=5)

            assert desk.log.tables.active("ticket_facts") == 1
            told = desk.projects.compare("ticket_facts", version=5)
            assert told.agrees
            assert told.same == len(rows)
            desk.projects.rebuild("ticket_facts")
            assert desk.log.tables.active("ticket_facts") == 6
            assert desk.projects.compare("ticket_facts", version=5).agrees

    def test_what_differs_is_counted(self):
        with a_desk_with(BUSIEST, "memory:") as desk:
            total = len(rows_of(desk, "ticket_facts"))
            desk.projects.rebuild("ticket_facts", version=5)
            position = desk.log.tables.position("ticket_facts", 5)
            first, second, *_ = [row[0] for row in rows_of(desk, "ticket_facts")]
            with desk.log.tables.batch("ticket_facts", 5, upto=position) as batch:
                batch.put_many([(first, 1, b"else"), ("ticket/zzz", 1, b"{}"), ("a", 1, b"{}")])
                batch.delete_many([second])

            told = desk.projects.compare("ticket_facts", version=5)
            assert not told.agrees
            assert attrs.astuple(told) == (total - 2, 1, 1, 2)

    def test_not_in_place_of_the_one_in_use(self):
        with (
            a_desk_with(BUSIEST, "memory:") as desk,
            pytest.raises(VersionInUseError, match="version 1 of ticket_facts is in use"),
        ):
            desk.projects.rebuild("ticket_facts", version=1)

    def test_one_that_came_into_use_a_moment_ago_is_left_there(self, monkeypatch):
        """The last word of a builder who was killed may reach the database after his death."""
        with a_desk_with(BUSIEST, "memory:") as desk:
            rows, tables = rows_of(desk, "ticket_facts"), desk.log.tables
            with pytest.raises(PowerCutError):
                desk.projects.rebuild("ticket_facts", progress=fail)
            drop = tables.drop

            def drop_too_late(name, version):
                monkeypatch.undo()
                tables.activate("ticket_facts", 2)
                drop(name, version)

            monkeypatch.setattr(tables, "drop", drop_too_late)
            desk.projects.rebuild("ticket_facts")
            assert (tables.active("ticket_facts"), rows_of(desk, "ticket_facts")) == (3, rows)

    def test_it_is_nothing_to_go_on_with(self):
        with a_desk_with(BUSIEST, "memory:") as desk:
            desk.projects.rebuild("ticket_facts", version=5)
            folded = []
            desk.projects.rebuild(
                "ticket_facts", resume=True, progress=lambda done, _: folded.append(done)
            )
            assert len(folded) > 1
            assert desk.log.tables.active("ticket_facts") == 6

    def test_it_can_be_built_again(self):
        with a_desk_with(BUSIEST, "memory:") as desk:
            for _ in range(2):
                desk.projects.rebuild("ticket_facts", version=5)
            assert desk.projects.compare("ticket_facts", version=5).agrees


class PowerCutError(Exception):
    """The lights went out."""


def fail(done, total):
    raise PowerCutError


class UnsafePlace:
    """Tables whose power fails at the *nth* change, before or after it is made."""

    def __init__(self, tables, *, fails_at, after=False):
        self._tables, self._left, self._after = tables, fails_at, after

    def __getattr__(self, name):
        return getattr(self._tables, name)

    def batch(self, *args, **told):
        return tables_of_ours.batch(self, *args, **told)

    def apply(self, commit):
        self._change(self._tables.apply, commit)

    def activate(self, *which):
        self._change(self._tables.activate, *which)

    def drop(self, *which):
        self._change(self._tables.drop, *which)

    def _change(self, change, *told):
        self._left -= 1
        if self._left < 0 or (self._left == 0 and not self._after):
            raise PowerCutError
        change(*told)
        if self._left == 0:
            raise PowerCutError


#: At which change the power fails, before or after it is made, and whether one went on.
CUTS = st.tuples(st.integers(1, 60), st.booleans(), st.booleans())


class TestInterrupted:
    """At whatever moment: the old version is whole, and whoever goes on comes to the same."""

    @pytest.mark.parametrize("name", ["ticket_facts", "deadlines"])
    @fewer
    @given(cuts=st.lists(CUTS, min_size=1, max_size=4), resume=st.booleans())
    @example(cuts=[(9, False, False), (2, True, False)], resume=True)
    @example(cuts=[(9, False, False), (3, True, False)], resume=True)  # Dropped, but noted.
    def test_at_any_change(self, name, cuts, resume):
        with a_desk_with(BUSIEST, "memory:") as desk:
            live, tables = rows_of(desk, name), desk.log.tables
            for fails_at, after, goes_on in cuts:
                desk.log.tables = UnsafePlace(tables, fails_at=fails_at, after=after)
                with suppress(PowerCutError):
                    desk.projects.rebuild(name, resume=goes_on)
                desk.log.tables = tables
                assert rows_of(desk, name) == live
                gone(tables, name)

            assert desk.projects.rebuild(name, resume=resume) == desk.log.head()
            assert rows_of(desk, name) == live
            assert [each.active for each in tables.status() if each.name == name] == [True]

    def test_what_was_folded_is_not_folded_again(self):
        with a_desk_with(BUSIEST, "memory:") as desk:
            seen, again = [], []

            def stop(done, total):
                seen.append(done)
                if len(seen) == 3:
                    raise PowerCutError

            with pytest.raises(PowerCutError):
                desk.projects.rebuild("ticket_facts", progress=stop)
            desk.projects.rebuild(
                "ticket_facts", resume=True, progress=lambda done, _: again.append(done)
            )
            assert min(again) > max(seen)
            assert rows_of(desk, "ticket_facts") == followed(desk, "ticket_facts")

    def test_without_going_on_all_is_folded_again(self):
        with a_desk_with(BUSIEST, "memory:") as desk:
            seen, again = [], []

            def stop(done, total):
                seen.append(done)
                raise PowerCutError

            with pytest.raises(PowerCutError):
                desk.projects.rebuild("ticket_facts", progress=stop)
            desk.projects.rebuild("ticket_facts", progress=lambda done, _: again.append(done))
            assert min(again) == min(seen)

    def test_nobody_goes_on_with_a_version_of_another_rule(self):
        with a_desk_with(BUSIEST, "memory:") as desk:
            again = []
            with pytest.raises(PowerCutError):
                desk.projects.rebuild("ticket_facts", progress=fail)
            notes = Notes(desk.log.tables)
            left = notes.of("ticket_facts", 2)
            notes.keep("ticket_facts", 2, attrs.evolve(left, edition="0-before", done=left.base))
            desk.projects.rebuild(
                "ticket_facts", resume=True, progress=lambda done, _: again.append(done)
            )
            assert len(again) > 1
            assert rows_of(desk, "ticket_facts") == followed(desk, "ticket_facts")


def gone(tables, name):
    """Let the one who was interrupted give up what he held, as if he was gone."""
    lease = f"rebuild_{name}"
    tables.drop(lease, 1)


VICTIM = """
import sys, time
from servicecore import ServiceDesk
from servicecore.storage import portions

portions.PORTION = 10
if __name__ == "__main__":
    with ServiceDesk.open(sys.argv[1], react="worker") as desk:
        seen = []

        def wait(done, total):
            seen.append(done)
            if len(seen) == int(sys.argv[2]):
                print("here", flush=True)
                time.sleep(600)

        desk.projects.rebuild("ticket_facts", jobs=int(sys.argv[3]), progress=wait)
"""


class TestKilled:
    """Killed with signal 9, as by a machine that runs out of memory."""

    @pytest.mark.parametrize(("after", "jobs"), [(1, 1), (4, 2)])
    def test_the_old_one_answers_and_the_new_one_is_finished(self, url, tmp_path, after, jobs):
        script = tmp_path / "victim.py"
        script.write_text(VICTIM, encoding="utf-8")
        with a_desk_with(BUSIEST, url) as desk:
            live = rows_of(desk, "ticket_facts")
            with subprocess.Popen(
                [sys.executable, str(script), url, str(after), str(jobs)],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as victim:
                assert victim.stdout.readline() == b"here\n"
                with pytest.raises(RebuildRunningError):
                    desk.projects.rebuild("ticket_facts")
                victim.kill()
            assert rows_of(desk, "ticket_facts") == live

            folded = []
            desk.projects.rebuild(
                "ticket_facts", resume=True, progress=lambda done, _: folded.append(done)
            )
            assert rows_of(desk, "ticket_facts") == live
            assert min(folded) > 10 * after  # What was done is not done again.
