"""What the tables of read models promise, on any storage."""
# ruff: noqa: PT012, S101, PLR2004, D102 - these are tests; their names are the sentences

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...storage import AlreadyTrackedError, EventLog, TableRow, UnknownTableError, VersionInUseError
from ...storage.tables import Commit, Tables

Open = Callable[..., EventLog]
_Wanted = tuple[str, int | None, bytes | None]

A, B, C = TableRow("a", 3, b"A"), TableRow("b", None, b"B"), TableRow("c", 1, b"C")


class TablesConformance:
    """Rows and position are committed together, versions stand side by side."""

    @pytest.fixture
    def tables(self, open_it: Open) -> Iterator[Tables]:
        """Return tables in which nothing is kept."""
        with open_it() as log:
            yield log.tables

    def test_rows_are_kept_with_the_position_they_tell_of(self, tables: Tables) -> None:
        with tables.batch("waits", 1, upto=7) as rows:
            rows.put_many([A, B, C])

        assert tables.position("waits", 1) == 7
        waits = tables.read("waits", 1)
        assert list(waits.scan()) == [A, B, C]
        assert waits.get_many(["b", "x", "a", "b"]) == {"a": b"A", "b": b"B"}
        assert waits.get_many([]) == {}

    def test_rows_come_in_order_until_a_limit(self, tables: Tables) -> None:
        with tables.batch("waits", 1, upto=1) as rows:
            rows.put_many([A, B, C, TableRow("d", 3, b"D"), TableRow("e", 4, b"E")])
        waits = tables.read("waits", 1)

        assert [row.key for row in waits.until(3)] == ["c", "a", "d"]
        assert [row.key for row in waits.until(3, limit=2)] == ["c", "a"]
        assert list(waits.until(0)) == []

    def test_a_batch_that_fails_leaves_nothing(self, tables: Tables) -> None:
        with tables.batch("waits", 1, upto=1) as rows:
            rows.put_many([A])

        with pytest.raises(ZeroDivisionError), tables.batch("waits", 1, upto=2) as rows:
            rows.put_many([B])
            rows.delete_many(["a"])
            raise ZeroDivisionError

        assert (tables.position("waits", 1), list(tables.read("waits", 1).scan())) == (1, [A])

    def test_rows_that_nobody_reads_yet_may_be_put_again(self, tables: Tables) -> None:
        again = TableRow("a", 9, b"again")
        for put in [A, B], [again, C]:
            unread = Commit(name="waits", version=1, after=0, upto=0, put=put, unread=True)
            tables.apply(unread)
        assert tables.position("waits", 1) == 0
        tables.apply(Commit(name="waits", version=1, after=0, upto=5, unread=True))

        waits = tables.read("waits", 1)
        assert list(waits.scan()) == [again, B, C]
        assert list(waits.until(9)) == [C, again]
        with tables.batch("waits", 1, upto=6) as rows:
            rows.put_many([A])
        assert list(waits.scan()) == [A, B, C]

    def test_what_was_dropped_is_not_begun_anew_by_whoever_goes_on(self, tables: Tables) -> None:
        more = Commit(name="waits", version=2, after=0, upto=0, put=[A], begun=True)
        with tables.batch("waits", 2, upto=0):
            pass
        tables.apply(more)
        tables.drop("waits", 2)

        with pytest.raises(UnknownTableError, match="there is no version 2 of 'waits'"):
            tables.apply(more)
        with pytest.raises(UnknownTableError):
            tables.activate("waits", 2)
        assert (tables.status(), tables.active("waits")) == ([], None)

    def test_rows_may_be_kept_that_tell_of_no_position(self, tables: Tables) -> None:
        for value in b"before", b"now":
            with tables.batch("waits", 1, after=0, upto=0) as rows:
                rows.put_many([("a", None, value)])

        assert list(tables.read("waits", 1).scan()) == [("a", None, b"now")]

    def test_a_batch_reads_its_own_writes_and_nobody_else_does(self, tables: Tables) -> None:
        with tables.batch("waits", 1, upto=1) as rows:
            rows.put_many([A, C])
        waits = tables.read("waits", 1)

        with tables.batch("waits", 1, upto=2) as rows:
            rows.put_many([("a", 9, b"new"), B])
            rows.delete_many(["c", "x"])
            assert rows.get_many(["a", "b", "c"]) == {"a": b"new", "b": b"B"}
            assert list(rows.scan()) == [("a", 9, b"new"), B]
            assert list(rows.until(3)) == []
            assert [row.key for row in rows.until(9)] == ["a"]
            assert list(waits.scan()) == [A, C]

        assert list(waits.scan()) == [("a", 9, b"new"), B]

    def test_what_was_deleted_can_be_put_again(self, tables: Tables) -> None:
        with tables.batch("waits", 1, upto=1) as rows:
            rows.put_many([A])
        with tables.batch("waits", 1, upto=2) as rows:
            rows.delete_many(["a"])
            rows.put_many([("a", 1, b"again")])

        assert list(tables.read("waits", 1).scan()) == [("a", 1, b"again")]

    @pytest.mark.parametrize(("after", "upto"), [(0, 6), (4, 6), (6, 7), (5, 4)])
    def test_a_batch_must_continue_where_the_last_one_ended(
        self, tables: Tables, after: int, upto: int
    ) -> None:
        with tables.batch("waits", 1, upto=5) as rows:
            rows.put_many([A])

        with (
            pytest.raises(AlreadyTrackedError, match="waits version 1 is at position 5"),
            tables.batch("waits", 1, after=after, upto=upto) as rows,
        ):
            rows.delete_many(["a"])

        assert list(tables.read("waits", 1).scan()) == [A]

    def test_the_slower_of_two_batches_is_refused(self, tables: Tables) -> None:
        with (
            pytest.raises(AlreadyTrackedError),
            tables.batch("waits", 1, upto=5) as slow,
        ):
            slow.put_many([A])
            with tables.batch("waits", 1, upto=3) as fast:
                fast.put_many([B])

        assert (tables.position("waits", 1), list(tables.read("waits", 1).scan())) == (3, [B])

    def test_a_new_version_is_built_beside_the_old_and_takes_its_place(
        self, tables: Tables
    ) -> None:
        with tables.batch("waits", 1, upto=5) as rows:
            rows.put_many([A])
        tables.activate("waits", 1)
        with tables.batch("waits", 2, upto=3) as rows:
            rows.put_many([B])

        assert (tables.active("waits"), list(tables.read("waits").scan())) == (1, [A])
        tables.activate("waits", 2)
        assert (tables.active("waits"), list(tables.read("waits").scan())) == (2, [B])
        assert [
            (each.name, each.version, each.position, each.active, each.rows)
            for each in tables.status()
        ] == [("waits", 1, 5, False, 1), ("waits", 2, 3, True, 1)]

        with pytest.raises(VersionInUseError, match="version 2 of waits is in use"):
            tables.drop("waits", 2)
        tables.drop("waits", 1)
        assert [each.version for each in tables.status()] == [2]
        assert tables.position("waits", 1) == 0

    def test_what_was_never_begun_cannot_be_read_or_used(self, tables: Tables) -> None:
        with pytest.raises(UnknownTableError, match="an active version of 'waits'"):
            tables.read("waits")
        with pytest.raises(UnknownTableError, match="version 3 of 'waits'"):
            tables.read("waits", 3)
        with pytest.raises(UnknownTableError, match="version 3 of 'waits'"):
            tables.activate("waits", 3)

    @pytest.mark.parametrize("name", ["", "Waits", "x; DROP TABLE log_events", "a" * 52])
    def test_a_name_is_refused_that_a_database_could_misunderstand(
        self, tables: Tables, name: str
    ) -> None:
        with (
            pytest.raises(ValueError, match="response_times"),
            tables.batch(name, 1, upto=1) as rows,
        ):
            rows.put_many([A])

    def test_more_keys_than_a_statement_can_bind(self, tables: Tables) -> None:
        many = {f"{n:05}": b"x" for n in range(2500)}
        with tables.batch("waits", 1, upto=1) as rows:
            rows.put_many((key, None, value) for key, value in many.items())

        assert many == tables.read("waits", 1).get_many(many)
        assert sorted(many) == [row.key for row in tables.read("waits", 1).scan()]

    def test_batches_agree_with_a_plain_dict(self, open_it: Open) -> None:
        keys = st.sampled_from("abcde")
        changes = st.lists(
            st.tuples(keys, st.none() | st.integers(-3, 3), st.none() | st.binary(max_size=2)),
            max_size=6,
        )
        with open_it() as log:
            tables = log.tables

            @settings(max_examples=25, deadline=None)
            @given(batches=st.lists(st.tuples(changes, st.booleans()), max_size=4))
            def check(batches: list[tuple[list[_Wanted], bool]]) -> None:
                tables.drop("waits", 1)
                with tables.batch("waits", 1, upto=0):
                    kept: dict[str, TableRow] = {}
                for wanted, fails in batches:
                    kept = _both(tables, kept, wanted, fails=fails)
                    waits = tables.read("waits", 1)
                    assert _by_key(kept) == list(waits.scan())
                    assert _due(kept, 1) == list(waits.until(1))

            check()


def _both(
    tables: Tables, kept: dict[str, TableRow], wanted: list[_Wanted], *, fails: bool
) -> dict[str, TableRow]:
    ours = dict(kept)
    upto = tables.position("waits", 1) + 1
    with suppress(_OnPurposeError), tables.batch("waits", 1, upto=upto) as rows:
        for key, sort, value in wanted:
            if value is None:
                rows.delete_many([key])
                ours.pop(key, None)
            else:
                rows.put_many([(key, sort, value)])
                ours[key] = TableRow(key, sort, value)
            assert _by_key(ours) == list(rows.scan())
            assert _due(ours, 1) == list(rows.until(1))
        if fails:
            raise _OnPurposeError
    return kept if fails else ours


class _OnPurposeError(Exception):
    """The batch should fail here."""


def _by_key(rows: dict[str, TableRow]) -> list[TableRow]:
    return [rows[key] for key in sorted(rows)]


def _due(rows: dict[str, TableRow], sort: int) -> list[TableRow]:
    due = [(row.sort, key) for key, row in rows.items() if row.sort is not None]
    return [rows[key] for each, key in sorted(due) if each <= sort]
