"""The review of a quarter: due, held, published, and frozen from then on."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import reduce

import attrs
import pytest

from servicecore.domain.calendar_periods import NoPeriodError
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.people import Level
from servicecore.domain.quality_review import (
    BeforeReviewError,
    CommitteeIncompleteError,
    Figure,
    FiguresFrozenError,
    NoProductAssessedError,
    NotPublishedError,
    Participant,
    QuarterNotOverError,
    ReviewHeldError,
    ReviewNotHeldError,
    decisions,
    events,
    evolve,
)
from servicecore.domain.quarters import NotAQuarterError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.spans import Span
from servicecore.standards import load_standard

MANUAL = load_standard("operations_manual_2025")
CALENDAR = MANUAL.calendar
SECOND = timedelta(seconds=1)
JUNE = datetime(2025, 6, 2, 1, tzinfo=timezone.utc)
OVER = datetime(2025, 6, 30, 16, tzinfo=timezone.utc)  # Midnight in Shanghai.
LAST = datetime(2025, 7, 15, 16, tzinfo=timezone.utc)  # The end of the fifteenth day.
COMMITTEE = ("head_of_service", "head_of_quality")
THERE = {"head_of_service": "He", "head_of_quality": "Qi"}
MISSED = Figure(name="satisfaction", n=20, k=18, value=0.9, bound="at least 95%", is_met=False)
MET = Figure(name="response", n=9, value=3600.0, bound="at most 2 h", is_met=True)


def given(history):
    return reduce(evolve, history, None)


def scheduled(review_id="2025-Q2", within=Span(days=15)):  # noqa: B008  # a frozen value
    return decisions.schedule(
        review_id, within=within, standard=MANUAL.reference, calendar=CALENDAR, at=JUNE
    )


def assessed(history=None, at=OVER, **facts):
    history = history or scheduled()
    told = {"product": "pump", "by": "Qi", "assessment": "it leaks", "is_acceptable": False}
    return history + decisions.assess_product(given(history), **{**told, **facts}, at=at)


def held(history=None, at=OVER, **facts):
    history = history or scheduled()
    told = {"participants": THERE, "minutes": "we met", "committee": COMMITTEE}
    met = decisions.hold(given(history), **{**told, **facts}, calendar=CALENDAR, at=at)
    return history + met


def published(history=None, at=OVER, **facts):
    history = history or held()
    told = {"by": "He", "figures": [MISSED, MET], "read_at": 7, "must_assess_products": False}
    out = decisions.publish(given(history), **{**told, **facts}, calendar=CALENDAR, at=at)
    return history + out


def fell_due(history, at):
    terms = MANUAL.terms(of="quality_review")
    due = decisions.remind_if_due(given(history), at=at, terms=terms)
    return [(each.rung, each.to) for each in due]


class TestTheSchedule:
    """psp:4.2a: quality is reviewed every quarter."""

    def test_is_for_a_quarter(self):
        review = given(scheduled())
        assert (review.first, review.until) == (date(2025, 4, 1), date(2025, 7, 1))
        assert review.due_on == date(2025, 7, 15)

    @pytest.mark.parametrize("period", ["2025", "2025-05"])
    def test_is_for_no_month_and_no_year(self, period):
        with pytest.raises(NotAQuarterError, match=f"by the quarter, got '{period}'"):
            scheduled(period)

    @pytest.mark.parametrize("period", ["2025-Q5", "spring", ""])
    def test_is_for_a_period_at_all(self, period):
        with pytest.raises(NoPeriodError):
            scheduled(period)

    @pytest.mark.parametrize(
        ("at", "told"),
        [
            (OVER, []),
            (OVER + SECOND, [("due", Level.SUPERVISOR)]),
            (LAST, [("due", Level.SUPERVISOR)]),
            (LAST + SECOND, [("due", Level.SUPERVISOR), ("overdue", Level.MANAGER)]),
        ],
    )
    def test_reminds_when_the_quarter_is_over_and_when_the_time_is(self, at, told):
        assert fell_due(scheduled(), at) == told

    def test_reminds_once(self):
        terms = MANUAL.terms(of="quality_review")
        history = scheduled() + decisions.remind_if_due(given(scheduled()), at=LAST, terms=terms)
        assert fell_due(history, LAST) == []

    def test_reminds_of_nothing_where_no_time_is_set(self):
        history = scheduled(within=None)
        assert given(history).due_on is None
        assert fell_due(history, LAST + SECOND) == []


class TestProducts:
    """pdr:6.4a: the quality of delivered products is assessed."""

    def test_are_assessed_each_on_its_own_and_the_last_word_counts(self):
        history = assessed(assessed(), assessment="it holds", is_acceptable=True)
        review = given(assessed(history, product="press"))
        assert {name: each.is_acceptable for name, each in review.products.items()} == {
            "pump": True,
            "press": False,
        }

    def test_may_be_assessed_before_the_quarter_is_over(self):
        assert given(assessed(at=JUNE)).products["pump"].assessment == "it leaks"

    @pytest.mark.parametrize("left_out", ["product", "by", "assessment"])
    def test_are_assessed_in_words(self, left_out):
        with pytest.raises(IncompleteError, match=left_out):
            assessed(**{left_out: ""})

    def test_must_be_assessed_where_the_standard_says_so(self):
        with pytest.raises(NoProductAssessedError, match="2025-Q2 assessed no delivered product"):
            published(must_assess_products=True)
        assert published(held(assessed()), must_assess_products=True)


class TestTheMeeting:
    """om2025:6.3a: the committee takes part."""

    def test_is_on_record_with_who_was_there(self):
        review = given(held())
        assert review.held_at == OVER
        assert review.participants == (
            Participant(person="He", role="head_of_service"),
            Participant(person="Qi", role="head_of_quality"),
        )

    @pytest.mark.parametrize("missing", COMMITTEE)
    def test_needs_everybody_of_the_committee(self, missing):
        there = {role: person for role, person in THERE.items() if role != missing}
        with pytest.raises(CommitteeIncompleteError, match=f"without {missing}"):
            held(participants=there)

    def test_is_open_to_others(self):
        assert len(given(held(participants={**THERE, "clerk": "Li"})).participants) == 3

    @pytest.mark.parametrize("told", [{"participants": {}, "committee": ()}, {"minutes": ""}])
    def test_has_people_and_minutes(self, told):
        with pytest.raises(IncompleteError, match=r"must not be empty|needs at least one"):
            held(**told)

    @pytest.mark.parametrize("role", ["minutes", "", "clerk of the works"])
    def test_names_everybody_by_a_role(self, role):
        there = {**THERE, role: ""}
        with pytest.raises(IncompleteError, match="must not be empty"):
            held(participants=there)

    def test_waits_until_the_quarter_is_over(self):
        with pytest.raises(
            QuarterNotOverError,
            match=r"over at 2025-07-01T00:00:00\+08:00, not at 2025-06-30T23:59:59",
        ):
            held(at=OVER - SECOND)

    def test_is_held_once(self):
        with pytest.raises(ReviewHeldError, match="was held at"):
            held(held())


class TestPublication:
    """psp:4.2a: the figures of the quarter are published, and do not change any more."""

    def test_freezes_the_figures_with_where_they_were_read(self):
        review = given(published())
        assert review.figures == (MISSED, MET)
        assert (review.published_at, review.read_at, review.zone) == (OVER, 7, "Asia/Shanghai")
        assert review.missed == (MISSED,)

    def test_settles_the_reminder(self):
        assert fell_due(published(), LAST + SECOND) == []

    def test_needs_a_meeting_before(self):
        with pytest.raises(ReviewNotHeldError, match="2025-Q2 was not held"):
            published(scheduled())
        with pytest.raises(ReviewNotHeldError):
            published(held(at=OVER + SECOND), at=OVER)

    @pytest.mark.parametrize("changed", [published, held, assessed])
    def test_ends_the_review(self, changed):
        with pytest.raises(FiguresFrozenError, match="2025-Q2 was published at"):
            changed(published())

    @pytest.mark.parametrize("early", [assessed, held])
    def test_and_everything_else_comes_after_the_schedule(self, early):
        with pytest.raises(BeforeReviewError, match="was scheduled at"):
            early(at=JUNE - SECOND)


class TestTheStrategy:
    """psp:4.2a: the strategy is adjusted."""

    def adjusted(self, history=None, at=OVER, **facts):
        history = history or published()
        told = {"by": "He", "actions": ["one more clerk"]}
        return history + decisions.adjust_strategy(given(history), **{**told, **facts}, at=at)

    def test_is_on_record_with_its_actions(self):
        history = self.adjusted(self.adjusted(), actions=["a talk", "a list"])
        assert given(history).actions == ("one more clerk", "a talk", "a list")

    @pytest.mark.parametrize(
        "told",
        [{"actions": []}, {"actions": ["a list", " "]}, {"actions": "list"}, {"by": ""}],
        ids=str,
    )
    def test_says_what_is_done(self, told):
        with pytest.raises(IncompleteError):
            self.adjusted(**told)

    def test_is_adjusted_to_published_figures(self):
        with pytest.raises(NotPublishedError, match="no figures by"):
            self.adjusted(held())
        with pytest.raises(NotPublishedError):
            self.adjusted(at=OVER - SECOND)


class TestAnImpossibleHistory:
    """The auditor's alarm."""

    def test_does_not_begin_in_the_middle(self):
        with pytest.raises(ImpossibleHistoryError, match="before the review was scheduled"):
            evolve(None, held()[-1])

    def test_does_not_hold_the_steps_of_another(self):
        other = attrs.evolve(held()[-1], review_id="2025-Q3")
        with pytest.raises(ImpossibleHistoryError, match="does not belong"):
            given([*scheduled(), other])

    @pytest.mark.parametrize("twice", [scheduled, held, published])
    def test_does_not_repeat_itself(self, twice):
        history = twice()
        with pytest.raises(ImpossibleHistoryError, match="twice"):
            given([*history, history[-1]])

    def test_knows_its_events(self):
        assert {type(each) for each in published(held(assessed()))} == {
            events.QualityReviewScheduled,
            events.ProductQualityAssessed,
            events.QualityReviewHeld,
            events.QualityReviewPublished,
        }
