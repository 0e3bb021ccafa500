"""Whenever a complaint is severe, higher levels respond at once, not when a deadline passes.

A major one brings in headquarters, the regional centre and the local branch; the
standard says which levels there are, and who answers for the complaint then.

Source: om2025:7.1a, pdr:5.3b.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from ..domain.complaint import Complaint, ComplaintAssessed, ComplaintEvent, decisions
from ..domain.events import Recorded
from ..domain.sla import facts_after
from ..domain.standard import Rulebook
from .wanted import Wanted


@attrs.frozen
class RespondOnThreeLevels:
    """The worse a complaint, the more of the organisation looks at it from the start."""

    rulebook: Rulebook
    name: ClassVar[str] = "three_levels"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (ComplaintAssessed,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Start the response when the severity is known."""
        match recorded.event:
            case ComplaintAssessed(at=at):
                return [Wanted(recorded.subject, lambda complaint: self._respond(complaint, at))]
            case _:
                return []

    def _respond(self, complaint: Complaint, at: datetime) -> list[ComplaintEvent]:
        standard = self.rulebook.standard(complaint.standard)
        told: list[ComplaintEvent] = []
        if levels := standard.setting("response_levels"):
            told += decisions.start_response(complaint, levels.values, clause=levels.clause, at=at)
        if start := standard.starting_level(facts_after(complaint.timeline)):
            told += decisions.escalate_at_once(
                complaint, to=start.level, clause=start.clause, at=at
            )
        return told
