"""What a follower could not take in is retried, or passed by for good, on record."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from contextlib import contextmanager

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.desk.projects import UnknownReadModelError
from servicecore.exchange.exports.parquet import ParquetExport, export_parquet
from servicecore.extending import Extension, Facts, ReadModel
from servicecore.storage import portions
from servicecore.storage.portions import Stretch
from servicecore.storage.skipping import NotSetAsideError
from tests.moments import HOUR, NINE, REQUEST

POISON = {"T-2": "poison"}


@attrs.define
class Length:
    events: int = 0


def count(fact, event):
    if getattr(event, "by", "") == "Lin" and event.ticket_id in POISON:
        msg = "it cannot be counted"
        raise ValueError(msg)
    return Length((fact.events if fact else 0) + 1)


def keep_answers(batch, recorded):
    for each in recorded:
        count(None, each.event)
        if getattr(each.event, "by", "") == "Lin":
            batch.put_many([(each.subject, None, b"answered")])


MODEL = Facts(name="lengths", kind="ticket", row=Length, fold=count)


@pytest.fixture(autouse=True)
def poisoned(monkeypatch):
    monkeypatch.setitem(POISON, "T-2", "poison")
    monkeypatch.setattr("servicecore.storage.patience.Patience.attempts", lambda _: iter([1]))


@contextmanager
def a_desk_at(url):
    extension = Extension(name="lengths", read_models=[MODEL])
    with ServiceDesk.open(url, react="worker", extensions=[extension]) as desk:
        for n in (1, 2, 3):
            desk.tickets.open(f"T-{n}", **REQUEST, priority="A", at=NINE)
        for n in (1, 2, 3):
            desk.tickets.answer(f"T-{n}", by="Lin", at=NINE + HOUR)
            desk.tickets.note(f"T-{n}", by="Wu", text="called", at=NINE + HOUR)
        yield desk


@pytest.fixture
def desk():
    with a_desk_at("memory:") as desk:
        yield desk


def from_the_log(desk, folder):
    return None


def from_an_export(desk, folder):
    export_parquet(desk.log, folder, buckets=2)
    return ParquetExport.of(desk.log, folder)


sources = pytest.mark.parametrize("source", [from_the_log, from_an_export])


def lengths(desk):
    return {
        row.key: MODEL._reader()(row.value).fact.events
        for row in desk._office.rows("lengths").scan()
    }


def aside(desk):
    return [(each.position, each.subject) for each in desk.projects.set_aside("lengths")]


class TestSetAside:
    """One event is to blame; what follows in its history waits behind it."""

    def test_the_others_go_on(self, desk):
        told = lengths(desk)

        assert told["ticket/T-1"] == told["ticket/T-3"] == told["ticket/T-2"] + len(aside(desk))
        assert {subject for _, subject in aside(desk)} == {"ticket/T-2"}

    @sources
    @pytest.mark.parametrize("size", [1, 1000])
    def test_rebuilding_comes_to_the_same(self, desk, monkeypatch, size, source, tmp_path):
        monkeypatch.setattr(portions, "PORTION", size)
        live, left = lengths(desk), aside(desk)
        desk.projects.rebuild("lengths", source=source(desk, tmp_path))

        assert (lengths(desk), aside(desk)) == (live, left)
        first, *others = desk.projects.set_aside("lengths")
        assert first.error == "ValueError('it cannot be counted')"
        assert {each.error for each in others} == {"waits behind an event that was set aside"}

    @sources
    def test_so_it_does_where_many_cannot_be_taken_in(self, desk, source, tmp_path, monkeypatch):
        monkeypatch.setitem(POISON, "T-3", "poison")
        asked, rows = [], Stretch.rows
        monkeypatch.setattr(Stretch, "rows", lambda *told: asked.append(told) or rows(*told))
        live, left = lengths(desk), aside(desk)
        desk.projects.rebuild("lengths", source=source(desk, tmp_path))

        assert (lengths(desk), aside(desk)) == (live, left)
        assert {subject for _, subject in left} == {"ticket/T-2", "ticket/T-3"}
        assert len(asked) <= 1  # A portion is read once more, however many are to blame.


class Elsewhere(Executor):
    """A place where something is missing that is here."""

    def submit(self, work, portion):
        done = Future()
        POISON["T-3"] = "not installed here"
        done.set_result(work(portion))
        del POISON["T-3"]
        return done


class TestElsewhere:
    """What cannot be taken in there is tried here before it is set aside."""

    def test_only_what_fails_here_too_is_set_aside(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}"
        with a_desk_at(url) as desk:
            live, left = lengths(desk), aside(desk)
            desk.projects.rebuild("lengths", executor=Elsewhere(), jobs=1)

            assert (lengths(desk), aside(desk)) == (live, left)


class TestRetrying:
    """When the cause is gone, nothing is lost."""

    def test_all_of_it_is_taken_in(self, desk):
        lengths(desk)
        left = len(aside(desk))
        POISON.clear()

        assert desk.projects.retry("lengths") == left
        assert aside(desk) == []
        assert len(set(lengths(desk).values())) == 1

    def test_what_still_fails_stays(self, desk):
        lengths(desk)
        left = aside(desk)

        assert desk.projects.retry("lengths") == 0
        assert aside(desk) == left


class TestWhileOthersTakeInEvents:
    """Somebody who is faster stops neither a retry nor a decision to skip."""

    @pytest.fixture
    def meanwhile(self, desk, monkeypatch):
        """Let others do something behind the back of whoever writes the next batch."""

        def let(others_act):
            batch = type(desk.log.tables).batch
            waiting = [others_act]

            def batch_behind_others(tables, name, version, **here):
                if name == "lengths" and waiting:
                    waiting.pop()()
                return batch(tables, name, version, **here)

            monkeypatch.setattr(type(desk.log.tables), "batch", batch_behind_others)

        return let

    @pytest.fixture
    def go_on(self, desk):
        def take_in_another():
            desk.tickets.open("T-4", **REQUEST, priority="A", at=NINE)
            lengths(desk)

        return take_in_another

    def test_all_of_it_is_taken_in(self, desk, meanwhile, go_on):
        lengths(desk)
        left = len(aside(desk))
        POISON.clear()
        meanwhile(go_on)

        assert desk.projects.retry("lengths") == left
        assert aside(desk) == []
        assert len(set(lengths(desk).values())) == 2  # That of T-4 and of the others.

    def test_what_they_have_taken_in_is_done(self, desk, meanwhile):
        lengths(desk)
        left = len(aside(desk))
        POISON.clear()
        meanwhile(lambda: desk.projects.retry("lengths"))

        assert desk.projects.retry("lengths") == left
        assert aside(desk) == []
        assert len(set(lengths(desk).values())) == 1

    def test_what_is_skipped_is_passed_by(self, desk, meanwhile, go_on):
        all_of_it = lengths(desk)["ticket/T-1"]
        position, _ = aside(desk)[0]
        meanwhile(go_on)
        told = desk.projects.skip("lengths", position, reason="a test call")

        assert aside(desk) == []
        assert lengths(desk)["ticket/T-2"] == all_of_it - 1
        assert desk.projects.skipped() == [told]


class TestSkipping:
    """Somebody decides to do without an event, and that stays on record."""

    def test_what_waited_behind_it_is_taken_in(self, desk):
        all_of_it = lengths(desk)["ticket/T-1"]
        position, _ = aside(desk)[0]
        told = desk.projects.skip("lengths", position, reason="a test call", actor="Wu")

        assert aside(desk) == []
        assert lengths(desk)["ticket/T-2"] == all_of_it - 1
        assert desk.projects.skipped() == [told]
        assert (told.follower, told.position, told.subject) == ("lengths", position, "ticket/T-2")
        assert (told.reason, told.actor) == ("a test call", "Wu")
        assert told.error == "ValueError('it cannot be counted')"

    @sources
    def test_rebuilding_passes_it_by_too(self, desk, source, tmp_path):
        lengths(desk)
        position, _ = aside(desk)[0]
        desk.projects.skip("lengths", position, reason="a test call")
        live = lengths(desk)
        desk.projects.rebuild("lengths", source=source(desk, tmp_path))

        assert lengths(desk) == live
        assert aside(desk) == []
        assert len(desk.projects.skipped()) == 1

    def test_so_does_rebuilding_one_that_looks_at_all_records_together(self):
        by_hand = ReadModel(name="answers", observe=keep_answers)
        extension = Extension(name="answers", read_models=[by_hand])
        with ServiceDesk.open("memory:", react="worker", extensions=[extension]) as desk:
            desk.tickets.open("T-2", **REQUEST, priority="A", at=NINE)
            desk.tickets.answer("T-2", by="Lin", at=NINE + HOUR)
            assert list(desk._office.rows("answers").scan()) == []
            first, *_ = desk.projects.set_aside("answers")
            desk.projects.skip("answers", first.position, reason="a test call")
            POISON.clear()
            desk.projects.rebuild("answers")

            assert list(desk._office.rows("answers").scan()) == []
            assert desk.projects.set_aside("answers") == []

    def test_what_is_skipped_is_passed_by_even_if_it_would_do_now(self, desk):
        lengths(desk)
        position, _ = aside(desk)[0]
        POISON.clear()
        desk.projects.skip("lengths", position, reason="a test call")
        live = lengths(desk)
        desk.projects.rebuild("lengths")

        assert lengths(desk) == live

    def test_only_what_was_set_aside(self, desk):
        lengths(desk)
        with pytest.raises(NotSetAsideError, match="lengths has not set position 1 aside"):
            desk.projects.skip("lengths", 1, reason="a test call")
        assert desk.projects.skipped() == []

    def test_others_are_not_passed_by(self, desk):
        lengths(desk)
        position, _ = aside(desk)[0]
        desk.projects.skip("lengths", position, reason="a test call")
        desk.projects.rebuild("ticket_facts")
        asked = desk.reports.response_times()["first_response"]

        assert asked[0].n == 3

    @pytest.mark.parametrize("verb", ["retry", "set_aside"])
    def test_of_something_that_does_not_follow_the_log(self, desk, verb):
        with pytest.raises(UnknownReadModelError, match=r"nothing .* is called 'churn'"):
            getattr(desk.projects, verb)("churn")

    def test_a_policy_can_be_asked_too(self, desk):
        assert desk.projects.set_aside("acknowledgement") == []
        assert desk.projects.retry("acknowledgement") == 0
