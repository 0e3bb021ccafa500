"""Whenever a ticket is merged into another, that one goes on for both; one split off is opened.

House choice: the customer who has waited longest decides what is due after a
merge; a request found in another ticket is promised anew.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.standard import Rulebook
from ..domain.ticket import (
    Kind,
    Ticket,
    TicketEvent,
    TicketMerged,
    TicketSplit,
    decisions,
    evolve,
)
from .wanted import Wanted


@attrs.frozen
class GoOnForBoth:
    """The ticket that is left takes over the older clocks of the one that is gone."""

    rulebook: Rulebook
    name: ClassVar[str] = "merging"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketMerged,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Let the other ticket absorb a merged one."""
        match recorded.event:
            case TicketMerged() as merged:
                left = f"ticket/{merged.into}"
                return [Wanted(left, lambda ticket: self._absorb(ticket, merged))]
            case _:
                return []

    def _absorb(self, ticket: Ticket | None, merged: TicketMerged) -> list[TicketEvent]:
        if ticket is None or ticket.status.is_over:
            return []
        terms = self.rulebook.terms(ticket.standard, ticket.calendar)
        return decisions.absorb(
            ticket, other=merged.ticket_id, carried=merged.carried, at=merged.at, terms=terms
        )


@attrs.frozen
class OpenWhatWasSplitOff:
    """The second request found in a ticket becomes a ticket of its own."""

    rulebook: Rulebook
    name: ClassVar[str] = "splitting"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketSplit,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Open the new ticket for the same customer and product."""
        match recorded.event:
            case TicketSplit() as split:
                return [Wanted(f"ticket/{split.into}", lambda ticket: self._open(ticket, split))]
            case _:
                return []

    def _open(self, ticket: Ticket | None, split: TicketSplit) -> list[TicketEvent]:
        if ticket is not None:
            return []
        terms = self.rulebook.terms(split.standard, split.calendar)
        opened = decisions.open_ticket(
            split.into,
            customer_id=split.customer_id,
            channel=split.channel,
            product=split.product,
            model=split.model,
            fault=split.fault,
            contact=split.contact,
            area=split.area,
            grade=split.grade,
            standard=split.standard,
            calendar=split.calendar,
            at=split.at,
            terms=terms,
        )
        if split.priority is None:
            return opened
        new = evolve(None, opened[0])
        kind = split.kind or Kind.GENERAL
        return opened + decisions.classify(new, split.priority, kind=kind, at=split.at, terms=terms)
