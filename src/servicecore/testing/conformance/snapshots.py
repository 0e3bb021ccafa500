"""What snapshots promise, on any storage: they save time and nothing else."""
# ruff: noqa: S101, D102, SLF001 - these are tests; their names are the sentences

from __future__ import annotations

import attrs

from ...storage import Change, EventLog, Fold
from .events import FOLD, LIN, Case, Noted, Opened, evolve, noted, opened


class SnapshotConformance:
    """A fold ends the same with snapshots and without."""

    def test_a_snapshot_changes_nothing(self, log: EventLog) -> None:
        log.append(opened("case/1", "a", "b"), provenance=LIN)
        assert log.take_snapshot("case/1", FOLD)
        log.append(Change("case/1", [noted("c")], after=3), provenance=LIN)

        with_it = log.load("case/1", FOLD)
        log.forget_snapshots()

        assert (Case(("a", "b", "c")), 4) == with_it == log.load("case/1", FOLD)

    def test_a_snapshot_spares_the_events_before_it(self, log: EventLog) -> None:
        log.append(opened("case/1", "a", "b"), provenance=LIN)
        log.take_snapshot("case/1", FOLD)
        replayed: list[object] = []

        def watched(case: Case | None, happened: Opened | Noted) -> Case:
            replayed.append(happened)
            return evolve(case, happened)

        assert (Case(("a", "b")), 3) == log.load("case/1", Fold(watched, name="case"))
        assert replayed == []

    def test_a_snapshot_of_another_schema_is_ignored(self, log: EventLog) -> None:
        log.append(opened("case/1", "a"), provenance=LIN)
        log.take_snapshot("case/1", FOLD)

        def told_otherwise(case: Case | None, happened: Opened | Noted) -> Case:
            return Case((*(case.notes if case else ()), type(happened).__name__))

        changed = Fold(told_otherwise, name="case", schema=2)
        assert (Case(("Opened", "Noted")), 2) == log.load("case/1", changed)

    def test_snapshots_are_taken_when_loading_took_long(self, log: EventLog) -> None:
        often = attrs.evolve(FOLD, snapshot_every=3)
        log.append(opened("case/1", "a"), provenance=LIN)
        log.load("case/1", often)
        assert log._snapshots.find("case/1", often).state is None

        log.append(Change("case/1", [noted("b")], after=2), provenance=LIN)
        log.load("case/1", often)
        assert Case(("a", "b")) == log._snapshots.find("case/1", often).state
