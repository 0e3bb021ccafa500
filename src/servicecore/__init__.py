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

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .desk import ServiceDesk, TicketExistsError, UnknownTicketError
    from .domain.calendar import WorkingCalendar
    from .domain.people import Level
    from .domain.refusals import RefusedError
    from .domain.standard import ServiceStandard
    from .domain.ticket import Kind, Priority, Status, Ticket
    from .exchange.scenario import assess
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
    "assess",
    "load_standard",
]

#: Where the names come from; each is fetched when it is first asked for, so that
#: ``servicecore --help`` does not wait for the desk.
_ROOMS = {
    ".desk": ("ServiceDesk", "TicketExistsError", "UnknownTicketError"),
    ".domain.calendar": ("WorkingCalendar",),
    ".domain.people": ("Level",),
    ".domain.refusals": ("RefusedError",),
    ".domain.standard": ("ServiceStandard",),
    ".domain.ticket": ("Kind", "Priority", "Status", "Ticket"),
    ".exchange.scenario": ("assess",),
    ".standards": ("BadStandardError", "load_standard"),
}
_FROM = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first asked for."""
    if name not in _FROM:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(_FROM[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
