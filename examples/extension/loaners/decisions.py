"""What can be decided about a loaner."""

from __future__ import annotations

from datetime import datetime

from servicecore.extending import RefusedError, Terms, must_be_told, passed, reminder, settled, told

from .events import LoanerAskedBack, LoanerBroughtBack, LoanerEvent, LoanerLent, LoanerOverdue
from .loaner import Loaner


class AlreadyBackError(RefusedError):
    """A device is brought back once."""


def lend(
    ticket_id: str, *, device: str, customer_id: str, standard: str, calendar: str, at: datetime
) -> list[LoanerEvent]:
    """Lend a device while the customer's own is repaired."""
    must_be_told(ticket_id=ticket_id, device=device, customer_id=customer_id)
    of = {"customer_id": customer_id, "standard": standard, "calendar": calendar}
    return [LoanerLent(loaner_id=ticket_id, device=device, **of, at=at)]


def ask_back(loaner: Loaner, *, by: datetime, at: datetime) -> list[LoanerEvent]:
    """Ask for the device, once; nobody asks for one that is here."""
    if loaner.back_by is not None or loaner.is_back:
        return []
    due = reminder("return", due=by, rungs={"overdue": by})
    return [LoanerAskedBack(loaner_id=loaner.id, by=by, readings=(due,), at=at)]


def remind_if_due(
    loaner: Loaner,
    /,
    *,
    at: datetime,
    terms: Terms,  # noqa: ARG001  # one signature for all
) -> list[LoanerEvent]:
    """Put on record that the device is overdue, once."""
    return [
        LoanerOverdue(loaner_id=loaner.id, **told(reading, rung, clause="ours:2.1", at=at))
        for reading, rung in passed(loaner.reminders, at)
    ]


def bring_back(loaner: Loaner, *, at: datetime) -> list[LoanerEvent]:
    """Take the device in again."""
    if loaner.is_back:
        msg = f"{loaner.device!r}, lent for ticket {loaner.id}, is back already"
        raise AlreadyBackError(msg)
    return [LoanerBroughtBack(loaner_id=loaner.id, readings=settled(loaner.reminders), at=at)]
