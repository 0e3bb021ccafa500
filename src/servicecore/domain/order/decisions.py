"""What can be decided about an order: placed, confirmed, followed up, cancelled."""

from __future__ import annotations

from datetime import datetime

from .. import case
from ..case import ASSIGNEE, Reached
from ..people import Level
from ..refusals import must_be_told
from ..sla import Terms, keep_time
from . import events, refusals
from .events import OrderEvent
from .order import Order, OrderStatus


def place(
    order_id: str,
    *,
    customer_id: str,
    what: str,
    standard: str,
    calendar: str,
    at: datetime,
    terms: Terms,
) -> list[OrderEvent]:
    """Take an order, and promise to confirm it (om2025:5.1c)."""
    must_be_told(order_id=order_id, customer_id=customer_id, what=what)
    placed = events.OrderPlaced(
        order_id=order_id,
        customer_id=customer_id,
        what=what,
        standard=standard,
        calendar=calendar,
        at=at,
    )
    return _on_record(None, placed, terms=terms)


def confirm(order: Order, *, by: str, at: datetime, terms: Terms) -> list[OrderEvent]:
    """Confirm an order to the customer.

    Raises:
        OrderOverError: If it is not waiting for that.
    """
    _must_wait(order, "confirmed", at)
    must_be_told(by=by)
    confirmed = events.OrderConfirmed(
        order_id=order.id, customer_id=order.customer_id, by=by, at=at
    )
    return _on_record(order, confirmed, terms=terms)


def follow_up(
    order: Order, *, by: str, result: str, at: datetime, terms: Terms
) -> list[OrderEvent]:
    """Put on record why an order is not confirmed yet (om2025:5.1c).

    Raises:
        OrderOverError: If there is nothing to follow up.
    """
    _must_wait(order, "followed up", at)
    must_be_told(by=by, result=result)
    followed = events.OrderFollowedUp(order_id=order.id, by=by, result=result, at=at)
    return [*escalate_if_due(order, at=at, terms=terms), followed]


def cancel(order: Order, *, reason: str, at: datetime, terms: Terms) -> list[OrderEvent]:
    """Cancel an order, for a reason; one that was confirmed may be cancelled, too.

    Raises:
        OrderOverError: If that was done, or it was confirmed after that moment.
    """
    _must_be_placed(order, "cancelled", at)
    must_be_told(reason=reason)
    if order.status is OrderStatus.CANCELLED:
        msg = f"order {order.id} is cancelled, and is cancelled once"
        raise refusals.OrderOverError(msg)
    if order.confirmed_at is not None and at < order.confirmed_at:
        msg = (
            f"order {order.id} was confirmed at {order.confirmed_at.isoformat()}, "
            f"so it was not cancelled at {at.isoformat()}"
        )
        raise refusals.OrderOverError(msg)
    cancelled = events.OrderCancelled(order_id=order.id, reason=reason, at=at)
    return _on_record(order, cancelled, terms=terms)


def change_terms(
    order: Order, *, standard: str, calendar: str, reason: str, at: datetime, terms: Terms
) -> list[OrderEvent]:
    """Promise what is still open anew, under another standard or calendar; nothing, if it is over.

    Promises already kept or broken stay as they are.
    """
    must_be_told(reason=reason)
    is_over = order.status is not OrderStatus.PLACED
    if is_over or (standard, calendar) == (order.standard, order.calendar):
        return []
    changed = events.OrderTermsChanged(
        order_id=order.id, standard=standard, calendar=calendar, reason=reason, at=at
    )
    return _on_record(order, changed, terms=terms)


def escalate_if_due(order: Order, /, *, at: datetime, terms: Terms) -> list[OrderEvent]:
    """Put on record every level of the ladder that was reached by *at*, each once."""
    clocks = keep_time(order.timeline, terms)
    reached = case.levels_reached(clocks, order.levels_reached, at=at)
    return [_level(order.id, each, at) for each in reached]


# -------------------------------------------------------------------------------------


def _on_record(order: Order | None, step: events.OrderStep, *, terms: Terms) -> list[OrderEvent]:
    def level(reached: Reached, at: datetime) -> events.OrderWarned | events.OrderEscalated:
        return _level(step.order_id, reached, at)

    return [*case.on_record(order, [step], terms=terms, level=level)]


def _level(
    order_id: str, reached: Reached, at: datetime
) -> events.OrderWarned | events.OrderEscalated:
    told = reached.told(at=at)
    if reached.to == ASSIGNEE:
        return events.OrderWarned(order_id=order_id, to=reached.to, **told)
    return events.OrderEscalated(order_id=order_id, to=Level(reached.to), **told)


def _must_be_placed(order: Order, done: str, at: datetime) -> None:
    if at < order.opened_at:
        msg = (
            f"order {order.id} was placed at {order.opened_at.isoformat()}, "
            f"so it cannot be {done} at {at.isoformat()}"
        )
        raise refusals.BeforeOrderError(msg)


def _must_wait(order: Order, done: str, at: datetime) -> None:
    _must_be_placed(order, done, at)
    if order.status is not OrderStatus.PLACED:
        msg = f"order {order.id} is {order.status.value}, so it cannot be {done} (om2025:5.1c)"
        raise refusals.OrderOverError(msg)
