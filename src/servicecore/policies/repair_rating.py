"""Whenever a repair is done, customer service is asked to rate it, within the time set.

The regulation leaves the time to the organisation (pdr:3.2c): where its
standard does not say, nothing is asked, and the desk names the time as missing.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.rating import Rating, RatingEvent
from ..domain.rating.decisions import request
from ..domain.standard import Rulebook
from ..domain.ticket import (
    Ticket,
    TicketEvent,
    TicketRatingRequested,
    TicketResolved,
    decisions,
)
from .wanted import Wanted

KIND = "rating"  #: What standards call such a case.


@attrs.frozen
class RateAfterTheRepair:
    """Each repair is rated once, by somebody else than whoever did it."""

    rulebook: Rulebook
    name: ClassVar[str] = "repair_rating"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (TicketResolved, TicketRatingRequested)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Request a rating when the ticket is resolved, and start its clock."""
        match recorded.event:
            case TicketResolved(by=by, at=at):
                return [Wanted(recorded.subject, lambda ticket: self._ask(ticket, by, at))]
            case TicketRatingRequested() as requested:
                wanted = f"rating/{requested.ticket_id}"
                return [Wanted(wanted, lambda rating: self._request(rating, requested))]
            case _:
                return []

    def _ask(self, ticket: Ticket, by: str, at: datetime) -> list[TicketEvent]:
        if not self.rulebook.standard(ticket.standard).terms(of=KIND).targets:
            return []
        return decisions.request_rating(ticket, by=by, at=at)

    def _request(
        self, rating: Rating | None, requested: TicketRatingRequested
    ) -> list[RatingEvent]:
        if rating is not None:
            return []
        return request(
            requested.ticket_id,
            ticket_id=requested.ticket_id,
            product=requested.product,
            team=requested.team,
            person=requested.person,
            standard=requested.standard,
            calendar=requested.calendar,
            at=requested.at,
            terms=self.rulebook.terms(requested.standard, requested.calendar, of=KIND),
        )
