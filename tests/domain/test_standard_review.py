"""A standard in use is looked at regularly, and revised to a version of its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

import attrs
import pytest

from servicecore.domain.days import NoDateError
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.people import Level
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.spans import Span
from servicecore.domain.standard_review import (
    BeforeReviewPlannedError,
    SameVersionError,
    decisions,
    evolve,
)
from servicecore.standards import load_standard

MANUAL = load_standard("operations_manual_2025")
SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)
MAY = datetime(2025, 5, 5, 1, tzinfo=timezone.utc)
OPENS = datetime(2025, 6, 3, 1, tzinfo=timezone.utc)  # The first and second of June are days off.
CLOSES = datetime(2025, 6, 3, 10, tzinfo=timezone.utc)
YEAR = Span(months=12)


def given(history):
    return reduce(evolve, history, None)


def planned(due_on=date(2025, 6, 1), in_force="manual@1"):
    return decisions.plan(
        "manual",
        in_force=in_force,
        due_on=due_on,
        standard=MANUAL.reference,
        calendar=MANUAL.calendar,
        at=MAY,
    )


def held(history=None, at=CLOSES, **facts):
    history = history or planned()
    told = {"by": "He", "finding": "two hours are enough", "again_after": YEAR, **facts}
    return history + decisions.hold(given(history), **told, calendar=MANUAL.calendar, at=at)


def fell_due(history, at):
    due = decisions.remind_if_due(given(history), at=at, terms=MANUAL.terms(of="standard_review"))
    return [(each.round, each.rung, each.to) for each in due]


class TestTheReview:
    """om2025:4.1b: the service standard is reviewed regularly."""

    @pytest.mark.parametrize(
        ("at", "told"),
        [
            (OPENS, []),
            (OPENS + SECOND, [(1, "due", Level.SUPERVISOR)]),
            (CLOSES, [(1, "due", Level.SUPERVISOR)]),
            (CLOSES + SECOND, [(1, "due", Level.SUPERVISOR), (1, "overdue", Level.MANAGER)]),
        ],
    )
    def test_is_due_on_the_first_working_day_from_then_on(self, at, told):
        assert fell_due(planned(), at) == told

    def test_comes_back_after_a_year(self):
        review = given(held())
        assert (review.number, review.due_on) == (2, date(2026, 6, 3))
        assert review.in_force == "manual@1"
        assert fell_due(held(), CLOSES + 360 * A_DAY) == []
        later = fell_due(held(), CLOSES + 366 * A_DAY)
        assert [number for number, _, _ in later] == [2, 2]

    def test_names_the_version_the_standard_was_revised_to(self):
        history = held(revised_to="manual@2")
        review = given(history)
        assert review.in_force == "manual@2"
        assert [each.revised_to for each in review.held] == ["manual@2"]
        assert review.standard == MANUAL.reference  # It is kept under what it was begun under.

    def test_that_keeps_the_standard_leaves_it_in_force(self):
        assert given(held(held(revised_to="manual@2"))).in_force == "manual@2"

    def test_refuses_a_revision_that_is_none(self):
        with pytest.raises(SameVersionError, match="manual is manual@1 already"):
            held(revised_to="manual@1")

    @pytest.mark.parametrize("left_out", ["by", "finding", "revised_to"])
    def test_is_told_in_full(self, left_out):
        with pytest.raises(IncompleteError, match=left_out):
            held(**{left_out: " "})

    @pytest.mark.parametrize("history", [planned, held])
    def test_is_held_after_it_was_planned(self, history):
        since = history()[-1].at
        with pytest.raises(BeforeReviewPlannedError, match="has been planned since"):
            held(history(), at=since - SECOND)

    def test_has_a_date(self):
        with pytest.raises(NoDateError):
            planned(due_on=MAY)

    def test_is_about_a_version(self):
        with pytest.raises(IncompleteError, match="in_force"):
            planned(in_force="")


class TestAnImpossibleHistory:
    """The auditor's alarm."""

    def test_does_not_begin_in_the_middle(self):
        with pytest.raises(ImpossibleHistoryError, match="before a review was planned"):
            evolve(None, held()[1])

    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_keeps_its_turns(self, number):
        history = held()
        with pytest.raises(ImpossibleHistoryError, match="out of turn"):
            given([*history, attrs.evolve(history[number], number=7)])

    def test_does_not_hold_the_steps_of_another(self):
        with pytest.raises(ImpossibleHistoryError, match="does not belong"):
            given([*planned(), attrs.evolve(held()[1], review_id="plan")])
