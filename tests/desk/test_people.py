"""The counters for emergencies, drills, trainings, staff and costs, and what follows by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from servicecore import Level, ServiceDesk
from servicecore.desk import RecordExistsError, UnknownRecordError
from servicecore.domain.emergency import EmergencyStatus
from servicecore.domain.emergency_plan import (
    EmergencyPlanFellShort,
    EmergencyPlanReminded,
    UnknownLevelError,
)
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.staff import NotOnTheStaffError, StaffFellShort, StaffReminded
from servicecore.domain.training import (
    BadLengthError,
    NobodyAttendedError,
    NotHeldError,
    TrainingHeld,
)
from tests.domain.people import DAY, GRAVE, HOUR, LIGHT, MICROSECOND, NEW_YEAR, midnight

WELL = {"response": 0.8, "satisfaction": 0.9, "skill": 1.0, "conduct": 0.7}
DRILL = {
    "plan_id": "EP-25",
    "scenario": "system_down",
    "planned_on": date(2025, 2, 3),
    "staff": ["Wu", "Li"],
    "course": "the line is cut at ten",
    "by": "Gao",
}
TRAINING = {
    "topic": "technique",
    "content": "seals",
    "layers": ["new"],
    "trainer": "Zhao",
    "planned_on": date(2025, 2, 3),
    "lasts": 3 * HOUR,
}


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="operations_manual_2025") as desk:
        desk.emergency_plans.make(
            "EP-25", year=2025, by="Gao", levels=[LIGHT, GRAVE], prevention={}, at=NEW_YEAR
        )
        for name in ("Wu", "Li"):
            told = {"layer": "new", "post": "repair", "joined_on": date(2024, 5, 6)}
            desk.staff.join(name, **told, at=NEW_YEAR)
        yield desk


def told(counter, number, kind):
    return [each.event for each in counter.history(number) if isinstance(each.event, kind)]


class TestEmergencyPlans:
    """The plan of a year, revised by what is learnt."""

    def test_are_made_once_a_number(self, desk):
        with pytest.raises(RecordExistsError, match="emergency plan 'EP-25' is on record"):
            desk.emergency_plans.make("EP-25", year=2025, by="x", levels=[LIGHT], prevention={})

    def test_are_revised(self, desk):
        desk.emergency_plans.revise("EP-25", by="Gao", reason="D-1", levels=[GRAVE], at=NEW_YEAR)
        assert desk.emergency_plans.get("EP-25").levels == (GRAVE,)
        assert desk.emergency_plans.level("EP-25", "I") == GRAVE

    def test_are_known_or_not(self, desk):
        with pytest.raises(UnknownRecordError, match="no emergency plan 'EP-26'"):
            desk.emergency_plans.get("EP-26")
        with pytest.raises(UnknownRecordError):
            desk.emergency_plans.history("EP-26")


class TestEmergencies:
    """Declared on a level of the plan, and led to the end."""

    @pytest.fixture
    def declared(self, desk):
        facts = {"scenario": "system_down", "what": "no calls", "by": "Lin"}
        desk.emergencies.declare("E-1", plan_id="EP-25", level="III", **facts, at=NEW_YEAR)
        return desk.emergencies

    def test_take_the_level_from_the_plan(self, desk, declared):
        assert declared.get("E-1").level == LIGHT
        desk.emergencies.change_level("E-1", level="I", by="Lin", reason="worse", at=NEW_YEAR)
        assert declared.get("E-1").level == GRAVE

    def test_are_on_a_level_of_the_plan(self, declared):
        facts = {"scenario": "system_down", "what": "no calls", "by": "Lin"}
        with pytest.raises(UnknownLevelError, match="no level 'II'"):
            declared.declare("E-2", plan_id="EP-25", level="II", **facts)
        with pytest.raises(UnknownLevelError):
            declared.change_level("E-1", level="II", by="Lin", reason="x")
        with pytest.raises(UnknownRecordError, match="no emergency plan 'EP-26'"):
            declared.declare("E-2", plan_id="EP-26", level="I", **facts)

    def test_keep_the_level_that_a_plan_had(self, desk, declared):
        other = LIGHT.__class__(name="III", process="another", responsible="Sun")
        desk.emergency_plans.revise("EP-25", by="Gao", reason="x", levels=[other], at=NEW_YEAR)
        assert declared.get("E-1").level == LIGHT

    def test_end_with_lessons_that_become_an_improvement(self, desk, declared):
        declared.monitor("E-1", by="Lin", finding="half of it", at=NEW_YEAR)
        declared.start_response("E-1", by="Wu", at=NEW_YEAR)
        declared.take_measure("E-1", by="Wu", measure="second line", at=NEW_YEAR)
        declared.recover("E-1", by="Wu", result="up", at=NEW_YEAR)
        learnt = {"cause": "a digger", "assessment": "met", "lessons": ["a third line"]}
        declared.evaluate("E-1", by="Gao", **learnt, at=NEW_YEAR)
        assert declared.get("E-1").status is EmergencyStatus.EVALUATED
        assert desk.improvements.get("emergency-E-1").about == "a third line"
        assert len(declared.history("E-1")) == 6


class TestDrills:
    """Counted by the plan, chased when they are missing, followed by an improvement."""

    def held(self, desk, at, **who):
        desk.drills.plan("D-1", **DRILL, at=NEW_YEAR)
        desk.drills.hold("D-1", **{"participants": ["Wu", "Li"], **who}, at=at)

    def test_take_their_quarter_off_the_list(self, desk):
        self.held(desk, NEW_YEAR, participants=["Li"], excused={"Wu": "ill"})
        assert desk.emergency_plans.get("EP-25").drills == {"D-1": date(2025, 1, 2)}
        desk.run_due(midnight(2025, 5, 1))
        assert told(desk.emergency_plans, "EP-25", EmergencyPlanFellShort) == []

    def test_that_are_missing_are_told_of_once_each(self, desk):
        for _ in range(2):
            desk.run_due(midnight(2025, 4, 1) + MICROSECOND)
        [early] = told(desk.emergency_plans, "EP-25", EmergencyPlanReminded)
        [late] = told(desk.emergency_plans, "EP-25", EmergencyPlanFellShort)
        assert (early.to, late.to) == ("Gao", Level.MANAGER)
        assert (late.duty, late.period, late.missing) == ("drills", "2025-Q1", 1)

    def test_that_somebody_missed_are_missing(self, desk):
        self.held(desk, NEW_YEAR, participants=["Li"])
        desk.run_due(midnight(2025, 4, 1) + MICROSECOND)
        assert len(told(desk.emergency_plans, "EP-25", EmergencyPlanFellShort)) == 1

    def test_lead_to_an_improvement(self, desk):
        self.held(desk, NEW_YEAR)
        weak = {"by": "Gao", "summary": "slow", "weak_points": ["no list"]}
        desk.drills.summarise("D-1", **weak, at=NEW_YEAR)
        assert desk.drills.get("D-1").improvements == ("drill-D-1",)
        assert desk.improvements.get("drill-D-1").about == "no list"
        desk.drills.name_improvement("D-1", improvement_id="I-9", at=NEW_YEAR)
        assert desk.drills.get("D-1").improvements == ("drill-D-1", "I-9")

    def test_belong_to_a_plan(self, desk):
        with pytest.raises(UnknownRecordError, match="no emergency plan 'EP-26'"):
            desk.drills.plan("D-1", **{**DRILL, "plan_id": "EP-26"}, at=NEW_YEAR)

    def test_are_given_up(self, desk):
        desk.drills.plan("D-1", **DRILL, at=NEW_YEAR)
        desk.drills.cancel("D-1", by="Gao", reason="rain", at=NEW_YEAR)
        assert desk.drills.get("D-1").status.value == "cancelled"


class TestTrainings:
    """Hours are credited to everybody who was there."""

    def held(self, desk, *, at=NEW_YEAR, attended=None, results=None, **facts):
        desk.trainings.plan("TR-1", **{**TRAINING, **facts}, at=NEW_YEAR)
        attended = attended or {"Wu": 3 * HOUR, "Li": HOUR}
        desk.trainings.hold("TR-1", attended=attended, results=results, at=at)

    def test_are_credited(self, desk):
        self.held(desk, results={"Wu": 0.9})
        [wu] = desk.staff.get("Wu").trainings
        [li] = desk.staff.get("Li").trainings
        assert (wu.attended, wu.result, li.attended, li.result) == (3 * HOUR, 0.9, HOUR, None)

    def test_are_credited_to_nobody_unknown(self, desk):
        with pytest.raises(UnknownRecordError, match="no staff 'Zhao'"):
            self.held(desk, attended={"Zhao": HOUR})
        assert told(desk.trainings, "TR-1", TrainingHeld) == []

    def test_are_credited_to_nobody_who_left(self, desk):
        desk.staff.leave("Li", left_on=date(2025, 1, 2), reason="moved", at=NEW_YEAR)
        self.held(desk)
        desk.trainings.plan("TR-2", **TRAINING, at=NEW_YEAR)
        with pytest.raises(NotOnTheStaffError, match="not on the staff on 2025-01-03"):
            desk.trainings.hold("TR-2", attended={"Li": HOUR}, at=NEW_YEAR + DAY)
        assert told(desk.trainings, "TR-2", TrainingHeld) == []

    def test_for_emergencies_are_counted_by_the_plan(self, desk):
        self.held(desk, topic="emergency", plan_id="EP-25")
        assert desk.emergency_plans.get("EP-25").trainings == {"TR-1": date(2025, 1, 2)}
        with pytest.raises(UnknownRecordError, match="no emergency plan 'EP-26'"):
            desk.trainings.plan("TR-2", **{**TRAINING, "topic": "emergency"}, plan_id="EP-26")

    def corrected(self, desk, at=NEW_YEAR, **facts):
        told = {"by": "Gao", "reason": "the list was another's", **facts}
        return desk.trainings.correct_attendance("TR-1", **told, at=at)

    def test_are_put_right_for_all_who_were_there(self, desk):
        desk.staff.join("Zhao", layer="new", post="repair", joined_on=date(2024, 5, 6), at=NEW_YEAR)
        self.held(desk, results={"Wu": 0.9})
        self.corrected(desk, attended={"Wu": 2 * HOUR, "Zhao": HOUR}, results={"Wu": 0.8})
        [wu], [zhao] = desk.staff.get("Wu").trainings, desk.staff.get("Zhao").trainings
        assert (wu.attended, wu.result, zhao.attended) == (2 * HOUR, 0.8, HOUR)
        assert desk.staff.get("Li").trainings == ()
        attendance = desk.trainings.get("TR-1").attendance
        assert [each.staff_id for each in attendance] == ["Wu", "Zhao"]

    def test_are_put_right_as_often_as_it_takes(self, desk):
        self.held(desk)
        self.corrected(desk, attended={"Wu": HOUR})
        self.corrected(desk, attended={"Wu": HOUR, "Li": 2 * HOUR})
        assert [each.attended for each in desk.staff.get("Li").trainings] == [2 * HOUR]

    def test_that_are_right_stay_as_they_are(self, desk):
        self.held(desk)
        assert not self.corrected(desk, attended={"Li": HOUR, "Wu": 3 * HOUR}).events

    def test_take_the_skill_back_of_whoever_was_not_there(self, desk):
        self.held(desk)
        for who in ("Wu", "Li"):
            facts = {"skill": "seals", "by": "Gao", "training_id": "TR-1", "evidence": "exam"}
            desk.staff.qualify(who, **facts, at=NEW_YEAR)
        self.corrected(desk, attended={"Wu": HOUR})
        assert set(desk.staff.get("Wu").skills) == {"seals"}
        assert desk.staff.get("Li").skills == {}

    def test_that_were_enough_and_are_no_more_are_chased_again(self, desk):
        self.held(desk, attended={"Wu": 80 * HOUR}, lasts=80 * HOUR)
        self.corrected(desk, attended={"Wu": 79 * HOUR})
        desk.run_due(midnight(2026, 1, 1) + MICROSECOND)
        assert self.short(desk) == [("2025", HOUR)]
        desk.run_due(midnight(2027, 1, 1) + MICROSECOND)
        assert self.short(desk) == [("2025", HOUR), ("2026", 80 * HOUR)]

    def test_that_were_never_enough_are_not_raised_twice(self, desk):
        self.held(desk, attended={"Wu": 9 * HOUR}, lasts=80 * HOUR)
        desk.run_due(midnight(2026, 1, 1) + MICROSECOND)
        self.corrected(desk, attended={"Wu": 8 * HOUR}, at=midnight(2026, 1, 2))
        desk.run_due(midnight(2026, 1, 3))
        assert self.short(desk) == [("2025", 71 * HOUR)]

    def test_that_were_not_enough_and_are_now_are_chased_no_more(self, desk):
        self.held(desk, attended={"Wu": 79 * HOUR}, lasts=80 * HOUR)
        self.corrected(desk, attended={"Wu": 80 * HOUR})
        desk.run_due(midnight(2026, 1, 1) + MICROSECOND)
        assert self.short(desk) == []

    def short(self, desk):
        """Return of which years how many hours were missing for Wu."""
        short = told(desk.staff, "Wu", StaffFellShort)
        return [(each.period, each.missing) for each in short if each.duty == "training"]

    @pytest.mark.parametrize(
        ("facts", "error"),
        [
            ({"attended": {}}, NobodyAttendedError),
            ({"attended": {"Wu": 4 * HOUR}}, BadLengthError),
            ({"attended": {"Wu": HOUR}, "results": {"Li": 0.5}}, NobodyAttendedError),
            ({"attended": {"Wu": HOUR}, "reason": ""}, IncompleteError),
            ({"attended": {"Wu": HOUR}, "by": ""}, IncompleteError),
            ({"attended": {"Zhao": HOUR}}, UnknownRecordError),
        ],
    )
    def test_are_put_right_as_carefully_as_they_are_held(self, desk, facts, error):
        self.held(desk)
        head = desk.log.head()
        with pytest.raises(error):
            self.corrected(desk, **facts)
        assert desk.log.head() == head

    def test_are_not_put_right_before_they_are_held(self, desk):
        desk.trainings.plan("TR-1", **TRAINING, at=NEW_YEAR)
        with pytest.raises(NotHeldError, match="TR-1 is planned"):
            self.corrected(desk, attended={"Wu": HOUR})

    def test_are_given_up(self, desk):
        desk.trainings.plan("TR-1", **TRAINING, at=NEW_YEAR)
        desk.trainings.cancel("TR-1", by="Gao", reason="rain", at=NEW_YEAR)
        assert desk.trainings.get("TR-1").status.value == "cancelled"


class TestStaff:
    """A record of everybody: what they learnt, what they can, how well they do."""

    def test_what_is_missing_is_told_of_by_itself(self, desk):
        desk.run_due(midnight(2026, 1, 1) + MICROSECOND)
        found = [
            (each.duty, each.period, each.missing)
            for each in told(desk.staff, "Wu", StaffFellShort)
        ]
        assert found == [
            ("appraisals", "2025-Q1", 1),
            ("training", "2025", timedelta(hours=80)),
            ("appraisals", "2025-Q2", 1),
            ("appraisals", "2025-Q3", 1),
        ]
        assert {each.to for each in told(desk.staff, "Wu", StaffReminded)} == {Level.SUPERVISOR}

    def test_wakes_up_for_the_first_of_it(self, desk):
        assert desk.next_wake_up() == midnight(2025, 3, 2) + MICROSECOND

    def test_is_appraised(self, desk):
        desk.staff.appraise("Wu", period="2025-Q1", by="Li", scores=WELL, at=midnight(2025, 4, 10))
        desk.run_due(midnight(2025, 5, 2))
        assert told(desk.staff, "Wu", StaffFellShort) == []
        assert len(told(desk.staff, "Li", StaffFellShort)) == 1

    def test_gets_and_loses_skills(self, desk):
        desk.trainings.plan("TR-1", **TRAINING, at=NEW_YEAR)
        desk.trainings.hold("TR-1", attended={"Wu": HOUR}, at=NEW_YEAR)
        facts = {"skill": "seals", "by": "Li"}
        desk.staff.qualify("Wu", **facts, training_id="TR-1", evidence="exam", at=NEW_YEAR)
        assert set(desk.staff.get("Wu").skills) == {"seals"}
        desk.staff.disqualify("Wu", **facts, reason="leaks", at=NEW_YEAR)
        assert desk.staff.get("Wu").skills == {}

    def test_moves_and_leaves(self, desk):
        desk.staff.change_layer("Wu", layer="senior", reason="ten years", at=NEW_YEAR)
        assert desk.staff.get("Wu").layer == "senior"
        desk.staff.leave("Wu", left_on=date(2025, 1, 2), reason="moved", at=NEW_YEAR)
        desk.run_due(datetime(2027, 1, 1, tzinfo=timezone.utc))
        assert told(desk.staff, "Wu", StaffFellShort) == []

    def test_is_known_or_not(self, desk):
        with pytest.raises(UnknownRecordError, match="no staff 'Zhao'"):
            desk.staff.history("Zhao")


class TestCosts:
    """A ledger a year; entries are taken back, never edited."""

    def test_are_entered_and_taken_back(self, desk):
        told_ = {"amount": Decimal("120.50"), "entered_for": date(2025, 2, 3)}
        desk.costs.open("C-25", year=2025, at=NEW_YEAR)
        cost = {"kind": "training", "subject": "training/TR-1", **told_}
        desk.costs.enter("C-25", entry="1", **cost, at=NEW_YEAR)
        benefit = {"kind": "sales", "subject": "customer/Acme", "assuming": "x", **told_}
        desk.costs.enter_benefit("C-25", entry="2", **benefit, at=NEW_YEAR)
        ledger = desk.costs.get("C-25")
        assert (ledger.spent, ledger.gained) == (Decimal("120.50"), Decimal("120.50"))
        desk.costs.reverse("C-25", entry="3", reverses="1", by="Gao", reason="x", at=NEW_YEAR)
        assert desk.costs.get("C-25").spent == Decimal(0)
        assert len(desk.costs.history("C-25")) == 4
