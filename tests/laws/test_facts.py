"""The same laws on every recorded history, for every read model, whatever it is made of.

Streams may come in any order, in any portions and on any machine: what a read
model keeps is the same, and what is counted adds up.
"""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone
from functools import cache, reduce
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.desk.registry import FACTS, READ_MODELS
from servicecore.domain.events import CATALOGUE
from servicecore.projections.asking import Question
from servicecore.projections.cells import Cells
from servicecore.projections.counting import cells_of
from servicecore.projections.source import Source
from servicecore.projections.themes import THEMES
from servicecore.storage import Batch
from servicecore.storage.codec import Codec
from servicecore.storage.memory_tables import MemoryTables
from tests.histories.replaying import Line

FILES = sorted(Path(__file__).parents[1].glob("histories/*.jsonl"))
AS_OF = datetime(2025, 12, 31, tzinfo=timezone.utc)


@cache
def recorded(path):
    codec, lines = Codec(CATALOGUE), path.read_text(encoding="utf-8").splitlines()
    rows = (Line.read(line).row(position) for position, line in enumerate(lines, start=1))
    return [codec.recorded(row) for row in rows]


@cache
def streams(path):
    found = {}
    for each in recorded(path):
        found.setdefault(each.subject, []).append(each)
    return list(found.values())


def kept(handler, events, *, portions=()):
    """Return the rows that a read model keeps of *events*, taken in by these portions."""
    tables, sizes = MemoryTables(), iter(portions)
    left, position = list(events), 0
    while left:
        size = next(sizes, 1000)
        portion, left, position = left[:size], left[size:], position + 1
        with tables.batch("model", 1, upto=position) as batch:
            assert isinstance(batch, Batch)
            handler(batch, portion)
    return sorted(tuple(row) for row in tables.read("model", 1).scan())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", READ_MODELS)
class TestEveryReadModel:
    """Only the order within a history matters."""

    @given(data=st.data())
    def test_streams_may_come_in_any_order(self, name, path, data):
        shuffled = data.draw(st.permutations(streams(path)))
        events = [each for stream in shuffled for each in stream]
        portions = data.draw(st.lists(st.integers(1, 40), max_size=20))
        handler = READ_MODELS[name]

        assert kept(handler, events, portions=portions) == kept(handler, recorded(path))

    def test_one_event_at_a_time_is_all_at_once(self, name, path):
        handler, events = READ_MODELS[name], recorded(path)

        assert kept(handler, events, portions=[1] * len(events)) == kept(handler, events)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestEveryFact:
    """A fact is the fold of one history, whoever folds it, and it travels."""

    @pytest.mark.parametrize("name", FACTS)
    def test_it_is_stored_as_it_is(self, name, path):
        facts, tables = FACTS[name], MemoryTables()
        with tables.batch(name, 1, upto=1) as batch:
            facts.observe(batch, recorded(path))
        folded = {
            stream[0].subject: facts.of(each.event for each in stream)
            for stream in streams(path)
            if facts.is_about(stream[0].subject)
        }
        assert list(facts.every(tables.read(name, 1))) == [
            folded[subject] for subject in sorted(folded)
        ]

    @pytest.mark.parametrize("name", FACTS)
    def test_it_travels(self, name, path):
        facts = list(FACTS[name].known(recorded(path), as_of=AS_OF))

        assert pickle.loads(pickle.dumps(facts)) == facts  # noqa: S301  # our own bytes

    @pytest.mark.parametrize("name", FACTS)
    @given(hours=st.integers(0, 3000))
    def test_as_it_was_then_is_what_would_have_been_kept_then(self, name, path, hours):
        """The rows of now, looked at as of then, are the rows of then."""
        facts, tables = FACTS[name], MemoryTables()
        then = recorded(path)[0].occurred_at + timedelta(hours=hours)
        with tables.batch(name, 1, upto=1) as batch:
            facts.observe(batch, recorded(path))
        histories = {stream[0].subject: stream for stream in streams(path)}
        seen = facts.scan(tables.read(name, 1), as_of=then, history=histories.__getitem__)
        expected = {
            stream[0].subject: facts.of(each.event for each in stream if each.occurred_at <= then)
            for stream in streams(path)
            if facts.is_about(stream[0].subject)
        }
        assert list(seen) == [fact for _, fact in sorted(expected.items()) if fact]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.cases)
class TestEveryMeasure:
    """Cells add up in any order, and what was added can be taken out again."""

    def measure(self, theme, facts, part, by=()):
        source = Source(facts=lambda _: facts)
        measures = theme.everything(source)
        question = theme.grouped(Question(as_of=AS_OF, by=by))
        dimensions = theme.dimensions
        return cells_of(part, question, dimensions=dimensions, measures=measures, source=source)

    @given(data=st.data())
    def test_portions_add_up(self, theme, path, data):
        facts = list(theme.facts.known(recorded(path), as_of=AS_OF))
        by = data.draw(st.sampled_from([(), ("product",), ("month",), ("product", "quarter")]))
        whole = self.measure(theme, facts, facts, by)
        cuts = sorted(data.draw(st.lists(st.integers(0, len(facts)), max_size=3)))
        edges = zip([0, *cuts], [*cuts, len(facts)], strict=True)
        parts = [self.measure(theme, facts, facts[start:end], by) for start, end in edges]
        travelled = [pickle.loads(pickle.dumps(each)) for each in parts]  # noqa: S301

        question = Question(as_of=AS_OF)
        added = reduce(Cells.__add__, data.draw(st.permutations(travelled)))
        assert added.answer(question) == whole.answer(question)
        assert (whole - whole + added).answer(question) == whole.answer(question)

    def test_what_was_added_can_be_taken_out(self, theme, path):
        facts = list(theme.facts.known(recorded(path), as_of=AS_OF))
        one, rest = facts[:1], facts[1:]
        without = self.measure(theme, facts, facts) - self.measure(theme, facts, one)
        expected = self.measure(theme, facts, rest).answer(Question(as_of=AS_OF))

        told = {(each.measure, each.group): each for each in without.answer(Question(as_of=AS_OF))}
        assert {key: told[key] for key in [(e.measure, e.group) for e in expected]} == {
            (each.measure, each.group): each for each in expected
        }


@pytest.mark.parametrize("name", FACTS)
def test_no_row_holds_what_has_no_order(name):
    """Equal rows are equal bytes, and a set is told in another order by every program."""
    told = repr(msgspec.inspect.type_info(FACTS[name].row))
    assert "SetType" not in told
