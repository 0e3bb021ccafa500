"""Records are copied regularly, and it is noticed when they were not."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.figures import MissingTimesError
from servicecore.domain.people import Level
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.safekeeping import (
    CopiesInOrderError,
    CopyDue,
    UnknownCopyError,
    decisions,
    evolve,
)
from servicecore.domain.sla import State
from servicecore.domain.spans import Span
from servicecore.standards import load_standard

MANUAL = load_standard("operations_manual_2025")
SECOND = timedelta(seconds=1)
MAY = datetime(2025, 5, 5, 1, tzinfo=timezone.utc)  # A holiday, a Monday.
OPENS = datetime(2025, 5, 12, 1, tzinfo=timezone.utc)
CLOSES = datetime(2025, 5, 12, 10, tzinfo=timezone.utc)
WEEK = Span(days=7)


def given(history):
    return reduce(evolve, history, None)


def expected(sort="backup", at=MAY, every=WEEK):
    return decisions.expect(
        sort, every=every, standard=MANUAL.reference, calendar=MANUAL.calendar, at=at
    )


def made(history=None, at=OPENS, **facts):
    history = history or expected()
    told = {"by": "Li", "kept_at": "the safe", "up_to": 5, "head": 9, "every": WEEK, **facts}
    return history + decisions.record(given(history), **told, calendar=MANUAL.calendar, at=at)


def fell_due(history, at):
    terms = MANUAL.terms(of="safekeeping")
    return [e.to for e in decisions.remind_if_due(given(history), at=at, terms=terms)]


class TestACopy:
    """om2025:4.3e: regular archive and backup."""

    def test_is_expected_as_long_after_the_last_as_the_standard_says(self):
        assert given(expected()).due_on == date(2025, 5, 12)
        assert given(made(at=MAY + timedelta(days=2))).due_on == date(2025, 5, 14)

    @pytest.mark.parametrize(
        ("at", "told"),
        [
            (OPENS, []),
            (OPENS + SECOND, [Level.SUPERVISOR]),
            (CLOSES, [Level.SUPERVISOR]),
            (CLOSES + SECOND, [Level.SUPERVISOR, Level.MANAGER]),
        ],
    )
    def test_falls_due_with_its_day_and_is_overdue_behind_it(self, at, told):
        assert fell_due(expected(), at) == told

    def test_is_reminded_of_on_the_next_working_day(self):
        on_a_saturday = given(expected(every=Span(days=5))).reminders[0]
        assert {each.due for each in on_a_saturday.rungs} == {OPENS, CLOSES}

    def test_is_reminded_of_once(self):
        told = decisions.remind_if_due(
            given(expected()), at=CLOSES + SECOND, terms=MANUAL.terms(of="safekeeping")
        )
        assert fell_due(expected() + told, CLOSES + SECOND) == []

    def test_keeps_the_promise_that_there_would_be_one(self):
        [_, copy, _] = made()
        assert [(each.round, each.state) for each in copy.readings] == [(1, State.MET)]

    def test_that_was_made_is_reminded_of_no_more(self):
        assert fell_due(made(at=OPENS), CLOSES + SECOND) == []

    def test_lies_somewhere_and_holds_the_log_up_to_a_position(self):
        [copy] = given(made()).made
        assert (copy.number, copy.by, copy.kept_at, copy.up_to) == (1, "Li", "the safe", 5)


class TestWhatIsRefused:
    @pytest.mark.parametrize("sort", ["", "copy", "Backup", None])
    def test_records_are_backed_up_or_archived(self, sort):
        with pytest.raises(UnknownCopyError, match=r"om2025:4\.3e"):
            expected(sort)

    @pytest.mark.parametrize("missing", ["by", "kept_at"])
    def test_who_made_it_and_where_it_lies_is_told(self, missing):
        with pytest.raises(IncompleteError, match=missing):
            made(**{missing: " "})

    @pytest.mark.parametrize("up_to", [-1, 10, "5"])
    def test_no_copy_holds_what_is_not_on_record(self, up_to):
        with pytest.raises(CopiesInOrderError, match="up to position 9"):
            made(up_to=up_to)

    def test_copies_are_recorded_in_the_order_in_which_they_were_made(self):
        with pytest.raises(CopiesInOrderError, match="2025-05-12"):
            made(made(at=OPENS), at=OPENS - SECOND)
        assert len(given(made(made(at=OPENS), at=OPENS)).made) == 2


class TestTheHistory:
    def test_begins_with_what_is_expected(self):
        with pytest.raises(ImpossibleHistoryError, match="before a copy was expected"):
            given(made()[1:])

    @pytest.mark.parametrize("number", [0, 2])
    def test_knows_no_copy_out_of_turn(self, number):
        begun, copy, _ = made()
        with pytest.raises(ImpossibleHistoryError, match="copy 1 is next"):
            given([begun, attrs.evolve(copy, number=number)])

    def test_holds_nothing_of_another(self):
        begun, copy, _ = made()
        with pytest.raises(ImpossibleHistoryError, match="does not belong"):
            given([begun, attrs.evolve(copy, safekeeping_id="archive")])


class TestTheCounter:
    """The first copy that is recorded begins the record; somebody is told of the next."""

    @pytest.fixture
    def desk(self):
        with ServiceDesk.open("memory:", standard="operations_manual_2025") as desk:
            yield desk

    def test_takes_the_end_of_the_log_if_nobody_says(self, desk):
        desk.safekeeping.expect("backup", at=MAY)
        desk.safekeeping.record("backup", by="Li", kept_at="a safe", at=MAY)
        assert desk.safekeeping.get("backup").made[0].up_to == 1

    def test_begins_with_the_first_copy_too(self, desk):
        desk.safekeeping.record("archive", by="Li", kept_at="a safe", at=MAY)
        assert desk.safekeeping.get("archive").due_on == date(2026, 5, 5)
        with pytest.raises(UnknownCopyError):
            desk.safekeeping.record("tape", by="Li", kept_at="a safe", at=MAY)
        assert list(desk.log.subjects("safekeeping")) == ["safekeeping/archive"]

    def test_has_somebody_told(self, desk):
        letters = []
        desk.notices.register("mail", letters.append)
        desk.safekeeping.expect("backup", at=MAY)
        desk.run_due(OPENS + SECOND)
        desk.notices.deliver()
        [letter] = letters
        assert (letter.to, letter.event) == ("supervisor", "safekeeping.copy_due")
        assert letter.text == (
            "The next backup of all records has been due since 2025-05-12T01:00+00:00."
        )

    def test_names_what_the_standard_does_not_say(self):
        silent = attrs.evolve(MANUAL, id="silent", durations=())
        with (
            ServiceDesk.open("memory:", standard=silent) as desk,
            pytest.raises(MissingTimesError, match=r"silent@1 does not say.*backup"),
        ):
            desk.safekeeping.expect("backup", at=MAY)

    def test_every_reminder_was_given_by_the_policy(self, desk):
        desk.safekeeping.expect("backup", at=MAY)
        desk.run_due(CLOSES + SECOND)
        due = [e for e in desk.safekeeping.history("backup") if isinstance(e.event, CopyDue)]
        assert [each.provenance.rule for each in due] == ["escalation", "escalation"]
