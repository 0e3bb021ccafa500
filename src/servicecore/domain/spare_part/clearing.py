"""What is counted, put right and cleared, so that the books say what is there (pdr:3.4c)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..calendar import WorkingCalendar
from ..refusals import must_be_told
from ..reminders import settled
from ..sla import State
from . import events, refusals
from .decisions import COUNT, next_count
from .events import CountLine, SparePartEvent
from .guards import (
    batch_that_was_there,
    must_be_a_level,
    must_be_after_registration,
    must_be_free,
    must_be_pieces,
)
from .spare_part import SparePart


def count(
    part: SparePart,
    *,
    counted: Mapping[str, int],
    by: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[SparePartEvent]:
    """Count the pieces of every batch against the books; what differs is adjusted apart.

    Raises:
        IncompleteCountError: If a batch was left out of which there should be some.
        UnknownBatchError: If there is no such batch.
    """
    must_be_after_registration(part, at)
    must_be_told(by=by)
    missing = [n for n, each in part.batches.items() if each.on_hand and n not in counted]
    if missing:
        msg = f"spare part {part.id}: batch {missing[0]} was not counted (pdr:3.4c)"
        raise refusals.IncompleteCountError(msg)
    lines = [_line(part, batch, found, at) for batch, found in counted.items()]
    done = settled((e for e in part.reminders if e.clock == COUNT), state=State.MET)
    again = next_count(part.count_months, part.counts + 2, calendar=calendar, at=at)
    told = events.SparePartCounted(
        spare_part_id=part.id, lines=tuple(lines), by=by, readings=(*done, *again), at=at
    )
    return [told]


def adjust(
    part: SparePart, *, batch: str, change: int, by: str, reason: str, at: datetime
) -> list[SparePartEvent]:
    """Bring the books in line with what is there, for a reason.

    Raises:
        NotEnoughError: If the books would say less than nothing, or less than is set aside.
    """
    must_be_told(by=by, reason=reason)
    must_be_pieces(part, -change if _is_less(change) else change)
    known = batch_that_was_there(part, batch, at)
    if _is_less(change):
        must_be_free(part, known, -change, free=known.free)
    adjusted = events.SparePartAdjusted(
        spare_part_id=part.id, batch=batch, change=change, by=by, reason=reason, at=at
    )
    return [adjusted]


def scrap(
    part: SparePart,
    *,
    batch: str,
    quantity: int,
    reason: str,
    attested_by: str,
    attestation: str,
    at: datetime,
) -> list[SparePartEvent]:
    """Throw pieces away, by the environmental standard: somebody attests it (tender:2.2b).

    Raises:
        IncompleteError: If nobody does.
        NotEnoughError: If that many are not there, or set aside.
    """
    must_be_told(reason=reason, attested_by=attested_by, attestation=attestation)
    must_be_pieces(part, quantity)
    known = batch_that_was_there(part, batch, at)
    must_be_free(part, known, quantity, free=known.free)
    scrapped = events.SparePartScrapped(
        spare_part_id=part.id,
        batch=batch,
        quantity=quantity,
        reason=reason,
        attested_by=attested_by,
        attestation=attestation,
        at=at,
    )
    return [scrapped]


# -------------------------------------------------------------------------------------


def _line(part: SparePart, batch: str, found: int, at: datetime) -> CountLine:
    must_be_a_level(part.id, counted=found)
    books = batch_that_was_there(part, batch, at).on_hand
    return CountLine(batch=batch, books=books, counted=found)


def _is_less(change: int) -> bool:
    return isinstance(change, int) and change < 0
