"""What a warranty means for a repair: whether it is free, and if not, what it costs.

First it is decided whether the repair is covered.  A covered one is free
(tender:1.2d) and may begin; any other may when the customer has accepted its
price, which stands in lines that can be understood (tender:2.3a).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from ..calendar import WorkingCalendar
from ..days import day_of, must_be_a_date
from ..quantities import is_whole
from ..refusals import must_be_told
from . import events, refusals
from .decisions import must_be_after_grant
from .events import PRODUCT, FeeLine, Ground, WarrantyEvent
from .terms import part_of
from .warranty import Repair, Warranty


def decide_coverage(
    warranty: Warranty,
    *,
    ticket_id: str,
    fault_on: date,
    part: str = PRODUCT,
    excluded_because: str = "",
    by: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[WarrantyEvent]:
    """Decide whether the repair asked for in a ticket is free, and say why.

    Args:
        warranty: By which it is judged.
        ticket_id: The ticket that asks for the repair.
        fault_on: The day on which the fault occurred: this day must be covered.
        part: The part that failed; it may be covered for longer than the product.
        excluded_because: Why this fault is not one of the product, such as misuse.
        by: Who decides.
        calendar: Where days begin and end.
        at: When it is decided.

    Raises:
        AlreadyDecidedError: If it was decided before.
        ImpossibleFaultError: If the day is not between the delivery and today.
    """
    must_be_after_grant(warranty, "judged", at)
    must_be_told(ticket_id=ticket_id, by=by)
    if ticket_id in warranty.repairs:
        verdict = "covered" if warranty.repairs[ticket_id].is_covered else "not covered"
        msg = f"warranty {warranty.id}: ticket {ticket_id} was judged before, as {verdict}"
        raise refusals.AlreadyDecidedError(msg)
    must_be_a_date(fault_on=fault_on)
    _must_be_possible(warranty, fault_on, today=day_of(at, calendar))
    ground, reason = _ground(warranty, fault_on, part, excluded_because.strip())
    decided = events.WarrantyCoverageDecided(
        warranty_id=warranty.id,
        ticket_id=ticket_id,
        part=part,
        fault_on=fault_on,
        is_covered=ground is Ground.IN_TERM,
        ground=ground,
        reason=reason,
        by=by,
        at=at,
    )
    return [decided]


def offer_fees(
    warranty: Warranty,
    *,
    ticket_id: str,
    lines: Iterable[FeeLine],
    currency: str,
    at: datetime,
) -> list[WarrantyEvent]:
    """Tell the customer, line by line, what a repair costs; a new offer has to be accepted anew.

    Raises:
        FreeOfChargeError: If the repair is covered.
        BadFeeError: If there is no line, or one that is not to be understood.
        RepairBegunError: If it has begun.
    """
    repair = _charged(warranty, ticket_id, at)
    must_be_told(currency=currency)
    offered = tuple(lines)
    if not offered:
        msg = f"warranty {warranty.id}: the fees of ticket {ticket_id} need a line (tender:2.3a)"
        raise refusals.BadFeeError(msg)
    for line in offered:
        _must_be_understood(line)
    told = events.WarrantyFeesOffered(
        warranty_id=warranty.id,
        ticket_id=repair.ticket_id,
        lines=offered,
        total=sum((each.amount for each in offered), Decimal()),
        currency=currency,
        at=at,
    )
    return [told]


def accept_fees(
    warranty: Warranty, *, ticket_id: str, by: str, at: datetime
) -> list[WarrantyEvent]:
    """Take the customer's word that they pay what was offered.

    Raises:
        NothingOfferedError: If nothing stands that could be accepted.
    """
    repair = _offered(warranty, ticket_id, at)
    must_be_told(by=by)
    if repair.accepted_at is not None:
        return []
    return [events.WarrantyFeesAccepted(warranty_id=warranty.id, ticket_id=ticket_id, by=by, at=at)]


def decline_fees(
    warranty: Warranty, *, ticket_id: str, by: str, reason: str = "", at: datetime
) -> list[WarrantyEvent]:
    """Take the customer's word that they do not want the repair at this price.

    Raises:
        NothingOfferedError: If nothing stands that could be declined.
    """
    _offered(warranty, ticket_id, at)
    must_be_told(by=by)
    declined = events.WarrantyFeesDeclined(
        warranty_id=warranty.id, ticket_id=ticket_id, by=by, reason=reason, at=at
    )
    return [declined]


def begin_repair(
    warranty: Warranty, *, ticket_id: str, by: str, at: datetime
) -> list[WarrantyEvent]:
    """Let work begin: at once if it is covered, else when the price was accepted.

    Raises:
        NotDecidedError: If nobody decided who pays.
        FeesNotAcceptedError: If the customer had not accepted the price by then.
        RepairBegunError: If it has begun.
    """
    repair = _not_begun(warranty, ticket_id, at)
    must_be_told(by=by)
    if not repair.is_covered and (repair.accepted_at is None or at < repair.accepted_at):
        msg = (
            f"warranty {warranty.id}: ticket {ticket_id} is not covered ({repair.reason}), and "
            f"the customer had not accepted the fees by {at.isoformat()} (tender:2.3a)"
        )
        raise refusals.FeesNotAcceptedError(msg)
    return [events.WarrantyRepairBegun(warranty_id=warranty.id, ticket_id=ticket_id, by=by, at=at)]


# -------------------------------------------------------------------------------------


def _ground(warranty: Warranty, day: date, part: str, excluded_because: str) -> tuple[Ground, str]:
    """Return why a repair is covered or not; what speaks against it goes first."""
    if warranty.is_void:
        return Ground.VOID, f"the warranty is void: {warranty.void_because}"
    if excluded_because:
        return Ground.EXCLUDED, excluded_because
    cover = warranty.cover_of(part)
    told = f"{part_of(cover.part)} is covered until {cover.until}"
    if warranty.covers_on(day, part=part):
        return Ground.IN_TERM, told
    return Ground.TERM_OVER, f"{told}, and the fault is of {day}"


def _must_be_possible(warranty: Warranty, day: date, *, today: date) -> None:
    if warranty.delivered_on <= day <= today:
        return
    msg = (
        f"warranty {warranty.id}: a fault occurs between the delivery, {warranty.delivered_on}, "
        f"and today, {today}; got {day}"
    )
    raise refusals.ImpossibleFaultError(msg)


def _not_begun(warranty: Warranty, ticket_id: str, at: datetime) -> Repair:
    must_be_after_grant(warranty, "repaired", at)
    repair = warranty.repairs.get(ticket_id)
    if repair is None or at < repair.decided_at:
        msg = (
            f"warranty {warranty.id}: nobody had decided by {at.isoformat()} "
            f"whether ticket {ticket_id} is covered (tender:1.2d)"
        )
        raise refusals.NotDecidedError(msg)
    if repair.begun_at is not None:
        msg = (
            f"warranty {warranty.id}: the repair of ticket {ticket_id} "
            f"began at {repair.begun_at.isoformat()}"
        )
        raise refusals.RepairBegunError(msg)
    return repair


def _charged(warranty: Warranty, ticket_id: str, at: datetime) -> Repair:
    repair = _not_begun(warranty, ticket_id, at)
    if repair.is_covered:
        msg = (
            f"warranty {warranty.id}: ticket {ticket_id} is covered ({repair.reason}), "
            "so its repair is free (tender:1.2d)"
        )
        raise refusals.FreeOfChargeError(msg)
    return repair


def _offered(warranty: Warranty, ticket_id: str, at: datetime) -> Repair:
    repair = _charged(warranty, ticket_id, at)
    if repair.offered_at is None or at < repair.offered_at:
        msg = (
            f"warranty {warranty.id}: no fees for ticket {ticket_id} stood that had been "
            f"offered by {at.isoformat()} (tender:2.3a)"
        )
        raise refusals.NothingOfferedError(msg)
    return repair


def _must_be_understood(line: FeeLine) -> None:
    """Refuse a line that does not say what for, how many, and how much each."""
    must_be_told(what=line.what)
    if not is_whole(line.quantity, at_least=1):
        msg = f"{line.what}: a quantity is whole, 1 or more; got {line.quantity!r} (tender:2.3a)"
        raise refusals.BadFeeError(msg)
    price = line.unit_price
    # A float has lost its cents before anybody could ask for them.
    if not isinstance(price, Decimal) or not price.is_finite() or price < 0:
        msg = f"{line.what}: a unit price is a Decimal, 0 or more; got {price!r} (tender:2.3a)"
        raise refusals.BadFeeError(msg)
