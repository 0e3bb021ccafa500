"""Whenever a deadline comes near or passes, the next level is told.

First whoever has the ticket is warned, then it goes from staff to supervisor to
manager (om2025:2.2e); how soon, is the standard's to say.  The list of deadlines
is only a reminder.  Whether a level is really reached is decided by the ticket,
which may have been answered a moment ago, and which records each level once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Protocol

import attrs

from ..domain.standard import Rulebook
from ..domain.ticket import Ticket, TicketEvent, decisions
from .wanted import Due


class Passed(Protocol):
    """A deadline that has passed, as the list of deadlines tells it."""

    @property
    def subject(self) -> str:
        """Whose it is."""

    @property
    def told_by(self) -> str:
        """The event that set it."""

    @property
    def correlation_id(self) -> str:
        """The chain of events it belongs to."""


@attrs.frozen
class EscalateByDeadline:
    """Fires what is due, once a level, whoever asks and however often."""

    rulebook: Rulebook
    name: ClassVar[str] = "escalation"
    version: ClassVar[str] = "1"

    def what_is_due(self, passed: Iterable[Passed], *, now: datetime) -> list[Due]:
        """Let each case with a deadline that has *passed* look at its clocks, once."""
        first_of_each: dict[str, Passed] = {}
        for deadline in passed:
            first_of_each.setdefault(deadline.subject, deadline)
        return [self._due(each, now) for each in first_of_each.values()]

    def _due(self, deadline: Passed, now: datetime) -> Due:
        return Due(
            deadline.subject,
            lambda ticket: self._escalate(ticket, now),
            told_by=deadline.told_by,
            correlation_id=deadline.correlation_id,
        )

    def _escalate(self, ticket: Ticket, now: datetime) -> list[TicketEvent]:
        terms = self.rulebook.terms(ticket.standard, ticket.calendar)
        return decisions.escalate_if_due(ticket, at=now, terms=terms)
