"""Training, appraisal, drills: what was owed, what was done, in plain numbers."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.projections.asking import UnknownGroupingError
from tests.domain.people import DAY, GRAVE, HOUR, LIGHT, MICROSECOND, NEW_YEAR, midnight

WELL = {"response": 0.8, "satisfaction": 0.9, "skill": 1.0, "conduct": 0.7}
YEAR_END = midnight(2026, 1, 1)
IN_THE_NEW_YEAR = YEAR_END + HOUR


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="operations_manual_2025") as desk:
        plan = {"levels": [LIGHT, GRAVE], "prevention": {}}
        desk.emergency_plans.make("EP-25", year=2025, by="Gao", **plan, at=NEW_YEAR)
        for name, layer in (("Wu", "new"), ("Li", "senior")):
            joined = {"post": "repair", "joined_on": date(2024, 5, 6)}
            desk.staff.join(name, layer=layer, **joined, at=NEW_YEAR)
        yield desk


def trained(desk, training_id, at, *, topic="technique", lasts=2 * HOUR, **attended):
    facts = {"content": "seals", "layers": ["new"], "trainer": "Zhao", "lasts": lasts}
    facts["plan_id"] = "EP-25" if topic == "emergency" else ""
    day = at.date()
    desk.trainings.plan(training_id, topic=topic, planned_on=day, **facts, at=NEW_YEAR)
    desk.trainings.hold(training_id, attended=attended, at=at)


def drilled(desk, drill_id, at, *, there=("Wu", "Li"), scenario="system_down", weak=None):
    facts = {"plan_id": "EP-25", "scenario": scenario, "planned_on": at.date(), "by": "Gao"}
    desk.drills.plan(drill_id, **facts, staff=["Wu", "Li"], course="x", at=NEW_YEAR)
    desk.drills.hold(drill_id, participants=there, at=at)
    if weak is not None:
        desk.drills.summarise(drill_id, by="Gao", summary="y", weak_points=weak, at=at + DAY)


def shares(answer, measure):
    """Return (k, n, open) of a share, by the values of its group."""
    return {
        tuple(value for _, value in each.group): (each.k, each.n, each.open)
        for each in answer[measure]
    }


def values(answer, measure):
    return {tuple(v for _, v in each.group): each.value for each in answer[measure]}


class TestTrainingCoverage:
    """Trained / on the staff, of those there at the end of the period or now (om2025:3.3a)."""

    def test_counts_everybody_on_the_staff(self, desk):
        trained(desk, "TR-1", NEW_YEAR + DAY, Wu=HOUR)
        answer = desk.reports.training(as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "training_coverage") == {(): (1, 2, 0)}
        assert answer["training_coverage"][0].value == pytest.approx(0.5)

    def test_counts_by_layer(self, desk):
        trained(desk, "TR-1", NEW_YEAR + DAY, Wu=HOUR)
        answer = desk.reports.training(by="layer", as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "training_coverage") == {("new",): (1, 1, 0), ("senior",): (0, 1, 0)}

    @pytest.mark.parametrize(
        ("period", "found"), [("2025-Q1", (1, 2, 0)), ("2025-Q2", (0, 2, 0)), ("2025", (1, 2, 0))]
    )
    def test_counts_trainings_of_the_period(self, desk, period, found):
        trained(desk, "TR-1", midnight(2025, 4, 1) - MICROSECOND, Wu=HOUR)
        answer = desk.reports.training(period=period, as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "training_coverage") == {(): found}

    def test_counts_by_quarter(self, desk):
        trained(desk, "TR-1", midnight(2025, 4, 1), Wu=HOUR)
        answer = desk.reports.training(period="2025", by="quarter", as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "training_coverage") == {
            ("2025-Q1",): (0, 2, 0),
            ("2025-Q2",): (1, 2, 0),
            ("2025-Q3",): (0, 2, 0),
            ("2025-Q4",): (0, 2, 0),
        }

    def test_leaves_out_who_left(self, desk):
        desk.staff.leave("Li", left_on=date(2025, 6, 30), reason="moved", at=midnight(2025, 7, 1))
        for period, on_the_staff in (("2025-Q1", 2), ("2025-Q2", 2), ("2025-Q3", 1)):
            answer = desk.reports.training(period=period, as_of=IN_THE_NEW_YEAR)
            [coverage] = answer["training_coverage"]
            assert coverage.n == on_the_staff, period

    def test_of_nobody_is_nothing(self, desk):
        answer = desk.reports.training(period="2023", as_of=IN_THE_NEW_YEAR)
        assert "training_coverage" not in answer.measures()


class TestTrainingTime:
    """Hours against the quota of eighty a year (om2025:7.2b)."""

    def test_is_told_of_each_person(self, desk):
        trained(desk, "TR-1", NEW_YEAR + DAY, Wu=2 * HOUR, Li=HOUR)
        trained(desk, "TR-2", NEW_YEAR + 2 * DAY, Wu=HOUR)
        answer = desk.reports.training(period="2025", by="person", as_of=IN_THE_NEW_YEAR)
        seconds = values(answer, "training_time")
        assert seconds == {("Li",): 3600.0, ("Wu",): 10800.0}

    def test_is_enough_at_eighty_hours(self, desk):
        almost = 80 * HOUR - MICROSECOND
        trained(desk, "TR-1", NEW_YEAR + DAY, lasts=80 * HOUR, Wu=80 * HOUR, Li=almost)
        answer = desk.reports.training(period="2025", by="person", as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "training_met") == {("Li",): (0, 1, 0), ("Wu",): (1, 1, 0)}

    def test_is_open_while_the_year_lasts(self, desk):
        trained(desk, "TR-1", NEW_YEAR + DAY, lasts=80 * HOUR, Wu=80 * HOUR)
        answer = desk.reports.training(as_of=YEAR_END - MICROSECOND)
        assert shares(answer, "training_met") == {(): (0, 0, 1)}
        assert answer["training_met"][0].value is None
        assert shares(desk.reports.training(as_of=YEAR_END), "training_met")[()][:2] == (1, 2)

    def test_is_not_owed_to_who_left_before_the_end(self, desk):
        last = {"reason": "moved", "at": YEAR_END}
        desk.staff.leave("Wu", left_on=date(2025, 12, 30), **last)
        desk.staff.leave("Li", left_on=date(2025, 12, 31), **last)
        answer = desk.reports.training(by="person", as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "training_met") == {("Li",): (0, 1, 0)}

    def test_is_not_owed_for_the_year_somebody_joined_in(self, desk):
        desk.staff.join("Sun", layer="new", post="repair", joined_on=date(2025, 1, 2), at=NEW_YEAR)
        answer = desk.reports.training(
            period="2025", where={"person": "Sun"}, as_of=IN_THE_NEW_YEAR
        )
        assert "training_met" not in answer.measures()

    def test_is_of_the_zone_that_is_asked_in(self, desk):
        trained(desk, "TR-1", midnight(2025, 4, 1), Wu=HOUR)
        answer = desk.reports.training(period="2025-Q2", zone="UTC", as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "training_coverage") == {(): (1, 2, 0)}

    def test_skills_are_told(self, desk):
        trained(desk, "TR-1", NEW_YEAR + DAY, Wu=HOUR)
        facts = {"skill": "seals", "training_id": "TR-1", "by": "Li", "evidence": "exam"}
        desk.staff.qualify("Wu", **facts, at=NEW_YEAR + 2 * DAY)
        answer = desk.reports.training(where={"post": "repair"}, as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "skilled") == {(): (1, 2, 0)}


class TestAppraisals:
    """Appraised / owed, of whole quarters and years; scores are means (om2025:3.3b)."""

    def appraised(self, desk, name, period, at, **scores):
        desk.staff.appraise(name, period=period, by="Gao", scores={**WELL, **scores}, at=at)

    def test_are_counted_by_quarter(self, desk):
        self.appraised(desk, "Wu", "2025-Q1", midnight(2025, 4, 10))
        answer = desk.reports.appraisals(by="quarter", as_of=midnight(2025, 7, 31))
        assert shares(answer, "appraisal_coverage") == {
            ("2025-Q1",): (1, 2, 0),
            ("2025-Q2",): (0, 2, 0),
            ("2025-Q3",): (0, 0, 2),
        }

    def test_are_open_until_thirty_days_after_the_quarter(self, desk):
        self.appraised(desk, "Wu", "2025-Q1", midnight(2025, 4, 10))
        for as_of, found in (
            (midnight(2025, 5, 1) - MICROSECOND, (1, 1, 1)),
            (midnight(2025, 5, 1), (1, 2, 0)),
        ):
            answer = desk.reports.appraisals(period="2025-Q1", as_of=as_of)
            assert shares(answer, "appraisal_coverage") == {(): found}
            ever = desk.reports.appraisals(as_of=as_of)
            assert ever["appraisal_coverage"][0].open == found[2] + 2  # And the one that runs.

    def test_of_a_year_stand_apart(self, desk):
        self.appraised(desk, "Wu", "2025", YEAR_END)
        answer = desk.reports.appraisals(period="2025", as_of=midnight(2026, 1, 31))
        assert shares(answer, "yearly_appraisal_coverage")[()][:2] == (1, 2)
        assert shares(answer, "appraisal_coverage")[()][:2] == (0, 8)

    def test_tell_scores_of_each_person(self, desk):
        april = midnight(2025, 4, 10)
        self.appraised(desk, "Wu", "2025-Q1", april, skill=0.0)
        self.appraised(desk, "Wu", "2025-Q1", april)
        self.appraised(desk, "Li", "2025-Q1", april, skill=0.5)
        answer = desk.reports.appraisals(by="person", as_of=midnight(2025, 5, 1))
        found = values(answer, "appraisal_score")
        assert found["Wu", "quarter", "skill"] == pytest.approx(1.0)
        assert found["Wu", "quarter", "overall"] == pytest.approx(0.85)
        assert found["Li", "quarter", "skill"] == pytest.approx(0.5)
        together = desk.reports.appraisals(as_of=midnight(2025, 5, 1))
        assert values(together, "appraisal_score")["quarter", "skill"] == pytest.approx(0.75)

    def test_scores_count_when_their_quarter_is_over(self, desk):
        self.appraised(desk, "Wu", "2025-Q1", midnight(2025, 3, 31))
        last = midnight(2025, 4, 1) - MICROSECOND
        early = desk.reports.appraisals(as_of=last - MICROSECOND)
        assert "appraisal_score" not in early.measures()
        assert "appraisal_score" in desk.reports.appraisals(as_of=last).measures()


class TestDrills:
    """Enough drills in every quarter, and what came of them (om2025:7.1c, om2025:7.3a)."""

    def test_are_enough_or_not_by_quarter(self, desk):
        drilled(desk, "D-1", midnight(2025, 2, 3))
        drilled(desk, "D-2", midnight(2025, 2, 4))
        drilled(desk, "D-3", midnight(2025, 7, 1) - MICROSECOND)
        drilled(desk, "D-4", midnight(2025, 7, 1), there=["Wu"])
        answer = desk.reports.drills(by="quarter", as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "drills_met") == {
            ("2025-Q1",): (1, 1, 0),
            ("2025-Q2",): (1, 1, 0),
            ("2025-Q3",): (0, 1, 0),
            ("2025-Q4",): (0, 1, 0),
        }
        assert values(answer, "drills") == {("2025-Q1",): 2, ("2025-Q2",): 1}
        assert shares(answer, "all_staff") == {
            ("2025-Q1",): (2, 2, 0),
            ("2025-Q2",): (1, 1, 0),
            ("2025-Q3",): (0, 1, 0),
        }

    def test_are_open_while_the_quarter_lasts(self, desk):
        drilled(desk, "D-1", midnight(2025, 2, 3))
        answer = desk.reports.drills(as_of=midnight(2025, 4, 1) - MICROSECOND)
        assert shares(answer, "drills_met") == {(): (0, 0, 3)}
        over = desk.reports.drills(as_of=midnight(2025, 4, 1))
        assert shares(over, "drills_met") == {(): (1, 1, 3)}

    def test_are_not_owed_before_the_plan(self, desk):
        plan = {"levels": [LIGHT], "prevention": {}, "year": 2025, "by": "Gao"}
        desk.emergency_plans.make("EP-2", **plan, at=midnight(2025, 9, 30))
        answer = desk.reports.drills(by="emergency_plan", as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "drills_met") == {("EP-2",): (0, 2, 0), ("EP-25",): (0, 4, 0)}

    def test_lead_to_summaries_and_improvements(self, desk):
        drilled(desk, "D-1", midnight(2025, 2, 3), weak=["slow"])
        drilled(desk, "D-2", midnight(2025, 2, 3), weak=[], scenario="complaint")
        drilled(desk, "D-3", midnight(2025, 2, 3))
        answer = desk.reports.drills(by="scenario", as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "summarised") == {
            ("complaint",): (1, 1, 0),
            ("system_down",): (1, 2, 0),
        }
        assert shares(answer, "improved") == {("system_down",): (1, 1, 0)}

    def test_emergency_trainings_are_four_a_year(self, desk):
        for n in range(4):
            at = midnight(2025, 2, 3) + n * DAY
            trained(desk, f"TR-{n}", at, topic="emergency", lasts=2 * HOUR, Wu=HOUR)
        trained(desk, "TR-5", midnight(2025, 3, 3), topic="emergency", lasts=HOUR, Wu=HOUR)
        answer = desk.reports.drills(period="2025", as_of=IN_THE_NEW_YEAR)
        assert shares(answer, "emergency_trainings_met") == {(): (1, 1, 0)}
        assert values(answer, "emergency_trainings") == {(): 4}

    def test_are_told_by_what_they_have(self, desk):
        with pytest.raises(UnknownGroupingError, match="nothing can be told by 'colour'"):
            desk.reports.drills(by="colour")


class TestTheReport:
    """Everything at once holds people and emergencies, too."""

    def test_holds_them(self, desk):
        trained(desk, "TR-1", NEW_YEAR + DAY, Wu=HOUR)
        answer = desk.reports.everything(by=(), as_of=datetime(2026, 1, 1, tzinfo=timezone.utc))
        assert {"training_coverage", "drills_met", "appraisal_coverage"} <= set(answer.measures())
