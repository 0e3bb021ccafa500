"""Whenever a repair is done, customer service is asked to rate it, within the time set.

The regulation leaves the time to the organisation (pdr:3.2c): where its
standard does not say, nothing is asked, and the desk names the time as missing.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.rating import Rating, RatingEvent
from ..domain.rating.decisions import request
from ..domain.standard import Rulebook
from ..domain.ticket import Ticket, TicketResolved
from .wanted import Consider, Wanted

KIND = "rating"  #: What standards call such a case.


@attrs.frozen
class RateAfterTheRepair:
    """Each repair is rated once, and not by the person who did it."""

    rulebook: Rulebook
    name: ClassVar[str] = "repair_rating"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketResolved,)

    def react(self, recorded: Recorded) -> list[Consider]:
        """Request a rating when a ticket is resolved."""
        match recorded.event:
            case TicketResolved() as resolved:
                return [Consider(recorded.subject, partial(self._ask, resolved=resolved))]
            case _:
                return []

    def _ask(self, ticket: Ticket, resolved: TicketResolved) -> list[Wanted]:
        if not self.rulebook.standard(ticket.standard).terms(of=KIND).targets:
            return []
        rate = partial(self._request, ticket=ticket, resolved=resolved)
        return [Wanted(f"rating/{ticket.id}", rate)]

    def _request(
        self, rating: Rating | None, *, ticket: Ticket, resolved: TicketResolved
    ) -> list[RatingEvent]:
        if rating is not None:
            return []
        return request(
            ticket.id,
            ticket_id=ticket.id,
            product=ticket.product,
            team=ticket.team or "",
            person=resolved.by,
            standard=ticket.standard,
            calendar=ticket.calendar,
            at=resolved.at,
            terms=self.rulebook.terms(ticket.standard, ticket.calendar, of=KIND),
        )
