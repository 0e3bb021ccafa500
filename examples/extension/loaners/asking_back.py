"""Whenever a ticket is closed for which a device was lent, the customer is asked for it (ours:2.1).

How long they have stands in the standard under which it was lent.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from servicecore.domain.days import day_of, end_of
from servicecore.domain.ticket import TicketClosed
from servicecore.extending import Recorded, Rulebook, Wanted

from .decisions import ask_back
from .events import LoanerEvent
from .loaner import Loaner


@attrs.frozen
class AskItBack:
    """Nobody has to remember which devices are out."""

    rulebook: Rulebook
    name: ClassVar[str] = "asking_back"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketClosed,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Ask in the moment the ticket is closed."""
        match recorded.event:
            case TicketClosed(ticket_id=number, at=at):
                return [Wanted(f"loaner/{number}", lambda loaner: self._ask(loaner, at))]
            case _:
                return []

    def _ask(self, loaner: Loaner | None, at: datetime) -> list[LoanerEvent]:
        if loaner is None:
            return []  # No device was lent for this ticket.
        calendar = self.rulebook.calendar(loaner.calendar)
        time_to_return = self.rulebook.standard(loaner.standard).duration("loaner_return")
        if time_to_return is None or time_to_return.at_most is None:
            return []  # The standard leaves it to the customer.
        last_day = time_to_return.at_most.after(day_of(at, calendar))
        return ask_back(loaner, by=end_of(last_day, calendar), at=at)
