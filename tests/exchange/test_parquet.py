"""An export to Parquet holds every event once, as it is kept, and goes on where it stopped."""

from __future__ import annotations

import json
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress

import attrs
import duckdb
import polars as pl
import pytest

from servicecore import ServiceDesk
from servicecore.desk.registry import FACTS
from servicecore.domain.survey import SurveyAnswered
from servicecore.exchange.exports.parquet import (
    ExportRunningError,
    NotAnExportError,
    OtherLogError,
    ParquetExport,
    export_parquet,
    note,
    writing,
)
from servicecore.storage.errors import UnreadableEventError
from servicecore.storage.topics import Topics
from tests.cli.conftest import servicecore
from tests.laws.recorded_logs import BUSIEST, FILES, a_desk_with, rows_of
from tests.moments import NINE, REQUEST

[SURVEYS] = (path for path in FILES if path.stem == "survey_office")


class PowerCutError(Exception):
    """The lights went out."""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "events"


def exported(log, folder):
    return sorted(ParquetExport.of(log, folder).rows())


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestEveryHistory:
    """What is read back is what the log keeps, and read models come to the same."""

    def test_to_the_byte(self, path, folder):
        with a_desk_with(path, "memory:") as desk:
            done = export_parquet(desk.log, folder, buckets=3)

            assert done.position == done.events == desk.log.head()
            assert exported(desk.log, folder) == list(desk.log.rows_since(0))

    def test_facts_rebuilt_from_it_are_those_of_the_log(self, path, folder):
        with a_desk_with(path, "memory:") as desk:
            export_parquet(desk.log, folder, buckets=3)
            source = ParquetExport.of(desk.log, folder)
            for name in FACTS:
                live = rows_of(desk, name)
                desk.projects.rebuild(name, source=source)
                assert rows_of(desk, name) == live

    def test_whole_streams_stand_in_one_bucket(self, path, folder):
        with a_desk_with(path, "memory:") as desk:
            export_parquet(desk.log, folder, buckets=3)
            export, head = ParquetExport.of(desk.log, folder), desk.log.head()
            for bucket in export.portions(Topics(), after=0, upto=head):
                begun = [history[0].position for history in bucket.histories()]
                streams = {row.stream for row in bucket.rows(begun)}
                subjects = set(desk.log.subjects(partition=(bucket.number, 3)))
                assert len(streams) == len(subjects)
                assert streams == {desk.log.history(each)[0].stream.hex for each in subjects}


@pytest.mark.parametrize("at_once", [1, 7, 16_000])
def test_so_is_what_sqlite_puts_side_by_side(tmp_path, folder, monkeypatch, at_once):
    monkeypatch.setattr(writing, "_AT_ONCE", at_once)
    with a_desk_with(BUSIEST, f"sqlite:///{tmp_path / 'service.db'}?synchronous=off") as desk:
        done = export_parquet(desk.log, folder, buckets=3)

        assert done.position == done.events == desk.log.head()
        assert exported(desk.log, folder) == list(desk.log.rows_since(0))


def test_what_is_recorded_meanwhile_comes_next_time(folder):
    with a_desk_with(BUSIEST, "memory:") as desk:
        head, read = desk.log.head(), desk.log.storage.rows

        def one_is_faster(**which):
            if desk.log.head() == head:
                desk.tickets.open("NEW", **REQUEST, at=NINE)
            return read(**which)

        desk.log.storage.rows = one_is_faster
        assert export_parquet(desk.log, folder).position == head
        assert export_parquet(desk.log, folder).events == 1
        assert exported(desk.log, folder) == list(desk.log.rows_since(0))


class TestGoingOn:
    """Only what is new is written."""

    def test_in_steps_it_is_the_same_as_at_once(self, folder, monkeypatch):
        monkeypatch.setattr(writing, "_AT_ONCE", 3)
        monkeypatch.setattr(writing, "_WAITING", 7)
        with a_desk_with(BUSIEST, "memory:") as desk:
            before, first = desk.log.head(), export_parquet(desk.log, folder)
            kept = files(folder)
            for n in range(3):
                desk.tickets.open(f"NEW-{n}", **REQUEST, at=NINE)
                assert export_parquet(desk.log, folder).events == 1
            again = export_parquet(desk.log, folder)

            assert (first.events, again.events) == (before, 0)
            assert again.position == desk.log.head()
            assert kept.items() <= files(folder).items()
            assert exported(desk.log, folder) == list(desk.log.rows_since(0))

    def test_a_long_one_is_finished_file_by_file(self, folder, monkeypatch):
        monkeypatch.setattr(writing, "_TOGETHER", 40)
        with a_desk_with(BUSIEST, "memory:") as desk:
            finish, finished, told = writing._Files.finish, [], []

            def fail(files):
                finished.append(finish(files))
                if len(finished) == 2:
                    raise PowerCutError

            monkeypatch.setattr(writing._Files, "finish", fail)
            with pytest.raises(PowerCutError):
                export_parquet(desk.log, folder)
            assert note.ExportNote.must_be_in(folder).position == 40
            done = export_parquet(desk.log, folder, progress=lambda *each: told.append(each))

            assert done == writing.Exported(position=desk.log.head(), events=desk.log.head() - 40)
            assert told[-1] == (desk.log.head(), desk.log.head())
            assert exported(desk.log, folder) == list(desk.log.rows_since(0))

    def test_it_goes_to_where_the_log_ended_when_it_began(self, folder, monkeypatch):
        """Others go on writing: what comes meanwhile is left for the next time."""
        with a_desk_with(BUSIEST, "memory:") as desk:
            head, parts = desk.log.head(), writing._parts

            def meanwhile(log, **more):
                desk.tickets.open("NEW", **REQUEST, at=NINE)
                monkeypatch.undo()
                desk.tickets.resolve("NEW", by="Lin", solution="a seal", at=NINE)
                return parts(log, **more)

            monkeypatch.setattr(writing, "_parts", meanwhile)
            assert export_parquet(desk.log, folder).position == head
            assert exported(desk.log, folder) == list(desk.log.rows_since(0, limit=head))
            assert export_parquet(desk.log, folder).position == desk.log.head() > head

    def test_a_folder_that_an_earlier_version_noted(self, folder):
        with a_desk_with(BUSIEST, "memory:") as desk:
            export_parquet(desk.log, folder)
            rows = list(desk.log.rows_since(0))
            first, last = map(note._digest_before, (rows[0], rows[-1]))
            attrs.evolve(note.ExportNote.must_be_in(folder), first=first, last=last).keep(folder)
            desk.tickets.open("NEW", **REQUEST, at=NINE)

            assert export_parquet(desk.log, folder).events == 1

    def test_what_came_later_is_taken_from_the_log(self, folder):
        with a_desk_with(BUSIEST, "memory:") as desk:
            export_parquet(desk.log, folder)
            first = next(desk.log.subjects("ticket")).removeprefix("ticket/")
            desk.tickets.note(first, by="Lin", text="later", at=NINE)
            desk.tickets.open("NEW", **REQUEST, at=NINE)
            live = rows_of(desk, "ticket_facts")
            desk.projects.rebuild("ticket_facts", source=ParquetExport.of(desk.log, folder))

            assert rows_of(desk, "ticket_facts") == live

    @pytest.mark.parametrize("tickets", [1, 2, 5, 20])
    @pytest.mark.parametrize("portions", range(9))
    def test_a_rebuild_from_it_goes_on_where_it_was_interrupted(self, folder, tickets, portions):
        with ServiceDesk.open("memory:", react="worker") as desk:
            for n in range(tickets):
                desk.tickets.open(f"T-{n}", **REQUEST, at=NINE)
            export_parquet(desk.log, folder, buckets=8)
            live, source = rows_of(desk, "ticket_facts"), ParquetExport.of(desk.log, folder)
            left = iter(range(portions))

            def stop(done, total):
                if next(left, None) is None:
                    raise PowerCutError

            with suppress(PowerCutError):
                desk.projects.rebuild("ticket_facts", source=source, progress=stop)
            desk.projects.rebuild("ticket_facts", source=source, resume=True)

            assert len(live) == tickets
            assert rows_of(desk, "ticket_facts") == live

    def test_an_empty_log_is_exported_too(self, folder):
        with ServiceDesk.open("memory:", react="worker") as desk:
            assert export_parquet(desk.log, folder).events == 0
            desk.tickets.open("T-1", **REQUEST, at=NINE)
            assert export_parquet(desk.log, folder).events == desk.log.head()
            assert exported(desk.log, folder) == list(desk.log.rows_since(0))

    @pytest.mark.parametrize("moment", ["before", "in between", "after"])
    def test_one_that_was_interrupted_is_not_half_there(self, folder, monkeypatch, moment):
        with a_desk_with(BUSIEST, "memory:") as desk:
            export_parquet(desk.log, folder, buckets=4)
            whole = list(desk.log.rows_since(0))
            for n in range(8):
                desk.tickets.open(f"NEW-{n}", **REQUEST, at=NINE)
            finish = writing._Files.finish

            def fail(files):
                if moment == "after":
                    finish(files)
                if moment == "in between":
                    bucket = next(iter(files._writers))
                    files._unfinished(bucket).rename(files._path(bucket))
                raise PowerCutError

            monkeypatch.setattr(writing._Files, "finish", fail)
            with pytest.raises(PowerCutError):
                export_parquet(desk.log, folder)
            monkeypatch.setattr(writing._Files, "finish", finish)

            assert exported(desk.log, folder) == whole
            desk.tickets.open("NEWEST", **REQUEST, at=NINE)
            export_parquet(desk.log, folder)
            assert exported(desk.log, folder) == list(desk.log.rows_since(0))
            assert list(folder.rglob("*.unfinished")) == []
            [(told,)] = duckdb.sql(
                f"SELECT count(*) FROM read_parquet('{folder}/**/*.parquet')"
            ).fetchall()
            assert told == desk.log.head()


class TestRefused:
    """A folder belongs to one log."""

    def test_the_export_of_another_log(self, folder):
        with a_desk_with(FILES[0], "memory:") as one, a_desk_with(FILES[1], "memory:") as other:
            export_parquet(one.log, folder)
            kept = files(folder)
            with pytest.raises(OtherLogError, match="holds the export of another log"):
                export_parquet(other.log, folder)
            with pytest.raises(OtherLogError):
                ParquetExport.of(other.log, folder)
            assert files(folder) == kept

    def test_of_one_that_went_on_otherwise_or_is_shorter(self, folder):
        with a_desk_with(BUSIEST, "memory:") as one, a_desk_with(BUSIEST, "memory:") as other:
            one.tickets.open("NEW", **REQUEST, at=NINE)
            export_parquet(one.log, folder)
            with pytest.raises(OtherLogError):
                export_parquet(other.log, folder)
            other.tickets.open("OTHER", **REQUEST, at=NINE)
            with pytest.raises(OtherLogError):
                export_parquet(other.log, folder)

    def test_a_copy_of_the_log_may_go_on(self, folder):
        with a_desk_with(BUSIEST, "memory:") as one, a_desk_with(BUSIEST, "memory:") as copy:
            export_parquet(one.log, folder)
            assert export_parquet(copy.log, folder).events == 0

    def test_a_folder_with_something_else(self, folder):
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
        with (
            a_desk_with(BUSIEST, "memory:") as desk,
            pytest.raises(NotAnExportError, match=r"holds 'notes\.txt'"),
        ):
            export_parquet(desk.log, folder)

    def test_no_export_at_all(self, folder):
        with (
            a_desk_with(BUSIEST, "memory:") as desk,
            pytest.raises(NotAnExportError, match="holds no export"),
        ):
            ParquetExport.of(desk.log, folder)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"format": 3}, "format 3 .* by a later version"),
            ({"format": 1}, "format 1 .* choose a new folder"),
            ({"buckets": "x"}, "no note"),
        ],
    )
    def test_a_note_that_cannot_be_read(self, folder, change, told):
        with a_desk_with(BUSIEST, "memory:") as desk:
            export_parquet(desk.log, folder)
            note = folder / "export.json"
            note.write_text(json.dumps(json.loads(note.read_text()) | change))
            with pytest.raises(NotAnExportError, match=told):
                export_parquet(desk.log, folder)

    def test_another_number_of_buckets(self, folder):
        with a_desk_with(BUSIEST, "memory:") as desk:
            export_parquet(desk.log, folder, buckets=2)
            with pytest.raises(NotAnExportError, match="cut into 2 buckets"):
                export_parquet(desk.log, folder, buckets=3)
            assert export_parquet(desk.log, folder, buckets=2).events == 0

    def test_two_at_a_time(self, folder):
        with a_desk_with(BUSIEST, "memory:") as desk:

            def another(done, total):
                with pytest.raises(ExportRunningError, match="somebody else is exporting"):
                    export_parquet(desk.log, folder)

            export_parquet(desk.log, folder, progress=another)
            assert exported(desk.log, folder) == list(desk.log.rows_since(0))


class TestUnreadable:
    """What is no event is named by its place, and nothing of it is exported."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda _: b"",
            lambda _: b"no JSON",
            lambda _: b"{}",
            lambda _: b'{"event":{}}',
            lambda state: state[:-1],
            lambda state: state + state,
            lambda state: state[: state.index(b',"event":')] + b"}",
            lambda state: state.replace(b'"product":"', b'"product":"\xff'),
            lambda state: state.replace(b'"promises":[', b'"promises":[7,'),
            lambda state: state.replace(b'"recorded_at":"', b'"recorded_at":"on '),
            lambda state: state.replace(b'"spent":"', b'"spent":"long '),
        ],
    )
    @pytest.mark.parametrize("place", [1, 2, 5])
    def test_it_is_named(self, folder, change, place):
        with ServiceDesk.open("memory:", react="worker") as desk:
            for n in range(5):
                desk.tickets.open(f"T-{n}", **REQUEST, at=NINE)
            rows = list(desk.log.rows_since(0))
        rows[place - 1] = rows[place - 1]._replace(state=change(rows[place - 1].state))
        with ServiceDesk.open("memory:", react="worker") as other:
            other.log.storage.write(lambda log: log.insert([tuple(each)[1:] for each in rows]))
            with pytest.raises(UnreadableEventError, match=f"^position {place}: an event"):
                export_parquet(other.log, folder)
            assert files(folder) == {}

    def test_so_are_scores_that_are_no_numbers(self, folder):
        with a_desk_with(SURVEYS, "memory:") as desk:
            rows = list(desk.log.rows_since(0))
        [n, *_] = (n for n, row in enumerate(rows) if b'"scores":{"' in row.state)
        bad = re.sub(rb'("scores":{"\w+":)\d', rb'\1"high"', rows[n].state)
        rows[n] = rows[n]._replace(state=bad)
        with ServiceDesk.open("memory:", react="worker") as other:
            other.log.storage.write(lambda log: log.insert([tuple(each)[1:] for each in rows]))
            with pytest.raises(UnreadableEventError, match=f"^position {n + 1}: an event"):
                export_parquet(other.log, folder)


class TestAsking:
    """DuckDB and Polars read it as it is."""

    def test_duckdb_counts_what_the_desk_counts(self, folder):
        with a_desk_with(BUSIEST, "memory:") as desk:
            export_parquet(desk.log, folder)
            asked = f"""
                SELECT name, count(*), min(occurred_at), max(recorded_at), count(DISTINCT subject)
                FROM read_parquet('{folder}/**/*.parquet', hive_partitioning = true)
                GROUP BY name
            """
            told = {name: tuple(others) for name, *others in duckdb.sql(asked).fetchall()}
            expected = {}
            for row, each in zip(desk.log.rows_since(0), desk.log.since(0), strict=True):
                expected.setdefault(row.topic, []).append(each)

        assert told == {
            name: (
                len(events),
                min(each.occurred_at for each in events),
                max(each.recorded_at for each in events),
                len({each.subject for each in events}),
            )
            for name, events in expected.items()
        }

    def test_duckdb_reads_what_an_event_says(self, folder):
        with a_desk_with(BUSIEST, "memory:") as desk:
            export_parquet(desk.log, folder)
            asked = f"""
                SELECT subject, state->>'$.event.customer_id'
                FROM read_parquet('{folder}/**/*.parquet') WHERE name = 'ticket.opened'
            """
            told = dict(duckdb.sql(asked).fetchall())
            names = {row.position: row.topic for row in desk.log.rows_since(0)}
            opened = [each for each in desk.log.since(0) if names[each.position] == "ticket.opened"]

            assert told == {each.subject: each.event.customer_id for each in opened}

    def test_duckdb_reads_what_customers_scored(self, folder):
        with a_desk_with(SURVEYS, "memory:") as desk:
            export_parquet(desk.log, folder)
            asked = f"""
                SELECT position, [(each.dimension, each.score) for each in scores]
                FROM read_parquet('{folder}/**/*.parquet') WHERE scores IS NOT NULL
            """
            told = dict(duckdb.sql(asked).fetchall())
            answered = [e for e in desk.log.since(0) if isinstance(e.event, SurveyAnswered)]

        assert told == {each.position: [*each.event.scores.items()] for each in answered}
        assert any(told.values())

    def test_polars_reads_it(self, folder):
        with a_desk_with(BUSIEST, "memory:") as desk:
            export_parquet(desk.log, folder)
            frame = pl.scan_parquet(f"{folder}/**/*.parquet", hive_partitioning=True).collect()

            assert frame.height == desk.log.head()
            assert set(frame["subject"]) == set(desk.log.subjects())
            assert set(frame["bucket"]) <= set(range(8))


class TestElsewhere:
    """Whoever folds needs the folder alone."""

    def test_processes_fold_what_they_read_there(self, folder):
        spawn = multiprocessing.get_context("spawn")
        with a_desk_with(BUSIEST, "memory:") as desk, ProcessPoolExecutor(2, spawn) as processes:
            export_parquet(desk.log, folder)
            live, source = rows_of(desk, "ticket_facts"), ParquetExport.of(desk.log, folder)
            desk.projects.rebuild("ticket_facts", executor=processes, jobs=2, source=source)

            assert rows_of(desk, "ticket_facts") == live

    def test_at_a_shell(self, desk_url, folder):
        on = ("--url", desk_url)
        first = servicecore("export", "parquet", "--to", folder, *on)
        assert (first.code, first.out) == (0, "")
        assert "new events were written, up to position" in first.err
        again = servicecore("export", "parquet", "--to", folder, "--json", *on).json
        assert (again["events"], again["to"]) == (0, str(folder))
        built = servicecore("project", "rebuild", "ticket_facts", "--from", folder, *on)
        assert "ticket_facts was built anew" in built.out


@pytest.fixture
def desk_url(tmp_path):
    url = f"sqlite:///{tmp_path / 'service.db'}"
    with ServiceDesk.open(url) as desk:
        desk.tickets.open("T-1", **REQUEST, priority="A", at=NINE)
    return url
