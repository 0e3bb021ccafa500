"""What can be decided about a warranty: that it is given, prolonged, and ends.

What it means for a repair, `repairs` decides.  Terms count in months from the
day of delivery, which is day 0; the last day is the day of that number, or the
last of a shorter month (民法典 arts. 201, 202).  A fault of the last day is
covered, whenever it is reported (house choice).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..days import day_of, must_be_a_date
from ..refusals import must_be_told
from ..reminders import passed, settled, told
from ..sla import Reading, RungReached, Terms
from ..standard import ServiceStandard
from . import events, refusals
from .events import PRODUCT, WarrantyEvent
from .terms import EXPIRED, clock_of, covered, must_be_months, own_term, part_of, reminder_of
from .warranty import Warranty


def grant(
    serial: str,
    *,
    product: str,
    customer_id: str,
    delivered_on: date,
    months: int | None = None,
    key_parts: Mapping[str, int] | None = None,
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[WarrantyEvent]:
    """Cover a product, and key parts of it, from the day of delivery.

    Args:
        serial: The serial number of the product.
        product: What it is.
        customer_id: Whose it is.
        delivered_on: The day that months count from.
        months: How long the product is covered; as long as the standard says, by default.
        key_parts: How long, in months, parts are covered that are covered for longer.
        standard: What warranties must hold.
        calendar: Where days begin and end.
        at: When it is granted.

    Raises:
        NoTermError: If neither the standard nor *months* says how long.
        TermTooShortError: If it is shorter than the standard promises.
        TermTooLongError: If a key part is covered longer than the standard allows.
        NotAKeyPartError: If a key part is not covered longer than its product.
    """
    must_be_told(serial=serial, product=product, customer_id=customer_id)
    must_be_a_date(delivered_on=delivered_on)
    lasting = own_term(serial, standard) if months is None else months
    whole = covered(PRODUCT, lasting, delivered_on=delivered_on, standard=standard)
    parts = [
        covered(part, their, delivered_on=delivered_on, standard=standard)
        for part, their in (key_parts or {}).items()
    ]
    for each in parts:
        must_be_told(key_part=each.part)
        if each.until <= whole.until:
            msg = (
                f"warranty {serial}: key part {each.part} would be covered until {each.until}, "
                f"no longer than the product, until {whole.until}"
            )
            raise refusals.NotAKeyPartError(msg)
    granted = events.WarrantyGranted(
        warranty_id=serial,
        product=product,
        customer_id=customer_id,
        delivered_on=delivered_on,
        covers=(whole, *parts),
        standard=standard.reference,
        calendar=calendar.reference,
        readings=tuple(reminder_of(each, standard, calendar) for each in (whole, *parts)),
        at=at,
    )
    return [granted]


def extend(
    warranty: Warranty,
    *,
    months: int,
    part: str = PRODUCT,
    reason: str,
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[WarrantyEvent]:
    """Cover the product, or a key part, for so many *months* more, while it is covered.

    Raises:
        WarrantyVoidError: If the warranty is void.
        WarrantyOverError: If the cover has ended.
        TermTooLongError: If a key part would be covered longer than the standard allows.
        NotAKeyPartError: If the part has no cover of its own.
    """
    _must_count(warranty, "extended", at)
    must_be_told(reason=reason)
    if part not in warranty.covers:
        msg = f"warranty {warranty.id}: {part!r} has no cover of its own that could be extended"
        raise refusals.NotAKeyPartError(msg)
    cover, today = warranty.covers[part], day_of(at, calendar)
    if today > cover.until:
        msg = (
            f"warranty {warranty.id} covered {part_of(part)} until {cover.until}; today is {today}"
        )
        raise refusals.WarrantyOverError(msg)
    must_be_months(months, part)
    # Counted from the delivery again: a clipped month end must not shorten the next term.
    longer = covered(
        part, cover.months + months, delivered_on=warranty.delivered_on, standard=standard
    )
    old = [each for each in warranty.reminders if each.clock == clock_of(part)]
    new = reminder_of(longer, standard, calendar, round_=warranty.extensions + 2)
    extended = events.WarrantyExtended(
        warranty_id=warranty.id, cover=longer, reason=reason, readings=(*settled(old), new), at=at
    )
    return [extended]


def void(warranty: Warranty, *, by: str, reason: str, at: datetime) -> list[WarrantyEvent]:
    """Void the warranty, for a reason; repairs decided before stay as decided.

    Raises:
        WarrantyVoidError: If that was done.
    """
    _must_count(warranty, "voided", at)
    must_be_told(by=by, reason=reason)
    off = settled(warranty.reminders)
    return [
        events.WarrantyVoided(warranty_id=warranty.id, by=by, reason=reason, readings=off, at=at)
    ]


def remind_if_due(warranty: Warranty, /, *, at: datetime, terms: Terms) -> list[WarrantyEvent]:  # noqa: ARG001
    """Put on record which covers end soon, and which have ended, each once."""
    return [_reminded(warranty, *each, at=at) for each in passed(warranty.reminders, at)]


def must_be_after_grant(warranty: Warranty, done: str, at: datetime) -> None:
    """Refuse what would come before the warranty began.

    Raises:
        BeforeGrantError: If it would.
    """
    if at < warranty.granted_at:
        msg = (
            f"warranty {warranty.id} was granted at {warranty.granted_at.isoformat()}, "
            f"so nothing can be {done} at {at.isoformat()}"
        )
        raise refusals.BeforeGrantError(msg)


# -------------------------------------------------------------------------------------


def _must_count(warranty: Warranty, done: str, at: datetime) -> None:
    must_be_after_grant(warranty, done, at)
    if warranty.is_void:
        msg = f"warranty {warranty.id} is void, so it cannot be {done}: {warranty.void_because}"
        raise refusals.WarrantyVoidError(msg)


def _reminded(
    warranty: Warranty, reading: Reading, rung: RungReached, *, at: datetime
) -> WarrantyEvent:
    cover = next(each for each in warranty.covers.values() if clock_of(each.part) == reading.clock)
    has_ended = rung.name == EXPIRED
    event = events.WarrantyExpired if has_ended else events.WarrantyExpiryNoticed
    clause = cover.clause if has_ended else cover.notice_clause
    facts = told(reading, rung, clause=clause, at=at)
    return event(warranty_id=warranty.id, part=cover.part, until=cover.until, **facts)
