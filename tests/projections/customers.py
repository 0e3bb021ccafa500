"""Customers for the tests of their figures; days are those of Shanghai."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from servicecore import ServiceDesk
from servicecore.domain.relationship import Answers
from servicecore.projections.answer import Answer

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
TOLD = {"function": "does it", "performance": "fast", "quality": "solid", "speed": 4, "ability": 5}


def nine(year: int, month: int, day: int) -> datetime:
    """Return nine in the morning of a day."""
    return datetime(year, month, day, 9, tzinfo=SHANGHAI)


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=SHANGHAI)


def opened(desk: ServiceDesk, customer_id: str, at: datetime, **facts: Any) -> None:
    told = {"name": "A Ltd", "contact": "Ms Lin", "kind": "factory", "responsible": "Li", **facts}
    desk.relationships.open(customer_id, **told, at=at)


def signed(desk: ServiceDesk, customer_id: str, at: datetime, until: date) -> None:
    """Open a file, and sign a contract at once."""
    opened(desk, customer_id, at)
    desk.relationships.sign_contract(customer_id, "K-1", until=until, at=at)


def delivered(desk: ServiceDesk, customer_id: str, at: datetime, **facts: Any) -> None:
    """Open a file, with something delivered on that day."""
    opened(desk, customer_id, at)
    desk.relationships.give_consent(customer_id, evidence="form 7", at=at)
    told = {"product": "pump", "delivered_on": at.astimezone(SHANGHAI).date(), **facts}
    desk.relationships.deliver(customer_id, f"D-{customer_id}", **told, at=at)


def bought(desk: ServiceDesk, customer_id: str, number: str, at: datetime) -> None:
    desk.orders.place(number, customer_id=customer_id, what="a pump", at=at)
    desk.orders.confirm(number, by="Li", at=at)


def answers(**told: Any) -> Answers:
    return Answers(**{**TOLD, **told})


def shares(
    answer: Answer, measure: str
) -> dict[tuple[str, ...], tuple[int | None, int, int | None]]:
    """Return (k, n, open) of a share, by the values of its group."""
    return {tuple(v for _, v in e.group): (e.k, e.n, e.open) for e in answer[measure]}


def values(answer: Answer, measure: str) -> dict[tuple[str, ...], float | None]:
    return {tuple(v for _, v in each.group): each.value for each in answer[measure]}
