"""What can happen to the compliance check of a period: it falls due, and is carried out."""

from __future__ import annotations

from datetime import date, datetime

from ..case import LevelEvent
from ..events import event, fact
from ..moments import instant
from ..people import Level
from ..sla import Reading
from .check import Check


@fact
class _Fact:
    """Something that happened to the check of one period, such as ``2026-Q3``."""

    compliance_id: str
    at: datetime = instant()


@event("compliance.scheduled")
class ComplianceScheduled(_Fact):
    """The quarter *first* to (without) *until* will be checked, by *due_on* if that was said."""

    first: date
    until: date
    due_on: date | None = None
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


@event("compliance.due")
class ComplianceDue(LevelEvent):
    """The quarter is over and its check is due; or overdue, and with the next level."""

    compliance_id: str
    to: Level


@event("compliance.checked")
class ComplianceChecked(_Fact):
    """What is on record of a period was checked, for the *number*-th time (om2025:4.3f).

    It was read off the log up to position *read_at*, with days of *zone*.
    """

    number: int
    by: str
    first: date
    until: date
    zone: str
    checks: tuple[Check, ...]
    read_at: int
    standard: str
    calendar: str
    readings: tuple[Reading, ...] = ()


ComplianceEvent = ComplianceScheduled | ComplianceDue | ComplianceChecked
