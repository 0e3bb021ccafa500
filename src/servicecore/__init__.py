"""An event-sourced core for after-sales service.

    >>> from datetime import datetime, timedelta, timezone
    >>> from servicecore import ServiceDesk
    >>> desk = ServiceDesk.open("memory:", standard="operations_manual_2025")
    >>> monday = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
    >>> opened = desk.tickets.open(
    ...     "T-1", customer_id="Acme", product="pump", model="P-200", fault="it leaks",
    ...     contact="Lin", priority="A", at=monday)

Three hours later nobody has answered, and class A promises two:

    >>> due = desk.run_due(monday + timedelta(hours=3))
    >>> desk.tickets.get("T-1").level
    <Level.SUPERVISOR: 'supervisor'>
"""

from .desk import ServiceDesk, TicketExistsError, UnknownTicketError
from .domain.calendar import WorkingCalendar
from .domain.people import Level
from .domain.refusals import RefusedError
from .domain.standard import ServiceStandard
from .domain.ticket import Kind, Priority, Status, Ticket
from .standards import BadStandardError, load_standard

__all__ = [
    "BadStandardError",
    "Kind",
    "Level",
    "Priority",
    "RefusedError",
    "ServiceDesk",
    "ServiceStandard",
    "Status",
    "Ticket",
    "TicketExistsError",
    "UnknownTicketError",
    "WorkingCalendar",
    "load_standard",
]
