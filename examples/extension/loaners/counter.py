"""The counter for loaners: ``desk.counter(Loaners)``."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

import attrs

from servicecore.extending import Counter, Drawer, Fold, Office, Receipt, Why

from . import decisions
from .loaner import Loaner, evolve
from .loans import LOANS, Loan

LOANER: Fold[Loaner] = Fold(evolve, name="loaner")


@attrs.frozen
class Loaners(Counter[Loaner]):
    """Lends devices, and takes them in again."""

    @classmethod
    def of(cls, office: Office) -> Loaners:
        """Open the counter."""
        return cls(Drawer(office, "loaner", LOANER))

    def lend(
        self,
        ticket_id: str,
        *,
        device: str,
        customer_id: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Lend a device for as long as a ticket is open."""
        office = self._drawer.office
        kept_under = {"standard": office.standard.reference, "calendar": office.calendar.reference}
        facts = {"device": device, "customer_id": customer_id, **kept_under}
        return self._drawer.begin(ticket_id, decisions.lend, why, at, **facts)

    def bring_back(
        self, ticket_id: str, *, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Take the device in again."""
        return self._drawer.decide(ticket_id, decisions.bring_back, why, at)

    def out(self) -> list[Loan]:
        """Return every loan whose device is away, the oldest first."""
        loans = LOANS.every(self._drawer.office.rows(LOANS.name))
        return sorted((each for each in loans if not each.back_at), key=lambda each: each.lent_at)
