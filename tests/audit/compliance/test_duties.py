"""Rules about what is owed every quarter or year."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tests.regulations import people, quality, surveys

from .conftest import FAIL, NOT_APPLICABLE, PASS

SHANGHAI = timezone(timedelta(hours=8))
IN_2026 = datetime(2026, 3, 1, tzinfo=SHANGHAI)
TRAINING = ("staff.training", "om2025:7.2b")


class TestTraining:
    """om2025:7.2b: eighty hours a year, for each employee."""

    @pytest.mark.parametrize(("hours", "verdict"), [(79, FAIL), (80, PASS)])
    def test_eighty_hours_are_enough(self, office, hours, verdict):
        people.hired(office.desk, "Wu")
        people.trained(office.desk, "TR-1", hours, "Wu")
        office.now = IN_2026
        assert office.check(*TRAINING, period="2025").verdict is verdict

    def test_what_is_missing_is_told(self, office):
        people.hired(office.desk, "Wu")
        people.trained(office.desk, "TR-1", 79, "Wu")
        office.now = IN_2026
        (found,) = office.check(*TRAINING, period="2025").findings
        assert found.what == "1 h missing of at least 80 h a year"

    def test_a_year_that_is_not_over_is_no_case_yet(self, office):
        people.hired(office.desk, "Wu")
        office.now = datetime(2025, 12, 31, 23, 59, tzinfo=SHANGHAI)
        assert office.found(*TRAINING, period="2025") == (NOT_APPLICABLE, 0, ())

    def test_it_is_over_at_midnight_where_the_standard_counts(self, office):
        people.hired(office.desk, "Wu")
        office.now = datetime(2026, 1, 1, tzinfo=SHANGHAI)
        assert office.found(*TRAINING, period="2025") == (FAIL, 1, ("staff/Wu in 2025",))

    def test_it_belongs_to_the_quarter_in_which_the_year_ends(self, office):
        people.hired(office.desk, "Wu")
        office.now = IN_2026
        assert office.found(*TRAINING, period="2025-Q4")[1] == 1
        assert office.found(*TRAINING, period="2025-Q3")[1] == 0

    def test_who_left_before_the_end_owes_nothing(self, office):
        people.hired(office.desk, "Wu")
        leaving = datetime(2025, 12, 30, 9, tzinfo=SHANGHAI)
        office.desk.staff.leave("Wu", left_on=leaving.date(), reason="moved", at=leaving)
        office.now = IN_2026
        assert office.found(*TRAINING, period="2025") == (NOT_APPLICABLE, 0, ())

    def test_the_evidence_is_the_hiring_and_every_training(self, office):
        people.hired(office.desk, "Wu")
        people.trained(office.desk, "TR-1", 8, "Wu")
        office.now = IN_2026
        (found,) = office.check(*TRAINING, period="2025").findings
        history = office.desk.log.history("staff/Wu")
        trained = [e.position for e in history if type(e.event).__name__ == "StaffTrained"]
        assert found.evidence == (history[0].position, *trained)

    def test_the_tender_asks_for_forty(self, office_of):
        office = office_of(standard="tender_standard")
        people.hired(office.desk, "Wu")
        people.trained(office.desk, "TR-1", 40, "Wu")
        office.now = IN_2026
        assert office.found("staff.training", "tender:3.2a", period="2025") == (PASS, 1, ())


class TestAppraisals:
    """om2025:3.3b: each quarter, with some time after it."""

    def test_in_its_grace_it_is_no_case_yet_and_then_it_is(self, office):
        people.hired(office.desk, "Wu")
        office.now = datetime(2025, 7, 30, 23, tzinfo=SHANGHAI)
        assert office.found("staff.appraisals", period="2025-Q2") == (NOT_APPLICABLE, 0, ())
        office.now = datetime(2025, 7, 31, tzinfo=SHANGHAI)
        verdict, population, failing = office.found("staff.appraisals", period="2025-Q2")
        assert (verdict, population, failing) == (FAIL, 1, ("staff/Wu in 2025-Q2",))

    def test_who_was_appraised_is_one_before_the_grace_is_over(self, office):
        people.hired(office.desk, "Wu")
        at = datetime(2025, 7, 1, 9, tzinfo=SHANGHAI)
        told = {"period": "2025-Q2", "scores": people.WELL, "by": "Gao"}
        office.desk.staff.appraise("Wu", **told, at=at)
        office.now = at
        assert office.found("staff.appraisals", period="2025-Q2") == (PASS, 1, ())


class TestDrills:
    """om2025:7.1c, om2025:7.3b: a drill a quarter with all staff, four trainings a year."""

    def test_each_quarter_counts_on_its_own(self, office):
        people.prepared(office.desk)
        people.drilled(office.desk, "D-1", people.day(2, 10))
        office.now = datetime(2025, 7, 2, tzinfo=SHANGHAI)
        found = office.found("emergency_plan.drills", period="2025-01-01..2025-07-01")
        assert found == (FAIL, 2, ("emergency_plan/EP-25 in 2025-Q2",))

    def test_four_emergency_trainings_are_missed_at_the_end_of_the_year(self, office):
        people.prepared(office.desk)
        office.now = IN_2026
        found = office.check("emergency_plan.emergency_training", period="2025")
        assert [each.what for each in found.findings] == [
            "4 missing of at least 4 times a year, each 2 h"
        ]

    def test_a_drill_that_nobody_summed_up_is_found(self, office):
        people.prepared(office.desk)
        people.drilled(office.desk, "D-1", people.day(2, 10))
        assert office.found("drill.summarised") == (FAIL, 1, ("drill/D-1",))
        told = {"by": "Gao", "summary": "it worked"}
        office.desk.drills.summarise("D-1", **told, at=people.day(2, 11))
        assert office.found("drill.summarised") == (PASS, 1, ())


class TestOfTheOrganisation:
    """psp:5.1a, psp:4.2a: two survey campaigns a year, a review of each quarter."""

    @pytest.fixture
    def office(self, office_of):
        office = office_of(standard="project_service_plan")
        surveys.announced(office.desk, "K-1", at=datetime(2024, 12, 30, tzinfo=SHANGHAI))
        return office

    def test_two_campaigns_are_enough(self, office):
        surveys.announced(office.desk, "K-2", at=datetime(2025, 3, 1, tzinfo=SHANGHAI))
        office.now = IN_2026
        found = office.found("organisation.survey_campaigns", period="2025")
        assert found == (FAIL, 1, ("2025",))
        surveys.announced(office.desk, "K-3", at=datetime(2025, 12, 31, tzinfo=SHANGHAI))
        assert office.found("organisation.survey_campaigns", period="2025") == (PASS, 1, ())

    def test_the_year_in_which_the_log_begins_is_not_owed(self, office):
        office.now = IN_2026
        found = office.found("organisation.survey_campaigns", period="2024")
        assert found == (NOT_APPLICABLE, 0, ())

    def test_a_review_is_of_its_quarter_however_late_it_is_published(self, office):
        office.now = IN_2026
        assert office.found("organisation.quality_reviews")[0] is FAIL
        quality.published(office.desk, at=IN_2026)
        assert office.found("organisation.quality_reviews") == (PASS, 1, ())
