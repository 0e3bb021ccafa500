"""Rules about what was sold: terms of warranty, free repairs, sources of parts, upgrades."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.knowledge_article import events as articles
from ...domain.spare_part import events as parts
from ...domain.upgrade import events as upgrades
from ...domain.warranty import events as warranties
from .rules import Case, Record, Rule, Scope, by_two


def _long_enough(record: Record, scope: Scope) -> Iterator[Case]:
    for granted in record.within(scope, warranties.WarrantyGranted):
        term = scope.rulebook.standard(granted.event.standard).duration("warranty")
        if term is None or term.at_least is None:
            continue  # It was granted under a standard that does not say how long.
        for cover in granted.event.covers:
            if cover.part == warranties.PRODUCT:
                is_so = cover.months >= term.at_least.months
                amiss = "" if is_so else f"{cover.months} months, expected {term}"
                yield record.case(granted, amiss=amiss)


def _free(record: Record, scope: Scope) -> Iterator[Case]:
    charged = {each.event.ticket_id: each for each in record.of(warranties.WarrantyFeesOffered)}
    for decided in record.within(scope, warranties.WarrantyCoverageDecided):
        if decided.event.is_covered:
            fees = [charged[each] for each in (decided.event.ticket_id,) if each in charged]
            amiss = f"ticket {decided.event.ticket_id} is covered, and was charged" if fees else ""
            yield record.case(decided, *fees, amiss=amiss)


def _agreed(record: Record, scope: Scope) -> Iterator[Case]:
    offered = {each.event.ticket_id: each for each in record.of(warranties.WarrantyFeesOffered)}
    agreed = {each.event.ticket_id: each for each in record.of(warranties.WarrantyFeesAccepted)}
    for begun in record.within(scope, warranties.WarrantyRepairBegun):
        ticket = begun.event.ticket_id
        if ticket in offered:
            is_so = ticket in agreed and agreed[ticket].version < begun.version
            amiss = "" if is_so else f"ticket {ticket} was begun before the customer agreed"
            yield record.case(offered[ticket], begun, amiss=amiss)


def _from_a_good_source(record: Record, scope: Scope) -> Iterator[Case]:
    allowed = record.of(parts.SparePartSupplierAuthorised)
    for bought in record.within(scope, parts.SparePartPurchased):
        shown = [
            each
            for each in allowed
            if each.event.supplier == bought.event.supplier and each.version < bought.version
        ]
        is_so = bought.event.source is parts.Source.GENUINE or shown
        amiss = "" if is_so else f"{bought.event.supplier} was not authorised"
        yield record.case(*shown, bought, amiss=amiss)


RULES = (
    Rule(
        id="warranty.term",
        of="warranty",
        clause="tender:1.2c",
        says="A product has a warranty of at least as long as its standard demands.",
        look=_long_enough,
    ),
    Rule(
        id="warranty.free",
        of="warranty",
        clause="tender:1.2d",
        says="A repair under warranty is free.",
        look=_free,
    ),
    Rule(
        id="warranty.fees_agreed",
        of="warranty",
        clause="tender:2.3a",
        says="A repair that costs something begins when the customer has agreed.",
        look=_agreed,
    ),
    Rule(
        id="spare_part.source",
        of="spare_part",
        clause="tender:2.2a",
        says="Parts are genuine, or from a third party that is authorised for them.",
        look=_from_a_good_source,
    ),
    Rule(
        id="upgrade.approved_by_another",
        of="upgrade",
        clause="house choice",
        says="Who planned an upgrade does not approve it.",
        look=by_two(
            upgrades.UpgradePlanned, upgrades.UpgradeApproved, said="planned it and approved it"
        ),
    ),
    Rule(
        id="spare_part.adjusted_by_another",
        of="spare_part",
        clause="house choice",
        says="Who counted the parts does not bring the books in line with them.",
        look=by_two(
            parts.SparePartCounted,
            parts.SparePartAdjusted,
            said="counted it and adjusted the books",
        ),
    ),
    Rule(
        id="knowledge_article.reviewed_by_another",
        of="knowledge_article",
        clause="house choice",
        says="Who wrote an article of the knowledge base does not review it.",
        look=by_two(
            articles.KnowledgeArticleDrafted,
            articles.KnowledgeArticleReviewed,
            said="wrote it and reviewed it",
        ),
    ),
)
