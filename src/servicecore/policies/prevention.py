"""Whenever a complaint was reported on, its repeat is prevented: that becomes an improvement.

The customer had the outcome from the complaint, so nobody waits for an answer.

Source: pdr:5.4b.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import attrs

from ..domain.complaint import Complaint, ComplaintReported
from ..domain.events import Recorded
from ..domain.improvement import Source
from ..domain.standard import Rulebook
from .improving import improvement
from .wanted import Consider, Wanted


@attrs.frozen
class PreventARepeat:
    """What was learnt from a complaint does not end in a report."""

    rulebook: Rulebook
    name: ClassVar[str] = "prevention"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (ComplaintReported,)

    def react(self, recorded: Recorded) -> list[Consider]:
        """Collect what the report says of prevention, under the standard of the complaint."""
        match recorded.event:
            case ComplaintReported() as reported:
                return [Consider(recorded.subject, partial(self._collect, reported=reported))]
            case _:
                return []

    def _collect(self, complaint: Complaint, reported: ComplaintReported) -> list[Wanted]:
        wanted = improvement(
            f"{complaint.id}-prevention",
            source=Source.COMPLAINT,
            about=f"{reported.prevention} ({reported.cause})",
            origin=f"complaint/{complaint.id}",
            at=reported.at,
            rulebook=self.rulebook,
            standard=complaint.standard,
            calendar=complaint.calendar,
        )
        return [wanted]
