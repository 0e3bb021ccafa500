"""Whenever we serve a customer who has a file, the file says so.

Tickets and complaints count as service, confirmed orders as purchases, and every
order but the first as a repurchase (om2025:5.2a).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

import attrs

from ..domain.complaint import ComplaintReceived
from ..domain.events import Recorded
from ..domain.order import OrderConfirmed
from ..domain.relationship import CustomerRelationship, decisions
from ..domain.standard import Rulebook
from ..domain.ticket import TicketOpened
from .wanted import Consider, Wanted


def file_of(customer_id: str, decide: Callable[[CustomerRelationship], Iterable[Any]]) -> Consider:
    """Return the wish to *decide* about a customer's file, if there is one."""
    subject = f"relationship/{customer_id}"

    def if_there(file: CustomerRelationship | None) -> list[Wanted]:
        return [] if file is None else [Wanted(subject, decide)]

    return Consider(subject, if_there)


@attrs.frozen
class KeepTheFile:
    """The file knows all that was done for the customer."""

    rulebook: Rulebook
    name: ClassVar[str] = "customer_file"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketOpened, ComplaintReceived, OrderConfirmed)

    def react(self, recorded: Recorded) -> list[Consider]:
        """Note in the file what happened."""
        match recorded.event:
            case TicketOpened(customer_id=customer_id) | ComplaintReceived(customer_id=customer_id):
                record = partial(decisions.record_service, record=recorded.subject)
            case OrderConfirmed(customer_id=customer_id, order_id=order_id):
                record = partial(decisions.record_purchase, order_id=order_id)
            case _:
                return []
        return [file_of(customer_id, partial(record, at=recorded.occurred_at))]
