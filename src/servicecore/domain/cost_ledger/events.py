"""What can stand in the ledger of a year: what service cost, and what it brought (psp:5.1b)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import attrs

from ..events import event, fact
from ..figures import CostCycle
from ..moments import instant


@attrs.frozen(kw_only=True)
class Budget:
    """What may be spent on something in the year: *times* the *amount*, so much *per* cycle."""

    kind: str
    clause: str
    amount: Decimal
    per: CostCycle
    times: int

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.amount * self.times


@fact
class _Fact:
    """Something that happened to the ledger."""

    cost_ledger_id: str
    at: datetime = instant()


@event("cost_ledger.opened")
class CostLedgerOpened(_Fact):
    """The ledger of a year was opened, with what may be spent."""

    year: int
    currency: str
    budgets: tuple[Budget, ...]
    standard: str
    calendar: str


@event("cost_ledger.cost_entered")
class CostLedgerCostEntered(_Fact):
    """Something was spent, on what and for which subject, such as ``training/TR-1``."""

    entry: str
    kind: str
    amount: Decimal
    entered_for: date
    subject: str
    note: str


@event("cost_ledger.benefit_entered")
class CostLedgerBenefitEntered(_Fact):
    """Something was gained; *assuming* says what must be true for it (psp:5.2b)."""

    entry: str
    kind: str
    amount: Decimal
    entered_for: date
    subject: str
    assuming: str


@event("cost_ledger.entry_reversed")
class CostLedgerEntryReversed(_Fact):
    """An entry was wrong: this one takes it back, and both stay."""

    entry: str
    reverses: str
    by: str
    reason: str


CostLedgerEvent = (
    CostLedgerOpened | CostLedgerCostEntered | CostLedgerBenefitEntered | CostLedgerEntryReversed
)
