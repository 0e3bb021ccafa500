"""What can happen to a plan of maintenance, and to its visits."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from ..case import LevelEvent
from ..events import event, fact
from ..moments import instant
from ..people import Level
from ..sla import Reading
from ..spans import Span


class MaintenanceKind(Enum):
    """What is maintained (pdr:4.1a)."""

    HARDWARE = "hardware"
    SOFTWARE = "software"
    SYSTEM_UPGRADE = "system_upgrade"

    @property
    def is_tested_beforehand(self) -> bool:
        """Software maintenance and upgrades are tested before they are carried out (pdr:4.2b)."""
        return self is not MaintenanceKind.HARDWARE


@fact
class _Fact:
    """Something that happened to the plan."""

    maintenance_id: str
    at: datetime = instant()


@fact
class _VisitFact(_Fact):
    """Something that happened to one visit."""

    visit: int


@event("maintenance.planned")
class MaintenancePlanned(_Fact):
    """It was planned to maintain a product in a cycle: content, manner, person (pdr:4.1a)."""

    product: str
    customer_id: str
    kind: MaintenanceKind
    every: Span
    first_on: date
    content: str
    manner: str
    person: str
    standard: str
    calendar: str


@event("maintenance.revised")
class MaintenanceRevised(_Fact):
    """Feedback changed the plan (pdr:4.1a).

    Visits after *counted_from_visit* are so many cycles after *counted_from*.
    """

    every: Span
    content: str
    manner: str
    person: str
    counted_from: date
    counted_from_visit: int
    reason: str


@event("maintenance.ended")
class MaintenanceEnded(_Fact):
    """The product is not maintained by this plan any more."""

    reason: str
    readings: tuple[Reading, ...] = ()


# --- Visits --------------------------------------------------------------------------


@event("maintenance.visit_planned")
class MaintenanceVisitPlanned(_VisitFact):
    """A visit got its day: the cycle names *nominal_on*, and *planned_on* is a working day."""

    nominal_on: date
    planned_on: date
    readings: tuple[Reading, ...] = ()


@event("maintenance.visit_due")
class MaintenanceVisitDue(LevelEvent):
    """The day of a visit came: there is something to do for *to*."""

    maintenance_id: str
    visit: int
    to: str


@event("maintenance.visit_missed")
class MaintenanceVisitMissed(LevelEvent):
    """The day of a visit went by without it, and it was raised to the next level."""

    maintenance_id: str
    visit: int
    to: Level


@event("maintenance.tested")
class MaintenanceTested(_VisitFact):
    """What is to be done on a visit was tried out beforehand (pdr:4.2b)."""

    by: str
    has_passed: bool
    result: str


@event("maintenance.visit_carried_out")
class MaintenanceVisitCarriedOut(_VisitFact):
    """A technician did the work: time, content, result (pdr:4.2a)."""

    by: str
    content: str
    result: str
    readings: tuple[Reading, ...] = ()


MaintenanceEvent = (
    MaintenancePlanned
    | MaintenanceRevised
    | MaintenanceEnded
    | MaintenanceVisitPlanned
    | MaintenanceVisitDue
    | MaintenanceVisitMissed
    | MaintenanceTested
    | MaintenanceVisitCarriedOut
)
