"""Tickets: solved, come back, forgotten, dropped and doubled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .office import Office


def opened(office: Office, ticket_id: str, **facts: Any) -> None:
    office.desk.tickets.open(
        ticket_id,
        customer_id=office.lot.choice(["Acme", "北方机械", "Müller"]),
        product="pump",
        model=office.lot.choice(["P-200", "P-300"]),
        fault=office.lot.choice(["it leaks", "不启动", "it is too loud"]),
        contact=office.lot.choice(["Ms Lin", "王先生"]),
        channel=office.lot.choice(["telephone", "app", "mail"]),
        at=office.later(hours=2),
        **facts,
    )


def whole_course(office: Office, ticket_id: str, priority: str) -> None:
    tickets = office.desk.tickets
    opened(office, ticket_id, fault_at=office.now - timedelta(hours=3))
    tickets.classify(ticket_id, priority, at=office.later(minutes=30))
    tickets.assign(ticket_id, to="Wu", team="repair", at=office.later(hours=1))
    tickets.answer(ticket_id, by="Wu", actor="Wu", role="staff", at=office.later(hours=6))
    tickets.diagnose(ticket_id, by="Wu", finding="worn seal", at=office.later(hours=30))
    tickets.offer_solution(
        ticket_id,
        by="Wu",
        solution="a new seal",
        responsible="Wu",
        ready_by=office.now + timedelta(days=1),
        cost="CNY 120.50",
        at=office.later(hours=2),
    )
    tickets.pause(ticket_id, reason="parts", at=office.later(hours=1))
    tickets.receive_message(ticket_id, text="还要多久？", at=office.later(hours=20))
    tickets.resume(ticket_id, at=office.later(hours=20))
    tickets.record_work(
        ticket_id, by="Wu", work="seal replaced", on_site=True, at=office.later(hours=5)
    )
    tickets.resolve(ticket_id, by="Wu", solution="a new seal", at=office.later(hours=1))


def confirmed(office: Office, ticket_id: str) -> None:
    whole_course(office, ticket_id, "A")
    office.desk.tickets.confirm(ticket_id, at=office.later(hours=20))


def came_back(office: Office, ticket_id: str) -> None:
    tickets = office.desk.tickets
    whole_course(office, ticket_id, "B")
    tickets.reopen(ticket_id, reason="it leaks again", at=office.later(days=2))
    tickets.change_priority(ticket_id, "A", reason="production stands", at=office.later(hours=1))
    tickets.note(ticket_id, by="Wu", text="check the shaft", at=office.later(hours=1))
    tickets.resolve(ticket_id, by="Wu", solution="a new shaft", at=office.later(hours=40))
    tickets.close(ticket_id, at=office.later(days=8))


def forgotten(office: Office, ticket_id: str) -> None:
    opened(office, ticket_id, priority="C", kind="complex")
    office.later(days=9)


def dropped(office: Office, ticket_id: str) -> None:
    opened(office, ticket_id, priority="B")
    office.desk.tickets.cancel(ticket_id, reason="the customer called", at=office.later(hours=9))


def doubled(office: Office, ticket_id: str) -> None:
    opened(office, ticket_id, priority="B", kind="emergency")
    office.desk.tickets.merge(ticket_id, into="T-1", at=office.later(hours=9))


def first_office() -> Office:
    office = Office(seed=2025)
    courses = [confirmed, came_back, forgotten, dropped, doubled]
    for n, course in enumerate([*courses, *office.lot.choices(courses, k=10)], start=1):
        course(office, f"T-{n}")
    return office
