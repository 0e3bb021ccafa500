"""Whenever a customer reports something, the department concerned deals with it.

Problems and suggestions go where the standard says, findings about quality to
those who answer for it (pdr:2.5a, 2.5b).  Each is also feedback, which is answered
and analysed in time (om2025:5.1d, 2.3c).
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import attrs

from ..domain.events import Recorded
from ..domain.improvement import Source
from ..domain.relationship import (
    CustomerRelationship,
    FindingKind,
    FindingRecorded,
    RelationshipEvent,
    findings,
)
from ..domain.standard import Rulebook
from .improving import improvement
from .wanted import Consider, Wanted

#: The settings in which standards name the departments that findings go to.
GO_TO = {
    FindingKind.PROBLEM: "problems_go_to",
    FindingKind.SUGGESTION: "suggestions_go_to",
    FindingKind.QUALITY: "quality_findings_go_to",
}


@attrs.frozen
class RouteFindings:
    """Nothing that a customer reports gets lost between departments."""

    rulebook: Rulebook
    name: ClassVar[str] = "findings"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (FindingRecorded,)

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Give the finding to its department."""
        match recorded.event:
            case FindingRecorded() as found:
                return [Wanted(recorded.subject, partial(self._route, found=found))]
            case _:
                return []

    def _route(self, file: CustomerRelationship, found: FindingRecorded) -> list[RelationshipEvent]:
        to = self.rulebook.standard(file.standard).setting(GO_TO[found.kind])
        if to is None or file.findings[found.finding].department:
            return []
        return findings.route(
            file, finding=found.finding, department=to.values[0], clause=to.clause, at=found.at
        )


@attrs.frozen
class LearnFromFindings:
    """What customers report makes us better: it is collected as feedback."""

    rulebook: Rulebook
    name: ClassVar[str] = "revisit_feedback"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (FindingRecorded,)

    def react(self, recorded: Recorded) -> list[Consider]:
        """Collect the finding under the standard of the customer's file."""
        match recorded.event:
            case FindingRecorded() as found:
                return [Consider(recorded.subject, partial(self._collect, found=found))]
            case _:
                return []

    def _collect(self, file: CustomerRelationship, found: FindingRecorded) -> list[Wanted]:
        wanted = improvement(
            f"{file.id}-finding-{found.finding}",
            source=Source.REVISIT if found.revisit else Source.CONVERSATION,
            about=found.what,
            origin=f"relationship/{file.id}",
            customer_id=file.id,
            at=found.at,
            rulebook=self.rulebook,
            standard=file.standard,
            calendar=file.calendar,
        )
        return [wanted]
