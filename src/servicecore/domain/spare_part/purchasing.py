"""How parts come in: who may supply them, what is ordered, received, and put in its place."""

from __future__ import annotations

from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..choices import one_of
from ..days import day_of, end_of, must_be_a_date
from ..refusals import must_be_told
from ..reminders import Reminders, reminder
from . import events, refusals
from .events import Source, SparePartEvent
from .guards import (
    batch_that_was_ordered,
    batch_that_was_there,
    known_batch,
    must_be_after_registration,
    must_be_pieces,
)
from .spare_part import Batch, SparePart

EXPIRED = "expired"  #: The one level of the reminder that a batch expires.


def authorise(
    part: SparePart, *, supplier: str, evidence: str, at: datetime
) -> list[SparePartEvent]:
    """Let a third party supply the part, by the evidence of its authorisation (tender:2.2a)."""
    must_be_after_registration(part, at)
    must_be_told(supplier=supplier, evidence=evidence)
    if part.suppliers.get(supplier) == evidence:
        return []
    authorised = events.SparePartSupplierAuthorised(
        spare_part_id=part.id, supplier=supplier, evidence=evidence, at=at
    )
    return [authorised]


def purchase(
    part: SparePart,
    *,
    batch: str,
    quantity: int,
    source: Source | str,
    supplier: str = "",
    at: datetime,
) -> list[SparePartEvent]:
    """Order a batch: genuine parts, or those of an authorised third party (tender:2.2a).

    Args:
        part: The part.
        batch: The number that the batch gets.
        quantity: How many pieces.
        source: ``"genuine"`` or ``"authorised"``.
        supplier: Who supplies it; a third party must be authorised for this part.
        at: When it was ordered.

    Raises:
        UnknownSourceError: If it is neither.
        BatchExistsError: If the number is taken.
    """
    must_be_after_registration(part, at)
    must_be_told(batch=batch)
    must_be_pieces(part, quantity)
    if batch in part.batches:
        msg = f"spare part {part.id}: batch {batch} was bought before"
        raise refusals.BatchExistsError(msg)
    known = one_of(
        Source,
        source,
        called=f"spare part {part.id}: source",
        refusal=refusals.UnknownSourceError,
        clause="tender:2.2a",
    )
    if known is Source.AUTHORISED and supplier not in part.suppliers:
        authorised = ", ".join(part.suppliers) or "nobody"
        msg = (
            f"spare part {part.id}: {supplier!r} is not authorised to supply it; "
            f"{authorised} is (tender:2.2a)"
        )
        raise refusals.UnknownSourceError(msg)
    bought = events.SparePartPurchased(
        spare_part_id=part.id,
        batch=batch,
        quantity=quantity,
        source=known,
        supplier=supplier,
        at=at,
    )
    return [bought]


def end_purchase(part: SparePart, *, batch: str, reason: str, at: datetime) -> list[SparePartEvent]:
    """Stop waiting for what is missing of a batch."""
    must_be_after_registration(part, at)
    must_be_told(reason=reason)
    if not known_batch(part, batch).to_come:
        return []
    ended = events.SparePartPurchaseEnded(spare_part_id=part.id, batch=batch, reason=reason, at=at)
    return [ended]


def receive(
    part: SparePart,
    *,
    batch: str,
    quantity: int,
    expires_on: date | None = None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[SparePartEvent]:
    """Take in what came of a batch, all at once or piece by piece.

    Raises:
        BeforeReceiptError: If it came before it was ordered.
        MoreThanOrderedError: If more came than is still to come.
        OtherExpiryError: If it expires on another day than what came before.
        BatchExpiredError: If it has expired.
    """
    must_be_after_registration(part, at)
    must_be_pieces(part, quantity)
    known = batch_that_was_ordered(part, batch, at)
    if quantity > known.to_come:
        msg = (
            f"spare part {part.id}: {quantity} of batch {batch} came in, "
            f"but {known.to_come} are still to come"
        )
        raise refusals.MoreThanOrderedError(msg)
    _must_expire_alike(part, known, expires_on)
    if expires_on is not None and day_of(at, calendar) > expires_on:
        msg = f"spare part {part.id}: batch {batch} expired on {expires_on}, before it came in"
        raise refusals.BatchExpiredError(msg)
    received = events.SparePartReceived(
        spare_part_id=part.id,
        batch=batch,
        quantity=quantity,
        expires_on=expires_on,
        readings=_reminders(known, expires_on, calendar),
        at=at,
    )
    return [received]


def store(part: SparePart, *, batch: str, place: str, at: datetime) -> list[SparePartEvent]:
    """Put a batch in its place."""
    must_be_told(place=place)
    if batch_that_was_there(part, batch, at).place == place:
        return []
    return [events.SparePartStored(spare_part_id=part.id, batch=batch, place=place, at=at)]


def shelf_life_of(batch: str) -> str:
    """Return what the to-do list calls the expiry of a batch."""
    return f"shelf life of {batch}"


# -------------------------------------------------------------------------------------


def _must_expire_alike(part: SparePart, batch: Batch, expires_on: date | None) -> None:
    if expires_on is not None:
        must_be_a_date(expires_on=expires_on)
    if batch.received_at is not None and expires_on != batch.expires_on:
        msg = (
            f"spare part {part.id}: the pieces of batch {batch.number} received before "
            f"expire on {batch.expires_on}, not on {expires_on}"
        )
        raise refusals.OtherExpiryError(msg)


def _reminders(batch: Batch, expires_on: date | None, calendar: WorkingCalendar) -> Reminders:
    if expires_on is None or batch.received_at is not None:
        return ()
    end = end_of(expires_on, calendar)
    return (reminder(shelf_life_of(batch.number), due=end, rungs={EXPIRED: end}),)
