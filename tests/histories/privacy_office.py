"""A customer who wants to be forgotten, and comes back; the record was sealed throughout."""

from __future__ import annotations

from datetime import timedelta

from .office import Office
from .ticket_office import opened


def privacy_office() -> Office:
    """Return an office that has asked, held, approved, erased and readmitted."""
    office = Office(seed=9, keys="memory:")
    tickets, privacy = office.desk.tickets, office.desk.privacy
    opened(office, "T-1", priority="B")
    customer = tickets.get("T-1").customer_id
    tickets.resolve("T-1", by="Wu", solution="a new seal", at=office.later(hours=2))
    tickets.confirm("T-1", at=office.later(hours=2))
    privacy.ask_erasure(customer, by="Chen", reason="a letter", at=office.later(hours=20))
    privacy.withdraw(customer, by="Chen", reason="another letter", at=office.later(hours=20))
    privacy.ask_erasure(customer, by="Chen", reason="a third letter", at=office.later(hours=20))
    privacy.hold(customer, hold="suit 7", by="He", reason="a law suit", at=office.later(hours=2))
    privacy.approve(customer, by="Lin", at=office.later(hours=2))
    privacy.export(
        customer, by="Lin", purpose="the suit", role="privacy_officer", at=office.later(hours=2)
    )
    privacy.release_hold(
        customer, hold="suit 7", by="He", reason="it is settled", at=office.later(hours=2)
    )
    office.now += timedelta(days=3 * 366)
    privacy.erase(customer, by="Lin", at=office.later(hours=2))
    privacy.readmit(customer, by="Lin", reason="a new order", at=office.later(hours=2))
    opened(office, "T-2", priority="C")
    return office
