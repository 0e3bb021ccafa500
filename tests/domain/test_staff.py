"""Somebody on the staff: how they are trained, what they can, how well they do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from servicecore.domain.calendar_periods import CalendarPeriod, NoPeriodError
from servicecore.domain.days import NoDateError
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.people import Level
from servicecore.domain.qualities import NoShareError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.settings import NotInStandardError
from servicecore.domain.staff import (
    AppraisedByThemselvesError,
    BeforeRecordError,
    NotAppraisableError,
    NotOnTheStaffError,
    NotQualifiedError,
    NotTrainedError,
    SameLayerError,
    StaffDisqualified,
    StaffFellShort,
    StaffLeft,
    StaffPeriodPlanned,
    StaffReminded,
    WrongAspectsError,
    appraising,
    decisions,
    evolve,
)
from servicecore.standards import load_standard

from .people import (
    CALENDAR,
    DAY,
    HOUR,
    MANUAL,
    MICROSECOND,
    NEW_YEAR,
    TERMS,
    credited,
    given,
    going_on,
    joined,
    midnight,
)

YEAR = CalendarPeriod.named("2025")
WELL = {"response": 0.8, "satisfaction": 0.9, "skill": 1.0, "conduct": 0.7}
APRIL = midnight(2025, 4, 10)


def then(history, decide, *, at=NEW_YEAR, **facts):
    return going_on(evolve, history, decide, at=at, **facts)


def left(history=None, *, on=date(2025, 6, 30)):
    return then(history or joined(), decisions.leave, left_on=on, reason="moved away")


def appraised(history=None, *, period="2025-Q1", by="Li", scores=WELL, at=APRIL, **facts):
    told = {"standard": MANUAL, "calendar": CALENDAR, **facts}
    return then(
        history or joined(),
        appraising.appraise,
        period=period,
        by=by,
        scores=scores,
        at=at,
        **told,
    )


def reminded(history, at):
    return decisions.remind_if_due(given(evolve, history), at=at, terms=TERMS)


def owed(history):
    """Return what is on the to-do list: the duty, and when it is too late."""
    return {(each.clock, each.due) for each in given(evolve, history).reminders}


def told(events, kind=StaffFellShort):
    return [(each.duty, each.period, each.missing) for each in events if isinstance(each, kind)]


class TestJoining:
    """Their record begins with layer, post and first day."""

    def test_tells_layer_and_post(self):
        wu = given(evolve, joined())
        assert (wu.layer, wu.post, wu.joined_on) == ("new", "repair", date(2024, 5, 6))

    def test_is_in_a_layer_of_the_standard(self):
        with pytest.raises(NotInStandardError, match="Wu: 'old' is not one of new, experienced"):
            joined(layer="old")

    def test_leaves_nothing_out(self):
        with pytest.raises(IncompleteError, match="post"):
            joined(post=" ")
        with pytest.raises(NoDateError, match="joined_on"):
            joined(joined_on=NEW_YEAR)

    def test_moves_to_another_layer_for_a_reason(self):
        facts = {"reason": "two years", "standard": MANUAL}
        moved = then(joined(), decisions.change_layer, layer="senior", **facts)
        assert given(evolve, moved).layer == "senior"
        with pytest.raises(SameLayerError, match="Wu is among the new staff already"):
            then(joined(), decisions.change_layer, layer="new", **facts)
        with pytest.raises(NotInStandardError):
            then(joined(), decisions.change_layer, layer="old", **facts)
        with pytest.raises(IncompleteError, match="reason"):
            then(joined(), decisions.change_layer, layer="senior", reason="", standard=MANUAL)


class TestTheBeginning:
    """Nothing goes on record of somebody before their record begins."""

    def test_refuses_what_is_told_of_before(self):
        early = NEW_YEAR - MICROSECOND
        facts = {"left_on": date(2025, 1, 1), "reason": "x"}
        with pytest.raises(BeforeRecordError, match="the record of Wu begins at 2025-01-02"):
            then(joined(), decisions.leave, **facts, at=early)
        with pytest.raises(BeforeRecordError, match="not appraised"):
            appraised(period="2024-Q4", at=early)

    def test_takes_in_trainings_that_were_held_before(self):
        history = credited(joined(), held_on=date(2024, 6, 1), at=NEW_YEAR - DAY)
        assert history[-1].at == NEW_YEAR
        assert given(evolve, history).trainings[0].held_on == date(2024, 6, 1)


class TestLeaving:
    """The last day is on record; nothing is owed after it."""

    def test_takes_everything_off_the_list(self):
        history = left()
        assert owed(history) == set()
        assert reminded(history, midnight(2027, 1, 1)) == []

    def test_is_not_before_the_first_day(self):
        assert given(evolve, left(on=date(2024, 5, 6))).left_on == date(2024, 5, 6)
        with pytest.raises(NotOnTheStaffError, match="cannot leave on 2024-05-05"):
            left(on=date(2024, 5, 5))

    def test_is_the_end_of_a_career(self):
        facts = {"skill": "seals", "training_id": "TR-1", "by": "Li", "evidence": "exam"}
        for decide, told_ in (
            (decisions.leave, {"left_on": date(2025, 7, 1), "reason": "x"}),
            (decisions.qualify, facts),
            (decisions.change_layer, {"layer": "senior", "reason": "x", "standard": MANUAL}),
        ):
            with pytest.raises(NotOnTheStaffError, match="Wu left on 2025-06-30"):
                then(left(), decide, **told_)

    @pytest.mark.parametrize(
        ("day", "serves"),
        [
            (date(2024, 5, 5), False),
            (date(2024, 5, 6), True),
            (date(2025, 6, 30), True),
            (date(2025, 7, 1), False),
        ],
    )
    def test_first_and_last_day_count(self, day, serves):
        wu = given(evolve, left())
        assert wu.serves_on(day) is serves
        if serves:
            decisions.must_serve_on(wu, day)
        else:
            with pytest.raises(NotOnTheStaffError, match=rf"not on the staff on {day}"):
                decisions.must_serve_on(wu, day)


class TestHours:
    """Eighty hours of training a year for each service employee (om2025:7.2b)."""

    def test_count_for_the_year_they_were_held_in(self):
        history = credited(credited(joined()), training_id="TR-2", held_on=date(2026, 1, 1))
        assert given(evolve, history).trained_in(YEAR) == 3 * HOUR

    def test_count_once(self):
        once = credited(joined())
        assert credited(once) == once

    @pytest.mark.parametrize("on", [date(2024, 5, 5), date(2025, 7, 1)])
    def test_do_not_count_for_who_was_not_on_the_staff(self, on):
        assert credited(left(), held_on=on) == left()

    @pytest.mark.parametrize(
        ("attended", "missing"),
        [
            (80 * HOUR - MICROSECOND, [("training", "2025", MICROSECOND)]),
            (80 * HOUR, []),
        ],
    )
    def test_are_short_below_eighty(self, attended, missing):
        history = credited(joined(), attended=attended)
        found = told(reminded(history, midnight(2026, 1, 1) + MICROSECOND))
        assert [each for each in found if each[0] == "training"] == missing

    def test_that_are_enough_are_owed_again_next_year(self):
        history = credited(joined(), attended=80 * HOUR)
        assert {due for duty, due in owed(history) if duty == "training"} == {midnight(2027, 1, 1)}
        assert history[-1].period == "2026"

    def test_are_told_of_thirty_days_before(self):
        second = midnight(2025, 12, 2)
        assert "training" not in {each.duty for each in reminded(joined(), second)}
        late = reminded(joined(), second + MICROSECOND)
        [told_of] = [each for each in late if each.duty == "training"]
        assert isinstance(told_of, StaffReminded)
        assert (told_of.missing, told_of.to) == (80 * HOUR, Level.SUPERVISOR)
        assert (told_of.clause, told_of.due) == ("om2025:7.2b", second)

    def test_are_forty_under_the_tender_standard(self):
        tender = load_standard("tender_standard")
        history = joined(standard=tender)
        assert owed(history) == {("training", midnight(2026, 1, 1))}
        assert given(evolve, history).duties[0].at_least == 40 * HOUR

    @pytest.mark.parametrize(
        ("joined_on", "first_over"),
        [
            (date(2024, 5, 6), midnight(2026, 1, 1)),
            (date(2025, 1, 1), midnight(2026, 1, 1)),
            (date(2025, 1, 2), midnight(2027, 1, 1)),
        ],
    )
    def test_are_owed_in_years_served_from_their_first_day(self, joined_on, first_over):
        history = joined(joined_on=joined_on)
        assert {due for duty, due in owed(history) if duty == "training"} == {first_over}

    @for_all(st.lists(st.integers(1, 40 * 60), max_size=8))
    def test_add_up_to_the_minute(self, minutes):
        history = joined()
        for n, each in enumerate(minutes):
            length = timedelta(minutes=each)
            history = credited(history, training_id=f"TR-{n}", attended=length)
        assert given(evolve, history).trained_in(YEAR) == timedelta(minutes=sum(minutes))
        missing = max(80 * 60 - sum(minutes), 0)
        short = told(reminded(history, midnight(2026, 1, 1) + MICROSECOND))
        found = [amount for duty, period, amount in short if (duty, period) == ("training", "2025")]
        assert found == ([timedelta(minutes=missing)] if missing else [])


class TestSkills:
    """Repair staff are trained and skilled (tender:2.2c)."""

    def qualified(self, history, *, training_id="TR-1"):
        facts = {"skill": "seals", "by": "Li", "evidence": "exam 12"}
        return then(history, decisions.qualify, training_id=training_id, **facts)

    def test_rest_on_a_training_they_attended(self):
        assert (
            given(evolve, self.qualified(credited(joined()))).skills["seals"].training_id == "TR-1"
        )
        with pytest.raises(NotTrainedError, match=r"Wu did not attend .* 'TR-2'.*tender:2\.2c"):
            self.qualified(credited(joined()), training_id="TR-2")

    def test_can_be_taken_back(self):
        history = self.qualified(credited(joined()))
        facts = {"skill": "seals", "by": "Li", "reason": "three leaks"}
        gone = then(history, decisions.disqualify, **facts)
        assert given(evolve, gone).skills == {}
        with pytest.raises(NotQualifiedError, match="Wu is not skilled in 'seals' at 2025"):
            then(gone, decisions.disqualify, **facts)

    def test_are_not_taken_back_before_they_are_there(self):
        history = self.qualified(credited(joined()))
        facts = {"skill": "seals", "by": "Li", "reason": "three leaks"}
        with pytest.raises(NotQualifiedError):
            then(history, decisions.disqualify, **facts, at=NEW_YEAR - MICROSECOND)

    def test_name_their_evidence(self):
        facts = {"skill": "seals", "training_id": "TR-1", "by": "Li", "evidence": ""}
        with pytest.raises(IncompleteError, match="evidence"):
            then(credited(joined()), decisions.qualify, **facts)


class TestAppraisals:
    """Quarterly and yearly, on response, satisfaction, skill and conduct (om2025:3.3b)."""

    def test_score_every_aspect_and_tell_their_mean(self):
        appraisal = given(evolve, appraised()).appraisal_of("2025-Q1")
        assert appraisal.scores == WELL
        assert appraisal.overall == pytest.approx(0.85)
        assert appraisal.by == "Li"

    @pytest.mark.parametrize(
        "scores",
        [
            {},
            {"response": 0.8},
            {**WELL, "beauty": 0.2},
            {**WELL, "emergency_training": 1.0},
        ],
    )
    def test_score_neither_more_nor_less(self, scores):
        expected = "expected conduct, response, satisfaction, skill "
        with pytest.raises(WrongAspectsError, match=expected):
            appraised(scores=scores)

    def test_score_what_they_like_where_the_standard_says_nothing(self):
        tender = load_standard("tender_standard")
        history = appraised(joined(standard=tender), scores={"speed": 0.5}, standard=tender)
        assert given(evolve, history).appraisals[0].overall == pytest.approx(0.5)
        with pytest.raises(WrongAspectsError, match="on nothing; expected one at least"):
            appraised(scores={}, standard=tender)

    @pytest.mark.parametrize("score", [-0.1, 1.01, "good", None])
    def test_are_shares(self, score):
        with pytest.raises(NoShareError, match="skill must be a share"):
            appraised(scores={**WELL, "skill": score})

    @pytest.mark.parametrize("by", ["Wu", " wu "])
    def test_are_made_by_somebody_else(self, by):
        with pytest.raises(AppraisedByThemselvesError, match="Wu cannot appraise themselves"):
            appraised(by=by)

    @pytest.mark.parametrize("period", ["2025-Q5", "spring", ""])
    def test_are_of_a_quarter_or_year(self, period):
        with pytest.raises(NoPeriodError):
            appraised(period=period)

    def test_are_of_a_period_that_has_begun(self):
        begins = midnight(2025, 4, 1)
        assert appraised(period="2025-Q2", at=begins)
        with pytest.raises(NotAppraisableError, match="Wu cannot be appraised of 2025-Q2"):
            appraised(period="2025-Q2", at=begins - MICROSECOND)

    @pytest.mark.parametrize(
        ("period", "possible"),
        [("2024-Q1", False), ("2024-Q2", True), ("2025-Q2", True), ("2025-Q3", False)],
    )
    def test_are_of_a_period_they_served_in(self, period, possible):
        late = midnight(2026, 1, 1)
        if possible:
            assert appraised(left(), period=period, at=late)
        else:
            with pytest.raises(NotAppraisableError, match=period):
                appraised(left(), period=period, at=late)

    def test_are_of_a_period_they_served_in_for_a_single_day(self):
        history = left(on=date(2025, 7, 1))
        assert appraised(history, period="2025-Q3", at=midnight(2025, 10, 1))

    def test_count_emergency_trainings_of_the_period(self):
        history = joined()
        for training_id, on, topic, result in (
            ("TR-1", date(2025, 1, 10), "emergency", 0.6),
            ("TR-2", date(2025, 3, 31), "emergency", 0.8),
            ("TR-3", date(2025, 3, 31), "emergency", None),
            ("TR-4", date(2025, 4, 1), "emergency", 0.0),
            ("TR-5", date(2025, 2, 1), "basics", 0.0),
        ):
            history = credited(
                history, training_id=training_id, held_on=on, topic=topic, result=result
            )
        appraisal = given(evolve, appraised(history)).appraisal_of("2025-Q1")
        assert appraisal.scores["emergency_training"] == pytest.approx(0.7)
        assert appraisal.overall == pytest.approx((0.8 + 0.9 + 1.0 + 0.7 + 0.7) / 5)

    def test_may_be_repeated_and_the_last_counts(self):
        better = {**WELL, "skill": 0.0}
        wu = given(evolve, appraised(appraised(), scores=better))
        assert wu.appraisal_of("2025-Q1").scores == better
        assert wu.appraisal_of("2025-Q2") is None


class TestWhatIsOwedInAQuarter:
    """An appraisal is in time until thirty days after its quarter (house choice)."""

    def test_is_told_of_when_the_quarter_is_over(self):
        over = midnight(2025, 4, 1)
        assert reminded(joined(), over) == []
        [there_is_time] = reminded(joined(), over + MICROSECOND)
        assert isinstance(there_is_time, StaffReminded)
        assert (there_is_time.duty, there_is_time.period) == ("appraisals", "2025-Q1")

    def test_is_too_late_after_thirty_days(self):
        history = joined()
        history += reminded(history, midnight(2025, 4, 2))
        last = midnight(2025, 5, 1)
        assert reminded(history, last) == []
        late, following = reminded(history, last + MICROSECOND)
        assert (late.period, late.missing, late.clause) == ("2025-Q1", 1, "om2025:3.3b")
        assert isinstance(following, StaffPeriodPlanned)
        assert following.period == "2025-Q2"

    def test_is_off_the_list_when_it_was_appraised(self):
        assert ("appraisals", midnight(2025, 5, 1)) in owed(joined())
        assert {due for duty, due in owed(appraised()) if duty == "appraisals"} == {
            midnight(2025, 7, 31)
        }

    def test_is_not_asked_for_again_when_it_was_appraised_ahead(self):
        may = midnight(2025, 5, 20)
        history = appraised(appraised(at=APRIL), period="2025-Q2", at=may)
        history = appraised(history, period="2025-Q4", at=midnight(2025, 12, 31))
        history = appraised(history, period="2025-Q3", at=midnight(2025, 12, 31))
        assert {due for duty, due in owed(history) if duty == "appraisals"} == {
            midnight(2026, 5, 1)
        }

    def test_a_year_is_appraised_on_its_own(self):
        history = appraised(period="2025", at=midnight(2025, 12, 30))
        assert {due for duty, due in owed(history) if duty == "yearly_appraisals"} == {
            midnight(2027, 1, 31)
        }
        assert ("appraisals", midnight(2025, 5, 1)) in owed(history)

    def test_goes_on_for_somebody_nobody_looked_at(self):
        history = joined()
        for _ in range(5):
            history += reminded(history, midnight(2026, 2, 2))
        assert told(history) == [
            ("appraisals", "2025-Q1", 1),
            ("training", "2025", 80 * HOUR),
            ("yearly_appraisals", "2025", 1),
            ("appraisals", "2025-Q2", 1),
            ("appraisals", "2025-Q3", 1),
            ("appraisals", "2025-Q4", 1),
        ]
        assert reminded(history, midnight(2026, 2, 2)) == []


class TestImpossibleHistories:
    """The auditor's alarm."""

    def gone(self, staff_id="Wu"):
        return StaffLeft(staff_id=staff_id, left_on=date(2025, 6, 30), reason="x", at=NEW_YEAR)

    def test_nothing_comes_before_the_first_day(self):
        with pytest.raises(ImpossibleHistoryError, match="before somebody joined the staff"):
            given(evolve, [self.gone()])

    def test_an_event_of_another_one_does_not_belong_here(self):
        with pytest.raises(ImpossibleHistoryError, match="not belong in the history of Wu"):
            given(evolve, [*joined(), self.gone("Li")])

    def test_nothing_comes_twice(self):
        never = StaffDisqualified(staff_id="Wu", skill="seals", by="x", reason="x", at=NEW_YEAR)
        trained = credited(joined())
        for history, event in (
            (left(), self.gone()),
            (joined(), joined()[0]),
            (joined(), joined()[-1]),
            (joined(), never),
            (trained, trained[-1]),
        ):
            with pytest.raises(ImpossibleHistoryError, match="cannot come at this point"):
                given(evolve, [*history, event])


def test_a_day_is_a_day():
    """The moments of this file are what they claim to be."""
    assert midnight(2025, 1, 2) + 9 * HOUR == NEW_YEAR
    assert midnight(2025, 1, 3) - midnight(2025, 1, 2) == DAY
