"""What the log promises, on any storage."""
# ruff: noqa: S101, PLR2004, D102, SLF001 - these are tests; their names are the sentences

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event, Thread

import attrs
import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from ...domain.events import Provenance
from ...storage import (
    AlreadyTrackedError,
    AnonymousError,
    Change,
    CommandReusedError,
    ConflictError,
    EventLog,
    Fold,
    InvalidSubjectError,
    NotYetRecordedError,
    UnstorableEventError,
)
from .events import (
    CATALOGUE,
    FOLD,
    HOUR,
    LIN,
    NINE,
    Case,
    Noted,
    Opened,
    Promise,
    Urgency,
    evolve,
    noted,
    opened,
)
from .machine import log_machine

Open = Callable[..., EventLog]


class Watch:
    """A clock that stands still until somebody sets it."""

    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self.now


class LogConformance:
    """Append, decide, read back, wait: the same on every storage."""

    @pytest.fixture
    def watch(self) -> Watch:
        """Return the clock of the log."""
        return Watch()

    @pytest.fixture
    def log(self, open_it: Open, watch: Watch) -> Iterator[EventLog]:
        """Return an empty log."""
        with open_it(catalogue=CATALOGUE, clock=watch) as log:
            yield log

    # --- What was appended is what is read --------------------------------------

    def test_a_history_reads_as_it_was_written(self, log: EventLog) -> None:
        promise = Promise(name="answer", within=2 * HOUR, due=NINE + 2 * HOUR)
        events = (
            Opened(urgency=Urgency.HIGH, promises=(promise, promise)),
            Noted(text="'quoted' \"twice\", 中文, \u0000, \U0001f600", at=NINE - HOUR / 7),
        )

        receipt = log.append(Change("case/1", events, after=0), provenance=LIN)

        assert events == tuple(each.event for each in log.history("case/1"))
        assert (events, {"case/1": 2}) == (receipt.events, receipt.versions)

    def test_the_envelope_says_all_that_the_log_knows(self, log: EventLog) -> None:
        said = Provenance(
            actor="Lin",
            role="agent",
            command_id="c-1",
            correlation_id="x",
            causation_id="case/0#1",
            rule="om2025:2.2b",
            rule_version="1",
        )
        log.append(opened("case/1"), provenance=said)

        [recorded] = log.since(0)

        assert (said, "case/1", 1, NINE) == (
            recorded.provenance,
            recorded.subject,
            recorded.version,
            recorded.recorded_at,
        )

    def test_the_log_reads_in_the_order_things_were_recorded(self, log: EventLog) -> None:
        first = log.append(opened("case/1", "a"), provenance=LIN)
        log.append(opened("case/2"), provenance=LIN)
        last = log.append(Change("case/1", [noted("b")], after=2), provenance=LIN)

        read = list(log.since(0))

        assert [each.id for each in read] == ["case/1#1", "case/1#2", "case/2#1", "case/1#3"]
        positions = [each.position for each in read]
        assert sorted(set(positions)) == positions
        assert (positions[1], positions[-1]) == (first.position, last.position)
        assert read[2:] == list(log.since(first.position))
        assert read[:1] == list(log.since(0, limit=1))
        assert positions[-1] == log.head()

    def test_an_empty_log_has_nothing_to_tell(self, log: EventLog) -> None:
        assert (list(log.since(0)), log.head(), log.history("case/1")) == ([], 0, [])
        assert log.load("case/1", FOLD) == (None, 0)

    def test_subjects_are_listed_in_parts_that_make_a_whole(self, log: EventLog) -> None:
        subjects = [f"case/{n}" for n in range(20)] + ["other/1"]
        for subject in subjects:
            log.append(opened(subject), provenance=LIN)

        parts = [set(log.subjects(partition=(part, 3))) for part in range(3)]

        assert subjects == list(log.subjects())
        assert list(log.subjects("other")) == ["other/1"]
        assert set(subjects) == set().union(*parts)
        assert len(subjects) == sum(map(len, parts))

    # --- Histories have no gaps -------------------------------------------------

    @pytest.mark.parametrize("after", [0, 1, 3, 4])
    def test_a_history_must_have_as_many_events_as_expected(
        self, log: EventLog, after: int
    ) -> None:
        log.append(opened("case/1", "a"), provenance=LIN)

        with pytest.raises(ConflictError) as refused:
            log.append(Change("case/1", [noted("b")], after=after), provenance=LIN)

        told = refused.value
        assert ("case/1", after, 2) == (told.subject, told.expected, told.found)
        assert len(log.history("case/1")) == 2

    def test_several_histories_change_together_or_not_at_all(self, log: EventLog) -> None:
        log.append(opened("case/1"), provenance=LIN)

        with pytest.raises(ConflictError, match="case/1"):
            log.append(opened("case/2"), opened("case/1"), provenance=LIN)
        assert (log.history("case/2"), len(list(log.since(0)))) == ([], 1)

        receipt = log.append(
            opened("case/2"), Change("case/1", [noted("b")], after=1), provenance=LIN
        )
        assert receipt.versions == {"case/2": 1, "case/1": 2}

    def test_two_changes_of_one_history_continue_each_other(self, log: EventLog) -> None:
        log.append(opened("case/1"), Change("case/1", [noted("b")], after=1), provenance=LIN)

        assert len(log.history("case/1")) == 2
        with pytest.raises(ConflictError, match="expected 2 events in its history, found 3"):
            log.append(
                Change("case/1", [noted("c")], after=2),
                Change("case/1", [noted("d")], after=2),
                provenance=LIN,
            )

    def test_recorded_moments_never_fall(self, log: EventLog, watch: Watch) -> None:
        log.append(opened("case/1"), provenance=LIN)
        watch.now = NINE - HOUR  # Somebody set the clock back.
        receipt = log.append(opened("case/2"), provenance=LIN)

        assert receipt.recorded_at == NINE
        assert [each.recorded_at for each in log.since(0)] == [NINE, NINE]

    # --- Bad input leaves no trace ----------------------------------------------

    @pytest.mark.parametrize("actor", ["", "  ", None])
    def test_somebody_must_be_named(self, log: EventLog, actor: str) -> None:
        with pytest.raises(AnonymousError, match="actor"):
            log.append(opened("case/1"), provenance=Provenance(actor=actor))
        with pytest.raises(AnonymousError, match="actor"):
            log.execute("case/1", lambda _: [], fold=FOLD, provenance=Provenance(actor=actor))
        assert log.head() == 0

    @pytest.mark.parametrize(
        "subject", ["", "case", "case/", "/1", "Case/1", "case/\n", "c/\ud800"]
    )
    def test_a_subject_is_a_kind_and_an_id(self, log: EventLog, subject: str) -> None:
        with pytest.raises(InvalidSubjectError, match="ticket/T-1"):
            log.append(opened(subject), provenance=LIN)
        assert log.head() == 0

    @pytest.mark.parametrize(
        "bad",
        [
            Noted(text=None),  # type: ignore[arg-type]
            Noted(text=7),  # type: ignore[arg-type]
            Noted(text="\ud800"),
            Opened(urgency="soon"),  # type: ignore[arg-type]
        ],
    )
    def test_what_could_not_be_read_again_is_not_written(self, log: EventLog, bad: object) -> None:
        with pytest.raises(UnstorableEventError, match=type(bad).__name__):
            log.append(Change("case/1", [Opened(), bad], after=0), provenance=LIN)
        assert log.head() == 0

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

    # --- Time travel ------------------------------------------------------------

    def test_a_history_can_be_read_as_of_then(self, log: EventLog, watch: Watch) -> None:
        first = log.append(opened("case/1"), provenance=LIN)
        watch.now = NINE + HOUR
        late = Noted(text="told late", at=NINE - HOUR)
        log.append(Change("case/1", [late, noted("b")], after=1), provenance=LIN)

        def ids(**limits: object) -> list[int]:
            return [each.version for each in log.history("case/1", **limits)]  # type: ignore[arg-type]

        assert ids(upto_version=2) == [1, 2]
        assert ids(upto_position=first.position) == [1]
        assert ids(upto_recorded=NINE + HOUR - timedelta(microseconds=1)) == [1]
        assert ids(upto_recorded=NINE + HOUR) == [1, 2, 3]
        assert ids(upto_occurred=NINE - timedelta(microseconds=1)) == [2]
        assert ids(upto_occurred=NINE) == [1, 2, 3]
        assert ids(upto_version=0) == []

    # --- Snapshots save time and nothing else -----------------------------------

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

    # --- Waiting ----------------------------------------------------------------

    def test_waiting_ends_when_the_log_has_come_that_far(self, log: EventLog) -> None:
        later = Thread(target=lambda: log.append(opened("case/1", "a"), provenance=LIN))
        later.start()

        assert log.wait(1, timeout=10) >= 1
        later.join()

    def test_waiting_in_vain_ends_with_a_name(self, log: EventLog) -> None:
        with pytest.raises(NotYetRecordedError, match="position 1"):
            log.wait(1, timeout=0.01)

    def test_a_subscription_misses_nothing(self, log: EventLog) -> None:
        stop, seen = Event(), []

        def listen() -> None:
            for recorded in log.subscribe(after=0, stop=stop):
                seen.append(recorded.id)
                if len(seen) == 60:
                    stop.set()

        listener = Thread(target=listen)
        listener.start()
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda n: log.append(opened(f"case/{n}"), provenance=LIN), range(60)))
        listener.join(timeout=20)

        assert [each.id for each in log.since(0)] == seen

    def test_a_subscription_that_waits_can_be_stopped(self, log: EventLog) -> None:
        stop = Event()
        listener = Thread(target=lambda: list(log.subscribe(stop=stop)))
        listener.start()
        stop.set()
        listener.join(timeout=5)

        assert not listener.is_alive()

    # --- Many writers -----------------------------------------------------------

    def test_eight_threads_lose_and_skip_nothing(self, log: EventLog) -> None:
        done, read = Event(), []

        def follow() -> None:
            position = 0
            while not done.is_set() or position < log.head():
                for recorded in log.since(position):
                    position = recorded.position
                    read.append(recorded.id)

        def write(writer: int) -> None:
            for n in range(10):
                log.append(opened(f"case/{writer}-{n}", "a"), provenance=LIN)
                log.execute("case/shared", lambda _: [noted("x")], fold=FOLD, provenance=LIN)

        reader = Thread(target=follow)
        reader.start()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(8)))
        done.set()
        reader.join(timeout=20)

        everything = list(log.since(0))
        assert len(everything) == 8 * 10 * 3
        assert [each.id for each in everything] == read  # No position turned up late.
        assert list(range(1, 81)) == [each.version for each in log.history("case/shared")]

    # --- Whatever one does ------------------------------------------------------

    def test_it_agrees_with_a_plain_list(self, open_it: Open) -> None:
        run_state_machine_as_test(
            log_machine(open_it),
            settings=settings(max_examples=15, stateful_step_count=25, deadline=None),
        )
