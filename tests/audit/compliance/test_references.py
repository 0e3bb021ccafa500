"""What a record names is on record, too."""

from __future__ import annotations

import pytest

from servicecore.domain.spare_part import events as parts
from tests.regulations import office as manual

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS


def issued(office, ticket):
    told = {"spare_part_id": "P-1", "batch": "B", "quantity": 1, "by": "Wu", "at": MONDAY}
    office.puts("spare_part/P-1", parts.SparePartIssued(ticket_id=ticket, **told))


class TestAReference:
    """om2025:4.3g: a part is issued for a ticket that there is."""

    def test_to_nothing_is_no_case(self, office):
        manual.opened(office.desk)
        assert office.found("record.refers") == (NOT_APPLICABLE, 0, ())

    def test_to_what_is_on_record_is_fine(self, office):
        issued(office, "T-1")
        manual.opened(office.desk)  # Also if it comes later.
        assert office.found("record.refers") == (PASS, 1, ())

    def test_to_what_is_not_on_record_is_found(self, office):
        manual.opened(office.desk)
        issued(office, "T-9")
        check = office.check("record.refers")
        assert (check.verdict, check.failing) == (FAIL, ("spare_part/P-1#1",))
        (found,) = check.findings
        assert found.what == "it names ticket/T-9, which is not on record"
        assert found.evidence == (office.desk.log.head(),)

    @pytest.mark.parametrize(("about", "verdict"), [("ticket/T-1", PASS), ("ticket/T-9", FAIL)])
    def test_of_a_survey_is_what_it_is_about(self, office, about, verdict):
        manual.opened(office.desk)
        office.desk.surveys.send("S-1", customer_id="Acme", about=about, contact="a", at=MONDAY)
        assert office.check("record.refers").verdict is verdict

    def test_belongs_to_the_period_in_which_it_was_made(self, office):
        issued(office, "T-9")
        assert office.found("record.refers", period="2025-Q2") == (NOT_APPLICABLE, 0, ())
