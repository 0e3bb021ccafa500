"""Whenever a deadline comes near or passes, the next level is told.

First whoever has the ticket is warned, then it goes from staff to supervisor to
manager (om2025:2.2e); the standard says how soon.  The list of deadlines is only a
reminder.  The ticket decides whether a level is really reached: it may have been
answered a moment ago, and it records each level once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Protocol

import attrs

from ..domain.case import Case
from ..domain.sla import Terms
from ..domain.standard import Rulebook
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


class WhenDue(Protocol):
    """The decision to take about a case when a deadline of it has passed."""

    def __call__(self, case: Any, /, *, at: datetime, terms: Terms) -> Iterable[Any]:
        """Return what goes on record."""


@attrs.frozen
class EscalateByDeadline:
    """Fires what is due, once per level, however often it is asked.

    *verbs* holds, by kind of case, the decision to take; *promised_as* what standards
    call cases of a kind, where that is another word.
    """

    rulebook: Rulebook
    verbs: Mapping[str, WhenDue]
    promised_as: Mapping[str, str] = attrs.field(factory=dict)
    name: ClassVar[str] = "escalation"
    version: ClassVar[str] = "1"

    def what_is_due(self, passed: Iterable[Passed], *, now: datetime) -> list[Due]:
        """Let each case with a deadline that has *passed* look at its clocks, once."""
        first_of_each: dict[str, Passed] = {}
        for deadline in passed:
            first_of_each.setdefault(deadline.subject, deadline)
        return [self._due(each, now) for each in first_of_each.values()]

    def _due(self, deadline: Passed, now: datetime) -> Due:
        kind, _, _ = deadline.subject.partition("/")
        return Due(
            deadline.subject,
            lambda case: self._decide(kind, case, now),
            told_by=deadline.told_by,
            correlation_id=deadline.correlation_id,
        )

    def _decide(self, kind: str, case: Case, now: datetime) -> Iterable[Any]:
        of = self.promised_as.get(kind, kind)
        terms = self.rulebook.terms(case.standard, case.calendar, of=of)
        return self.verbs[kind](case, at=now, terms=terms)
