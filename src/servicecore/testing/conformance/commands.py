"""What commands promise, on any storage: they decide on what is there, and once."""
# ruff: noqa: S101, PLR2004, D102 - these are tests; their names are the sentences

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from ...storage import AlreadyTrackedError, Change, CommandReusedError, ConflictError, EventLog
from .events import FOLD, LIN, Case, Noted, Opened, noted, opened


class CommandConformance:
    """Decide, again on a conflict, and never twice."""

    # --- Decide, and decide again on a conflict ---------------------------------

    def test_a_decision_sees_the_state_and_its_events_are_recorded(self, log: EventLog) -> None:
        log.append(opened("case/1", "a"), provenance=LIN)

        receipt = log.execute(
            "case/1", lambda case: [noted(f"{case and case.notes}")], fold=FOLD, provenance=LIN
        )

        assert (Case(("a", "('a',)")), 3) == log.load("case/1", FOLD)
        assert receipt.versions == {"case/1": 3}

    def test_after_a_conflict_it_decides_on_what_the_others_left(self, log: EventLog) -> None:
        log.append(opened("case/1"), provenance=LIN)
        seen: list[Case | None] = []

        def decide(case: Case | None) -> list[Noted]:
            seen.append(case)
            if len(seen) == 1:  # Somebody else is faster.
                log.append(Change("case/1", [noted("theirs")], after=1), provenance=LIN)
            return [noted("ours")]

        log.execute("case/1", decide, fold=FOLD, provenance=LIN)

        assert [Case(), Case(("theirs",))] == seen
        assert (Case(("theirs", "ours")), 3) == log.load("case/1", FOLD)

    def test_it_does_not_try_for_ever(self, log: EventLog) -> None:
        tries: list[int] = []

        def decide(_: Case | None) -> list[Opened]:
            tries.append(1)
            count = len(log.history("case/1"))
            log.append(Change("case/1", [Opened()], after=count), provenance=LIN)
            return [Opened()]

        with pytest.raises(ConflictError, match="case/1"):
            log.execute("case/1", decide, fold=FOLD, provenance=LIN)
        assert 10 == len(tries) == len(log.history("case/1"))

    def test_a_refusal_records_nothing(self, log: EventLog) -> None:
        def decide(_: Case | None) -> list[Noted]:
            raise LookupError

        command = attrs.evolve(LIN, command_id="c-1")
        with pytest.raises(LookupError):
            log.execute("case/1", decide, fold=FOLD, provenance=command)
        assert (log.head(), log.has_command("c-1")) == (0, False)

    # --- A command is carried out once ------------------------------------------

    def test_the_same_command_returns_its_first_receipt(self, log: EventLog) -> None:
        command = attrs.evolve(LIN, command_id="c-1")
        first = log.execute("case/1", lambda _: [Opened()], fold=FOLD, provenance=command)
        log.append(opened("case/2"), provenance=LIN)

        def decide(_: Case | None) -> list[Opened]:
            raise AssertionError

        again = log.execute("case/1", decide, fold=FOLD, provenance=command)

        assert attrs.evolve(first, repeated=True) == again
        assert (len(log.history("case/1")), log.has_command("c-1")) == (1, True)

    def test_a_command_that_led_to_nothing_is_remembered_too(self, log: EventLog) -> None:
        log.append(opened("case/2"), provenance=LIN)
        command = attrs.evolve(LIN, command_id="c-1")
        first = log.execute("case/1", lambda _: [], fold=FOLD, provenance=command)
        log.append(opened("case/3"), provenance=LIN)

        again = log.execute("case/1", lambda _: [Opened()], fold=FOLD, provenance=command)

        assert attrs.evolve(first, repeated=True) == again
        assert (again.events, again.versions) == ((), {"case/1": 0})
        assert log.history("case/1") == []

    def test_a_repeated_append_adds_nothing(self, log: EventLog) -> None:
        command = attrs.evolve(LIN, command_id="c-1")
        changes = (opened("case/1", "a"), opened("case/2"))
        first = log.append(*changes, provenance=command)

        assert attrs.evolve(first, repeated=True) == log.append(*changes, provenance=command)
        assert len(list(log.since(0))) == 3

    def test_a_command_id_belongs_to_one_subject(self, log: EventLog) -> None:
        command = attrs.evolve(LIN, command_id="c-1")
        log.append(opened("case/1"), provenance=command)

        with pytest.raises(CommandReusedError, match=r"c-1.*case/1.*case/2"):
            log.append(opened("case/2"), provenance=command)
        with pytest.raises(CommandReusedError, match=r"c-1.*case/1.*case/2"):
            log.execute("case/2", lambda _: [Opened()], fold=FOLD, provenance=command)
        assert log.history("case/2") == []

    def test_many_at_once_with_one_command_id_are_one(self, log: EventLog) -> None:
        command = attrs.evolve(LIN, command_id="c-1")

        def execute(_: int) -> bool:
            done = log.execute("case/1", lambda _: [Opened()], fold=FOLD, provenance=command)
            return done.repeated

        with ThreadPoolExecutor(8) as pool:
            repeated = list(pool.map(execute, range(8)))

        assert sorted(repeated) == [False] + 7 * [True]
        assert len(log.history("case/1")) == 1

    # --- Followers record how far they came -------------------------------------

    def test_events_and_the_position_of_a_follower_share_one_transaction(
        self, log: EventLog
    ) -> None:
        log.append(opened("case/1"), provenance=LIN, tracking=("policy", 5))

        with pytest.raises(AlreadyTrackedError, match="policy"):
            log.append(opened("case/2"), provenance=LIN, tracking=("policy", 5))
        with pytest.raises(ConflictError):
            log.append(opened("case/1"), provenance=LIN, tracking=("policy", 6))

        assert (log.storage.tracked("policy"), log.history("case/2")) == (5, [])
