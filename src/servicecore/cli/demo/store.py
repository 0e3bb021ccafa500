"""What happens in the store: parts are bought, issued to tickets, counted and cleared."""

from __future__ import annotations

from datetime import timedelta

import attrs

from ...domain.events import Recorded
from ...domain.spans import Span
from ...domain.spare_part import SparePartCountDue, SparePartExpired, SparePartReorderAsked
from ...domain.ticket import TicketPaused
from . import cast
from .stage import Stage

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_ORDERED, _LEVEL, _LASTS = 24, 6, Span(months=8)
_KEEPER = cast.STAFF[5]


@attrs.define
class Store:
    """The store, with a ledger for the part of each product that wears out."""

    stage: Stage
    _batches: int = 0

    def begin(self) -> None:
        """Open the ledgers, and buy what is needed at first."""
        self.stage.listen(self.hear)
        for product in cast.PRODUCTS:
            self.stage.after(_HOUR, self._register, cast.part_of(product), product)

    def hear(self, recorded: Recorded) -> None:
        """React to what is missing, waited for, or no good any more."""
        event = recorded.event
        match event:
            case TicketPaused(reason="parts"):
                self.stage.at_work(5 * _HOUR, self._issue, event.ticket_id)
            case SparePartReorderAsked():
                self.stage.at_work(3 * _HOUR, self._buy, event.spare_part_id)
            case SparePartCountDue():
                self.stage.at_work(9 * _HOUR, self._count, event.spare_part_id)
            case SparePartExpired():
                self.stage.at_work(8 * _HOUR, self._scrap, event.spare_part_id, event.batch)

    def _register(self, number: str, product: cast.Product) -> None:
        parts = self.stage.desk.spare_parts
        parts.register(number, name=product.part, reorder_level=_LEVEL, count_months=3)
        self._buy(number)

    def _buy(self, number: str) -> None:
        self._batches += 1
        batch = f"B-{self._batches:03}"
        parts = self.stage.desk.spare_parts
        parts.purchase(number, batch=batch, quantity=_ORDERED, source="genuine")
        wait = _DAY * self.stage.chance.uniform(3, 12)
        self.stage.after(wait, self._receive, number, batch)

    def _receive(self, number: str, batch: str) -> None:
        parts, expires_on = self.stage.desk.spare_parts, _LASTS.after(self.stage.today)
        parts.receive(number, batch=batch, quantity=_ORDERED, expires_on=expires_on)
        parts.store(number, batch=batch, place=f"shelf {self.stage.chance.randrange(1, 20)}")

    def _issue(self, ticket_id: str) -> None:
        ticket = self.stage.desk.tickets.get(ticket_id)
        (product,) = [each for each in cast.PRODUCTS if each.name == ticket.product]
        number, parts = cast.part_of(product), self.stage.desk.spare_parts
        parts.reserve(number, ticket_id=ticket_id, quantity=1)
        batch = next(
            each.number for each in parts.get(number).batches.values() if ticket_id in each.reserved
        )
        parts.issue(number, ticket_id=ticket_id, batch=batch, quantity=1, by=_KEEPER)
        ends = parts.use if self.stage.happens(0.9) else parts.bring_back
        piece = {"ticket_id": ticket_id, "batch": batch, "quantity": 1}
        self.stage.at_work(7 * _HOUR, ends, number, **piece, by=_KEEPER)

    def _count(self, number: str) -> None:
        parts = self.stage.desk.spare_parts
        batches = parts.get(number).batches.values()
        counted = {each.number: each.on_hand for each in batches if each.received}
        lost = next(iter(counted), None) if self.stage.happens(0.25) else None
        if lost is not None and counted[lost] > 1:
            counted[lost] -= 1
            parts.count(number, counted=counted, by=_KEEPER)
            parts.adjust(number, batch=lost, change=-1, by=_KEEPER, reason="not found on the shelf")
            return
        parts.count(number, counted=counted, by=_KEEPER)

    def _scrap(self, number: str, batch: str) -> None:
        parts = self.stage.desk.spare_parts
        left = parts.get(number).to_clear.get(batch, 0)
        if left:
            parts.scrap(
                number,
                batch=batch,
                quantity=left,
                reason="expired",
                attested_by="环保回收站",
                attestation="handed over for recycling",
            )
