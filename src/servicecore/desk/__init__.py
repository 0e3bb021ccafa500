"""The front door: everything an application can ask of after-sales service."""

from .desk import ServiceDesk
from .office import Why
from .tickets import TicketExistsError, Tickets, UnknownTicketError

__all__ = ["ServiceDesk", "TicketExistsError", "Tickets", "UnknownTicketError", "Why"]
