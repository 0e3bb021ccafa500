"""The front door: everything an application can ask of after-sales service."""

from .complaints import ComplaintExistsError, Complaints, UnknownComplaintError
from .desk import ServiceDesk
from .drawer import RecordExistsError, UnknownRecordError
from .office import Why
from .tickets import TicketExistsError, Tickets, UnknownTicketError

__all__ = [
    "ComplaintExistsError",
    "Complaints",
    "RecordExistsError",
    "ServiceDesk",
    "TicketExistsError",
    "Tickets",
    "UnknownComplaintError",
    "UnknownRecordError",
    "UnknownTicketError",
    "Why",
]
