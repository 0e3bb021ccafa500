"""The ledger of a year as its entries leave it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from . import events
from .events import Budget, CostLedgerEvent


@attrs.frozen(kw_only=True)
class Entry:
    """A line of the ledger; one that was *reversed_by* another does not count any more."""

    number: str
    kind: str
    amount: Decimal
    entered_for: date
    subject: str
    is_benefit: bool = False
    reversed_by: str = ""

    @property
    def counts(self) -> bool:
        """Whether nobody took it back."""
        return not self.reversed_by


@attrs.frozen(kw_only=True)
class CostLedger:
    """What service cost in a year, and what it brought."""

    id: str
    year: int
    currency: str
    budgets: tuple[Budget, ...]
    standard: str
    calendar: str
    changed_at: datetime
    entries: Mapping[str, Entry] = attrs.field(factory=dict)

    @property
    def numbers(self) -> set[str]:
        """Every number that was given, to an entry or to what took one back."""
        taken_back = {each.reversed_by for each in self.entries.values() if not each.counts}
        return {*self.entries, *taken_back}

    @property
    def spent(self) -> Decimal:
        """All costs that count."""
        return sum((each.amount for each in self._counting(is_benefit=False)), Decimal())

    @property
    def gained(self) -> Decimal:
        """All benefits that count."""
        return sum((each.amount for each in self._counting(is_benefit=True)), Decimal())

    def _counting(self, *, is_benefit: bool) -> list[Entry]:
        return [
            each for each in self.entries.values() if each.counts and each.is_benefit is is_benefit
        ]


def evolve(ledger: CostLedger | None, event: CostLedgerEvent) -> CostLedger:
    """Return *ledger* as *event* leaves it; there is none before it is opened.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if ledger is None:
        return _opened(event)
    must_belong(event, "cost_ledger_id", ledger.id, "the history of cost ledger")
    if isinstance(event, events.CostLedgerOpened) or event.entry in ledger.numbers:
        msg = f"{event} cannot come twice in the history of cost ledger {ledger.id}"
        raise ImpossibleHistoryError(msg)
    return attrs.evolve(
        ledger,
        changed_at=event.at,
        entries=_entries(ledger, event),
    )


def _opened(event: CostLedgerEvent) -> CostLedger:
    event = must_begin(event, events.CostLedgerOpened, "the cost ledger was opened")
    return CostLedger(
        id=event.cost_ledger_id,
        year=event.year,
        currency=event.currency,
        budgets=event.budgets,
        standard=event.standard,
        calendar=event.calendar,
        changed_at=event.at,
    )


def _entries(ledger: CostLedger, event: Any) -> Mapping[str, Entry]:
    if isinstance(event, events.CostLedgerEntryReversed):
        entry = ledger.entries.get(event.reverses)
        if entry is None or not entry.counts:
            msg = f"{event} takes back an entry that cost ledger {ledger.id} does not hold"
            raise ImpossibleHistoryError(msg)
        return {**ledger.entries, entry.number: attrs.evolve(entry, reversed_by=event.entry)}
    entry = Entry(
        number=event.entry,
        kind=event.kind,
        amount=event.amount,
        entered_for=event.entered_for,
        subject=event.subject,
        is_benefit=isinstance(event, events.CostLedgerBenefitEntered),
    )
    return {**ledger.entries, entry.number: entry}
