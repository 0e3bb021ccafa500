"""Quality: a quarter is reviewed, what falls short is improved, what was learnt is written down."""

from __future__ import annotations

from datetime import timedelta

from servicecore.domain.improvement import Measure

from .office import Office

COMMITTEE = {
    "head_of_service": "何",
    "head_of_operations": "Ou",
    "head_of_technology": "Tan",
    "head_of_quality": "Qi",
}


def collected(office: Office, number: str, customer: str | None = None) -> None:
    source = office.lot.choice(["conversation", "revisit", "drill", "emergency"])
    office.desk.improvements.collect(
        number,
        source=source,
        about=office.lot.choice(["nobody calls back", "没有人回电话"]),
        customer_id=customer,
        at=office.later(hours=9),
    )


def carried_out(office: Office, number: str, measure: int) -> None:
    desk = office.desk.improvements
    desk.find_cause(number, by="Gao", level="supervisor", cause="one list", at=office.later(days=3))
    at = office.later(days=3)
    planned = Measure(
        what="two lists", department="service", person="Wu", due=at + timedelta(days=2)
    )
    desk.set_measures(number, [planned], by="何", level="manager", at=at)
    desk.carry_out(number, measure=measure, by="Wu", result="done", at=office.later(days=9))


def improved(office: Office, number: str) -> None:
    """Go round the circle twice, and track the effect to the end."""
    desk = office.desk.improvements
    collected(office, number, customer="Acme")
    desk.answer(number, by="Li", answer="we look into it", at=office.later(days=2))
    carried_out(office, number, 1)
    found = {"by": "Gao", "finding": "calls were counted"}
    desk.check_effect(number, **found, has_effect=False, at=office.later(days=40))
    desk.take_up_again(number, by="Gao", reason="no more calls", at=office.later(days=2))
    carried_out(office, number, 2)
    for check in ("monthly", "quarterly", "yearly"):
        at = office.later(days=150)
        desk.check_effect(number, check=check, **found, has_effect=True, at=at)
    desk.adopt(number, by="何", standard_practice="two lists", at=office.later(days=2))
    desk.close(number, by="何", at=office.later(days=2))


def reviewed(office: Office) -> None:
    desk, quarter = office.desk.quality_reviews, "2025-Q1"
    desk.schedule(quarter, at=office.later(hours=9))
    asked = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Lin"}
    office.desk.tickets.open(
        "T-1", customer_id="Acme", **asked, priority="A", at=office.later(hours=9)
    )
    office.desk.tickets.answer("T-1", by="Wu", at=office.later(hours=9))
    for _ in range(3):
        office.later(days=40)
    for product, is_acceptable in (("pump", False), ("press", True)):
        desk.assess_product(
            quarter,
            product=product,
            by="Qi",
            assessment="looked at",
            is_acceptable=is_acceptable,
            at=office.later(hours=9),
        )
    desk.hold(quarter, participants=COMMITTEE, minutes="we met", at=office.later(hours=9))
    desk.publish(quarter, by="何", at=office.later(hours=9))
    actions = ["one more clerk", "加强培训"]
    desk.adjust_strategy(quarter, by="何", actions=actions, at=office.later(hours=9))


def looked_at(office: Office) -> None:
    desk, standard = office.desk.standard_reviews, "operations_manual_2025"
    due_on = office.now.date() + timedelta(days=3)
    desk.plan(standard, due_on=due_on, at=office.later(hours=9))
    for _ in range(3):
        office.later(days=9)
    revised_to = "operations_manual_2025@2"
    desk.hold(
        standard, by="何", finding="too slow", revised_to=revised_to, at=office.later(hours=9)
    )


def written_down(office: Office, number: str) -> None:
    desk = office.desk.knowledge
    desk.draft(
        number,
        by="Wu",
        product="pump",
        problem="它漏水",
        solution="a seal",
        ticket_id="T-1",
        at=office.later(hours=9),
    )
    desk.review(number, by="Gao", is_right=False, remarks="which?", at=office.later(hours=9))
    desk.revise(number, by="Wu", reason="asked", solution="a blue seal", at=office.later(hours=9))
    desk.review(number, by="Gao", is_right=True, at=office.later(hours=9))
    desk.publish(number, by="Gao", at=office.later(hours=9))
    desk.use(number, ticket_id="T-2", by="Li", at=office.later(hours=9))
    desk.use(number, ticket_id="T-3", by="Li", has_helped=False, at=office.later(hours=9))


def quality_office() -> Office:
    office = Office(seed=11)
    reviewed(office)
    looked_at(office)
    written_down(office, "K-1")
    written_down(office, "K-2")
    office.desk.knowledge.retire("K-2", by="Gao", reason="no such pump", at=office.later(days=2))
    collected(office, "I-1")
    office.desk.improvements.drop("I-1", by="何", reason="sold", at=office.later(days=9))
    collected(office, "I-2", customer="北方机械")
    improved(office, "I-3")
    for _ in range(20):
        office.later(days=60)
    return office
