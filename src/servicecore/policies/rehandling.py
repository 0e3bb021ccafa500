"""Whenever a customer is not satisfied with the handling of a complaint, it is handled again.

Source: pdr:5.4a, om2025:5.3d.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from ..domain.complaint import Complaint, ComplaintDissatisfied, ComplaintEvent, ending
from ..domain.events import Recorded
from ..domain.standard import Rulebook
from .wanted import Wanted


@attrs.frozen
class HandleAgain:
    """Nobody has to remember the dissatisfied: their complaint goes on by itself."""

    rulebook: Rulebook
    name: ClassVar[str] = "rehandling"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (ComplaintDissatisfied,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Take the complaint up again at the moment the customer said so."""
        match recorded.event:
            case ComplaintDissatisfied(at=at):
                return [Wanted(recorded.subject, lambda complaint: self._again(complaint, at))]
            case _:
                return []

    def _again(self, complaint: Complaint, at: datetime) -> list[ComplaintEvent]:
        if complaint.status.is_settled:
            return []
        terms = self.rulebook.terms(complaint.standard, complaint.calendar, of="complaint")
        return ending.take_up_again(complaint, at=at, terms=terms)
