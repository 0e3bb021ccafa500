"""What can happen to the warranty of a product."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import attrs

from ..case import LevelEvent
from ..events import event, fact, personal
from ..moments import instant
from ..sla import Reading

PRODUCT = ""  #: What a cover is of that is not of one part: the whole product.


class Ground(Enum):
    """Why a repair is covered, or is not."""

    IN_TERM = "in_term"
    TERM_OVER = "term_over"
    EXCLUDED = "excluded"
    VOID = "void"


@attrs.frozen(kw_only=True)
class Cover:
    """How long the product, or a key part of it, is repaired free of charge.

    *until* is its last day; *clause* is what the length was judged by, and
    *notice_clause* by what its end is told of beforehand.
    """

    part: str = PRODUCT
    months: int
    until: date
    clause: str = ""
    notice_clause: str = ""


@attrs.frozen(kw_only=True)
class FeeLine:
    """One line of what a repair costs: labour, a part, the journey."""

    what: str
    quantity: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        """What the line comes to."""
        return self.quantity * self.unit_price


@fact
class _Reminding:
    """An event that changes what is to be reminded of."""

    warranty_id: str
    readings: tuple[Reading, ...] = ()
    at: datetime = instant()


# --- It is given, prolonged, and ends ------------------------------------------------


@event("warranty.granted")
class WarrantyGranted(_Reminding):
    """A product was delivered with a warranty; the serial number is the number of the warranty."""

    product: str
    customer_id: str
    delivered_on: date
    covers: tuple[Cover, ...]
    standard: str
    calendar: str


@event("warranty.extended")
class WarrantyExtended(_Reminding):
    """The product, or a key part of it, is covered for longer."""

    cover: Cover
    reason: str


@event("warranty.voided")
class WarrantyVoided(_Reminding):
    """The warranty does not count any more."""

    by: str
    reason: str


@event("warranty.expiry_noticed")
class WarrantyExpiryNoticed(LevelEvent):
    """It was noticed that a cover ends soon, on *until*."""

    warranty_id: str
    part: str
    until: date


@event("warranty.expired")
class WarrantyExpired(LevelEvent):
    """A cover ended; *until* was its last day."""

    warranty_id: str
    part: str
    until: date


# --- A repair ------------------------------------------------------------------------


@event("warranty.coverage_decided")
class WarrantyCoverageDecided:
    """It was decided whether a repair is free (tender:1.2d)."""

    warranty_id: str
    ticket_id: str
    part: str
    fault_on: date
    is_covered: bool
    ground: Ground
    reason: str
    by: str
    at: datetime = instant()


@event("warranty.fees_offered")
class WarrantyFeesOffered:
    """The customer was told, line by line, what the repair costs (tender:2.3a)."""

    warranty_id: str
    ticket_id: str
    lines: tuple[FeeLine, ...]
    total: Decimal
    currency: str
    at: datetime = instant()


@event("warranty.fees_accepted")
class WarrantyFeesAccepted:
    """The customer agreed to pay what was offered."""

    warranty_id: str
    ticket_id: str
    by: str
    at: datetime = instant()


@event("warranty.fees_declined")
class WarrantyFeesDeclined:
    """The customer does not want the repair at this price."""

    warranty_id: str
    ticket_id: str
    by: str
    reason: str = personal()
    at: datetime = instant()


@event("warranty.repair_begun")
class WarrantyRepairBegun:
    """Work began, free of charge or at the price agreed on."""

    warranty_id: str
    ticket_id: str
    by: str
    at: datetime = instant()


WarrantyEvent = (
    WarrantyGranted
    | WarrantyExtended
    | WarrantyVoided
    | WarrantyExpiryNoticed
    | WarrantyExpired
    | WarrantyCoverageDecided
    | WarrantyFeesOffered
    | WarrantyFeesAccepted
    | WarrantyFeesDeclined
    | WarrantyRepairBegun
)
