"""A drill: planned for all staff, held, summarised, and what gets better by it (om2025:7.3a)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from servicecore.domain.days import NoDateError
from servicecore.domain.drill import (
    DrillCancelled,
    DrillStatus,
    NoStaffError,
    NotOfTheStaffError,
    OutOfTurnError,
    decisions,
    evolve,
)
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.preparedness import Scenario, UnknownScenarioError
from servicecore.domain.refusals import IncompleteError

from .people import CALENDAR, DAY, MICROSECOND, NEW_YEAR, drill_planned, given, going_on, midnight

ALL = ["Wu", "Li", "Sun"]


def held(history=None, *, participants=ALL, excused=None, at=NEW_YEAR + DAY):
    facts = {"participants": participants, "excused": excused, "calendar": CALENDAR, "at": at}
    return going_on(evolve, history or drill_planned(), decisions.hold, **facts)


def summarised(history=None, *, weak_points=("too slow",), at=NEW_YEAR + 2 * DAY, **facts):
    told = {"by": "Gao", "summary": "it works", "weak_points": weak_points, **facts}
    return going_on(evolve, history or held(), decisions.summarise, **told, at=at)


def improved(history=None, *, improvement_id="I-1", at=NEW_YEAR + 3 * DAY):
    facts = {"improvement_id": improvement_id, "at": at}
    return going_on(evolve, history or summarised(), decisions.name_improvement, **facts)


def cancelled(history=None):
    facts = {"by": "Gao", "reason": "a real one came first", "at": NEW_YEAR + DAY}
    return going_on(evolve, history or drill_planned(), decisions.cancel, **facts)


class TestThePlan:
    """It says what is rehearsed, when, with whom, and how it goes."""

    @pytest.mark.parametrize("empty", ["emergency_plan_id", "course", "by"])
    def test_leaves_nothing_out(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            drill_planned(**{empty: ""})

    @pytest.mark.parametrize("scenario", list(Scenario))
    def test_is_for_one_of_four_scenarios(self, scenario):
        assert given(evolve, drill_planned(scenario=scenario.value)).scenario is scenario

    def test_is_for_no_other(self):
        with pytest.raises(UnknownScenarioError, match=r"drill D-1: scenario .*'strike'"):
            drill_planned(scenario="strike")

    def test_is_for_all_staff(self):
        with pytest.raises(NoStaffError, match="D-1 is planned for nobody"):
            drill_planned(staff=[])
        with pytest.raises(IncompleteError, match="must be a list of texts, got 'Wu'"):
            drill_planned(staff="Wu")

    def test_is_for_a_day(self):
        with pytest.raises(NoDateError, match="planned_on"):
            drill_planned(planned_on=NEW_YEAR)


class TestTheDrill:
    """Whoever was not there was excused for a reason, or is absent."""

    def test_is_of_all_staff_when_nobody_is_missing(self):
        event = held(participants=["Li", "Sun"], excused={"Wu": "ill"})[-1]
        assert (event.participants, event.excused, event.absent) == (
            ("Li", "Sun"),
            {"Wu": "ill"},
            (),
        )
        assert event.is_of_all_staff

    def test_is_not_of_all_staff_when_somebody_is(self):
        event = held(participants=["Li"])[-1]
        assert event.absent == ("Wu", "Sun")
        assert not event.is_of_all_staff

    @pytest.mark.parametrize(
        ("at", "on"),
        [
            (midnight(2025, 4, 1) - MICROSECOND, date(2025, 3, 31)),
            (midnight(2025, 4, 1), date(2025, 4, 1)),
        ],
    )
    def test_is_held_on_a_day_where_the_office_is(self, at, on):
        assert given(evolve, held(at=at)).held_on == on

    def test_counts_everybody_once(self):
        assert held(participants=["Wu", "Wu", "Li", "Sun"])[-1].participants == ("Wu", "Li", "Sun")

    def test_is_held_with_somebody(self):
        with pytest.raises(NoStaffError, match="D-1 was held with nobody"):
            held(participants=[])

    @pytest.mark.parametrize(
        ("participants", "excused"), [(["Wu", "Zhao"], {}), (["Wu"], {"Zhao": "ill"})]
    )
    def test_is_held_with_those_it_is_for(self, participants, excused):
        with pytest.raises(NotOfTheStaffError, match="not planned for 'Zhao'; it is for Wu, Li"):
            held(participants=participants, excused=excused)

    def test_does_not_excuse_who_was_there(self):
        with pytest.raises(NotOfTheStaffError, match="'Wu' cannot have taken part and be excused"):
            held(excused={"Wu": "ill"})

    def test_excuses_nobody_without_a_reason(self):
        with pytest.raises(IncompleteError, match="reason of Wu"):
            held(participants=["Li", "Sun"], excused={"Wu": " "})


class TestTheOrder:
    """Drill, then summary, then improvement (om2025:7.3a)."""

    def test_goes_on_step_by_step(self):
        drill = given(evolve, improved())
        assert drill.status is DrillStatus.SUMMARISED
        assert (drill.summary, drill.weak_points) == ("it works", ("too slow",))
        assert drill.improvements == ("I-1",)

    @pytest.mark.parametrize(
        "too_soon", [lambda: summarised(drill_planned()), lambda: improved(held())]
    )
    def test_leaves_no_step_out(self, too_soon):
        with pytest.raises(OutOfTurnError, match=r"D-1 is (planned|held), so it cannot be"):
            too_soon()

    @pytest.mark.parametrize(
        "again",
        [
            lambda: held(held()),
            lambda: summarised(summarised()),
            lambda: cancelled(held()),
            lambda: held(cancelled()),
        ],
    )
    def test_takes_no_step_twice(self, again):
        with pytest.raises(OutOfTurnError, match="D-1 is"):
            again()

    def test_an_improvement_is_named_once(self):
        assert improved(improved()) == improved()
        twice = given(evolve, improved(improved(), improvement_id="I-2"))
        assert twice.improvements == ("I-1", "I-2")

    @pytest.mark.parametrize(
        "backwards",
        [
            lambda at: held(at=at),
            lambda at: summarised(at=at),
            lambda at: improved(at=at),
        ],
    )
    def test_nothing_happens_before_the_last_step(self, backwards):
        with pytest.raises(OutOfTurnError, match="since 2025"):
            backwards(NEW_YEAR - timedelta(microseconds=1))

    @pytest.mark.parametrize("facts", [{"by": ""}, {"summary": " "}, {"weak_points": ["slow", ""]}])
    def test_a_summary_leaves_nothing_out(self, facts):
        with pytest.raises(IncompleteError):
            summarised(**facts)

    def test_a_drill_is_given_up_for_a_reason(self):
        assert given(evolve, cancelled()).status is DrillStatus.CANCELLED
        with pytest.raises(IncompleteError, match="reason"):
            going_on(
                evolve, drill_planned(), decisions.cancel, by="Gao", reason="", at=NEW_YEAR + DAY
            )


class TestImpossibleHistories:
    """The auditor's alarm."""

    def dropped(self, drill_id="D-1"):
        return DrillCancelled(drill_id=drill_id, by="Gao", reason="x", at=NEW_YEAR + 5 * DAY)

    def test_nothing_comes_before_the_plan(self):
        with pytest.raises(ImpossibleHistoryError, match="before the drill was planned"):
            given(evolve, [self.dropped()])

    def test_an_event_of_another_one_does_not_belong_here(self):
        with pytest.raises(ImpossibleHistoryError, match=r"not belong .* drill D-1"):
            given(evolve, [*drill_planned(), self.dropped("D-2")])

    def test_every_step_has_its_place(self):
        for history in (held(), summarised()):
            for event in (self.dropped(), history[-1], *drill_planned()):
                with pytest.raises(ImpossibleHistoryError, match="not a step of drill D-1"):
                    given(evolve, [*history, event])
        with pytest.raises(ImpossibleHistoryError, match="D-1, which is planned"):
            given(evolve, [*drill_planned(), improved()[-1]])
