"""Whenever a customer was told the outcome of a complaint, a revisit follows.

One follows each handling, since the customer decides whether it was the last
(pdr:5.4a, psp:3.4c, om2025:5.3d); the standard of the file says how soon.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

import attrs

from ..domain.complaint import Complaint, ComplaintFedBack
from ..domain.days import day_of
from ..domain.events import Recorded
from ..domain.relationship import (
    CustomerRelationship,
    RelationshipEvent,
    anchors,
    revisiting,
)
from ..domain.standard import Rulebook
from .customer_file import file_of
from .wanted import Consider


@attrs.frozen
class RevisitAfterComplaint:
    """Whoever complained is asked whether it was settled."""

    rulebook: Rulebook
    name: ClassVar[str] = "complaint_revisit"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (ComplaintFedBack,)

    def react(self, recorded: Recorded) -> list[Consider]:
        """Plan the revisit of the customer whose complaint it is."""
        match recorded.event:
            case ComplaintFedBack():
                return [Consider(recorded.subject, partial(self._of_customer, recorded=recorded))]
            case _:
                return []

    def _of_customer(self, complaint: Complaint, recorded: Recorded) -> Iterable[Consider]:
        return [file_of(complaint.customer_id, partial(self._plan, recorded=recorded))]

    def _plan(self, file: CustomerRelationship, recorded: Recorded) -> list[RelationshipEvent]:
        event, calendar = recorded.event, self.rulebook.calendar(file.calendar)
        outcome = anchors.complained(
            event.complaint_id, told_by=recorded.id, day=day_of(event.at, calendar)
        )
        return revisiting.plan_by_rules(
            file,
            self.rulebook.standard(file.standard).revisits,
            anchors=[outcome],
            calendar=calendar,
            at=event.at,
        )
