"""Rules about what was sold: terms of warranty, free repairs, sources of parts, upgrades."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from servicecore.domain.knowledge_article import events as articles
from servicecore.domain.spare_part import events as parts
from servicecore.domain.upgrade import events as upgrades
from servicecore.domain.warranty import events as warranties

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS, after

TERMS = {"standard": "tender_standard@1", "calendar": "china_office@1"}


def grants(office, months, *, standard="tender_standard@1", part=""):
    cover = warranties.Cover(part=part, months=months, until=date(2026, 3, 3))
    granted = warranties.WarrantyGranted(
        warranty_id="S-1",
        product="pump",
        customer_id="Acme",
        delivered_on=date(2025, 3, 3),
        covers=(cover,),
        **{**TERMS, "standard": standard},
        at=MONDAY,
    )
    office.puts("warranty/S-1", granted)


class TestTheTermOfAWarranty:
    """tender:1.2c: a year at least."""

    @pytest.mark.parametrize(("months", "verdict"), [(11, FAIL), (12, PASS), (24, PASS)])
    def test_a_year_is_enough_and_a_month_less_is_not(self, office, months, verdict):
        grants(office, months)
        assert office.check("warranty.term").verdict is verdict

    def test_key_parts_have_a_term_of_their_own(self, office):
        grants(office, 6, part="motor")
        assert office.found("warranty.term") == (NOT_APPLICABLE, 0, ())

    def test_a_standard_that_does_not_say_how_long_asks_for_nothing(self, office):
        grants(office, 6, standard="operations_manual_2025@1")
        assert office.found("warranty.term") == (NOT_APPLICABLE, 0, ())


class TestRepairs:
    """tender:1.2d, tender:2.3a: free under warranty, else at a price agreed on beforehand."""

    def judged(self, office, *, is_covered):
        grants(office, 12)
        told = {"warranty_id": "S-1", "ticket_id": "T-1", "at": after(hours=1)}
        decided = warranties.WarrantyCoverageDecided(
            **told,
            part="",
            fault_on=date(2025, 3, 3),
            is_covered=is_covered,
            ground=warranties.Ground.IN_TERM if is_covered else warranties.Ground.EXCLUDED,
            reason="looked at",
            by="Wu",
        )
        line = warranties.FeeLine(what="seal", quantity=1, unit_price=Decimal("9.90"))
        fees = warranties.WarrantyFeesOffered(
            **told, lines=(line,), total=Decimal("9.90"), currency="CNY"
        )
        agreed = warranties.WarrantyFeesAccepted(**told, by="Ms Lin")
        begun = warranties.WarrantyRepairBegun(**told, by="Wu")
        return decided, fees, agreed, begun

    def test_a_covered_repair_without_fees_is_free(self, office):
        decided, *_ = self.judged(office, is_covered=True)
        office.puts("warranty/S-1", decided)
        assert office.found("warranty.free") == (PASS, 1, ())

    def test_a_covered_repair_that_was_charged_is_found(self, office):
        decided, fees, *_ = self.judged(office, is_covered=True)
        office.puts("warranty/S-1", decided, fees)
        check = office.check("warranty.free")
        assert [each.what for each in check.findings] == ["ticket T-1 is covered, and was charged"]
        assert check.findings[0].evidence == (2, 3)

    def test_what_is_not_covered_may_cost_something(self, office):
        decided, fees, agreed, begun = self.judged(office, is_covered=False)
        office.puts("warranty/S-1", decided, fees, agreed, begun)
        assert office.found("warranty.free") == (NOT_APPLICABLE, 0, ())
        assert office.found("warranty.fees_agreed") == (PASS, 1, ())

    def test_work_that_began_before_the_customer_agreed_is_found(self, office):
        decided, fees, agreed, begun = self.judged(office, is_covered=False)
        office.puts("warranty/S-1", decided, fees, begun, agreed)
        assert office.found("warranty.fees_agreed") == (FAIL, 1, ("warranty/S-1",))


class TestSourcesOfParts:
    """tender:2.2a: genuine, or from an authorised third party."""

    def bought(self, office, source, supplier="Borg"):
        office.desk.spare_parts.register("P-7", name="seal", reorder_level=1, at=MONDAY)
        told = {"spare_part_id": "P-7", "batch": "B-1", "quantity": 10, "at": after(hours=1)}
        return parts.SparePartPurchased(**told, source=source, supplier=supplier)

    def test_genuine_parts_need_no_authorisation(self, office):
        office.puts("spare_part/P-7", self.bought(office, parts.Source.GENUINE))
        assert office.found("spare_part.source") == (PASS, 1, ())

    def test_an_authorised_supplier_is_shown_with_his_authorisation(self, office):
        bought = self.bought(office, parts.Source.AUTHORISED)
        told = {"spare_part_id": "P-7", "evidence": "contract 7", "at": MONDAY}
        allowed = parts.SparePartSupplierAuthorised(**told, supplier="Borg")
        office.puts("spare_part/P-7", allowed, bought)
        assert office.found("spare_part.source") == (PASS, 1, ())

    @pytest.mark.parametrize("supplier", ["Cole", ""])
    def test_anybody_else_is_found(self, office, supplier):
        bought = self.bought(office, parts.Source.AUTHORISED, supplier)
        told = {"spare_part_id": "P-7", "evidence": "contract 7", "at": MONDAY}
        allowed = parts.SparePartSupplierAuthorised(**told, supplier="Borg")
        office.puts("spare_part/P-7", allowed, bought)
        assert office.found("spare_part.source") == (FAIL, 1, ("spare_part/P-7",))

    def test_an_authorisation_that_came_later_does_not_count(self, office):
        bought = self.bought(office, parts.Source.AUTHORISED)
        told = {"spare_part_id": "P-7", "evidence": "contract 7", "at": after(days=2)}
        late = parts.SparePartSupplierAuthorised(**told, supplier="Borg")
        office.puts("spare_part/P-7", bought, late)
        assert office.check("spare_part.source").verdict is FAIL


class TestFourEyes:
    """Who plans or writes does not approve it (house choice)."""

    @pytest.mark.parametrize(("by", "verdict"), [("Tan", PASS), ("RAO ", FAIL)])
    def test_an_upgrade_is_approved_by_another(self, office, by, verdict):
        desk = office.desk.upgrades
        told = {"product": "pump", "wish": "quieter"}
        desk.wish("U-1", origin="customer", aspect="function", **told, at=MONDAY)
        plan = upgrades.UpgradePlanned(
            upgrade_id="U-1",
            by="Rao",
            goal="quiet",
            content="new bearing",
            steps=("change it",),
            tests=("listen",),
            risks=(),
            at=MONDAY,
        )
        approved = upgrades.UpgradeApproved(upgrade_id="U-1", by=by, at=MONDAY)
        office.puts("upgrade/U-1", plan, approved)
        assert office.check("upgrade.approved_by_another").verdict is verdict

    @pytest.mark.parametrize(("by", "verdict"), [("Tan", PASS), ("Wu", FAIL)])
    def test_an_article_is_reviewed_by_another(self, office, by, verdict):
        told = {"product": "pump", "problem": "it leaks", "solution": "a seal", "by": "Wu"}
        office.desk.knowledge.draft("A-1", **told, at=MONDAY)
        reviewed = articles.KnowledgeArticleReviewed(
            article_id="A-1", revision=1, by=by, is_right=True, remarks="", at=MONDAY
        )
        office.puts("knowledge_article/A-1", reviewed)
        assert office.check("knowledge_article.reviewed_by_another").verdict is verdict

    @pytest.mark.parametrize(("by", "verdict"), [("Tan", PASS), (" wu", FAIL)])
    def test_the_books_are_adjusted_by_another(self, office, by, verdict):
        told = {"spare_part_id": "P-1", "at": MONDAY}
        line = parts.CountLine(batch="B", books=3, counted=2)
        office.puts(
            "spare_part/P-1",
            parts.SparePartRegistered(
                **told, name="seal", reorder_level=0, standard=TERMS["standard"],
                calendar=TERMS["calendar"],
            ),
            parts.SparePartPurchased(
                **told, batch="B", quantity=3, source=parts.Source.GENUINE, supplier="Wei"
            ),
            parts.SparePartReceived(**told, batch="B", quantity=3),
            parts.SparePartCounted(**told, lines=(line,), by="Wu"),
            parts.SparePartAdjusted(**told, batch="B", change=-1, by=by, reason="counted"),
        )  # fmt: skip
        assert office.check("spare_part.adjusted_by_another").verdict is verdict
