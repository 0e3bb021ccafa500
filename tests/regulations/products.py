"""What the clauses about delivered products are told with: a pump, its seals, its maintenance."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from servicecore import ServiceDesk
from servicecore.domain.spare_part import SparePart
from servicecore.domain.warranty import FeeLine, Repair

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
A_DAY = timedelta(days=1)
DELIVERED, LAST_DAY = date(2025, 3, 3), date(2026, 3, 3)
LABOUR = FeeLine(what="labour, hours", quantity=2, unit_price=Decimal("120.50"))
SEAL = FeeLine(what="seal", quantity=1, unit_price=Decimal("9.90"))

# --- A pump under warranty -----------------------------------------------------------


def granted(desk: ServiceDesk, **facts: Any) -> None:
    told = {"product": "pump", "customer_id": "Acme", "delivered_on": DELIVERED, "at": MONDAY}
    desk.warranties.grant("S-1", **{**told, **facts})


def judged(desk: ServiceDesk, fault_on: date, *, part: str = "") -> Repair:
    """Decide about a repair two years after the delivery."""
    at = MONDAY + 730 * A_DAY
    desk.warranties.decide_coverage(
        "S-1", ticket_id="T-1", fault_on=fault_on, part=part, by="Wu", at=at
    )
    return desk.warranties.get("S-1").repairs["T-1"]


def to_pay_for(desk: ServiceDesk) -> datetime:
    """Ask for a repair that is not covered any more, and return when."""
    granted(desk)
    judged(desk, LAST_DAY + A_DAY)
    return MONDAY + 730 * A_DAY


# --- Ten seals in the store --------------------------------------------------------------


def in_store(desk: ServiceDesk, *, expires_on: date | None = None, **facts: Any) -> SparePart:
    parts = desk.spare_parts
    parts.register("P-7", name="seal", at=MONDAY, **{"reorder_level": 2, **facts})
    parts.purchase("P-7", batch="B-1", quantity=10, source="genuine", at=MONDAY)
    parts.receive("P-7", batch="B-1", quantity=10, expires_on=expires_on, at=MONDAY)
    return parts.get("P-7")


def issued(desk: ServiceDesk, quantity: int) -> None:
    desk.spare_parts.issue(
        "P-7", ticket_id="T-1", batch="B-1", quantity=quantity, by="Wu", at=MONDAY
    )


# --- Its maintenance and its upgrade --------------------------------------------------------

PLAN = {
    "product": "pump",
    "customer_id": "Acme",
    "every": "1 month",
    "content": "oil and seals",
    "manner": "on site",
    "person": "Wu",
}


def maintained(desk: ServiceDesk, kind: str = "hardware", first_on: date = DELIVERED) -> None:
    desk.maintenance.plan("M-1", **PLAN, kind=kind, first_on=first_on, at=MONDAY - A_DAY)


def visited(desk: ServiceDesk, at: datetime = MONDAY) -> None:
    desk.maintenance.carry_out("M-1", visit=1, by="Wu", content="oiled", result="runs", at=at)


def wished(desk: ServiceDesk, origin: str = "customer", aspect: str = "function") -> None:
    wish = {"origin": origin, "aspect": aspect, "wish": "faster"}
    desk.upgrades.wish("U-1", product="pump", **wish, at=MONDAY)


def assessed(desk: ServiceDesk, priority: str | None = "high") -> None:
    weighed = {"strategy": "fits", "feasibility": "yes", "cost_benefit": "1 : 3"}
    desk.upgrades.assess("U-1", by="R&D", **weighed, priority=priority, at=MONDAY)


def planned(desk: ServiceDesk, **facts: Any) -> None:
    """Come as far as the plan of an upgrade."""
    wished(desk)
    assessed(desk)
    plan = {"goal": "twice as fast", "content": "firmware 2.0", "steps": ["load 2.0"]}
    plan |= {"tests": ["it starts"], "risks": {"power cut": "use the generator"}}
    desk.upgrades.plan("U-1", by="Gao", **{**plan, **facts}, at=MONDAY)


def under_way(desk: ServiceDesk) -> None:
    planned(desk)
    desk.upgrades.approve("U-1", by="Ms He", at=MONDAY)
    desk.upgrades.back_up("U-1", by="Wu", kept_at="vault 3", at=MONDAY)


def all_but(desk: ServiceDesk, left_out: str) -> None:
    """Carry the upgrade out, but for one thing."""
    under_way(desk)
    upgrades = desk.upgrades
    if left_out != "step":
        upgrades.do_step("U-1", step="load 2.0", by="Wu", at=MONDAY)
    if left_out != "test":
        tried = {"test": "it starts", "has_passed": True, "result": "it does"}
        upgrades.test("U-1", by="Gao", **tried, at=MONDAY)
    if left_out != "risk":
        seen = {"risk": "power cut", "has_occurred": False, "finding": "none"}
        upgrades.watch_risk("U-1", by="Wu", **seen, at=MONDAY)


def released(desk: ServiceDesk) -> str:
    desk.upgrades.release("U-1", release="2.0", by="Ms He", at=MONDAY)
    return desk.upgrades.get("U-1").release
