"""Whenever a complaint is about the quality of a product, a repair begins at once.

The complaint puts the request on record first; the ticket follows from that, so
the history of each says where it came from.

Source: om2025:5.3b.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import attrs

from ..domain.complaint import ComplaintClassified, ComplaintRepairRequested, decisions
from ..domain.events import Recorded
from ..domain.relationship import CustomerRelationship
from ..domain.standard import Rulebook
from ..domain.ticket import Ticket, TicketEvent
from ..domain.ticket.decisions import open_ticket
from .wanted import Consider, Wanted


@attrs.frozen
class RepairWhatIsComplainedOf:
    """Customers with a bad product need it repaired, whatever becomes of their complaint."""

    rulebook: Rulebook
    name: ClassVar[str] = "complaint_repair"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (ComplaintClassified, ComplaintRepairRequested)

    def react(self, recorded: Recorded) -> Sequence[Wanted | Consider]:
        """Request a repair when the category is known, and open its ticket."""
        match recorded.event:
            case ComplaintClassified(at=at):
                request = decisions.request_repair
                return [Wanted(recorded.subject, lambda complaint: request(complaint, at=at))]
            case ComplaintRepairRequested() as requested:
                customer = f"relationship/{requested.customer_id}"
                return [Consider(customer, lambda file: [self._wanted(requested, file)])]
            case _:
                return []

    def _wanted(
        self, requested: ComplaintRepairRequested, file: CustomerRelationship | None
    ) -> Wanted:
        grade = file.grade.value if file else ""

        def decide(ticket: Ticket | None) -> list[TicketEvent]:
            return self._open(requested, grade) if ticket is None else []

        return Wanted(f"ticket/{requested.ticket_id}", decide)

    def _open(self, requested: ComplaintRepairRequested, grade: str) -> list[TicketEvent]:
        return open_ticket(
            requested.ticket_id,
            customer_id=requested.customer_id,
            channel=requested.channel,
            product=requested.product,
            model=requested.model,
            fault=requested.fault,
            contact=requested.contact,
            grade=grade,
            standard=requested.standard,
            calendar=requested.calendar,
            at=requested.at,
            terms=self.rulebook.terms(requested.standard, requested.calendar),
        )
