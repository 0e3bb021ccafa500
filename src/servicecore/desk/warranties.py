"""The counter for warranties: what is repaired free of charge, and what the rest costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Unpack

import attrs

from ..domain.days import day_of
from ..domain.warranty import PRODUCT, FeeLine, Warranty, decisions, repairs
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer
from .office import Office, Why
from .registry import WARRANTY


@attrs.frozen
class Warranties(Counter[Warranty]):
    """Grants warranties, one a serial number, and judges repairs by them.

    Every command may say when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> Warranties:
        """Open the counter."""
        return cls(Drawer(office, "warranty", WARRANTY, clause="tender:1.2c"))

    # --- It is given, prolonged, and ends ---------------------------------------------

    def grant(
        self,
        serial: str,
        *,
        product: str,
        customer_id: str,
        delivered_on: date,
        months: int | None = None,
        key_parts: Mapping[str, int] | None = None,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Cover a product from its delivery, as long as the standard says if no *months* are told.

        Raises:
            RecordExistsError: If the serial number has a warranty.
            RefusedError: If a term is not within what the standard promises.
        """
        office = self._drawer.office
        return self._drawer.begin(
            serial,
            decisions.grant,
            why,
            at,
            product=product,
            customer_id=customer_id,
            delivered_on=delivered_on,
            months=months,
            key_parts=key_parts,
            standard=office.standard,
            calendar=office.calendar,
        )

    def extend(
        self,
        serial: str,
        *,
        months: int,
        reason: str,
        part: str = PRODUCT,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Cover the product, or a key part, for so many months more."""
        return self._drawer.decide(
            serial,
            decisions.extend,
            why,
            at,
            months=months,
            part=part,
            reason=reason,
            standard=self._drawer.standard_of(serial),
            calendar=self._drawer.calendar_of(serial),
        )

    def void(
        self, serial: str, *, by: str, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Let a warranty count no more, for a reason."""
        return self._drawer.decide(serial, decisions.void, why, at, by=by, reason=reason)

    # --- A repair ---------------------------------------------------------------------

    def decide_coverage(
        self,
        serial: str,
        *,
        ticket_id: str,
        by: str,
        fault_on: date | None = None,
        part: str = PRODUCT,
        excluded_because: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Decide whether a repair is free; the fault is of today, if no day is told."""
        calendar, moment = self._drawer.calendar_of(serial), self._drawer.office.moment(at)
        return self._drawer.decide(
            serial,
            repairs.decide_coverage,
            why,
            moment,
            ticket_id=ticket_id,
            by=by,
            fault_on=day_of(moment, calendar) if fault_on is None else fault_on,
            part=part,
            excluded_because=excluded_because,
            calendar=calendar,
        )

    def offer_fees(
        self,
        serial: str,
        *,
        ticket_id: str,
        lines: Iterable[FeeLine],
        currency: str = "CNY",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Tell the customer, line by line, what a repair costs that is not covered."""
        offered = tuple(lines)  # The log may decide twice.
        return self._drawer.decide(
            serial,
            repairs.offer_fees,
            why,
            at,
            ticket_id=ticket_id,
            lines=offered,
            currency=currency,
        )

    def accept_fees(
        self,
        serial: str,
        *,
        ticket_id: str,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take the customer's word that they pay what was offered."""
        return self._drawer.decide(serial, repairs.accept_fees, why, at, ticket_id=ticket_id, by=by)

    def decline_fees(
        self,
        serial: str,
        *,
        ticket_id: str,
        by: str,
        reason: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take the customer's word that they do not want the repair at this price."""
        return self._drawer.decide(
            serial, repairs.decline_fees, why, at, ticket_id=ticket_id, by=by, reason=reason
        )

    def begin_repair(
        self,
        serial: str,
        *,
        ticket_id: str,
        by: str,
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Let work begin: it is covered, or the customer accepted its price."""
        return self._drawer.decide(
            serial, repairs.begin_repair, why, at, ticket_id=ticket_id, by=by
        )
