"""What the clauses about customers are told with: Acme, its pump, and what it told us."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from servicecore import ServiceDesk
from servicecore.domain.relationship import Answers, CustomerRelationship
from servicecore.standards import parse_standard

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
A_DAY, A_MOMENT = timedelta(days=1), timedelta(microseconds=1)
DELIVERED = date(2025, 3, 3)
ANSWERS = {
    "function": "does what it should",
    "performance": "fast enough",
    "quality": "solid",
    "speed": 4,
    "ability": 5,
}
#: How often key customers are revisited, the regulation leaves to the organisation.
_OUR_CYCLE = """
id = "our_cycle"
title = "Ours"
extends = "post_delivery_regulation"

[[revisit]]
name = "key_customers"
after = "delivery"
in = ["14 days", "28 days"]
clause = "ours:1"
"""
OUR_CYCLE = parse_standard(_OUR_CYCLE, source="ours.toml")


def customer(desk: ServiceDesk, **facts: Any) -> None:
    """Open a file for Acme, who agrees to be contacted."""
    told = {"name": "Acme Ltd", "contact": "Ms Lin", "kind": "factory", "responsible": "Li"}
    desk.relationships.open("Acme", **{**told, **facts}, at=MONDAY)
    desk.relationships.give_consent("Acme", evidence="form 7", at=MONDAY)


def delivered(desk: ServiceDesk, on: date = DELIVERED, **facts: Any) -> None:
    """Deliver a pump to Acme."""
    customer(desk, **facts)
    delivered_again(desk, "D-1", on)


def delivered_again(desk: ServiceDesk, delivery_id: str, on: date = DELIVERED) -> None:
    facts = {"product": "pump", "delivered_on": on}
    desk.relationships.deliver("Acme", delivery_id, **facts, at=MONDAY)  # type: ignore[arg-type]


def used(desk: ServiceDesk, **facts: Any) -> None:
    delivered(desk, **facts)
    desk.relationships.begin_use("Acme", "D-1", used_on=DELIVERED, at=MONDAY)


def planned(desk: ServiceDesk, **facts: Any) -> None:
    """Plan a revisit by hand, a day after the delivery."""
    told = {"content": "how it runs", "clause": "pdr:2.1a", "on": DELIVERED + A_DAY, **facts}
    desk.revisits.plan("Acme", **told, at=MONDAY)


def held(desk: ServiceDesk, at: datetime = MONDAY, revisit: int = 1, **told: Any) -> None:
    answers = Answers(**{**ANSWERS, **told})
    desk.revisits.hold("Acme", revisit, by="Li", answers=answers, at=at)


def days(desk: ServiceDesk) -> list[date]:
    """Return the days on which Acme is to be revisited."""
    return [each.planned_on for each in desk.revisits.of_customer("Acme")]


def file(desk: ServiceDesk) -> CustomerRelationship:
    return desk.relationships.get("Acme")


def told(desk: ServiceDesk) -> list[str]:
    """Return what is on record of Acme, by the names of the events."""
    return [type(each.event).__name__ for each in desk.relationships.history("Acme")]
