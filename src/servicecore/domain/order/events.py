"""What may stand in the history of an order."""

from __future__ import annotations

from datetime import datetime

from ..case import LevelEvent, Step, TermsChange
from ..events import event, fact
from ..moments import instant
from ..people import Level
from ..sla import Happening, under


@fact
class OrderStep(Step):
    """A step in the life of an order: an event that moves its clocks."""

    order_id: str


@event("order.placed")
class OrderPlaced(OrderStep):
    """A customer ordered something, and confirmation under *standard* was promised."""

    happens = "ordered"
    customer_id: str
    what: str
    standard: str
    calendar: str

    @property
    def happening(self) -> Happening:
        """The time until the confirmation runs from the order."""
        terms = under(self.standard, self.calendar)
        return Happening(self.happens, self.counts_from, terms=terms)


@event("order.confirmed")
class OrderConfirmed(OrderStep):
    """The order was confirmed to the customer: a purchase."""

    happens = "confirmed"
    customer_id: str
    by: str


@event("order.followed_up")
class OrderFollowedUp:
    """Somebody asked why the order is not confirmed yet (om2025:5.1c)."""

    order_id: str
    by: str
    result: str
    at: datetime = instant()


@event("order.cancelled")
class OrderCancelled(OrderStep):
    """The customer does not want it any more, or cannot have it."""

    happens = "cancelled"
    reason: str


@event("order.terms_changed")
class OrderTermsChanged(TermsChange, OrderStep):
    """It is promised under another standard or calendar from now on; what was broken stays so."""

    standard: str
    calendar: str
    reason: str


@fact
class _LevelReached(LevelEvent):
    """A level of its ladder was reached."""

    order_id: str


@event("order.warned")
class OrderWarned(_LevelReached):
    """Whoever has the order was warned that its confirmation becomes late."""

    to: str


@event("order.escalated")
class OrderEscalated(_LevelReached):
    """The order was not confirmed in time: the next level follows it up (om2025:5.1c)."""

    to: Level


OrderEvent = OrderStep | OrderFollowedUp | OrderWarned | OrderEscalated
