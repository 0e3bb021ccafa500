"""What can be decided about the compliance check of a period: when it is due, what was found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..days import beginning_of
from ..quarters import due_after, quarter_named
from ..refusals import must_be_told
from ..reminders import passed, settled, told, told_to
from ..sla import State, Terms
from ..spans import Span
from . import events, refusals
from .check import Check
from .compliance import Compliance
from .events import ComplianceEvent

CHECK = "compliance_check"  #: The reminder.
CLAUSE = "om2025:4.3f"


def schedule(
    compliance_id: str,
    *,
    within: Span | None,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[ComplianceEvent]:
    """Expect the check of a quarter such as ``2026-Q3``, *within* so long after it (om2025:4.3f).

    A standard that does not say within how long, leaves it without a reminder.

    Raises:
        NoPeriodError: If the number is that of no period.
        NotAQuarterError: If it is that of a month, or a year.
    """
    quarter = quarter_named(compliance_id, done="compliance is checked", clause=CLAUSE)
    due_on, reminders = due_after(quarter, within, calendar, name=CHECK)
    scheduled = events.ComplianceScheduled(
        compliance_id=compliance_id,
        first=quarter.first,
        until=quarter.until,
        due_on=due_on,
        standard=standard,
        calendar=calendar.reference,
        readings=reminders,
        at=at,
    )
    return [scheduled]


def put_on_record(
    compliance: Compliance | None,
    compliance_id: str,
    *,
    by: str,
    first: date,
    until: date,
    checks: Iterable[Check],
    read_at: int,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[ComplianceEvent]:
    """Put on record what a check of a period found; it may be checked as often as anybody likes.

    Only a check after its end is the one that was due.

    Raises:
        BeforeLastCheckError: If it is said to have been before the last one.
    """
    must_be_told(compliance_id=compliance_id, by=by)
    if compliance is not None and compliance.checked_at and at < compliance.checked_at:
        msg = (
            f"compliance check {compliance_id} was carried out at "
            f"{compliance.checked_at.isoformat()}, so not again at {at.isoformat()}"
        )
        raise refusals.BeforeLastCheckError(msg)
    is_over = at >= beginning_of(until, calendar)
    due = compliance.reminders if compliance is not None and is_over else ()
    checked = events.ComplianceChecked(
        compliance_id=compliance_id,
        number=1 + (compliance.times_checked if compliance is not None else 0),
        by=by,
        first=first,
        until=until,
        zone=str(calendar.zone),
        checks=tuple(checks),
        read_at=read_at,
        standard=standard,
        calendar=calendar.reference,
        readings=settled(due, state=State.MET),
        at=at,
    )
    return [checked]


def remind_if_due(
    compliance: Compliance,
    /,
    *,
    at: datetime,
    terms: Terms,  # noqa: ARG001  # one signature for all
) -> list[ComplianceEvent]:
    """Put on record that the check is due, and that it is overdue, once each."""
    return [
        events.ComplianceDue(
            compliance_id=compliance.id,
            to=told_to(rung),
            **told(reading, rung, clause=CLAUSE, at=at),
        )
        for reading, rung in passed(compliance.reminders, at)
    ]
