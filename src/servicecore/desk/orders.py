"""The counter for orders: placed, confirmed in time, followed up, cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Unpack

import attrs

from ..domain.order import Order, OrderEvent, decisions
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import ORDER


@attrs.frozen
class Orders(Counter[Order]):
    """Takes orders and sees that they are confirmed; a confirmed one is a purchase.

    Every command may say when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> Orders:
        """Open the counter."""
        return cls(Drawer(office, "order", ORDER))

    def place(
        self,
        order_id: str,
        *,
        customer_id: str,
        what: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take an order, and promise to confirm it.

        Raises:
            RecordExistsError: If the number is taken.
        """
        office = self._drawer.office
        standard, calendar = office.standard.reference, office.calendar.reference
        return self._drawer.begin(
            order_id,
            decisions.place,
            why,
            at,
            customer_id=customer_id,
            what=what,
            standard=standard,
            calendar=calendar,
            terms=office.terms(standard, calendar, of="order"),
        )

    def confirm(
        self, order_id: str, *, by: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Confirm an order to its customer."""
        return self._do(order_id, decisions.confirm, why, at, by=by)

    def follow_up(
        self,
        order_id: str,
        *,
        by: str,
        result: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record why an order is not confirmed yet."""
        return self._do(order_id, decisions.follow_up, why, at, by=by, result=result)

    def cancel(
        self, order_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Drop an order."""
        return self._do(order_id, decisions.cancel, why, at, reason=reason)

    # --- Questions --------------------------------------------------------------------

    # ----------------------------------------------------------------------------------

    def _do(
        self,
        order_id: str,
        verb: Callable[..., Iterable[OrderEvent]],
        why: Why,
        at: datetime | None,
        **facts: Any,
    ) -> Receipt:
        order, office = self._drawer.get(order_id), self._drawer.office
        terms = office.terms(order.standard, order.calendar, of="order")
        return self._drawer.decide(order_id, verb, why, at, terms=terms, **facts)
