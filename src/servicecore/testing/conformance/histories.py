"""What histories promise, on any storage: they read as they were written."""
# ruff: noqa: S101, PLR2004, D102 - these are tests; their names are the sentences

from __future__ import annotations

from datetime import timedelta

import pytest

from ...domain.events import Provenance
from ...storage import (
    AnonymousError,
    Change,
    ConflictError,
    EventLog,
    InvalidSubjectError,
    UnstorableEventError,
)
from .events import FOLD, HOUR, LIN, NINE, Noted, Opened, Promise, Urgency, Watch, noted, opened


class HistoryConformance:
    """Whatever was appended reads back, without gaps, and as of any time."""

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
