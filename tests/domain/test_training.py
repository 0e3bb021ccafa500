"""A training: planned for layers of the staff, held with those who were there (om2025:3.3a)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.qualities import NoShareError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.settings import NotInStandardError
from servicecore.domain.training import (
    BadLengthError,
    BeforePlannedError,
    NobodyAttendedError,
    NoPlanNamedError,
    NotHeldError,
    TrainingCancelled,
    TrainingOverError,
    TrainingStatus,
    decisions,
    evolve,
)
from servicecore.standards import load_standard

from .people import (
    CALENDAR,
    DAY,
    HOUR,
    MICROSECOND,
    NEW_YEAR,
    given,
    going_on,
    midnight,
    training_planned,
)


def held(history=None, *, at=NEW_YEAR + DAY, attended=None, **facts):
    told = {"attended": {"Wu": 3 * HOUR} if attended is None else attended, **facts}
    return going_on(
        evolve,
        history or training_planned(),
        decisions.hold,
        **told,
        calendar=CALENDAR,
        at=at,
    )


def cancelled(history=None, **facts):
    told = {"by": "Gao", "reason": "nobody can come", "at": NEW_YEAR + DAY, **facts}
    return going_on(evolve, history or training_planned(), decisions.cancel, **told)


class TestThePlan:
    """Staff are trained in layers: basics, technique, service, digital tools (om2025:3.3a)."""

    @pytest.mark.parametrize("topic", ["basics", "technique", "service", "digital_tools"])
    def test_is_for_one_of_four_topics(self, topic):
        assert given(evolve, training_planned(topic=topic)).topic == topic

    def test_is_for_no_other_topic(self):
        expected = r"TR-1: 'paint' is not one of basics, technique, .*om2025:3\.3a"
        with pytest.raises(NotInStandardError, match=expected):
            training_planned(topic="paint")

    def test_is_for_known_layers(self):
        assert given(evolve, training_planned(layers=["senior"])).layers == ("senior",)
        with pytest.raises(NotInStandardError, match="'old' is not one of new, experienced"):
            training_planned(layers=["new", "old"])

    @pytest.mark.parametrize("layers", [[], ["new", ""], "new"], ids=str)
    def test_is_for_somebody(self, layers):
        with pytest.raises(IncompleteError, match="layer"):
            training_planned(layers=layers)

    def test_is_free_where_the_standard_names_nothing(self):
        tender = load_standard("tender_standard")
        history = training_planned(topic="paint", layers=["all"], standard=tender)
        assert given(evolve, history).topic == "paint"
        with pytest.raises(IncompleteError, match="training_topics"):
            training_planned(topic="", standard=tender)

    def test_for_emergencies_names_the_plan_that_counts_it(self):
        history = training_planned(topic="emergency", emergency_plan_id="EP-25")
        assert given(evolve, history).emergency_plan_id == "EP-25"
        with pytest.raises(NoPlanNamedError, match="for emergencies must name its emergency plan"):
            training_planned(topic="emergency")
        with pytest.raises(NoPlanNamedError, match="has no emergency plan, got 'EP-25'"):
            training_planned(topic="basics", emergency_plan_id="EP-25")

    @pytest.mark.parametrize("lasts", [timedelta(), -HOUR, 3, None])
    def test_lasts_some_time(self, lasts):
        with pytest.raises(BadLengthError, match="training TR-1 must last some time"):
            training_planned(lasts=lasts)

    @pytest.mark.parametrize("empty", ["content", "trainer"])
    def test_leaves_nothing_out(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            training_planned(**{empty: ""})


class TestTheTraining:
    """It is on record who was there for how long, and how well they did."""

    def test_tells_of_everybody(self):
        history = held(attended={"Wu": 3 * HOUR, "Li": HOUR}, results={"Wu": 0.9}, lasted=4 * HOUR)
        event = history[-1]
        assert (event.lasted, event.topic, event.held_on) == (
            4 * HOUR,
            "technique",
            date(2025, 1, 3),
        )
        assert [(each.staff_id, each.attended, each.result) for each in event.attendance] == [
            ("Wu", 3 * HOUR, 0.9),
            ("Li", HOUR, None),
        ]
        assert given(evolve, history).status is TrainingStatus.HELD

    def test_lasts_as_planned_unless_told_otherwise(self):
        assert held()[-1].lasted == 3 * HOUR

    def test_is_held_on_a_day_where_the_office_is(self):
        before = midnight(2025, 4, 1) - MICROSECOND
        assert held(at=before)[-1].held_on == date(2025, 3, 31)

    @pytest.mark.parametrize("time", [3 * HOUR + MICROSECOND, timedelta(), -HOUR, 2])
    def test_nobody_is_there_for_longer_than_it_lasts(self, time):
        with pytest.raises(BadLengthError, match="TR-1, attended by Wu"):
            held(attended={"Wu": time})

    def test_is_held_with_somebody(self):
        with pytest.raises(NobodyAttendedError, match="TR-1 cannot be held with nobody"):
            held(attended={})

    def test_has_results_of_those_who_were_there(self):
        with pytest.raises(NobodyAttendedError, match="a result of 'Li', who did not attend"):
            held(results={"Li": 0.9})

    @pytest.mark.parametrize("result", [-0.1, 1.1, "good", None, True, float("nan")])
    def test_has_results_that_are_shares(self, result):
        with pytest.raises(NoShareError, match=r"result of Wu must be a share from 0\.0 to 1\.0"):
            held(results={"Wu": result})

    @pytest.mark.parametrize("result", [0, 0.0, 1, 1.0])
    def test_may_go_as_well_as_could_be_or_not_at_all(self, result):
        assert held(results={"Wu": result})[-1].attendance[0].result == result


class TestACorrection:
    """Who was there may turn out otherwise, after it was held."""

    def corrected(self, history, *, at, **attended):
        facts = {"by": "He", "reason": "the list was read wrongly", "attended": attended, "at": at}
        return decisions.correct_attendance(given(evolve, history), **facts)

    def test_tells_everybody_anew(self):
        history = held(attended={"Wu": HOUR, "Li": HOUR})
        [corrected] = self.corrected(history, at=NEW_YEAR + 9 * DAY, Wu=2 * HOUR)
        assert [(each.staff_id, each.attended) for each in corrected.attendance] == [
            ("Wu", 2 * HOUR)
        ]
        assert corrected.absent == ("Li",)

    def test_comes_after_the_training(self):
        history = held()
        assert self.corrected(history, at=history[-1].at, Wu=HOUR)
        before = history[-1].at - MICROSECOND
        with pytest.raises(NotHeldError, match="was held at 2025-"):
            self.corrected(history, at=before, Wu=HOUR)
        with pytest.raises(NotHeldError, match="is planned, so nobody has attended it"):
            self.corrected(training_planned(), at=NEW_YEAR, Wu=HOUR)


class TestTheOrder:
    """It is held, or cancelled, once, and not before it was planned."""

    @pytest.mark.parametrize(
        "again",
        [
            lambda: held(held()),
            lambda: cancelled(held()),
            lambda: held(cancelled()),
            lambda: cancelled(cancelled()),
        ],
    )
    def test_is_over_when_it_is_over(self, again):
        with pytest.raises(TrainingOverError, match=r"TR-1 is (held|cancelled)"):
            again()

    def test_nothing_comes_before_the_plan(self):
        with pytest.raises(BeforePlannedError, match="TR-1 was planned at"):
            held(at=NEW_YEAR - MICROSECOND)
        assert held(at=NEW_YEAR)

    def test_is_cancelled_for_a_reason(self):
        assert given(evolve, cancelled()).status is TrainingStatus.CANCELLED
        with pytest.raises(IncompleteError, match="reason"):
            cancelled(reason="")


class TestImpossibleHistories:
    """The auditor's alarm."""

    def dropped(self, training_id="TR-1"):
        return TrainingCancelled(training_id=training_id, by="Gao", reason="x", at=NEW_YEAR)

    def test_nothing_comes_before_the_plan(self):
        with pytest.raises(ImpossibleHistoryError, match="before the training was planned"):
            given(evolve, [self.dropped()])

    def test_an_event_of_another_one_does_not_belong_here(self):
        with pytest.raises(ImpossibleHistoryError, match=r"not belong .* training TR-1"):
            given(evolve, [*training_planned(), self.dropped("TR-2")])

    def test_it_is_over_once(self):
        for event in (self.dropped(), held()[-1], training_planned()[0]):
            with pytest.raises(ImpossibleHistoryError, match="TR-1, which is held"):
                given(evolve, [*held(), event])
