"""Complaints: settled at once, handled again, grave, exhausted and forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from servicecore.domain.complaint import Measure

from .office import Office


def received(office: Office, complaint_id: str, **about: Any) -> None:
    office.desk.complaints.receive(
        complaint_id,
        customer_id=office.lot.choice(["Acme", "北方机械"]),
        what=office.lot.choice(["the pump came back broken", "服务态度差"]),
        channel=office.lot.choice(["telephone", "mail"]),
        at=office.later(hours=2),
        **about,
    )
    office.desk.complaints.register(
        complaint_id,
        by="Chen",
        contact="Ms Lin",
        demand="a new pump",
        happened_at=office.now - timedelta(days=2),
        at=office.later(hours=3),
    )
    office.desk.complaints.acknowledge(complaint_id, by="Chen", at=office.later(hours=1))


def classified(office: Office, complaint_id: str, category: str, severity: str) -> None:
    desk = office.desk.complaints
    desk.classify(complaint_id, category, by="Chen", at=office.later(hours=1))
    desk.assess(complaint_id, severity, by="Chen", reason="seen before", at=office.later(hours=1))


def handled(office: Office, complaint_id: str) -> None:
    desk = office.desk.complaints
    desk.assign(complaint_id, to="Sun", department="repair", at=office.later(hours=2))
    desk.set_team(complaint_id, {"Sun": "repair", "Gao": "quality"}, at=office.later(hours=2))
    desk.answer(complaint_id, by="Sun", answer="we are looking into it", at=office.later(hours=9))
    desk.investigate(complaint_id, by="Gao", facts="the seal was old", at=office.later(hours=9))
    desk.find_cause(
        complaint_id, by="Gao", cause="no check before delivery", at=office.later(hours=9)
    )
    put_right(office, complaint_id)


def put_right(office: Office, complaint_id: str) -> None:
    desk = office.desk.complaints
    desk.propose_solution(
        complaint_id,
        by="Sun",
        solution="a new seal",
        met=["repair", "quality"],
        at=office.later(hours=9),
    )
    due = office.now + timedelta(days=3)
    measure = Measure(what="replace the seal", department="repair", person="Sun", due=due)
    desk.plan(complaint_id, [measure], by="Sun", at=office.later(hours=2))
    desk.inform(complaint_id, by="Sun", news="the seal is on its way", at=office.later(hours=20))
    number = len(desk.get(complaint_id).measures)
    desk.carry_out(complaint_id, number, by="Sun", result="done", at=office.later(days=2))
    desk.feed_back(complaint_id, by="Sun", result="it works", at=office.later(hours=9))


def settled(office: Office, complaint_id: str) -> None:
    desk = office.desk.complaints
    received(office, complaint_id, product="pump", model="P-200", delivery="D-7")
    classified(office, complaint_id, "product_quality", "ordinary")
    handled(office, complaint_id)
    desk.satisfy(complaint_id, asked_by="Chen", at=office.later(days=2))
    desk.close(complaint_id, by="Chen", at=office.later(hours=2))
    desk.report(
        complaint_id,
        by="Gao",
        facts="the seal was old",
        course="replaced",
        result="satisfied",
        cause="no check before delivery",
        improvement="check before delivery",
        prevention="a list to check",
        at=office.later(days=2),
    )


def exhausted(office: Office, complaint_id: str) -> None:
    desk = office.desk.complaints
    received(office, complaint_id, person="Wu")
    classified(office, complaint_id, "service_attitude", "major")
    handled(office, complaint_id)
    desk.dissatisfy(complaint_id, asked_by="Chen", reason="no apology", at=office.later(days=2))
    put_right(office, complaint_id)
    desk.dissatisfy(complaint_id, asked_by="Chen", reason="still none", at=office.later(days=2))
    put_right(office, complaint_id)
    desk.dissatisfy(complaint_id, asked_by="Chen", reason="too late", at=office.later(days=2))
    desk.exhaust(
        complaint_id,
        by="Chen",
        reason="all was offered",
        alternatives=["consumers' association"],
        at=office.later(days=2),
    )
    desk.close(complaint_id, by="Chen", at=office.later(hours=2))


def forgotten(office: Office, complaint_id: str) -> None:
    received(office, complaint_id)
    classified(office, complaint_id, "delivery_delay", "complex")
    office.later(days=9)


def complaint_office() -> Office:
    office = Office(seed=2026)
    for n, course in enumerate([settled, exhausted, forgotten, settled], start=1):
        course(office, f"C-{n}")
    return office
