"""Whenever a case is complex, special or an emergency, it starts above the staff.

Source: om2025:2.1d; the standard says which level.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.sla import facts_after
from ..domain.standard import Rulebook
from ..domain.ticket import Ticket, TicketClassified, TicketEvent, decisions
from .wanted import Wanted


@attrs.frozen
class StartAtTheRightLevel:
    """Cases that need more than the staff do not wait for a deadline to get it."""

    rulebook: Rulebook
    name: ClassVar[str] = "starting_level"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketClassified,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Escalate a ticket at once if its standard starts it at a higher level."""
        match recorded.event:
            case TicketClassified(at=at):
                return [Wanted(recorded.subject, lambda ticket: self._escalate(ticket, at))]
            case _:
                return []

    def _escalate(self, ticket: Ticket, at: datetime) -> list[TicketEvent]:
        standard = self.rulebook.standard(ticket.standard)
        start = standard.starting_level(facts_after(ticket.timeline))
        if start is None or ticket.status.is_over:
            return []
        return decisions.escalate_at_once(ticket, to=start.level, clause=start.clause, at=at)
