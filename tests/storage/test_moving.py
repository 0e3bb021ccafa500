"""A log moves to another storage, and nothing of it changes."""

from __future__ import annotations

from functools import partial

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.storage import (
    Change,
    DifferentLogError,
    EventLog,
    Follower,
    PolicyFollower,
    UnknownStorageError,
    move_log,
    moving,
    open_log,
)
from servicecore.storage.memory import MemoryStorage
from servicecore.testing.conformance.events import CATALOGUE, FOLD, LIN, noted, opened
from servicecore.testing.conformance.followers import Count, counted
from tests.cli.conftest import servicecore
from tests.moments import NINE, REQUEST
from tests.storage.test_umadb import Server

KINDS = ["memory", "sqlite", "postgresql"]


@pytest.fixture
def opening(request, tmp_path):
    """Return a way to open an empty log of some kind."""

    def opening(kind, name):
        if kind == "memory":
            return open_log("memory:", catalogue=CATALOGUE)
        if kind == "sqlite":
            return open_log(f"sqlite:///{tmp_path}/{name}.db", catalogue=CATALOGUE)
        return open_log(request.getfixturevalue("postgresql").fresh(), catalogue=CATALOGUE)

    return opening


def lived(log):
    """Let things happen: events, commands with and without, followers, and one set aside."""
    log.execute("case/0", lambda _: [], fold=FOLD, provenance=attrs.evolve(LIN, command_id="idle"))
    for n in range(1, 6):
        command = attrs.evolve(LIN, command_id=f"c-{n}")
        log.append(opened(f"case/{n}", "a", "b"), provenance=command)
        log.append(Change(f"case/{n}", [noted("c")], after=3), provenance=LIN)
    log.execute(
        "case/1", lambda _: [], fold=FOLD, provenance=attrs.evolve(LIN, command_id="idle too")
    )
    log.append(opened("case/9"), provenance=LIN, tracking=("policy", 4))
    PolicyFollower(log, "choking", choke).catch_up()
    return log


def choke(recorded):
    if recorded.id == "case/3#1":
        raise LookupError(recorded.id)
    return []


def everything(log):
    """Return all that must be the same at both places."""
    commands = list(log.storage.commands())
    return (
        list(log.rows_since(0)),
        commands,
        log.storage.trackings(),
        log.tables.dead_letters("choking", 1),
    )


@pytest.fixture(autouse=True)
def _few_at_a_time(monkeypatch):
    monkeypatch.setattr(moving, "_BATCH", 2)
    monkeypatch.setattr("servicecore.storage.event_by_event._BETWEEN_NOTES", 3)


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_from_any_to_any(opening, source, target):
    with lived(opening(source, "source")) as here, opening(target, "target") as there:
        moved = move_log(here, there)

        assert everything(here) == everything(there)
        assert (moved.events, moved.found, moved.commands) == (here.head(), 0, 7)


def test_what_was_done_once_is_not_done_again_there(opening):
    with lived(opening("memory", "")) as here, opening("sqlite", "there") as there:
        move_log(here, there)

        command = attrs.evolve(LIN, command_id="c-2")
        again = partial(dict, provenance=command)
        first, second = (log.append(opened("case/2", "a", "b"), **again()) for log in (here, there))
        assert first == second
        assert second.repeated
        idle = attrs.evolve(LIN, command_id="idle too")
        receipts = [
            log.execute("case/1", lambda _: [noted("x")], fold=FOLD, provenance=idle)
            for log in (here, there)
        ]
        assert receipts[0] == receipts[1]
        acted = []
        PolicyFollower(there, "choking", lambda each: acted.append(each) or []).catch_up()
        assert [each for each in acted if each.position <= 20] == []
        Follower(there, "count", Count()).catch_up()
        assert counted(there)["case/1"] == 4


@pytest.mark.parametrize("after", [1, 2, 4, 6])
def test_whoever_is_interrupted_begins_again_where_he_was(opening, after):
    class UnpluggedError(Exception):
        pass

    steps = iter(range(after))

    def progress(done, total):
        if next(steps, None) is None:
            raise UnpluggedError

    with lived(opening("memory", "")) as here, opening("sqlite", "there") as there:
        with pytest.raises(UnpluggedError):
            move_log(here, there, progress=progress)
        found = there.head()
        assert 0 < found

        moved = move_log(here, there)
        assert (moved.found, moved.events) == (found, here.head() - found)
        assert everything(here) == everything(there)
        assert move_log(here, there).events == 0


def test_a_log_that_holds_something_else_is_left_alone(opening):
    with lived(opening("memory", "")) as here, opening("memory", "") as there:
        there.append(opened("case/7"), provenance=LIN)

        with pytest.raises(DifferentLogError, match="position 1 of one log is not position 1"):
            move_log(here, there)
        assert there.head() == 1


def test_a_log_that_holds_more_is_left_alone(opening):
    with lived(opening("memory", "")) as here, opening("memory", "") as there:
        move_log(here, there)
        there.append(opened("case/more"), provenance=LIN)

        with pytest.raises(DifferentLogError, match="only the other log holds position"):
            move_log(here, there)


@pytest.mark.parametrize("loses", ["a byte", "a command"])
def test_a_storage_that_loses_something_is_found_out(opening, loses):
    class Careless(MemoryStorage):
        def insert(self, rows, *, command=None, **more):
            if loses == "a byte":
                rows = [(*row[:4], row[4][:-1]) for row in rows]
            elif command and command.id == "c-3":
                command = None
            return super().insert(rows, command=command, **more)

    with lived(opening("memory", "")) as here, EventLog(Careless(), catalogue=CATALOGUE) as there:
        said = "position 1 of one log" if loses == "a byte" else "'c-3' is not the same"
        with pytest.raises(DifferentLogError, match=said):
            move_log(here, there)


def test_to_umadb_and_not_away_from_it(opening):
    server = Server()
    try:
        with (
            open_log(f"umadb://{server.address}", catalogue=CATALOGUE) as uma,
            opening("memory", "") as here,
        ):
            here.append(opened("case/1", "a"), provenance=LIN, tracking=("policy", 1))
            move_log(here, uma)
            assert list(here.rows_since(0)) == list(uma.rows_since(0))
            assert uma.storage.tracked("policy") == 1
            with pytest.raises(UnknownStorageError, match="UmaDBStorage cannot list"):
                move_log(uma, here)
    finally:
        server.remove()


class TestFromAShell:
    """``servicecore log move``, ``backup``, ``restore``."""

    @pytest.fixture
    def url(self, tmp_path):
        url = f"sqlite:///{tmp_path}/service.db"
        with ServiceDesk.open(url) as desk:
            desk.tickets.open("T-1", **REQUEST, at=NINE)
        return url

    def test_move(self, url, tmp_path):
        there = f"sqlite:///{tmp_path}/there.db"
        moved = servicecore("log", "move", url, there)

        assert (moved.code, moved.out[:52]) == (
            0,
            "2 events moved, 0 were there already; 0 commands and",
        )
        assert servicecore("log", "tail", "--jsonl", "--url", url).out == (
            servicecore("log", "tail", "--jsonl", "--url", there).out
        )

    def test_a_log_that_is_not_there(self, tmp_path):
        refused = servicecore("log", "move", f"sqlite:///{tmp_path}/no.db", "memory:")
        assert (refused.code, list(tmp_path.iterdir())) == (4, [])

    def test_backup_and_restore(self, url, tmp_path):
        kept = servicecore("log", "backup", tmp_path / "kept.db", "--url", url)
        assert (kept.code, "holds 2 events" in kept.out) == (0, True)
        again = servicecore("log", "backup", tmp_path / "kept.db", "--url", url)
        assert (again.code, "already exists; expected the name of a new file" in again.err) == (
            2,
            True,
        )

        back = f"sqlite:///{tmp_path}/back.db"
        assert servicecore("log", "restore", tmp_path / "kept.db", "--url", back).code == 0
        assert servicecore("log", "restore", tmp_path / "kept.db", "--url", url).code == 2
        assert servicecore("log", "restore", tmp_path / "none.db", "--url", back).code == 4
        assert servicecore("log", "restore", tmp_path / "kept.db", "--url", "memory:").code == 2
        assert "T-1" in servicecore("log", "tail", "--url", back).out
