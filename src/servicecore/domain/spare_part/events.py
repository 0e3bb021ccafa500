"""What can happen to the stock of a spare part: the lines of its ledger (pdr:3.4b)."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

import attrs

from ..case import LevelEvent
from ..events import event, fact
from ..moments import instant
from ..sla import Reading


class Source(Enum):
    """Where parts come from (tender:2.2a)."""

    GENUINE = "genuine"
    AUTHORISED = "authorised"


@attrs.frozen(kw_only=True)
class CountLine:
    """How many pieces of a batch the books say there are, and how many somebody found."""

    batch: str
    books: int
    counted: int


@fact
class _Line:
    """A line of the ledger."""

    spare_part_id: str
    at: datetime = instant()


@fact
class _BatchLine(_Line):
    """A line about one batch."""

    batch: str


@fact
class _Quantity(_BatchLine):
    """A line about some pieces of one batch."""

    quantity: int


@fact
class _TicketLine(_Quantity):
    """A line about pieces for one ticket."""

    ticket_id: str


# --- The part itself -----------------------------------------------------------------


@event("spare_part.registered")
class SparePartRegistered(_Line):
    """A part was put on the list of those kept for repairs.

    When the stock falls to *reorder_level*, more is asked for; 0 means when the
    last piece is gone.  Books are counted every *count_months*, 0 meaning on demand.
    """

    name: str
    reorder_level: int
    count_months: int = 0
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("spare_part.reorder_level_set")
class SparePartReorderLevelSet(_Line):
    """Sales and repairs asked for another reorder level (pdr:3.4a)."""

    level: int
    reason: str


@event("spare_part.supplier_authorised")
class SparePartSupplierAuthorised(_Line):
    """A third party may supply the part; *evidence* names the authorisation (tender:2.2a)."""

    supplier: str
    evidence: str


@event("spare_part.reorder_asked")
class SparePartReorderAsked(_Line):
    """The stock fell to the reorder level, and more was asked for (pdr:3.4a)."""

    free: int
    level: int


# --- Purchase, receipt, storage ------------------------------------------------------


@event("spare_part.purchased")
class SparePartPurchased(_Quantity):
    """A batch was ordered."""

    source: Source
    supplier: str


@event("spare_part.purchase_ended")
class SparePartPurchaseEnded(_BatchLine):
    """What is still missing of a batch will not come."""

    reason: str


@event("spare_part.received")
class SparePartReceived(_Quantity):
    """Pieces of a batch came in; *expires_on* is the last day on which they may be used."""

    expires_on: date | None = None
    readings: tuple[Reading, ...] = ()


@event("spare_part.stored")
class SparePartStored(_BatchLine):
    """A batch was put in its place."""

    place: str


# --- Reservation, issue, use, return -------------------------------------------------


@event("spare_part.reserved")
class SparePartReserved(_TicketLine):
    """Pieces were set aside for a ticket (house choice)."""


@event("spare_part.released")
class SparePartReleased(_TicketLine):
    """Pieces set aside for a ticket are free again."""

    reason: str


@event("spare_part.issued")
class SparePartIssued(_TicketLine):
    """Pieces left the store for a ticket; *from_reserved* of them had been set aside for it."""

    from_reserved: int = 0
    by: str


@event("spare_part.used")
class SparePartUsed(_TicketLine):
    """Pieces issued to a ticket were built in."""

    by: str


@event("spare_part.returned")
class SparePartReturned(_TicketLine):
    """Pieces issued to a ticket came back unused."""

    by: str


# --- Counts, adjustments, what is cleared --------------------------------------------


@event("spare_part.counted")
class SparePartCounted(_Line):
    """Somebody counted the part against the books (pdr:3.4c)."""

    lines: tuple[CountLine, ...]
    by: str
    readings: tuple[Reading, ...] = ()


@event("spare_part.count_due")
class SparePartCountDue(LevelEvent):
    """It was time to count the books again (pdr:3.4c)."""

    spare_part_id: str


@event("spare_part.adjusted")
class SparePartAdjusted(_BatchLine):
    """The books were brought in line with what is there."""

    change: int
    by: str
    reason: str


@event("spare_part.expired")
class SparePartExpired(LevelEvent):
    """A batch may not be used any more: what is left of it is to be cleared (pdr:3.4c)."""

    spare_part_id: str
    batch: str
    to_clear: int


@event("spare_part.scrapped")
class SparePartScrapped(_Quantity):
    """Pieces were thrown away, and their waste handled by the environmental standard.

    *attested_by* is who answers for that, and *attestation* the paper (tender:2.2b).
    """

    reason: str
    attested_by: str
    attestation: str


SparePartEvent = (
    SparePartRegistered
    | SparePartReorderLevelSet
    | SparePartSupplierAuthorised
    | SparePartReorderAsked
    | SparePartPurchased
    | SparePartPurchaseEnded
    | SparePartReceived
    | SparePartStored
    | SparePartReserved
    | SparePartReleased
    | SparePartIssued
    | SparePartUsed
    | SparePartReturned
    | SparePartCounted
    | SparePartCountDue
    | SparePartAdjusted
    | SparePartExpired
    | SparePartScrapped
)
