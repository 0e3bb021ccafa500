"""Rules about personal data: erased when somebody else agreed, nothing kept them, and none held."""

from __future__ import annotations

from datetime import date

import pytest

from servicecore.domain.personal_data import (
    PersonalDataErased,
    PersonalDataErasureApproved,
    PersonalDataErasureAsked,
    PersonalDataErasureWithdrawn,
    PersonalDataHeld,
    PersonalDataHoldReleased,
    PersonalDataReadmitted,
)

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS

ACME = {"customer_id": "Acme", "at": MONDAY}
ASKED = PersonalDataErasureAsked(**ACME, by="Bo", reason="asked")
WITHDRAWN = PersonalDataErasureWithdrawn(**ACME, by="Bo", reason="not so")
APPROVED = PersonalDataErasureApproved(**ACME, by="Gao")
HELD = PersonalDataHeld(**ACME, by="Gao", hold="court", reason="a case")
RELEASED = PersonalDataHoldReleased(**ACME, by="Gao", hold="court", reason="over")
ERASED = PersonalDataErased(**ACME, by="Ke", records=("ticket/T-1",))


def found(office, rule, *events):
    office.puts("personal_data/Acme", *events)
    return office.check(f"personal_data.{rule}").verdict


class TestApproval:
    """Asked for by one, approved by another, carried out after that."""

    def test_the_whole_course_passes(self, office):
        assert found(office, "approved", ASKED, APPROVED, ERASED) is PASS

    @pytest.mark.parametrize("before", [[ASKED], [ASKED, APPROVED, WITHDRAWN, ASKED]])
    def test_without_an_approval_that_stands_it_is_found(self, office, before):
        assert found(office, "approved", *before, ERASED) is FAIL

    def test_an_approval_of_a_later_erasure_comes_too_late(self, office):
        back = PersonalDataReadmitted(**ACME, by="Bo", reason="came back")
        assert found(office, "approved", ASKED, ERASED, back, ASKED, APPROVED) is FAIL

    def test_nothing_erased_is_nothing_to_approve(self, office):
        assert found(office, "approved", ASKED, APPROVED) is NOT_APPLICABLE

    @pytest.mark.parametrize(("by", "verdict"), [("Gao", PASS), ("BO", FAIL)])
    def test_it_takes_two(self, office, by, verdict):
        approved = PersonalDataErasureApproved(**ACME, by=by)
        assert found(office, "approved_by_another", ASKED, approved) is verdict


class TestHolds:
    def test_a_hold_that_was_released_does_no_harm(self, office):
        assert found(office, "not_held", ASKED, HELD, RELEASED, APPROVED, ERASED) is PASS

    def test_one_that_stands_does(self, office):
        assert found(office, "not_held", ASKED, APPROVED, HELD, ERASED) is FAIL
        (finding,) = office.check("personal_data.not_held").findings
        assert (finding.what, finding.evidence) == ("it was held under court", (3, 4))


class TestKeeping:
    """om2025:4.3b: through the last day, and not a day less."""

    @pytest.mark.parametrize(
        ("until", "verdict"),
        [(date(2025, 3, 2), PASS), (date(2025, 3, 3), FAIL), (None, NOT_APPLICABLE)],
    )
    def test_the_day_after_is_the_first(self, office, until, verdict):
        erased = PersonalDataErased(**ACME, by="Ke", records=("ticket/T-1",), kept_until=until)
        assert found(office, "kept", ASKED, APPROVED, erased) is verdict
