"""A spare part as its ledger leaves it: what is there, batch by batch, and what is free."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from . import events
from .events import Source, SparePartEvent


@attrs.frozen(kw_only=True)
class Batch:
    """One batch of a part: five sums that say what is there, and who it is set aside for.

    *reserved* and *out* hold pieces by ticket: set aside for it, and issued to
    it but neither used nor returned yet.
    """

    number: str
    source: Source
    supplier: str
    ordered_at: datetime
    to_come: int
    received: int = 0
    issued: int = 0
    returned: int = 0
    scrapped: int = 0
    adjusted: int = 0
    received_at: datetime | None = None
    expires_on: date | None = None
    is_expired: bool = False
    place: str = ""
    reserved: Mapping[str, int] = attrs.field(factory=dict)
    out: Mapping[str, int] = attrs.field(factory=dict)

    @property
    def on_hand(self) -> int:
        """What is there: received - issued + returned - scrapped + adjusted."""
        return self.received - self.issued + self.returned - self.scrapped + self.adjusted

    @property
    def free(self) -> int:
        """What is there and set aside for nobody."""
        return self.on_hand - sum(self.reserved.values())

    def may_be_used_on(self, day: date) -> bool:
        """Tell whether it has not expired; its last day is still good."""
        return self.expires_on is None or day <= self.expires_on


@attrs.frozen(kw_only=True)
class SparePart:
    """A part kept for repairs, with the ledger of its batches."""

    id: str
    name: str
    reorder_level: int
    count_months: int
    registered_at: datetime
    standard: str
    calendar: str
    batches: Mapping[str, Batch] = attrs.field(factory=dict)
    suppliers: Mapping[str, str] = attrs.field(factory=dict)
    reorder_asked_at: datetime | None = None
    counts: int = 0
    reminders: Reminders = ()

    @property
    def on_hand(self) -> int:
        """What is there of all batches, expired ones included."""
        return sum(each.on_hand for each in self.batches.values())

    @property
    def free(self) -> int:
        """What could be used for the next repair."""
        return sum(each.free for each in self.batches.values() if not each.is_expired)

    @property
    def to_come(self) -> int:
        """What is ordered and not received."""
        return sum(each.to_come for each in self.batches.values())

    @property
    def to_clear(self) -> Mapping[str, int]:
        """What is left of expired batches, by batch (pdr:3.4c)."""
        expired = (each for each in self.batches.values() if each.is_expired)
        return {each.number: each.on_hand for each in expired if each.on_hand}


def evolve(part: SparePart | None, event: SparePartEvent) -> SparePart:
    """Return *part* as *event* leaves it; there is none before it is registered.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point, or would
            leave a batch with fewer pieces than none.
    """
    if part is None:
        return _registered(event)
    must_belong(event, "spare_part_id", part.id, "the ledger of spare part")
    reminders = outstanding(part.reminders, event)
    return attrs.evolve(part, reminders=reminders, **_facts(part, event))


def _registered(event: SparePartEvent) -> SparePart:
    event = must_begin(event, events.SparePartRegistered, "the spare part was registered")
    return SparePart(
        id=event.spare_part_id,
        name=event.name,
        reorder_level=event.reorder_level,
        count_months=event.count_months,
        registered_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
        reminders=outstanding((), event),
    )


def _facts(part: SparePart, event: SparePartEvent) -> dict[str, Any]:  # noqa: PLR0911
    match event:
        case events.SparePartReorderLevelSet():
            return {"reorder_level": event.level}
        case events.SparePartSupplierAuthorised():
            return {"suppliers": {**part.suppliers, event.supplier: event.evidence}}
        case events.SparePartReorderAsked():
            return {"reorder_asked_at": event.at}
        case events.SparePartCountDue():
            return {}
        case events.SparePartCounted():
            return {"counts": part.counts + 1}
        case events.SparePartPurchased():
            return {"batches": {**part.batches, event.batch: _purchased(part, event)}}
        case events.SparePartReceived():
            return {"reorder_asked_at": None, "batches": _batches(part, event)}
        case events.SparePartRegistered():
            msg = f"spare part {part.id} cannot be registered twice: {event}"
            raise ImpossibleHistoryError(msg)
        case _:
            return {"batches": _batches(part, event)}


def _purchased(part: SparePart, event: events.SparePartPurchased) -> Batch:
    if event.batch in part.batches:
        msg = f"spare part {part.id}: batch {event.batch} cannot be bought twice: {event}"
        raise ImpossibleHistoryError(msg)
    return Batch(
        number=event.batch,
        source=event.source,
        supplier=event.supplier,
        ordered_at=event.at,
        to_come=event.quantity,
    )


def _batches(part: SparePart, event: Any) -> Mapping[str, Batch]:
    batch = part.batches.get(getattr(event, "batch", ""))
    if batch is None:
        msg = f"{event} is about a batch that spare part {part.id} never had"
        raise ImpossibleHistoryError(msg)
    after = attrs.evolve(batch, **_batch_facts(batch, event))
    held = (after.to_come, after.free, *after.reserved.values(), *after.out.values())
    if min(held) < 0:
        msg = f"spare part {part.id}: {event} takes more from batch {batch.number} than is there"
        raise ImpossibleHistoryError(msg)
    return {**part.batches, batch.number: after}


def _batch_facts(batch: Batch, event: Any) -> dict[str, Any]:  # noqa: C901, PLR0911
    match event:
        case events.SparePartPurchaseEnded():
            return {"to_come": 0}
        case events.SparePartReceived(quantity=quantity):
            return {
                "to_come": batch.to_come - quantity,
                "received": batch.received + quantity,
                "received_at": batch.received_at or event.at,
                "expires_on": event.expires_on,
            }
        case events.SparePartStored():
            return {"place": event.place}
        case events.SparePartReserved(quantity=quantity):
            return {"reserved": _changed(batch.reserved, event.ticket_id, quantity)}
        case events.SparePartReleased(quantity=quantity):
            return {"reserved": _changed(batch.reserved, event.ticket_id, -quantity)}
        case events.SparePartIssued(quantity=quantity):
            return {
                "issued": batch.issued + quantity,
                "reserved": _changed(batch.reserved, event.ticket_id, -event.from_reserved),
                "out": _changed(batch.out, event.ticket_id, quantity),
            }
        case events.SparePartUsed(quantity=quantity):
            return {"out": _changed(batch.out, event.ticket_id, -quantity)}
        case events.SparePartReturned(quantity=quantity):
            return {
                "returned": batch.returned + quantity,
                "out": _changed(batch.out, event.ticket_id, -quantity),
            }
        case events.SparePartAdjusted():
            return {"adjusted": batch.adjusted + event.change}
        case events.SparePartExpired():
            return {"is_expired": True}
        case events.SparePartScrapped(quantity=quantity):
            return {"scrapped": batch.scrapped + quantity}
        case _:
            msg = f"{event} is not a line of the ledger of a spare part"
            raise ImpossibleHistoryError(msg)


def _changed(by_ticket: Mapping[str, int], ticket_id: str, change: int) -> dict[str, int]:
    changed = {**by_ticket, ticket_id: by_ticket.get(ticket_id, 0) + change}
    return {ticket: pieces for ticket, pieces in changed.items() if pieces}
