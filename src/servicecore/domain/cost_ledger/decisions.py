"""What can be decided about a ledger: entries, and their reversal; nothing is ever edited."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, datetime
from decimal import Decimal

from ..calendar import WorkingCalendar
from ..days import must_be_a_date
from ..figures import Cost, times_a_year
from ..quantities import is_whole
from ..refusals import must_be_told
from ..standard import ServiceStandard
from . import events, refusals
from .events import Budget, CostLedgerEvent
from .ledger import CostLedger

CURRENCY = "CNY"  #: All ledgers are kept in it (psp:5.1b).
_A_CENT = -2  # The exponent of the last digit that counts.
_CAMPAIGNS = "survey_campaigns"


def open_ledger(
    cost_ledger_id: str,
    *,
    year: int,
    is_first: bool = False,
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[CostLedgerEvent]:
    """Open the ledger of a year, with the budgets of the standard (psp:5.1b).

    Args:
        cost_ledger_id: Its number.
        year: The year it is for.
        is_first: Whether what is paid once is paid in this year.
        standard: What things may cost, and how many campaigns there are.
        calendar: Where days begin and end.
        at: When it is opened.

    Raises:
        NoYearError: If *year* is none.
    """
    must_be_told(cost_ledger_id=cost_ledger_id)
    if not is_whole(year, at_least=MINYEAR) or year >= MAXYEAR:
        msg = f"cost ledger {cost_ledger_id}: {year!r} is not a year"
        raise refusals.NoYearError(msg)
    opened = events.CostLedgerOpened(
        cost_ledger_id=cost_ledger_id,
        year=year,
        currency=CURRENCY,
        budgets=tuple(
            _budget(each, standard)
            for each in standard.costs
            if each.currency == CURRENCY and (is_first or each.per != "once")
        ),
        standard=standard.reference,
        calendar=calendar.reference,
        at=at,
    )
    return [opened]


def enter_cost(
    ledger: CostLedger,
    *,
    entry: str,
    kind: str,
    amount: Decimal,
    entered_for: date,
    subject: str,
    note: str = "",
    at: datetime,
) -> list[CostLedgerEvent]:
    """Enter what something cost, and for which subject, such as ``training/TR-1``.

    Raises:
        EntryExistsError: If the number is taken.
        BadAmountError: If it cost nothing, or the amount is no sum of cents.
        OtherYearError: If it belongs to another year.
    """
    must_be_told(kind=kind, subject=subject)
    _must_fit(ledger, entry, amount, entered_for, at)
    cost = events.CostLedgerCostEntered(
        cost_ledger_id=ledger.id,
        entry=entry,
        kind=kind,
        amount=amount,
        entered_for=entered_for,
        subject=subject,
        note=note,
        at=at,
    )
    return [cost]


def enter_benefit(
    ledger: CostLedger,
    *,
    entry: str,
    kind: str,
    amount: Decimal,
    entered_for: date,
    subject: str,
    assuming: str,
    at: datetime,
) -> list[CostLedgerEvent]:
    """Enter what was gained, and what must be true for it: nobody has seen it paid (psp:5.2b).

    Raises:
        EntryExistsError: If the number is taken.
        BadAmountError: If it brought nothing, or the amount is no sum of cents.
        OtherYearError: If it belongs to another year.
    """
    must_be_told(kind=kind, subject=subject, assuming=assuming)
    _must_fit(ledger, entry, amount, entered_for, at)
    benefit = events.CostLedgerBenefitEntered(
        cost_ledger_id=ledger.id,
        entry=entry,
        kind=kind,
        amount=amount,
        entered_for=entered_for,
        subject=subject,
        assuming=assuming,
        at=at,
    )
    return [benefit]


def reverse(
    ledger: CostLedger, *, entry: str, reverses: str, by: str, reason: str, at: datetime
) -> list[CostLedgerEvent]:
    """Take a wrong entry back by another; both stay on record.

    Raises:
        EntryExistsError: If the number is taken.
        UnknownEntryError: If there is no entry to reverse.
        AlreadyReversedError: If it was.
    """
    must_be_told(by=by, reason=reason)
    _must_be_new(ledger, entry, at)
    if reverses not in ledger.entries:
        msg = f"cost ledger {ledger.id} has no entry {reverses!r} that could be reversed"
        raise refusals.UnknownEntryError(msg)
    if reversal := ledger.entries[reverses].reversed_by:
        msg = f"cost ledger {ledger.id}: entry {reverses} was reversed by {reversal}"
        raise refusals.AlreadyReversedError(msg)
    return [
        events.CostLedgerEntryReversed(
            cost_ledger_id=ledger.id, entry=entry, reverses=reverses, by=by, reason=reason, at=at
        )
    ]


# -------------------------------------------------------------------------------------


def _budget(cost: Cost, standard: ServiceStandard) -> Budget:
    return Budget(
        kind=cost.name,
        clause=cost.clause,
        amount=cost.amount,
        per=cost.per,
        times=_times(cost, standard),
    )


def _times(cost: Cost, standard: ServiceStandard) -> int:
    """Return how often in a year something is paid."""
    if cost.per == "once":
        return 1
    if cost.per != "campaign":
        return times_a_year(cost.per)
    campaigns = standard.quota(_CAMPAIGNS)
    if campaigns is None or not isinstance(campaigns.at_least, int):
        return 1
    return campaigns.at_least * times_a_year(campaigns.per)


def _must_fit(
    ledger: CostLedger, entry: str, amount: Decimal, entered_for: date, at: datetime
) -> None:
    _must_be_new(ledger, entry, at)
    must_be_a_date(entered_for=entered_for)
    if entered_for.year != ledger.year:
        msg = (
            f"cost ledger {ledger.id} is for {ledger.year}, "
            f"so entry {entry} for {entered_for} does not belong in it"
        )
        raise refusals.OtherYearError(msg)
    if not _is_a_sum(amount):
        msg = (
            f"cost ledger {ledger.id}: entry {entry} of {amount!r} {ledger.currency}; "
            "expected a Decimal above 0 in full cents"
        )
        raise refusals.BadAmountError(msg)


def _is_a_sum(amount: object) -> bool:
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount <= 0:
        return False
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= _A_CENT


def _must_be_new(ledger: CostLedger, entry: str, at: datetime) -> None:
    must_be_told(entry=entry)
    if at < ledger.changed_at:
        msg = (
            f"cost ledger {ledger.id} was last written at {ledger.changed_at.isoformat()}, "
            f"so entry {entry} was not made at {at.isoformat()}"
        )
        raise refusals.OutOfTurnError(msg)
    if entry in ledger.numbers:
        msg = f"cost ledger {ledger.id} has entry {entry} already"
        raise refusals.EntryExistsError(msg)
