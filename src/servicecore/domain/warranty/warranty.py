"""A warranty as its history leaves it: what it covers, until when, and the repairs judged by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from . import events
from .events import PRODUCT, Cover, FeeLine, Ground, WarrantyEvent


@attrs.frozen(kw_only=True)
class Repair:
    """What was decided about the repair of one ticket, and what it costs."""

    ticket_id: str
    is_covered: bool
    ground: Ground
    reason: str
    decided_at: datetime
    lines: tuple[FeeLine, ...] = ()
    total: Decimal | None = None
    currency: str = ""
    offered_at: datetime | None = None
    accepted_by: str = ""
    accepted_at: datetime | None = None
    begun_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Warranty:
    """The promise to repair a product free of charge for some time."""

    id: str
    product: str
    customer_id: str
    delivered_on: date
    granted_at: datetime
    covers: Mapping[str, Cover]
    standard: str
    calendar: str
    void_because: str = ""
    ended: frozenset[str] = frozenset()
    extensions: int = 0
    repairs: Mapping[str, Repair] = attrs.field(factory=dict)
    reminders: Reminders = ()

    @property
    def is_void(self) -> bool:
        """It does not count any more."""
        return bool(self.void_because)

    def cover_of(self, part: str) -> Cover:
        """Return the cover that holds longest for *part*; every part is one of the product."""
        covers = [self.covers[PRODUCT], *([self.covers[part]] if part in self.covers else [])]
        return max(covers, key=lambda each: each.until)

    def covers_on(self, day: date, *, part: str = PRODUCT) -> bool:
        """Tell whether a fault of this *day* is repaired free of charge; the last day still is."""
        return not self.is_void and self.delivered_on <= day <= self.cover_of(part).until


def evolve(warranty: Warranty | None, event: WarrantyEvent) -> Warranty:
    """Return *warranty* as *event* leaves it; there is none before it is granted.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if warranty is None:
        return _granted(event)
    must_belong(event, "warranty_id", warranty.id, "the history of warranty")
    facts = _facts(warranty, event)
    return attrs.evolve(warranty, reminders=outstanding(warranty.reminders, event), **facts)


def _granted(event: WarrantyEvent) -> Warranty:
    event = must_begin(event, events.WarrantyGranted, "the warranty was granted")
    return Warranty(
        id=event.warranty_id,
        product=event.product,
        customer_id=event.customer_id,
        delivered_on=event.delivered_on,
        granted_at=event.at,
        covers={each.part: each for each in event.covers},
        standard=event.standard,
        calendar=event.calendar,
        reminders=outstanding((), event),
    )


def _facts(warranty: Warranty, event: WarrantyEvent) -> dict[str, Any]:
    match event:
        case events.WarrantyExtended(cover=cover):
            covers = {**warranty.covers, cover.part: cover}
            # Told late, it may come after the end it puts off.
            ended = warranty.ended - {cover.part}
            return {"covers": covers, "ended": ended, "extensions": warranty.extensions + 1}
        case events.WarrantyVoided():
            return {"void_because": event.reason}
        case events.WarrantyExpiryNoticed():
            return {}
        case events.WarrantyExpired():
            return {"ended": warranty.ended | {event.part}}
        case events.WarrantyCoverageDecided() if event.ticket_id in warranty.repairs:
            msg = f"{event}: the repair of this ticket was decided before"
            raise ImpossibleHistoryError(msg)
        case events.WarrantyCoverageDecided():
            repair = Repair(
                ticket_id=event.ticket_id,
                is_covered=event.is_covered,
                ground=event.ground,
                reason=event.reason,
                decided_at=event.at,
            )
            return {"repairs": {**warranty.repairs, event.ticket_id: repair}}
        case events.WarrantyGranted():
            msg = f"warranty {warranty.id} cannot be granted twice: {event}"
            raise ImpossibleHistoryError(msg)
        case _:
            return {"repairs": {**warranty.repairs, event.ticket_id: _repair(warranty, event)}}


def _repair(warranty: Warranty, event: Any) -> Repair:
    repair = warranty.repairs.get(getattr(event, "ticket_id", ""))
    if repair is None:
        msg = f"{event} is about a repair that warranty {warranty.id} knows nothing of"
        raise ImpossibleHistoryError(msg)
    return attrs.evolve(repair, **_repair_facts(warranty, event))


def _repair_facts(warranty: Warranty, event: Any) -> dict[str, Any]:
    match event:
        case events.WarrantyFeesOffered(lines=lines, total=total, currency=currency):
            offer = {
                "lines": lines,
                "total": total,
                "currency": currency,
                "offered_at": event.at,
            }
            return {**offer, "accepted_by": "", "accepted_at": None}
        case events.WarrantyFeesAccepted():
            return {"accepted_by": event.by, "accepted_at": event.at}
        case events.WarrantyFeesDeclined():
            return {
                "lines": (),
                "total": None,
                "offered_at": None,
                "accepted_by": "",
                "accepted_at": None,
            }
        case events.WarrantyRepairBegun():
            return {"begun_at": event.at}
        case _:
            msg = f"{event} is not a step in the life of warranty {warranty.id}"
            raise ImpossibleHistoryError(msg)
