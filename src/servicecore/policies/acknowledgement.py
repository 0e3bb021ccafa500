"""Whenever a customer asks for help, they are told at once that the request arrived.

Source: om2025:4.2a, psp:3.2a.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.standard import Rulebook
from ..domain.ticket import Ticket, TicketEvent, TicketOpened, decisions
from .wanted import Wanted


@attrs.frozen
class AcknowledgeAtOnce:
    """The automatic reply, which is not an answer and stops no response clock."""

    rulebook: Rulebook
    name: ClassVar[str] = "acknowledgement"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketOpened,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Acknowledge a request at the moment it is made."""
        match recorded.event:
            case TicketOpened() as opened:
                return [Wanted(recorded.subject, lambda ticket: self._reply(ticket, opened))]
            case _:
                return []

    def _reply(self, ticket: Ticket, opened: TicketOpened) -> list[TicketEvent]:
        if ticket.acknowledged_at is not None or ticket.status.is_over:
            return []
        terms = self.rulebook.terms(ticket.standard, ticket.calendar)
        return decisions.acknowledge(ticket, automatic=True, at=opened.at, terms=terms)
