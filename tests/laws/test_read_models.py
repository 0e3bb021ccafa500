"""What every read model must obey, stated once for all of them, on every storage."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore import RefusedError, ServiceDesk
from servicecore.desk.registry import READ_MODELS
from servicecore.domain import survey
from servicecore.domain.ticket import decisions
from servicecore.storage import Follower
from tests.moments import MINUTE, NINE, REQUEST, TERMS

STORAGES = ["memory", "sqlite"]
VERBS = [
    ("classify", {"priority": "B"}),
    ("classify", {"priority": "A", "kind": "complex"}),
    ("change_priority", {"priority": "C", "reason": "seen"}),
    ("assign", {"to": "Lin", "team": "pumps"}),
    ("answer", {"by": "Lin"}),
    ("receive_message", {}),
    ("note", {"by": "Lin", "text": "called back"}),
    ("diagnose", {"by": "Lin", "finding": "a seal"}),
    ("record_work", {"by": "Wu", "work": "a seal", "on_site": True}),
    ("pause", {"reason": "parts"}),
    ("resume", {}),
    ("resolve", {"by": "Lin", "solution": "a seal"}),
    ("confirm", {}),
    ("reopen", {"reason": "it leaks again"}),
    ("cancel", {"reason": "sold it"}),
    ("merge", {"into": "T-1"}),
]
#: On which of three tickets, what, after how long, and whether somebody then looks what is due.
works = st.lists(
    st.tuples(
        st.sampled_from(["T-1", "T-2", "T-3"]),
        st.sampled_from(VERBS),
        st.timedeltas(timedelta(), timedelta(days=2)),
        st.booleans(),
    ),
    max_size=20,
)
#: Files are slow, and there are many laws.
fewer = settings(max_examples=settings().max_examples // 5)


@contextmanager
def a_desk(storage):
    with tempfile.TemporaryDirectory() as folder:
        url = "memory:" if storage == "memory" else f"sqlite:///{Path(folder) / 'service.db'}"
        with ServiceDesk.open(url) as desk:
            yield desk


def work(desk, works, *, looks=()):
    """Let all this happen, and let *looks* read models be asked now and then."""
    now = NINE
    for number in ("T-1", "T-2", "T-3"):
        desk.tickets.open(number, **REQUEST, at=now)
        now += MINUTE
    for number, (verb, facts), wait, someone_looks in works:
        now += wait
        try:
            getattr(desk.tickets, verb)(number, **facts, at=now)
        except RefusedError:
            continue
        if someone_looks:
            desk.run_due(now)
            for name in looks:
                desk._office.rows(name)


def rows_of(desk, name):
    return [tuple(row) for row in desk._office.rows(name).scan()]


def built(desk, name, version, *, batches):
    """Return the rows of that read model, built from the log in batches of these sizes."""
    tables = desk.log.tables
    with tables.batch(name, version, upto=0):
        pass
    sizes = iter(batches)
    while tables.position(name, version) < desk.log.head():
        size = next(sizes, 1000)
        follower = Follower(desk.log, name, READ_MODELS[name], version=version, batch_size=size)
        follower.catch_up(upto=tables.position(name, version) + size)
    return [tuple(row) for row in tables.read(name, version).scan()]


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("name", READ_MODELS)
class TestEveryReadModel:
    """A fold of the log: when it was asked, in what portions, and where it is kept is all one."""

    @fewer
    @given(works=works)
    def test_live_is_what_rebuilding_gives(self, name, storage, works):
        with a_desk(storage) as desk:
            work(desk, works, looks=[name])
            live = rows_of(desk, name)
            desk.projects.rebuild(name)

            assert rows_of(desk, name) == live

    @fewer
    @given(works=works, batches=st.lists(st.integers(1, 4), max_size=30))
    def test_portions_make_no_difference(self, name, storage, works, batches):
        with a_desk(storage) as desk:
            work(desk, works)

            assert built(desk, name, 98, batches=batches) == built(desk, name, 99, batches=[])

    @fewer
    @given(works=works)
    def test_following_twice_is_following_once(self, name, storage, works):
        """Two followers of the same version, in turn: neither counts what the other has counted."""
        with a_desk(storage) as desk:
            work(desk, works)
            once = rows_of(desk, name)
            version = desk.log.tables.active(name)
            for _ in range(2):
                Follower(desk.log, name, READ_MODELS[name], version=version).catch_up()

            assert rows_of(desk, name) == once
            assert desk.log.tables.dead_letters(name, version) == []


@pytest.mark.parametrize("name", READ_MODELS)
@fewer
@given(works=works)
def test_every_storage_tells_the_same(name, works):
    with a_desk("memory") as one, a_desk("sqlite") as other:
        work(one, works)
        work(other, works)

        assert rows_of(one, name) == rows_of(other, name)


@fewer
@given(works=works)
def test_equal_histories_give_equal_reports_to_the_byte(works):
    with a_desk("memory") as one, a_desk("memory") as other:
        work(one, works)
        work(other, works, looks=READ_MODELS)
        asked = {"by": ["priority", "team"], "as_of": NINE + timedelta(days=50)}

        assert repr(one.reports.json(**asked)) == repr(other.reports.json(**asked))


@fewer
@given(works=works)
def test_the_list_of_deadlines_is_what_a_look_at_every_record_finds(works):
    """Brute force: ask each record, at the first instant anything has passed and just before."""
    with a_desk("memory") as desk:
        work(desk, works)
        wake_up = desk.next_wake_up()
        if wake_up is None:
            assert everything_due(desk, NINE + timedelta(days=400)) == set()
        else:
            assert everything_due(desk, wake_up - timedelta(microseconds=1)) == set()
            assert everything_due(desk, wake_up) != set()
            expected = everything_due(desk, NINE + timedelta(days=60))
            told = {
                (subject, event.clock, event.rung)
                for receipt in desk.run_due(NINE + timedelta(days=60))
                for subject in receipt.versions
                for event in receipt.events
            }
            assert told == expected


def everything_due(desk, now):
    """Return what a clerk finds who takes up every record and looks at all of its clocks."""
    numbers = ("T-1", "T-2", "T-3")
    tickets = {f"ticket/{each}": desk.tickets.get(each) for each in numbers}
    asked = {each.subject for each in desk.log.since(0) if each.subject.startswith("survey/")}
    surveys = {each: desk.surveys.get(each.removeprefix("survey/")) for each in asked}
    ways = ((tickets, decisions.escalate_if_due), (surveys, survey.decisions.remind_if_due))
    return {
        (subject, event.clock, event.rung)
        for records, look in ways
        for subject, record in records.items()
        for event in look(record, at=now, terms=TERMS)
    }
