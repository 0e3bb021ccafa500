"""Customers: a key one that stays, one that leaves and comes back, their orders and revisits."""

from __future__ import annotations

from datetime import timedelta

from servicecore.domain.relationship import Answers
from servicecore.standards import parse_standard

from .office import Office
from .ticket_office import opened

#: The manual, with an annual plan and a survey after each delivery.
OURS = parse_standard(
    """
    id = "manual_with_annual_plan"
    title = "2025年售后服务操作手册，附年度计划"
    extends = "operations_manual_2025"

    [[revisit]]
    name = "annual_plan"
    after = "new_year"
    in = ["2 months"]
    clause = "ours:1"

    [[setting]]
    name = "survey_after"
    values = ["ticket", "delivery"]
    clause = "ours:2"
    """,
    source="manual_with_annual_plan.toml",
)
TOLD = Answers(
    function="does what it should",
    performance="够快",
    quality="solid",
    speed=4,
    ability=3,
    problems=("it hums",),
    suggestions=("换个颜色",),
    quality_findings=("rust",),
    new_needs=("a second pump",),
)


def customer(office: Office, customer_id: str, grade: str) -> None:
    desk = office.desk.relationships
    desk.open(
        customer_id,
        name=office.lot.choice(["Acme Ltd", "北方机械有限公司"]),
        contact=office.lot.choice(["Ms Lin", "王先生"]),
        kind=office.lot.choice(["factory", "dealer"]),
        responsible="Li",
        grade=grade,
        at=office.later(hours=9),
    )
    desk.give_consent(customer_id, evidence="form 7", at=office.later(hours=9))
    desk.correct(customer_id, contact="Mr Zhao", reason="a new buyer", at=office.later(hours=9))
    desk.note_preference(customer_id, about="time", preference="mornings", at=office.later(hours=9))


def delivered(office: Office, customer_id: str, delivery_id: str) -> None:
    desk = office.desk.relationships
    at = office.later(hours=9)
    desk.deliver(
        customer_id,
        delivery_id,
        product=office.lot.choice(["pump", "水泵"]),
        project="plant 4",
        delivered_on=at.date(),
        at=at,
    )
    at = office.later(days=5)
    desk.begin_use(customer_id, delivery_id, used_on=at.date(), at=at)


def revisited(office: Office, customer_id: str) -> None:
    desk = office.desk.revisits
    on = office.now.date() + timedelta(days=9)
    told = {"content": "how it runs", "clause": "pdr:2.1a", "occasion": "spring round"}
    desk.plan(customer_id, on=on, manner="mail", **told, at=office.later(hours=9))
    number = len(desk.of_customer(customer_id))
    later = on + timedelta(days=9)
    desk.reschedule(customer_id, number, on=later, reason="asked", at=office.later(days=2))
    desk.hold(customer_id, number, by="Li", answers=TOLD, at=office.later(days=5))
    desk.plan(customer_id, on=later, content="a second pump", clause="us", at=office.now)
    last = len(desk.of_customer(customer_id))
    desk.call_off(customer_id, last, reason="bought it", at=office.later(hours=9))


def listened_to(office: Office, customer_id: str) -> None:
    desk = office.desk.revisits
    desk.record_finding(customer_id, kind="quality", what="生锈", at=office.later(hours=9))
    desk.route_finding(customer_id, 1, to="repair", at=office.later(hours=9))
    quality = len(desk.findings(customer_id))
    cause = {"by": "Gao", "cause": "thin paint", "measures": ["two coats"]}
    desk.investigate_finding(customer_id, quality, **cause, at=office.later(days=2))
    desk.answer_finding(customer_id, quality, by="Gao", answer="抱歉", at=office.later(days=2))
    effect = {"by": "Gao", "has_helped": True, "effect": "no rust"}
    desk.track_effect(customer_id, quality, **effect, at=office.later(days=9))
    for is_satisfied in (False, True):
        desk.answer_finding(customer_id, 1, by="Wu", answer="a new seal", at=office.later(days=1))
        desk.rate_answer(
            customer_id, 1, by="Li", is_satisfied=is_satisfied, at=office.later(days=1)
        )


def loyal(office: Office, customer_id: str) -> None:
    desk = office.desk.relationships
    desk.earn_points(customer_id, 100, reason="order", at=office.later(hours=9))
    desk.spend_points(customer_id, 40, on="a seal", at=office.later(hours=9))
    desk.grant_benefit(customer_id, "priority", reason="loyal", at=office.later(hours=9))
    until = office.now.date() + timedelta(days=100)
    desk.sign_contract(customer_id, "K-1", until=until, at=office.later(hours=9))
    longer = until + timedelta(days=100)
    desk.renew_contract(customer_id, "K-1", until=longer, at=office.later(hours=9))


def ordered(office: Office, order_id: str, customer_id: str, *, hours: float) -> None:
    desk = office.desk.orders
    desk.place(order_id, customer_id=customer_id, what="ten seals", at=office.later(hours=9))
    office.later(hours=hours)
    if hours > 1:
        desk.follow_up(order_id, by="Sun", result="asked the store", at=office.later(hours=9))
    if hours > 9:
        desk.cancel(order_id, reason="sold out", at=office.later(hours=9))
    else:
        desk.confirm(order_id, by="Chen", at=office.later(hours=1))


def let_down(office: Office, customer_id: str, ticket_id: str) -> None:
    desk = office.desk.relationships
    office.desk.tickets.open(
        ticket_id,
        customer_id=customer_id,
        product="pump",
        model="P-200",
        fault="it leaks",
        contact="Ms Lin",
        priority="A",
        at=office.later(hours=9),
    )
    office.later(days=5)
    desk.mark_at_risk(customer_id, reason="angry", at=office.later(hours=9))
    if customer_id == "Acme":
        desk.end_recovery(customer_id, by="Li", outcome="a gift", at=office.later(hours=9))
        desk.clear_risk(customer_id, reason="ordered", at=office.later(hours=9))
    else:
        desk.lose(customer_id, reason="太慢", at=office.later(days=2))
        desk.win_back(customer_id, reason="a discount", at=office.later(days=9))


def relationship_office() -> Office:
    office = Office(seed=11, standard=OURS)
    for customer_id, grade in (("Acme", "key"), ("北方机械", "frequent")):
        customer(office, customer_id, grade)
        delivered(office, customer_id, f"D-{customer_id}")
        revisited(office, customer_id)
        listened_to(office, customer_id)
        loyal(office, customer_id)
        ordered(office, f"O-{customer_id}-1", customer_id, hours=1)
        ordered(office, f"O-{customer_id}-2", customer_id, hours=5)
        ordered(office, f"O-{customer_id}-3", customer_id, hours=20)
        let_down(office, customer_id, f"T-{customer_id}")
    opened(office, "T-9")
    office.desk.relationships.grade("Acme", "frequent", reason="重要", at=office.later(days=9))
    for _ in range(16):
        office.later(days=60)
    office.desk.relationships.withdraw_consent("Acme", at=office.later(days=9))
    return office
