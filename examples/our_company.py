"""The company of the tutorial: what is on record at the end of each of its pages.

A page of ``docs/tutorial`` goes on where the one before stopped.  Run this file
to live through them all: ``python -m examples.our_company``.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from servicecore import ServiceDesk
from servicecore.domain.complaint import Measure
from servicecore.storage import Receipt

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
SOON = MONDAY + 7 * DAY
QUARTER_END = datetime(2025, 4, 1, tzinfo=timezone.utc)
#: Who called in March, and when; of which class it was; how long the answer took.
CALLS = (
    ("T-2", "Borg", MONDAY + 1 * DAY, "A", 1.5 * HOUR),
    ("T-3", "Cole", MONDAY + 2 * DAY, "B", 5 * HOUR),
    ("T-4", "Acme", MONDAY + 8 * DAY, "A", 1.2 * HOUR),
    ("T-5", "Dorn", MONDAY + 14 * DAY, "A", 0.5 * HOUR),
    ("T-6", "Borg", MONDAY + 16 * DAY, "B", 30 * HOUR),
)


def open_company(url: str = "memory:", **options: Any) -> ServiceDesk:
    """Open the desk at the end of the quarter: what is not told a moment happens then."""
    return ServiceDesk.open(url, clock=lambda: QUARTER_END, **options)


def first_day(desk: ServiceDesk) -> None:
    """Let a customer wait too long: page one."""
    _call(desk, "T-1", "Acme", MONDAY, "A")
    desk.run_due(MONDAY + 2 * HOUR)
    desk.run_due(MONDAY + 2 * HOUR + timedelta(seconds=1))
    desk.tickets.answer("T-1", by="Supervisor Wu", at=MONDAY + 4 * HOUR)


def first_complaint(desk: ServiceDesk) -> None:
    """Let the customer complain, be heard, and stay: page two."""
    at = MONDAY + 5 * HOUR
    desk.relationships.open(
        "Acme", name="Acme Ltd", contact="Ms Lin", kind="factory", responsible="Li", at=at
    )
    desk.complaints.receive(
        "C-1",
        customer_id="Acme",
        what="four hours, and two were promised",
        ticket_id="T-1",
        at=at,
    )
    desk.complaints.register("C-1", by="Gao", contact="Ms Lin", demand="an apology", at=at + HOUR)
    desk.complaints.classify("C-1", category="service_attitude", by="Gao", at=at + HOUR)
    desk.tickets.resolve("T-1", by="Lin", solution="a new seal", at=MONDAY + DAY)
    desk.tickets.confirm("T-1", at=MONDAY + DAY + HOUR)
    desk.complaints.investigate("C-1", by="Gao", facts="nobody was at the phone", at=MONDAY + DAY)
    desk.complaints.find_cause("C-1", by="Gao", cause="one phone for two", at=MONDAY + DAY)
    desk.complaints.answer("C-1", by="Gao", answer="we were too few", at=MONDAY + DAY)
    desk.complaints.propose_solution("C-1", by="Gao", solution="a second phone", at=MONDAY + DAY)
    phone = Measure(what="a second phone", department="service", person="Gao", due=SOON)
    desk.complaints.plan("C-1", [phone], by="Gao", at=MONDAY + DAY)
    desk.complaints.carry_out("C-1", 1, by="Gao", result="it rings", at=MONDAY + 2 * DAY)
    desk.complaints.feed_back("C-1", by="Gao", result="a second phone", at=MONDAY + 2 * DAY)
    desk.complaints.satisfy("C-1", asked_by="Gao", at=MONDAY + 3 * DAY)
    desk.relationships.deliver(
        "Acme", "D-1", product="pump", delivered_on=MONDAY.date(), at=MONDAY + 3 * DAY
    )
    desk.relationships.begin_use("Acme", "D-1", used_on=MONDAY.date(), at=MONDAY + 3 * DAY)


def first_month(desk: ServiceDesk) -> None:
    """Answer the other calls of March: page three."""
    for number, customer, at, priority, took in CALLS:
        _call(desk, number, customer, at, priority)
        desk.run_due(at + took)
        desk.tickets.answer(number, by="Lin", at=at + took)
        desk.tickets.resolve(number, by="Lin", solution="repaired", at=at + took + HOUR)
        desk.tickets.confirm(number, at=at + took + 2 * HOUR)
    desk.run_due(QUARTER_END)


def _call(desk: ServiceDesk, number: str, customer: str, at: datetime, priority: str) -> Receipt:
    return desk.tickets.open(
        number,
        customer_id=customer,
        product="pump",
        model="P-200",
        fault="it leaks",
        contact="Ms Lin",
        priority=priority,
        at=at,
    )


if __name__ == "__main__":
    with open_company() as desk:
        for page in (first_day, first_complaint, first_month):
            page(desk)
            print(f"after {page.__name__.replace('_', ' ')}: {desk.log.head()} events")
