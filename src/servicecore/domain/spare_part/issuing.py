"""How parts go out: set aside for a ticket, issued to it, used, or brought back (pdr:3.4b).

A ticket may take what was set aside for it and what is free, never what was set
aside for another.
"""

from __future__ import annotations

from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..days import day_of
from ..refusals import must_be_told
from . import events, refusals
from .events import SparePartEvent
from .guards import (
    batch_that_was_there,
    must_be_free,
    must_be_pieces,
    must_be_usable,
    must_not_be_expired,
)
from .spare_part import Batch, SparePart


def reserve(
    part: SparePart,
    *,
    ticket_id: str,
    quantity: int,
    batch: str | None = None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[SparePartEvent]:
    """Set pieces aside for a ticket; of the batch that expires first, if none is named.

    Raises:
        NotEnoughError: If that many are not free.
        BatchExpiredError: If the batch has expired.
    """
    must_be_told(ticket_id=ticket_id)
    must_be_pieces(part, quantity)
    today = day_of(at, calendar)
    number = _first_to_expire(part, quantity, today, at) if batch is None else batch
    known = batch_that_was_there(part, number, at)
    must_be_usable(part, known, today)
    must_not_be_expired(part, known)
    must_be_free(part, known, quantity, free=known.free)
    reserved = events.SparePartReserved(
        spare_part_id=part.id, batch=number, quantity=quantity, ticket_id=ticket_id, at=at
    )
    return [reserved]


def release(
    part: SparePart, *, ticket_id: str, batch: str, quantity: int, reason: str, at: datetime
) -> list[SparePartEvent]:
    """Free pieces that were set aside for a ticket.

    Raises:
        NotReservedError: If fewer were.
    """
    must_be_told(ticket_id=ticket_id, reason=reason)
    must_be_pieces(part, quantity)
    theirs = batch_that_was_there(part, batch, at).reserved.get(ticket_id, 0)
    if quantity > theirs:
        msg = (
            f"spare part {part.id}: {theirs} of batch {batch} are set aside "
            f"for ticket {ticket_id}, so {quantity} cannot be released"
        )
        raise refusals.NotReservedError(msg)
    released = events.SparePartReleased(
        spare_part_id=part.id,
        batch=batch,
        quantity=quantity,
        ticket_id=ticket_id,
        reason=reason,
        at=at,
    )
    return [released]


def issue(
    part: SparePart,
    *,
    ticket_id: str,
    batch: str,
    quantity: int,
    by: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[SparePartEvent]:
    """Hand out pieces for a ticket: first those set aside for it, then free ones.

    Raises:
        NotEnoughError: If that many are not there for this ticket.
        BatchExpiredError: If the batch has expired.
    """
    must_be_told(ticket_id=ticket_id, by=by)
    must_be_pieces(part, quantity)
    known = batch_that_was_there(part, batch, at)
    must_be_usable(part, known, day_of(at, calendar))
    theirs = known.reserved.get(ticket_id, 0)
    must_be_free(part, known, quantity, free=known.free + theirs)
    issued = events.SparePartIssued(
        spare_part_id=part.id,
        batch=batch,
        quantity=quantity,
        ticket_id=ticket_id,
        from_reserved=min(quantity, theirs),
        by=by,
        at=at,
    )
    return [issued]


def use(
    part: SparePart, *, ticket_id: str, batch: str, quantity: int, by: str, at: datetime
) -> list[SparePartEvent]:
    """Put on record that pieces issued to a ticket were built in.

    Raises:
        NotIssuedError: If fewer are out for it.
    """
    _must_be_out(part, ticket_id, batch, quantity, at)
    must_be_told(by=by)
    used = events.SparePartUsed(
        spare_part_id=part.id, batch=batch, quantity=quantity, ticket_id=ticket_id, by=by, at=at
    )
    return [used]


def bring_back(
    part: SparePart, *, ticket_id: str, batch: str, quantity: int, by: str, at: datetime
) -> list[SparePartEvent]:
    """Take back pieces that were issued to a ticket and not used.

    Raises:
        NotIssuedError: If fewer are out for it.
    """
    _must_be_out(part, ticket_id, batch, quantity, at)
    must_be_told(by=by)
    returned = events.SparePartReturned(
        spare_part_id=part.id, batch=batch, quantity=quantity, ticket_id=ticket_id, by=by, at=at
    )
    return [returned]


# -------------------------------------------------------------------------------------


def _first_to_expire(part: SparePart, quantity: int, today: date, at: datetime) -> str:
    """Return the batch to take from: what expires first goes first, then what came first."""

    def order(batch: Batch) -> tuple[date, datetime]:
        return batch.expires_on or date.max, batch.received_at or at

    fitting = [
        each
        for each in part.batches.values()
        if each.received_at is not None
        and each.received_at <= at
        and not each.is_expired
        and each.may_be_used_on(today)
        and each.free >= quantity
    ]
    if not fitting:
        msg = (
            f"spare part {part.id}: no batch has {quantity} free pieces; "
            f"{part.free} are free in all (pdr:3.4b)"
        )
        raise refusals.NotEnoughError(msg)
    return min(fitting, key=order).number


def _must_be_out(part: SparePart, ticket_id: str, batch: str, quantity: int, at: datetime) -> None:
    must_be_told(ticket_id=ticket_id)
    must_be_pieces(part, quantity)
    out = batch_that_was_there(part, batch, at).out.get(ticket_id, 0)
    if quantity > out:
        msg = (
            f"spare part {part.id}: {out} of batch {batch} are out for ticket {ticket_id}, "
            f"so {quantity} can be neither used nor returned"
        )
        raise refusals.NotIssuedError(msg)
