"""Columns tell what facts tell, also while others ask, record and write columns down themselves."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from itertools import count

import pytest

from servicecore import ServiceDesk
from servicecore.desk.column_shelf import Shelf
from servicecore.desk.kept_columns import KeptColumns
from servicecore.projections.facts import Facts
from servicecore.projections.packing import Packed
from servicecore.projections.themes import TICKETS
from tests.laws.test_columns import (
    LATER,
    NEVER,
    a_busy_desk,
    agrees,
    assign_all,
    columns_from,
    table_of,
)
from tests.moments import NINE, REQUEST


@pytest.fixture
def two(tmp_path):
    """Two desks at one log, of which neither has asked anything yet."""
    with ExitStack() as stack:
        one = stack.enter_context(a_busy_desk(tmp_path, tickets=20))
        yield one, stack.enter_context(a_busy_desk(tmp_path))


def before(monkeypatch, owner, verb, act, *, nth=0):
    """Let *act* happen once, right before somebody does this the n-th time."""
    turns, done = count(), getattr(owner, verb)

    def interrupted(*args, **named):
        if next(turns) == nth:
            act()
        return done(*args, **named)

    monkeypatch.setattr(owner, verb, interrupted)


def ask(desk, **how):
    with columns_from(how.pop("columns_from", 0)):
        return desk.reports.everything(**{"as_of": LATER, **how})


def kept(desk):
    return desk.reports._sources.columns(TICKETS)


class TestTwoWrite:
    """Whoever is later takes up what the other has written; nobody takes away what he needs."""

    @pytest.mark.parametrize("nth", [0, 1, 3])
    def test_both_from_the_beginning(self, two, monkeypatch, nth):
        one, other = two
        before(monkeypatch, Shelf, "put", lambda: ask(other), nth=nth)
        assert agrees(one)
        assert agrees(other)
        assert kept(one)._portions.keys() == kept(other)._portions.keys()

    def test_one_of_them_is_killed_when_he_has_just_begun(self, two, tmp_path, monkeypatch):
        one, other = two
        before(monkeypatch, Shelf, "put", lambda: killed_at_put(monkeypatch, other), nth=2)
        assert agrees(one)
        assert agrees(other)
        with a_busy_desk(tmp_path) as third:
            assert agrees(third)

    def test_on_postgresql(self, postgresql, monkeypatch):
        with ExitStack() as stack:
            url = postgresql.fresh()
            one, other = (stack.enter_context(ServiceDesk.open(url)) for _ in range(2))
            for n in range(20):
                one.tickets.open(f"T-{n}", **REQUEST, at=NINE)
            before(monkeypatch, Shelf, "put", lambda: killed_at_put(monkeypatch, other), nth=2)
            assert agrees(one)
            assert agrees(other)
            before(monkeypatch, KeptColumns, "_caught_up", lambda: go_on(other))
            assert agrees(one)

    def test_one_goes_on_while_the_slower_looks(self, two, monkeypatch):
        one, other = two
        ask(one)
        ask(other)

        def go_on():
            assign_all(one, days=600)
            ask(one)

        before(monkeypatch, KeptColumns, "_caught_up", go_on)
        before(monkeypatch, KeptColumns, "_write_down_all", pytest.fail)
        assert agrees(other)
        assert kept(one)._portions.keys() == kept(other)._portions.keys()

    def test_two_that_have_come_as_far_know_whose_book_holds(self, two):
        one, other = two
        ask(one)
        ask(other)
        book, mine, his = kept(one)._book, kept(one)._shelf, kept(other)._shelf
        mine.keep(book, gone=())
        assert (mine.is_current, his.is_current) == (True, False)

    def test_what_the_slower_had_put_there_is_taken_away_in_the_end(self, two, monkeypatch):
        one, other = two
        before(monkeypatch, Shelf, "keep", lambda: ask(other))
        ask(one)
        for days in (600, 601, 602):
            assign_all(one, days=days)
            ask(one)
        there = {row.key.partition("/")[0] for row in table_of(one).scan()} - {"book"}
        assert there == kept(one)._portions.keys() | {*kept(one)._book.gone}
        assert len(kept(one)._book.gone) < len(kept(one)._portions)


class TestOneReads:
    """Whatever others do meanwhile, a question is answered, and by all of the facts."""

    def test_slowly_while_the_other_writes_one_book_after_the_other(self, two, monkeypatch):
        one, other = two
        ask(other)

        def go_on():
            for days in (600, 601, 602):
                assign_all(other, days=days)
                ask(other)

        before(monkeypatch, Packed, "told", go_on)
        assert agrees(one)

    @pytest.mark.parametrize("nth", [0, 5])
    def test_while_a_second_thread_asks_the_same_desk(self, two, monkeypatch, nth):
        desk, _ = two
        ask(desk)

        def go_on():
            for n in range(2):
                desk.tickets.assign(f"O-{n}", to="Lin", at=NINE)
            ask(desk)

        first = ask(desk, columns_from=NEVER)["tickets_opened"]
        before(monkeypatch, Packed, "told", go_on, nth=nth)
        assert ask(desk)["tickets_opened"] == first

    def test_a_book_that_names_what_is_gone_is_written_anew(self, two, tmp_path):
        one, other = two
        ask(one)
        ask(other)
        first = kept(one)._portions.keys()
        kept(one)._shelf.keep(kept(one)._book, gone=list(first)[:2])
        assert agrees(other)
        assert not first & kept(other)._portions.keys()
        with a_busy_desk(tmp_path) as third:
            assert agrees(third)
            assert kept(third)._portions.keys() == kept(other)._portions.keys()

    def test_who_may_only_read_writes_it_anew_for_himself(self, two, tmp_path):
        one, _ = two
        ask(one)
        kept(one)._shelf.keep(kept(one)._book, gone=list(kept(one)._portions))
        with ServiceDesk.open(f"sqlite:///{tmp_path}/service.db?mode=ro") as reading:
            assert agrees(reading)


class TestKnownThen:
    """What is recorded while somebody looks was not known at the position that he asks of."""

    @pytest.mark.parametrize("nth", [0, 1])
    def test_in_facts_that_are_looked_at_meanwhile(self, two, monkeypatch, nth):
        one, other = two
        head = one.log.head()
        right = ask(one, known_at=head, columns_from=NEVER)
        before(monkeypatch, Facts, "_reader", lambda: go_on(other), nth=nth)
        assert ask(one, known_at=head, columns_from=NEVER) == right

    def test_in_columns_that_are_looked_for_meanwhile(self, two, monkeypatch):
        one, other = two
        head = one.log.head()
        right = ask(one, known_at=head, columns_from=NEVER)
        before(monkeypatch, KeptColumns, "_caught_up", lambda: go_on(other))
        assert ask(one, known_at=head) == right


def killed_at_put(monkeypatch, desk):
    """Let a desk ask, and be killed as soon as it would put something there."""

    def killed():
        raise KeyboardInterrupt

    before(monkeypatch, Shelf, "put", killed)
    with suppress(KeyboardInterrupt):
        ask(desk)


def go_on(desk):
    """Let tickets come in at another desk, whose read models take note."""
    for n in range(5):
        desk.tickets.open(f"N-{n}", **REQUEST, at=NINE)
    ask(desk, columns_from=NEVER)
