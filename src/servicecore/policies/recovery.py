"""Whenever we let a customer down, we set out to make up for it: once, not once per failure.

That is: a deadline that passed, a complaint that was not settled, a low answer to a
survey.  Source: pdr:3.3b, om2025:7.2a; one recovery at a time is a house choice.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import attrs

from ..domain.case import LevelEvent
from ..domain.complaint import Complaint, ComplaintDissatisfied, ComplaintEscalated
from ..domain.events import Recorded
from ..domain.relationship import standing
from ..domain.standard import Rulebook, ServiceStandard
from ..domain.survey import SurveyAnswered
from ..domain.ticket import Ticket, TicketEscalated
from .customer_file import file_of
from .wanted import Consider


@attrs.frozen
class RecoverOnce:
    """A customer who was let down hears from us."""

    rulebook: Rulebook
    name: ClassVar[str] = "recovery"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (
        TicketEscalated,
        ComplaintEscalated,
        ComplaintDissatisfied,
        SurveyAnswered,
    )

    def react(self, recorded: Recorded) -> list[Consider]:
        """Begin a recovery for the customer concerned, unless one is open."""
        match recorded.event:
            case SurveyAnswered(dissatisfied=True, customer_id=customer_id, about=about):
                return [_recovery(recorded, customer_id, f"dissatisfied with {about}")]
            case ComplaintDissatisfied(reason=reason):
                why = f"{recorded.subject} was not settled: {reason}"
                return [Consider(recorded.subject, partial(_of_case, recorded=recorded, why=why))]
            case TicketEscalated() | ComplaintEscalated():
                return [Consider(recorded.subject, partial(self._if_broken, recorded=recorded))]
            case _:
                return []

    def _if_broken(self, case: Ticket | Complaint, recorded: Recorded) -> list[Consider]:
        standard, escalated = self.rulebook.standard(case.standard), recorded.event
        if not _is_broken(standard, recorded.subject.partition("/")[0], escalated):
            return []
        return _of_case(case, recorded, f"{recorded.subject}: {escalated.clock} was late")


def _is_broken(standard: ServiceStandard, kind: str, escalated: LevelEvent) -> bool:
    """Tell whether a level was reached because time was up, not as a warning or at the start."""
    return any(
        rung.share >= 1
        for target in standard.targets
        if (target.of, target.clock) == (kind, escalated.clock)
        for rung in target.ladder
        if rung.name == escalated.rung
    )


def _of_case(case: Ticket | Complaint, recorded: Recorded, why: str) -> list[Consider]:
    return [_recovery(recorded, case.customer_id, why)]


def _recovery(recorded: Recorded, customer_id: str, why: str) -> Consider:
    begin = partial(standing.recover, reason=why, because_of=recorded.id, at=recorded.occurred_at)
    return file_of(customer_id, begin)
