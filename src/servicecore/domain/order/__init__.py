"""An order: placed, and confirmed within the time that was promised.

Read `events` first (what can happen), then `order` (what its history leaves),
then `decisions` (the verbs).
"""

from . import decisions
from .events import (
    OrderCancelled,
    OrderConfirmed,
    OrderEscalated,
    OrderEvent,
    OrderFollowedUp,
    OrderPlaced,
    OrderTermsChanged,
    OrderWarned,
)
from .order import Order, OrderStatus, evolve
from .refusals import BeforeOrderError, OrderOverError

__all__ = [
    "BeforeOrderError",
    "Order",
    "OrderCancelled",
    "OrderConfirmed",
    "OrderEscalated",
    "OrderEvent",
    "OrderFollowedUp",
    "OrderOverError",
    "OrderPlaced",
    "OrderStatus",
    "OrderTermsChanged",
    "OrderWarned",
    "decisions",
    "evolve",
]
