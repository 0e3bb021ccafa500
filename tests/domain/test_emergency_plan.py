"""The emergency plan of a year: graded levels, prevention, and what is rehearsed until when."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore.domain.calendar_periods import CalendarPeriod
from servicecore.domain.emergency_plan import (
    DRILLS,
    TRAININGS,
    BeforeChangeError,
    EmergencyPlanDrillCounted,
    EmergencyPlanFellShort,
    EmergencyPlanReminded,
    NoLevelsError,
    NoYearError,
    UnknownLevelError,
    YearOverError,
    decisions,
    evolve,
)
from servicecore.domain.events import ImpossibleHistoryError
from servicecore.domain.people import Level
from servicecore.domain.preparedness import ResponseLevel, Scenario, UnknownScenarioError
from servicecore.domain.refusals import IncompleteError
from servicecore.standards import load_standard

from .people import (
    DAY,
    GRAVE,
    HOUR,
    LIGHT,
    MICROSECOND,
    NEW_YEAR,
    TERMS,
    given,
    going_on,
    midnight,
    plan_made,
)

Q1, Q2, YEAR = (CalendarPeriod.named(name) for name in ("2025-Q1", "2025-Q2", "2025"))


def drilled(history, *, on=date(2025, 2, 3), drill_id="D-1", at=NEW_YEAR):
    facts = {"drill_id": drill_id, "held_on": on, "at": at}
    return going_on(evolve, history, decisions.count_drill, **facts)


def trained(history, *, on=date(2025, 2, 3), training_id="TR-1", lasted=2 * HOUR):
    facts = {"training_id": training_id, "held_on": on, "lasted": lasted, "at": NEW_YEAR}
    return going_on(evolve, history, decisions.count_training, **facts)


def reminded(history, at):
    return decisions.remind_if_due(given(evolve, history), at=at, terms=TERMS)


def told(events):
    return [(each.duty, each.period, each.missing, each.rung) for each in events]


class TestThePlan:
    """Each level has its process and its responsible person (om2025:7.1d)."""

    def test_holds_its_levels_from_the_lightest_to_the_gravest(self):
        plan = given(evolve, plan_made())
        assert [(each.name, each.process, each.responsible) for each in plan.levels] == [
            ("III", "call the shift", "Wu"),
            ("I", "call headquarters", "Ms He"),
        ]
        assert plan.prevention == {Scenario.SYSTEM_DOWN: "a second power line"}

    @pytest.mark.parametrize("empty", ["name", "process", "responsible"])
    def test_leaves_nothing_out_of_a_level(self, empty):
        facts = {"name": "II", "process": "meet", "responsible": "Sun", empty: " "}
        with pytest.raises(IncompleteError, match=empty):
            plan_made(levels=[LIGHT, ResponseLevel(**facts)])

    def test_has_a_level(self):
        with pytest.raises(NoLevelsError, match="EP-25 has no level"):
            plan_made(levels=[])

    def test_has_each_level_once(self):
        with pytest.raises(NoLevelsError, match="level 'III' 2 times"):
            plan_made(levels=[LIGHT, GRAVE, LIGHT])

    def test_finds_a_level_by_its_name(self):
        plan = given(evolve, plan_made())
        assert decisions.level_named(plan, "I") == GRAVE
        with pytest.raises(UnknownLevelError, match="no level 'II'; expected III, I"):
            decisions.level_named(plan, "II")

    def test_says_how_a_known_scenario_is_prevented(self):
        with pytest.raises(UnknownScenarioError, match=r"scenario must be one of compl.*'strike'"):
            plan_made(prevention={"strike": "talk"})
        with pytest.raises(IncompleteError, match="prevention of complaint"):
            plan_made(prevention={"complaint": ""})

    @pytest.mark.parametrize("year", ["2025", 0, 9999, None, 2025.0])
    def test_is_for_a_year(self, year):
        with pytest.raises(NoYearError, match=r"EP-25: .* is not a year"):
            plan_made(year=year)

    def test_is_made_while_its_year_lasts(self):
        last = midnight(2026, 1, 1) - MICROSECOND
        assert given(evolve, plan_made(at=last)).year == 2025
        with pytest.raises(YearOverError, match="2025 was over on 2026-01-01"):
            plan_made(at=midnight(2026, 1, 1))


class TestARevision:
    """What was learnt changes the plan (om2025:7.1b)."""

    def revised(self, **facts):
        told = {"by": "Gao", "reason": "drill D-1", "at": NEW_YEAR + DAY, **facts}
        return given(evolve, going_on(evolve, plan_made(), decisions.revise, **told))

    def test_changes_what_is_told_and_keeps_the_rest(self):
        plan = self.revised(levels=[GRAVE])
        assert plan.levels == (GRAVE,)
        assert plan.prevention == {Scenario.SYSTEM_DOWN: "a second power line"}
        assert self.revised(prevention={"complaint": "listen"}).levels == (LIGHT, GRAVE)

    def test_has_a_reason_and_comes_after_the_plan(self):
        with pytest.raises(IncompleteError, match="reason"):
            self.revised(reason="")
        with pytest.raises(BeforeChangeError, match="EP-25 has stood since"):
            self.revised(at=NEW_YEAR - MICROSECOND)


class TestDrills:
    """At least one drill with all staff in every quarter (om2025:7.1c)."""

    def test_fall_due_in_each_quarter(self):
        drills = [each for each in given(evolve, plan_made()).reminders if each.clock == DRILLS]
        assert [each.due for each in drills] == [
            midnight(2025, 4, 1),
            midnight(2025, 7, 1),
            midnight(2025, 10, 1),
            midnight(2026, 1, 1),
        ]

    def test_count_for_the_quarter_they_were_held_in(self):
        plan = given(evolve, drilled(drilled(plan_made()), on=date(2025, 4, 1), drill_id="D-2"))
        assert (plan.done(DRILLS, Q1), plan.done(DRILLS, Q2), plan.done(DRILLS, YEAR)) == (1, 1, 2)

    @pytest.mark.parametrize("on", [date(2025, 1, 1), date(2025, 3, 31)])
    def test_take_their_quarter_off_the_list(self, on):
        history = drilled(plan_made(), on=on)
        assert [each.rungs for each in history[-1].readings] == [()]
        assert reminded(history, midnight(2025, 4, 2)) == []

    @pytest.mark.parametrize("on", [date(2024, 12, 31), date(2026, 1, 1)])
    def test_of_another_year_do_not_count(self, on):
        assert drilled(plan_made(), on=on) == plan_made()

    def test_count_once(self):
        once = drilled(plan_made())
        assert drilled(once) == once

    def test_are_missed_when_the_quarter_is_over(self):
        history = plan_made()
        assert reminded(history, midnight(2025, 3, 2)) == []
        [early] = reminded(history, midnight(2025, 3, 2) + MICROSECOND)
        assert isinstance(early, EmergencyPlanReminded)
        assert (early.to, early.clause, early.missing) == ("Gao", "om2025:7.1c", 1)
        history.append(early)
        assert reminded(history, midnight(2025, 4, 1)) == []
        [late] = reminded(history, midnight(2025, 4, 1) + MICROSECOND)
        assert isinstance(late, EmergencyPlanFellShort)
        assert (late.to, late.period, late.due) == (Level.MANAGER, "2025-Q1", midnight(2025, 4, 1))
        assert reminded([*history, late], midnight(2025, 5, 31)) == []

    def test_may_become_known_late(self):
        history = plan_made()
        history += reminded(history, midnight(2025, 4, 2))
        plan = given(evolve, drilled(history, on=date(2025, 3, 31)))
        assert plan.done(DRILLS, Q1) == 1

    def test_that_were_held_before_the_plan_was_made_count_from_then(self):
        counted = drilled(plan_made(), on=date(2025, 1, 1), at=NEW_YEAR - DAY)[-1]
        assert (counted.held_on, counted.at) == (date(2025, 1, 1), NEW_YEAR)

    def test_are_not_owed_for_a_quarter_that_ended_the_midnight_before(self):
        reminders = given(evolve, plan_made(at=midnight(2025, 4, 1))).reminders
        assert midnight(2025, 4, 1) not in {each.due for each in reminders}

    def test_are_not_owed_for_quarters_before_the_plan(self):
        history = plan_made(at=datetime(2025, 6, 30, 15, tzinfo=timezone.utc))
        drills = [each for each in given(evolve, history).reminders if each.clock == DRILLS]
        assert [each.due for each in drills] == [
            midnight(2025, 7, 1),
            midnight(2025, 10, 1),
            midnight(2026, 1, 1),
        ]


class TestEmergencyTrainings:
    """At least four a year, of two hours each (om2025:7.3b)."""

    def test_count_if_they_lasted_two_hours(self):
        history = trained(plan_made(), lasted=2 * HOUR - timedelta(microseconds=1))
        assert history == plan_made()
        assert given(evolve, trained(history)).done(TRAININGS, YEAR) == 1

    def test_are_missing_until_there_are_four(self):
        history = plan_made()
        for n in range(3):
            history = trained(history, training_id=f"TR-{n}")
            assert history[-1].readings == ()
        december = midnight(2025, 12, 2) + MICROSECOND
        assert (TRAININGS, "2025", 1, "due") in told(reminded(history, december))
        history = trained(history, training_id="TR-4")
        assert [each.clock for each in history[-1].readings] == [TRAININGS]
        assert all(duty == DRILLS for duty, *_ in told(reminded(history, december + 60 * DAY)))

    def test_count_once(self):
        once = trained(plan_made())
        assert trained(once) == once

    def test_are_no_drills(self):
        plan = given(evolve, trained(plan_made()))
        assert plan.done(DRILLS, YEAR) == 0


class TestAnotherStandard:
    """What it does not ask for, is not owed."""

    def test_asks_for_no_drills(self):
        history = plan_made(standard=load_standard("tender_standard"))
        assert given(evolve, history).reminders == ()
        assert trained(history, lasted=HOUR) != history


class TestImpossibleHistories:
    """The auditor's alarm."""

    def counted(self, plan_id="EP-25"):
        return EmergencyPlanDrillCounted(
            emergency_plan_id=plan_id, drill_id="D-1", held_on=date(2025, 2, 3), at=NEW_YEAR
        )

    def test_nothing_comes_before_the_plan(self):
        with pytest.raises(ImpossibleHistoryError, match="before the emergency plan was made"):
            given(evolve, [self.counted()])

    def test_an_event_of_another_one_does_not_belong_here(self):
        with pytest.raises(ImpossibleHistoryError, match=r"not belong .* plan EP-25"):
            given(evolve, [*plan_made(), self.counted("EP-26")])

    def test_nothing_is_counted_or_made_twice(self):
        for twice in (self.counted(), plan_made()[0]):
            with pytest.raises(ImpossibleHistoryError, match="cannot come twice"):
                given(evolve, [*plan_made(), twice, twice])
        history = trained(plan_made())
        with pytest.raises(ImpossibleHistoryError, match="cannot come twice"):
            given(evolve, [*history, history[-1]])
