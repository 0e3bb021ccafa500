"""The counter for spare parts: the ledger of what comes in, goes out, and is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Unpack

import attrs

from ..domain.spare_part import Source, SparePart, clearing, decisions, issuing, purchasing
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import SPARE_PART


@attrs.frozen
class SpareParts(Counter[SparePart]):
    """Keeps the ledger of each part, batch by batch.

    Every command may say when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> SpareParts:
        """Open the counter."""
        return cls(Drawer(office, "spare_part", SPARE_PART))

    def register(
        self,
        number: str,
        *,
        name: str,
        reorder_level: int,
        count_months: int = 0,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Begin the ledger of a part; its books are counted every *count_months*, if any.

        Raises:
            RecordExistsError: If the number is taken.
        """
        office = self._drawer.office
        return self._drawer.begin(
            number,
            decisions.register,
            why,
            at,
            name=name,
            reorder_level=reorder_level,
            count_months=count_months,
            standard=office.standard.reference,
            calendar=office.calendar,
        )

    def set_reorder_level(
        self,
        number: str,
        level: int,
        *,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Ask for more sooner or later than before."""
        return self._drawer.decide(
            number, decisions.set_reorder_level, why, at, level=level, reason=reason
        )

    # --- What comes in ----------------------------------------------------------------

    def authorise(
        self,
        number: str,
        *,
        supplier: str,
        evidence: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let a third party supply the part."""
        return self._drawer.decide(
            number, purchasing.authorise, why, at, supplier=supplier, evidence=evidence
        )

    def purchase(
        self,
        number: str,
        *,
        batch: str,
        quantity: int,
        source: Source | str,
        supplier: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Order a batch of genuine parts, or of an authorised supplier."""
        return self._drawer.decide(
            number,
            purchasing.purchase,
            why,
            at,
            batch=batch,
            quantity=quantity,
            source=source,
            supplier=supplier,
        )

    def end_purchase(
        self,
        number: str,
        *,
        batch: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Stop waiting for what is missing of a batch."""
        return self._drawer.decide(
            number, purchasing.end_purchase, why, at, batch=batch, reason=reason
        )

    def receive(
        self,
        number: str,
        *,
        batch: str,
        quantity: int,
        expires_on: date | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take in what came of a batch."""
        return self._drawer.decide_by_calendar(
            number,
            purchasing.receive,
            why,
            at,
            batch=batch,
            quantity=quantity,
            expires_on=expires_on,
        )

    def store(
        self, number: str, *, batch: str, place: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Put a batch in its place."""
        return self._drawer.decide(number, purchasing.store, why, at, batch=batch, place=place)

    # --- What goes out ----------------------------------------------------------------

    def reserve(
        self,
        number: str,
        *,
        ticket_id: str,
        quantity: int,
        batch: str | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Set pieces aside for a ticket; of the batch that expires first, if none is named."""
        return self._drawer.decide_by_calendar(
            number, issuing.reserve, why, at, ticket_id=ticket_id, quantity=quantity, batch=batch
        )

    def release(
        self,
        number: str,
        *,
        ticket_id: str,
        batch: str,
        quantity: int,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Free pieces that were set aside for a ticket."""
        return self._drawer.decide(
            number,
            issuing.release,
            why,
            at,
            ticket_id=ticket_id,
            batch=batch,
            quantity=quantity,
            reason=reason,
        )

    def issue(
        self,
        number: str,
        *,
        ticket_id: str,
        batch: str,
        quantity: int,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Hand out pieces for a ticket."""
        return self._drawer.decide_by_calendar(
            number,
            issuing.issue,
            why,
            at,
            ticket_id=ticket_id,
            batch=batch,
            quantity=quantity,
            by=by,
        )

    def use(
        self,
        number: str,
        *,
        ticket_id: str,
        batch: str,
        quantity: int,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Put on record that pieces issued to a ticket were built in."""
        return self._drawer.decide(
            number, issuing.use, why, at, ticket_id=ticket_id, batch=batch, quantity=quantity, by=by
        )

    def bring_back(
        self,
        number: str,
        *,
        ticket_id: str,
        batch: str,
        quantity: int,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take back pieces that were issued to a ticket and not used."""
        return self._drawer.decide(
            number,
            issuing.bring_back,
            why,
            at,
            ticket_id=ticket_id,
            batch=batch,
            quantity=quantity,
            by=by,
        )

    # --- What is counted and cleared --------------------------------------------------

    def count(
        self,
        number: str,
        *,
        counted: Mapping[str, int],
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Count the pieces of every batch against the books."""
        return self._drawer.decide_by_calendar(
            number, clearing.count, why, at, counted=counted, by=by
        )

    def adjust(
        self,
        number: str,
        *,
        batch: str,
        change: int,
        by: str,
        reason: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Bring the books in line with what is there, for a reason."""
        return self._drawer.decide(
            number, clearing.adjust, why, at, batch=batch, change=change, by=by, reason=reason
        )

    def scrap(
        self,
        number: str,
        *,
        batch: str,
        quantity: int,
        reason: str,
        attested_by: str,
        attestation: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Throw pieces away; somebody attests how their waste was handled."""
        return self._drawer.decide(
            number,
            clearing.scrap,
            why,
            at,
            batch=batch,
            quantity=quantity,
            reason=reason,
            attested_by=attested_by,
            attestation=attestation,
        )
