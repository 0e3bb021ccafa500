"""What follows by itself from drills, trainings and emergencies."""

from __future__ import annotations

from datetime import date
from functools import reduce

from servicecore.domain import drill, emergency, emergency_plan, staff, training
from servicecore.domain.emergency_plan import EmergencyPlanDrillCounted
from servicecore.domain.improvement import ImprovementCollected, Source
from servicecore.domain.staff import StaffTrained
from servicecore.domain.standard import Rulebook
from servicecore.policies import ActOnLessons, CountDrills, CreditTrainings
from tests.domain.people import (
    CALENDAR,
    DAY,
    HOUR,
    MANUAL,
    NEW_YEAR,
    declared,
    drill_planned,
    going_on,
    joined,
    plan_made,
    training_planned,
)
from tests.moments import on_record

RULEBOOK = Rulebook(standards=(MANUAL,))
LATER = NEW_YEAR + DAY


def follows(policy, history, *, subject, states=()):
    """Return whom the policy addresses after the last event of this history, and with what."""
    *_, recorded = on_record(*history, subject=subject)
    known = dict(states)
    return [
        (wanted.subject, list(wanted.decide(known.get(wanted.subject))))
        for wanted in policy(RULEBOOK).react(recorded)
    ]


def drilled(*participants):
    facts = {"participants": participants, "calendar": CALENDAR, "at": LATER}
    return going_on(drill.evolve, drill_planned(), drill.decisions.hold, **facts)


def summarised(*weak_points):
    facts = {"by": "Gao", "summary": "it works", "weak_points": weak_points, "at": LATER}
    return going_on(drill.evolve, drilled("Wu"), drill.decisions.summarise, **facts)


def trained(history, **attended):
    facts = {"attended": attended, "calendar": CALENDAR, "at": LATER}
    return going_on(training.evolve, history, training.decisions.hold, **facts)


def evaluated():
    history = declared()
    for decide, facts in (
        (emergency.decisions.start_response, {"by": "Wu"}),
        (emergency.decisions.recover, {"by": "Wu", "result": "up"}),
        (
            emergency.decisions.evaluate,
            {"by": "Gao", "cause": "x", "assessment": "y", "lessons": ["look", "listen"]},
        ),
    ):
        history = going_on(emergency.evolve, history, decide, **facts, at=LATER)
    return history


PLAN = reduce(emergency_plan.evolve, plan_made(), None)
WU = reduce(staff.evolve, joined(), None)


class TestCountDrills:
    """The emergency plan counts a drill that nobody missed (om2025:7.1c)."""

    KNOWN = (("emergency_plan/EP-25", PLAN),)

    def test_counts_it_for_its_day(self):
        history = drilled("Wu", "Li", "Sun")
        [(subject, [counted])] = follows(
            CountDrills, history, subject="drill/D-1", states=self.KNOWN
        )
        assert subject == "emergency_plan/EP-25"
        assert isinstance(counted, EmergencyPlanDrillCounted)
        assert (counted.drill_id, counted.held_on, counted.at) == (
            "D-1",
            date(2025, 1, 3),
            LATER,
        )

    def test_does_not_count_one_that_somebody_missed(self):
        assert follows(CountDrills, drilled("Wu"), subject="drill/D-1", states=self.KNOWN) == []

    def test_counts_nothing_where_there_is_no_plan(self):
        history = drilled("Wu", "Li", "Sun")
        assert follows(CountDrills, history, subject="drill/D-1") == [("emergency_plan/EP-25", [])]

    def test_pays_no_heed_to_a_plan(self):
        assert follows(CountDrills, drill_planned(), subject="drill/D-1") == []


class TestCreditTrainings:
    """Hours go to everybody who was there; the emergency plan counts its own (om2025:7.2b)."""

    KNOWN = (("staff/Wu", WU), ("emergency_plan/EP-25", PLAN))

    def follows(self, history):
        found = follows(CreditTrainings, history, subject="training/TR-1", states=self.KNOWN)
        return dict(found)

    def test_credits_everybody_their_own_time(self):
        found = self.follows(trained(training_planned(), Wu=3 * HOUR, Li=HOUR))
        assert list(found) == ["staff/Wu", "staff/Li"]
        [credited] = found["staff/Wu"]
        assert isinstance(credited, StaffTrained)
        assert (credited.attended, credited.topic, credited.held_on, credited.at) == (
            3 * HOUR,
            "technique",
            date(2025, 1, 3),
            LATER,
        )
        assert found["staff/Li"] == []  # Nobody knows Li.

    def test_has_emergency_trainings_counted(self):
        emergency_training = {"topic": "emergency", "emergency_plan_id": "EP-25"}
        found = self.follows(trained(training_planned(**emergency_training), Wu=HOUR))
        [counted] = found["emergency_plan/EP-25"]
        assert counted.training_id == "TR-1"
        assert [each.topic for each in found["staff/Wu"]] == ["emergency"]

    def test_has_no_short_ones_counted(self):
        short = {"topic": "emergency", "emergency_plan_id": "EP-25", "lasts": HOUR}
        found = self.follows(trained(training_planned(**short), Wu=HOUR))
        assert found["emergency_plan/EP-25"] == []

    def test_leaves_the_plan_alone_otherwise(self):
        found = self.follows(trained(training_planned(), Wu=HOUR))
        assert list(found) == ["staff/Wu"]

    def test_counts_nothing_where_there_is_no_plan(self):
        emergency_training = {"topic": "emergency", "emergency_plan_id": "EP-26"}
        found = self.follows(trained(training_planned(**emergency_training), Wu=HOUR))
        assert found["emergency_plan/EP-26"] == []


class TestActOnLessons:
    """Drill, then summary, then improvement (om2025:7.3a)."""

    def test_collects_weak_points_and_names_the_improvement(self):
        history = summarised("too slow", "no list")
        known = (("drill/D-1", reduce(drill.evolve, history, None)),)
        found = dict(follows(ActOnLessons, history, subject="drill/D-1", states=known))
        [collected] = found["improvement/drill-D-1"]
        assert isinstance(collected, ImprovementCollected)
        assert (collected.source, collected.about) == (Source.DRILL, "too slow; no list")
        assert (collected.origin, collected.standard) == ("drill/D-1", MANUAL.reference)
        [named] = found["drill/D-1"]
        assert (named.improvement_id, named.at) == ("drill-D-1", LATER)

    def test_asks_for_nothing_where_all_went_well(self):
        assert follows(ActOnLessons, summarised(), subject="drill/D-1") == []

    def test_collects_the_lessons_of_an_emergency(self):
        [(subject, [collected])] = follows(ActOnLessons, evaluated(), subject="emergency/E-1")
        assert subject == "improvement/emergency-E-1"
        assert (collected.source, collected.about) == (Source.EMERGENCY, "look; listen")
        assert (collected.origin, collected.at) == ("emergency/E-1", LATER)

    def test_pays_no_heed_to_anything_else(self):
        assert follows(ActOnLessons, drilled("Wu"), subject="drill/D-1") == []
