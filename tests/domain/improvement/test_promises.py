"""What is promised for feedback, to the second, and what falls due on a day."""

from __future__ import annotations

from datetime import datetime, timezone

import attrs
import pytest

from servicecore.domain.improvement import acting, decisions, events
from servicecore.domain.people import Level
from servicecore.domain.sla import State
from servicecore.standards import load_standard

from .given import (
    A_DAY,
    A_LIST,
    ELEVEN,
    HOUR,
    NINE,
    SECOND,
    THURSDAY_SIX,
    WEDNESDAY_SIX,
    analysed,
    answered,
    carried_out,
    checked,
    collected,
    dropped,
    given,
    going_on,
    planned,
    reminded,
    taken_up_again,
)

MONTHLY_OPENS = datetime(2025, 4, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai, a Thursday.
MONTHLY_CLOSES = datetime(2025, 4, 3, 10, tzinfo=timezone.utc)


def shown(history, clock, round_=1):
    return given(history).readings[clock, round_].state


def fell_due(history, at):
    """Return what a look at that moment puts on record: the clock, its level, and who is told."""
    return [(each.clock, each.rung, each.to) for each in reminded(history, at)[len(history) :]]


class TestTheFirstFeedback:
    """om2025:5.1d: within 24 hours of collecting it."""

    @pytest.mark.parametrize(
        ("at", "state"),
        [(NINE + 24 * HOUR, State.MET), (NINE + 24 * HOUR + SECOND, State.MISSED)],
    )
    def test_the_last_second_counts(self, at, state):
        assert shown(answered(at=at), "first_feedback") is state

    def test_is_promised_to_customers_alone(self):
        assert "first_feedback" in {name for name, _ in given(collected()).promises}
        assert "first_feedback" not in {
            name for name, _ in given(collected(customer_id=None)).promises
        }


class TestAnalysisAndMeasures:
    """om2025:2.3c: within 2 and 3 working days, counted from the next day."""

    @pytest.mark.parametrize(
        ("at", "state"), [(WEDNESDAY_SIX, State.MET), (WEDNESDAY_SIX + SECOND, State.MISSED)]
    )
    def test_the_cause_is_found_by_the_evening_of_the_second_day(self, at, state):
        assert shown(analysed(at=at), "analysis") is state

    @pytest.mark.parametrize(
        ("at", "state"), [(THURSDAY_SIX, State.MET), (THURSDAY_SIX + SECOND, State.MISSED)]
    )
    def test_measures_are_set_by_the_evening_of_the_third(self, at, state):
        assert shown(planned(at=at), "measures") is state

    def test_they_stand_on_record_under_their_clause(self):
        promises = given(collected()).promises
        assert [(promises[name, 1].due, promises[name, 1].clause) for name in ("analysis",)] == [
            (WEDNESDAY_SIX, "om2025:2.3c")
        ]
        assert promises["measures", 1].due == THURSDAY_SIX

    def test_both_begin_anew_when_it_is_taken_up_again(self):
        again = taken_up_again()
        promises = given(again).promises
        assert promises["analysis", 2].started_at == ELEVEN
        assert (promises["analysis", 2].due, promises["measures", 2].due) == (
            WEDNESDAY_SIX,
            THURSDAY_SIX,
        )
        assert ("first_feedback", 2) not in promises

    def test_a_dropped_improvement_promises_nothing(self):
        assert shown(dropped(collected()), "analysis") is State.CANCELLED
        assert fell_due(dropped(collected()), NINE + 30 * A_DAY) == []

    def test_other_standards_promise_nothing_but_the_circle_is_the_same(self):
        terms = load_standard("tender_standard").terms(of="feedback")
        assert given(collected(terms=terms)).promises == {}


class TestEscalation:
    """What is late goes up, once a level, whoever looks and whenever."""

    def test_goes_from_a_warning_to_the_manager(self):
        late = NINE + 30 * A_DAY
        assert fell_due(analysed(answered(), at=NINE + HOUR), late) == [
            ("measures", "warning", "assignee"),
            ("measures", "supervisor", Level.SUPERVISOR),
            ("measures", "manager", Level.MANAGER),
        ]

    def test_a_late_step_finds_what_a_punctual_look_finds(self):
        late = NINE + 30 * A_DAY
        looked = reminded(answered(), late)
        assert analysed(answered(), at=late)[: len(looked)] == looked

    def test_each_level_is_told_once(self):
        late = NINE + 30 * A_DAY
        assert fell_due(reminded(collected(), late), late + 100 * A_DAY) == []

    def test_it_is_with_the_level_that_was_told_last(self):
        assert given(reminded(collected(), WEDNESDAY_SIX + SECOND)).level is Level.MANAGER
        assert given(reminded(collected(), NINE + 24 * HOUR + SECOND)).level is Level.SUPERVISOR


class TestAMeasure:
    """A measure has a day by which it is carried out."""

    @pytest.mark.parametrize(
        ("at", "told"),
        [(A_LIST.due, []), (A_LIST.due + SECOND, [("measure", "overdue", Level.SUPERVISOR)])],
    )
    def test_that_is_overdue_goes_to_the_supervisor(self, at, told):
        assert fell_due(answered(planned()), at) == told

    def test_says_which_it_is(self):
        [*_, overdue] = reminded(answered(planned()), A_LIST.due + SECOND)
        assert overdue == events.ImprovementMeasureOverdue(
            improvement_id="I-1",
            number=1,
            to=Level.SUPERVISOR,
            clock="measure",
            rung="overdue",
            clause="om2025:6.3b",
            due=A_LIST.due,
            at=A_LIST.due + SECOND,
        )

    @pytest.mark.parametrize(
        ("at", "state"), [(A_LIST.due, State.MET), (A_LIST.due + SECOND, State.MISSED)]
    )
    def test_is_met_or_missed_when_it_is_carried_out(self, at, state):
        assert shown(carried_out(answered(planned()), at=at), "measure") is state

    def test_carried_out_late_is_told_as_overdue_before(self):
        [*_, overdue, done] = carried_out(answered(planned()), at=A_LIST.due + SECOND)
        assert isinstance(overdue, events.ImprovementMeasureOverdue)
        assert isinstance(done, events.ImprovementMeasureCarriedOut)

    def test_is_told_of_once(self):
        late = A_LIST.due + SECOND
        looked = reminded(answered(planned()), late)
        assert fell_due(looked, late + A_DAY) == []
        assert len(carried_out(looked, at=late)) == len(looked) + 1

    def test_carried_out_reminds_of_nothing(self):
        done = carried_out(answered(planned()), tracked=())
        assert fell_due(done, NINE + 900 * A_DAY) == []

    def test_two_are_reminded_of_each_on_its_own(self):
        other = attrs.evolve(A_LIST, due=A_LIST.due + A_DAY)
        history = answered(planned(A_LIST, other))
        assert len(fell_due(history, A_LIST.due + SECOND)) == 1
        assert len(fell_due(history, A_LIST.due + A_DAY + SECOND)) == 2


class TestACheck:
    """om2025:6.3b: the effect is tracked monthly, quarterly and yearly."""

    @pytest.mark.parametrize(
        ("at", "told"),
        [
            (MONTHLY_OPENS, []),
            (MONTHLY_OPENS + SECOND, [("check_monthly", "due", Level.SUPERVISOR)]),
            (MONTHLY_CLOSES, [("check_monthly", "due", Level.SUPERVISOR)]),
            (
                MONTHLY_CLOSES + SECOND,
                [
                    ("check_monthly", "due", Level.SUPERVISOR),
                    ("check_monthly", "overdue", Level.MANAGER),
                ],
            ),
        ],
    )
    def test_is_due_on_its_day_and_overdue_after_it(self, at, told):
        assert fell_due(answered(carried_out()), at) == told

    def test_a_year_brings_all_three(self):
        told = fell_due(answered(carried_out()), NINE + 400 * A_DAY)
        assert [(clock, rung) for clock, rung, _ in told] == [
            (f"check_{name}", rung)
            for name in ("monthly", "quarterly", "yearly")
            for rung in ("due", "overdue")
        ]

    def test_is_told_of_once(self):
        looked = reminded(answered(carried_out()), MONTHLY_OPENS + SECOND)
        assert fell_due(looked, MONTHLY_CLOSES) == []

    def test_says_which_it_is(self):
        [*_, due] = reminded(answered(carried_out()), MONTHLY_OPENS + SECOND)
        assert (due.check, due.due, due.round) == ("monthly", MONTHLY_OPENS, 1)

    @pytest.mark.parametrize(
        ("at", "state"), [(MONTHLY_CLOSES, State.MET), (MONTHLY_CLOSES + SECOND, State.MISSED)]
    )
    def test_is_met_or_missed_when_it_is_made(self, at, state):
        history = checked(answered(carried_out()), check="monthly", at=at)
        assert shown(history, "check_monthly") is state

    def test_out_of_turn_leaves_the_reminder_of_the_next(self):
        history = checked(answered(carried_out()))
        assert len(fell_due(history, MONTHLY_OPENS + SECOND)) == 1

    def test_is_called_off_when_it_begins_anew(self):
        again = taken_up_again(checked(answered(carried_out()), has_effect=False))
        later = {clock for clock, _, _ in fell_due(again, NINE + 400 * A_DAY)}
        assert later == {"analysis", "measures"}
        assert shown(again, "check_monthly") is State.CANCELLED

    def test_of_the_second_round_is_reminded_of_once_more(self):
        history = analysed(
            taken_up_again(checked(answered(carried_out()), has_effect=False)), ELEVEN
        )
        history = planned(history=history, at=ELEVEN)
        history = going_on(
            history,
            decisions.carry_out,
            measure=2,
            by="Wu",
            result="done",
            tracked=["monthly"],
            at=ELEVEN,
        )
        [told] = fell_due(history, MONTHLY_OPENS + SECOND)
        assert told == ("check_monthly", "due", Level.SUPERVISOR)
        assert given(history).readings["check_monthly", 2].state is State.RUNNING

    def test_is_called_off_when_it_is_dropped(self):
        history = going_on(answered(carried_out()), acting.drop, by="He", reason="sold", at=ELEVEN)
        assert fell_due(history, NINE + 400 * A_DAY) == []
