"""Compliance: quarters are checked, with something found and nothing, in time and too late."""

from __future__ import annotations

from .office import Office

REQUEST = {
    "customer_id": "华兴",
    "product": "pump",
    "model": "P-200",
    "fault": "漏水",
    "contact": "Lin",
}


def compliance_office(seed: int = 11) -> Office:
    """Let two quarters and a month be checked, and a third be forgotten."""
    office = Office(seed)
    desk = office.desk
    desk.compliance.schedule("2025-Q1", at=office.later(hours=9))
    for number in range(1, 4):
        ticket = f"T-{number}"
        desk.tickets.open(ticket, **REQUEST, at=office.later(hours=9))
        desk.tickets.classify(ticket, priority=office.lot.choice("ABC"), at=office.later(hours=2))
        desk.tickets.answer(ticket, by="Wu", at=office.later(hours=40))
        desk.tickets.resolve(ticket, by="吴", solution="换密封圈", at=office.later(hours=90))
    desk.compliance.check("2025-03", by="审计 Qi")
    while office.now.month < 4:
        office.later(days=9)
    desk.compliance.check("2025-Q1", by="审计 Qi")
    while office.now.month < 8:
        office.later(days=20)
    desk.compliance.check("2025-Q2", by="Qi")
    desk.compliance.check("2025-Q2", by="Qi")
    return office
