"""What falls due on a day was done by its end, or is found in the period in which it was not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from servicecore.domain.relationship import Answers
from servicecore.standards import shipped_standards

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS, after

GOOD = Answers(function="good", performance="good", quality="good", speed=5, ability=5)


@pytest.fixture
def office(office_of):
    office = office_of(standard="project_service_plan")
    office.desk.relationships.open(
        "Acme", name="Acme", contact="Ms Lin", kind="end user", responsible="Lin", at=MONDAY
    )
    office.desk.relationships.give_consent("Acme", evidence="a letter", at=MONDAY)
    office.desk.relationships.deliver(
        "Acme", "D-1", product="pump", delivered_on=date(2025, 3, 3), at=MONDAY
    )
    return office


def revisit(office):
    """Return the first revisit: a month after delivery."""
    revisits = office.desk.relationships.get("Acme").revisits.values()
    return min(revisits, key=lambda each: each.planned_on)


def held(office, *, days):
    """Make the first revisit so many days after its day."""
    first = revisit(office)
    at = MONDAY + timedelta(days=(first.planned_on - date(2025, 3, 3)).days + days)
    office.now = at
    office.desk.revisits.hold("Acme", first.number, by="Lin", answers=GOOD, at=at)


class TestRevisits:
    """psp:3.3a, om2025:5.2c: on their day, or before."""

    def test_every_clause_that_asks_for_revisits_has_a_check(self, office):
        found = {e.clause for e in office.checks() if e.id == "relationship.revisited"}
        asked = {e.clause for each in shipped_standards().values() for e in each.revisits}
        assert found == asked >= {"psp:3.3a", "om2025:5.2c"}

    @pytest.mark.parametrize(("days", "verdict"), [(-1, PASS), (0, PASS), (1, FAIL), (9, FAIL)])
    def test_one_on_its_day_is_in_time_and_a_day_later_is_not(self, office, days, verdict):
        held(office, days=days)
        check = office.check("relationship.revisited", "psp:3.3a", period="2025-Q2")
        assert (check.verdict, check.population) == (verdict, 1)
        assert check.failing == (("relationship/Acme, revisit 1",) if verdict is FAIL else ())

    def test_one_whose_day_has_not_gone_by_is_no_case_yet(self, office):
        office.now = after(days=(revisit(office).planned_on - date(2025, 3, 3)).days, hours=14)
        found = office.found("relationship.revisited", "psp:3.3a", period="2025-Q2")
        assert found == (NOT_APPLICABLE, 0, ())

    def test_one_that_nobody_made_or_noticed_is_found(self, office):
        first = revisit(office)
        office.now = after(days=60)
        check = office.check("relationship.revisited", "psp:3.3a", period="2025-Q2")
        assert [each.what for each in check.findings] == [f"it was due on {first.planned_on}"]

    def test_one_that_was_missed_and_made_up_for_was_missed_once(self, office):
        office.desk.run_due(after(days=40))
        held(office, days=10)
        found = office.found("relationship.revisited", "psp:3.3a", period="2025-Q2")
        assert found == (FAIL, 1, ("relationship/Acme, revisit 1",))

    def test_one_that_was_called_off_is_no_case(self, office):
        first = revisit(office).number
        office.desk.revisits.call_off("Acme", first, reason="he moved", at=MONDAY)
        office.now = after(days=60)
        assert office.found("relationship.revisited", "psp:3.3a", period="2025-Q2")[1] == 0


class TestCopies:
    """om2025:4.3e: a backup each week, as the standards have it."""

    @pytest.mark.parametrize(("days", "verdict"), [(7, PASS), (8, FAIL)])
    def test_one_by_its_day_is_in_time(self, office, days, verdict):
        office.desk.safekeeping.record("backup", by="Li", kept_at="the safe", at=MONDAY)
        office.now = after(days=days)
        office.desk.safekeeping.record("backup", by="Li", kept_at="the safe", at=office.now)
        check = office.check("safekeeping.in_time")
        assert check.failing == (("safekeeping/backup, copy 2",) if verdict is FAIL else ())
        assert (check.verdict, check.population) == (verdict, 2)

    def test_one_that_is_not_due_is_no_case_yet(self, office):
        office.desk.safekeeping.record("backup", by="Li", kept_at="the safe", at=MONDAY)
        assert office.found("safekeeping.in_time")[:2] == (PASS, 1)


class TestChecks:
    """om2025:4.3f: a quarter is checked within fifteen days of its end."""

    @pytest.mark.parametrize(
        ("day", "verdict"), [(date(2025, 7, 15), PASS), (date(2025, 7, 16), FAIL)]
    )
    def test_one_by_its_day_is_in_time(self, office, day, verdict):
        office.desk.compliance.schedule("2025-Q2", at=MONDAY)
        due = office.desk.compliance.get("2025-Q2").due_on
        assert due == date(2025, 7, 15)
        office.now = after(days=(day - date(2025, 3, 3)).days)
        office.desk.compliance.check("2025-Q2", by="Qi")
        assert office.found("compliance.in_time", period="2025-Q3")[:2] == (verdict, 1)

    def test_one_that_nobody_makes_is_found_when_its_day_has_gone_by(self, office):
        office.desk.compliance.schedule("2025-Q2", at=MONDAY)
        office.now = after(days=150)
        assert office.found("compliance.in_time", period="2025-Q3")[:2] == (FAIL, 1)
