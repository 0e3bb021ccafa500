"""Delivered products: under warranty and after it, their parts, their maintenance, an upgrade."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from servicecore.domain.warranty import FeeLine

from .office import Office


def delivered(office: Office, serial: str) -> None:
    desk = office.desk.warranties
    desk.grant(
        serial,
        product=office.lot.choice(["pump", "水泵"]),
        customer_id=office.lot.choice(["Acme", "北方机械"]),
        delivered_on=office.now.date(),
        months=12,
        key_parts={"motor": 24},
        at=office.later(hours=9),
    )
    desk.extend(serial, months=6, reason="bought", at=office.later(days=9))
    desk.decide_coverage(serial, ticket_id="T-1", by="Wu", at=office.later(days=9))
    desk.begin_repair(serial, ticket_id="T-1", by="Wu", at=office.later(hours=9))
    paid_for(office, serial)


def paid_for(office: Office, serial: str) -> None:
    desk, dropped = office.desk.warranties, "it was dropped"
    desk.decide_coverage(
        serial, ticket_id="T-2", by="Wu", excluded_because=dropped, at=office.later(days=9)
    )
    for price in ("240.50", "180.00"):
        lines = [FeeLine(what="labour", quantity=2, unit_price=Decimal(price))]
        desk.offer_fees(serial, ticket_id="T-2", lines=lines, at=office.later(hours=9))
        if price == "240.50":
            desk.decline_fees(
                serial, ticket_id="T-2", by="Lin", reason="dear", at=office.later(hours=9)
            )
    desk.accept_fees(serial, ticket_id="T-2", by="Lin", at=office.later(hours=9))
    desk.begin_repair(serial, ticket_id="T-2", by="Wu", at=office.later(hours=9))


def voided(office: Office, serial: str) -> None:
    desk = office.desk.warranties
    desk.grant(
        serial,
        product="pump",
        customer_id="Acme",
        delivered_on=office.now.date(),
        months=24,
        at=office.later(hours=9),
    )
    desk.void(serial, by="Wu", reason="opened by a stranger", at=office.later(days=9))


def stored(office: Office, number: str) -> None:
    desk = office.desk.spare_parts
    desk.register(number, name="seal", reorder_level=3, count_months=3, at=office.later(hours=9))
    desk.authorise(number, supplier="Sealco", evidence="letter 12", at=office.later(hours=9))
    desk.purchase(number, batch="B-1", quantity=10, source="genuine", at=office.later(hours=9))
    desk.receive(
        number,
        batch="B-1",
        quantity=8,
        expires_on=office.now.date() + timedelta(days=90),
        at=office.later(days=2),
    )
    desk.end_purchase(number, batch="B-1", reason="sold out", at=office.later(hours=9))
    desk.store(number, batch="B-1", place="shelf 4", at=office.later(hours=9))
    taken(office, number)
    desk.purchase(
        number,
        batch="B-2",
        quantity=5,
        source="authorised",
        supplier="Sealco",
        at=office.later(hours=9),
    )


def taken(office: Office, number: str) -> None:
    desk = office.desk.spare_parts
    pieces = {"batch": "B-1", "ticket_id": "T-1"}
    desk.reserve(number, quantity=4, ticket_id="T-1", at=office.later(hours=9))
    desk.release(number, **pieces, quantity=1, reason="not needed", at=office.later(hours=9))
    desk.issue(number, **pieces, quantity=4, by="Wu", at=office.later(hours=9))
    desk.use(number, **pieces, quantity=3, by="Wu", at=office.later(hours=9))
    desk.bring_back(number, **pieces, quantity=1, by="Wu", at=office.later(hours=9))
    desk.count(number, counted={"B-1": 4}, by="Gao", at=office.later(hours=9))
    desk.adjust(number, batch="B-1", change=-1, by="Gao", reason="lost", at=office.later(hours=9))
    desk.scrap(
        number,
        batch="B-1",
        quantity=1,
        reason="torn",
        attested_by="Green Ltd",
        attestation="W-3",
        at=office.later(hours=9),
    )
    desk.set_reorder_level(number, 4, reason="more repairs", at=office.later(hours=9))


def maintained(office: Office, plan_id: str, kind: str) -> None:
    desk = office.desk.maintenance
    desk.plan(
        plan_id,
        product="press",
        customer_id="Acme",
        kind=kind,
        every="1 month",
        first_on=office.now.date() + timedelta(days=3),
        content="oil and patches",
        manner="on site",
        person="Wu",
        at=office.later(hours=9),
    )
    desk.revise(plan_id, every="2 months", reason="runs well", at=office.later(hours=9))
    desk.test(plan_id, visit=1, by="Gao", has_passed=True, result="fine", at=office.later(hours=9))
    desk.carry_out(
        plan_id, visit=1, by="Wu", content="oiled", result="runs", at=office.later(days=2)
    )


def upgraded(office: Office, upgrade_id: str) -> None:
    desk = office.desk.upgrades
    desk.wish(
        upgrade_id,
        product="press",
        origin="customer",
        aspect="function",
        wish="更快",
        at=office.later(hours=9),
    )
    desk.assess(
        upgrade_id,
        by="R&D",
        strategy="fits",
        feasibility="yes",
        cost_benefit="1 : 3",
        priority="high",
        at=office.later(days=9),
    )
    planned(office, upgrade_id)
    desk.send_back(upgrade_id, by="He", reason="too risky", at=office.later(days=2))
    planned(office, upgrade_id)
    desk.approve(upgrade_id, by="He", at=office.later(days=2))
    desk.back_up(upgrade_id, by="Wu", kept_at="vault 3", at=office.later(hours=9))
    desk.do_step(upgrade_id, step="load 2.0", by="Wu", at=office.later(hours=9))
    tried = {"test": "it starts", "has_passed": True, "result": "it does"}
    desk.test(upgrade_id, **tried, by="Gao", at=office.later(hours=9))
    seen = {"risk": "power cut", "has_occurred": False, "finding": "none"}
    desk.watch_risk(upgrade_id, **seen, by="Wu", at=office.later(hours=9))
    desk.release(upgrade_id, release="2.0", by="He", at=office.later(hours=9))


def planned(office: Office, upgrade_id: str) -> None:
    office.desk.upgrades.plan(
        upgrade_id,
        by="Gao",
        goal="twice as fast",
        content="firmware 2.0",
        steps=["load 2.0"],
        tests=["it starts"],
        risks={"power cut": "use the generator"},
        at=office.later(days=2),
    )


def product_office() -> Office:
    office = Office(seed=7)
    delivered(office, "S-1")
    voided(office, "S-2")
    stored(office, "P-7")
    maintained(office, "M-1", "software")
    maintained(office, "M-2", "hardware")
    office.desk.maintenance.end("M-2", reason="sold", at=office.later(days=2))
    upgraded(office, "U-1")
    upgraded(office, "U-2")
    office.desk.upgrades.roll_back("U-2", by="Wu", reason="it stalls", at=office.later(days=2))
    for _ in range(20):
        office.later(days=60)
    return office
