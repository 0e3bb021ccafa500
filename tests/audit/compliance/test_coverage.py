"""Whatever the four regulations put a figure on, and whatever is to be checked, has its check."""

from __future__ import annotations

import re

import pytest

from servicecore.standards import shipped_standards
from servicecore.standards.access import shipped_access

from .conftest import NOT_APPLICABLE

STANDARDS = shipped_standards()
#: What a desk refuses to one and the same person, and the check that looks for it.
APART = {
    "satisfaction_and_closing": "complaint.closed_by_another",
    "asking_and_approving_erasure": "personal_data.approved_by_another",
    "handler_is_not_the_subject": "complaint.independent",
    "planning_and_approval": "upgrade.approved_by_another",
    "writing_and_review": "knowledge_article.reviewed_by_another",
    "count_and_adjustment": "spare_part.adjusted_by_another",
}
_ROW = re.compile(r"^\| ([a-z]+\d*:[\d.a-z]+) \|.*\| [A-Z ]*C[A-Z ]* \|$", re.MULTILINE)


@pytest.fixture
def checks(office_of):
    """Return what a desk under each of the standards checks."""
    return {name: office_of(standard=name).checks() for name in STANDARDS}


class TestEveryFigure:
    """A promise, a quota, a day to be revisited on, an indicator: each under its own clause."""

    @pytest.mark.parametrize("name", STANDARDS)
    @pytest.mark.parametrize("what", ["targets", "quotas", "revisits", "indicators"])
    def test_of_a_standard_has_its_check(self, checks, name, what):
        asked = {each.clause for each in getattr(STANDARDS[name], what)} - {"house choice"}
        assert asked - {each.clause for each in checks[name]} == set()

    def test_every_clause_that_is_to_be_checked_has_a_check(self, checks, shared):
        text = (shared / "design" / "regulations.md").read_text(encoding="utf-8")
        wanted = set(_ROW.findall(text))
        cited = {each.clause for found in checks.values() for each in found}
        assert len(wanted) > 20
        assert wanted - cited == set()

    def test_every_separation_of_duties_has_a_check(self, checks):
        assert set(APART) == {each.name for each in shipped_access().separations}
        for found in checks.values():
            assert {each.id for each in found} >= set(APART.values())

    def test_nothing_to_look_at_is_no_pass(self, checks):
        for found in checks.values():
            assert {each.verdict for each in found} == {NOT_APPLICABLE}
