"""What every line of the ledger must respect."""

from __future__ import annotations

from datetime import date, datetime

from ..quantities import is_whole
from . import refusals
from .spare_part import Batch, SparePart


def must_be_pieces(part: SparePart, quantity: int) -> None:
    """Refuse to move anything but whole pieces.

    Raises:
        BadQuantityError: If *quantity* is no whole number, or less than 1.
    """
    if not is_whole(quantity, at_least=1):
        msg = f"spare part {part.id} moves in whole pieces, 1 or more; got {quantity!r}"
        raise refusals.BadQuantityError(msg)


def must_be_a_level(spare_part_id: str, **numbers: int) -> None:
    """Refuse a number that is not whole, or less than none.

    Raises:
        BadQuantityError: Naming the first.
    """
    for name, number in numbers.items():
        if not is_whole(number, at_least=0):
            msg = f"spare part {spare_part_id}: {name} is a whole number, 0 or more; got {number!r}"
            raise refusals.BadQuantityError(msg)


def must_be_after_registration(part: SparePart, at: datetime) -> None:
    """Refuse a line from before the ledger began.

    Raises:
        BeforeReceiptError: If it is.
    """
    if at < part.registered_at:
        msg = (
            f"the ledger of spare part {part.id} begins at {part.registered_at.isoformat()}, "
            f"so it has no line of {at.isoformat()}"
        )
        raise refusals.BeforeReceiptError(msg)


def known_batch(part: SparePart, number: str) -> Batch:
    """Return the batch of that number.

    Raises:
        UnknownBatchError: If there is none.
    """
    if number not in part.batches:
        known = ", ".join(part.batches) or "none"
        msg = f"spare part {part.id} has no batch {number!r}; it has {known}"
        raise refusals.UnknownBatchError(msg)
    return part.batches[number]


def batch_that_was_ordered(part: SparePart, number: str, at: datetime) -> Batch:
    """Return the batch of that number, if it was ordered by then.

    Raises:
        UnknownBatchError: If there is none.
        BeforeReceiptError: If it was ordered later.
    """
    batch = known_batch(part, number)
    if at < batch.ordered_at:
        msg = (
            f"spare part {part.id}: batch {number} was ordered at {batch.ordered_at.isoformat()}, "
            f"so nothing of it came in at {at.isoformat()}"
        )
        raise refusals.BeforeReceiptError(msg)
    return batch


def batch_that_was_there(part: SparePart, number: str, at: datetime) -> Batch:
    """Return the batch of that number, if some of it had come in by then.

    Lines may be told late, in any order; none comes before the receipt.

    Raises:
        UnknownBatchError: If there is none.
        BeforeReceiptError: If nothing had.
    """
    batch = known_batch(part, number)
    if batch.received_at is None or at < batch.received_at:
        came = "not yet" if batch.received_at is None else f"at {batch.received_at.isoformat()}"
        msg = (
            f"spare part {part.id}: batch {number} was received {came}, "
            f"so nothing of it moved at {at.isoformat()}"
        )
        raise refusals.BeforeReceiptError(msg)
    return batch


def must_be_usable(part: SparePart, batch: Batch, day: date) -> None:
    """Refuse pieces that had expired by that *day*; what is told late may be of an earlier one.

    Raises:
        BatchExpiredError: If they had.
    """
    if not batch.may_be_used_on(day):
        msg = (
            f"spare part {part.id}: batch {batch.number} expired after {batch.expires_on}, "
            f"so it is not used on {day} (pdr:3.4c)"
        )
        raise refusals.BatchExpiredError(msg)


def must_not_be_expired(part: SparePart, batch: Batch) -> None:
    """Refuse what is to be cleared.

    Raises:
        BatchExpiredError: If the batch is on record as expired.
    """
    if batch.is_expired:
        msg = (
            f"spare part {part.id}: batch {batch.number} expired after {batch.expires_on}, "
            "and is to be cleared (pdr:3.4c)"
        )
        raise refusals.BatchExpiredError(msg)


def must_be_free(part: SparePart, batch: Batch, quantity: int, *, free: int) -> None:
    """Refuse to take what is not there, or is set aside for others.

    Raises:
        NotEnoughError: If more is asked for than is *free*.
    """
    if quantity > free:
        msg = (
            f"spare part {part.id}: {quantity} of batch {batch.number} were asked for, but of the "
            f"{batch.on_hand} that are there, {free} are free (pdr:3.4b)"
        )
        raise refusals.NotEnoughError(msg)
