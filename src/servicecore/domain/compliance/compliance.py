"""The compliance check of a period as its history leaves it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_belong
from ..reminders import Reminders, outstanding
from . import events
from .check import Check, Verdict
from .events import ComplianceEvent


@attrs.frozen(kw_only=True)
class Compliance:
    """When a period is to be checked, how often it was, and what came of it the last time."""

    id: str
    first: date
    until: date
    standard: str
    calendar: str
    begun_at: datetime
    due_on: date | None = None
    times_checked: int = 0
    checked_at: datetime | None = None
    checked_by: str = ""
    read_at: int = 0
    checks: tuple[Check, ...] = ()
    reminders: Reminders = ()

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that found something, the last time."""
        return tuple(each for each in self.checks if each.verdict is Verdict.FAIL)


def evolve(compliance: Compliance | None, event: ComplianceEvent) -> Compliance:
    """Return *compliance* as *event* leaves it.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    compliance = compliance or _begun(event)
    must_belong(event, "compliance_id", compliance.id, "the history of compliance check")
    reminders = outstanding(compliance.reminders, event)
    return attrs.evolve(compliance, reminders=reminders, **_facts(compliance, event))


def _begun(event: ComplianceEvent) -> Compliance:
    if not isinstance(event, events.ComplianceScheduled | events.ComplianceChecked):
        msg = f"{event} cannot come before the check was scheduled"
        raise ImpossibleHistoryError(msg)
    return Compliance(
        id=event.compliance_id,
        first=event.first,
        until=event.until,
        standard=event.standard,
        calendar=event.calendar,
        begun_at=event.at,
    )


def _facts(compliance: Compliance, event: ComplianceEvent) -> dict[str, Any]:
    match event:
        case events.ComplianceDue():
            return {}
        case events.ComplianceScheduled() if compliance.due_on is None:
            return {"due_on": event.due_on}
        case events.ComplianceChecked(number=number) if number == compliance.times_checked + 1:
            return {
                "times_checked": number,
                "checked_at": event.at,
                "checked_by": event.by,
                "read_at": event.read_at,
                "checks": event.checks,
            }
        case _:
            msg = f"{event} is out of turn: {compliance.times_checked} checks are on record"
            raise ImpossibleHistoryError(msg)
