"""The counter for costs: a ledger a year, corrected by reversal alone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Unpack

import attrs

from ..domain.cost_ledger import CostLedger, decisions
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import COST_LEDGER


@attrs.frozen
class Costs(Counter[CostLedger]):
    """Enters what service cost and what it brought, in the ledger of its year.

    Amounts are Decimals, in CNY.  Every command may say when it happened
    (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> Costs:
        """Open the counter."""
        return cls(Drawer(office, "cost_ledger", COST_LEDGER))

    def open(
        self,
        ledger_id: str,
        *,
        year: int,
        is_first: bool = False,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Open the ledger of a year; what is paid once is budgeted in the *first*.

        Raises:
            RecordExistsError: If the number is taken.
        """
        office = self._drawer.office
        return self._drawer.begin(
            ledger_id,
            decisions.open_ledger,
            why,
            at,
            year=year,
            is_first=is_first,
            standard=office.standard,
            calendar=office.calendar,
        )

    def enter(
        self,
        ledger_id: str,
        *,
        entry: str,
        kind: str,
        amount: Decimal,
        entered_for: date,
        subject: str,
        note: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Enter what something cost, and for which subject, such as ``training/TR-1``."""
        return self._drawer.decide(
            ledger_id,
            decisions.enter_cost,
            why,
            at,
            entry=entry,
            kind=kind,
            amount=amount,
            entered_for=entered_for,
            subject=subject,
            note=note,
        )

    def enter_benefit(
        self,
        ledger_id: str,
        *,
        entry: str,
        kind: str,
        amount: Decimal,
        entered_for: date,
        subject: str,
        assuming: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Enter what was gained, and what must be true for it."""
        return self._drawer.decide(
            ledger_id,
            decisions.enter_benefit,
            why,
            at,
            entry=entry,
            kind=kind,
            amount=amount,
            entered_for=entered_for,
            subject=subject,
            assuming=assuming,
        )

    def reverse(
        self,
        ledger_id: str,
        *,
        entry: str,
        reverses: str,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take a wrong entry back by another; both stay on record."""
        return self._drawer.decide(
            ledger_id,
            decisions.reverse,
            why,
            at,
            entry=entry,
            reverses=reverses,
            by=by,
            reason=reason,
        )
