"""An order as its history leaves it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from ..case import Case
from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from . import events
from .events import OrderEvent


class OrderStatus(Enum):
    """Where an order stands."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@attrs.frozen(kw_only=True, slots=False)
class Order(Case):
    """What a customer ordered, and whether it was confirmed."""

    customer_id: str
    what: str
    status: OrderStatus = OrderStatus.PLACED
    confirmed_at: datetime | None = None
    followed_up_at: tuple[datetime, ...] = ()


def evolve(order: Order | None, event: OrderEvent) -> Order:
    """Return *order* as *event* leaves it; there is none before it is placed.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if order is None:
        return _placed(event)
    return order.after((event,), _facts)


def _placed(event: OrderEvent) -> Order:
    event = must_begin(event, events.OrderPlaced, "the order was placed")
    order = Order(
        id=event.order_id,
        customer_id=event.customer_id,
        opened_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
        what=event.what,
    )
    return order.after((event,), lambda _, __: {})


def _facts(order: Order, event: OrderEvent) -> dict[str, Any]:
    must_belong(event, "order_id", order.id, "the history of order")
    match event:
        case events.OrderTermsChanged():
            return {"standard": event.standard, "calendar": event.calendar}
        case events.OrderConfirmed() if order.status is OrderStatus.PLACED:
            return {"status": OrderStatus.CONFIRMED, "confirmed_at": event.at}
        case events.OrderCancelled():
            return {"status": OrderStatus.CANCELLED}
        case events.OrderFollowedUp(at=at):
            return {"followed_up_at": (*order.followed_up_at, at)}
        case events.OrderWarned():
            return order.level_facts(event, None)
        case events.OrderEscalated():
            return order.level_facts(event, event.to)
        case _:
            msg = f"{event} cannot happen to an order that is {order.status.value}"
            raise ImpossibleHistoryError(msg)
