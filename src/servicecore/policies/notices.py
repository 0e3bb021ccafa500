"""Whenever something happens that somebody should hear of, he is told.

Who is told, and of what, is decided here; how it reaches him is for the
application, which registers handlers at the outbox.  The text is a plain
sentence to fall back on: whoever writes his own letters goes by the event.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import attrs

from ..domain.case import LevelEvent
from ..domain.complaint import (
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintFedBack,
    ComplaintInformed,
    ComplaintResponseStarted,
    ComplaintWarned,
)
from ..domain.events import CATALOGUE, Recorded
from ..domain.maintenance import MaintenanceVisitDue, MaintenanceVisitMissed
from ..domain.spare_part import SparePartCountDue, SparePartExpired, SparePartReorderAsked
from ..domain.ticket import (
    TicketAcknowledged,
    TicketEscalated,
    TicketResolved,
    TicketSolutionOffered,
    TicketWarned,
)
from ..domain.warranty import WarrantyExpiryNoticed, WarrantyFeesOffered

CUSTOMER = "customer"  #: Of the record that the notice is about.
PURCHASING = "purchasing"
STORE = "store"


@attrs.frozen(kw_only=True)
class Notice:
    """Something that *to* should hear of, about *subject*.

    The *key* is the same however often it is sent, and no other notice has it.
    """

    key: str
    to: str
    text: str
    subject: str
    event: str
    at: datetime


class Told(NamedTuple):
    """Who is told, and what."""

    to: str
    text: str


def notices_of(recorded: Recorded) -> list[Notice]:
    """Return who is to be told of an event, and what; of imported history, nobody."""
    if recorded.is_imported:
        return []
    return [
        Notice(
            key=f"{recorded.id}/{each.to}",
            to=each.to,
            text=each.text,
            subject=recorded.subject,
            event=CATALOGUE.name_of(type(recorded.event)),
            at=recorded.occurred_at,
        )
        for each in (*_to_the_customer(recorded.event), *_to_the_staff(recorded.event))
    ]


def _to_the_customer(event: Any) -> list[Told]:
    match event:
        case TicketAcknowledged() | ComplaintAcknowledged():
            text = "What you told us has arrived, and somebody looks after it."
        case TicketSolutionOffered(solution=solution):
            text = f"We offer this solution: {solution}."
        case TicketResolved(solution=solution):
            text = f"It is solved: {solution}. Please confirm."
        case ComplaintAnswered(answer=answer):
            text = f"A first answer to your complaint: {answer}."
        case ComplaintInformed(news=news):
            text = f"News of your complaint: {news}."
        case ComplaintFedBack(result=result):
            text = f"Your complaint was handled: {result}. Are you satisfied?"
        case ComplaintClosed():
            text = "Your complaint is closed."
        case WarrantyFeesOffered(total=total, currency=currency):
            text = f"This repair is not under warranty; it costs {total} {currency} if you agree."
        case WarrantyExpiryNoticed(part=part, until=until):
            text = f"The warranty of {part or 'your product'} ends on {until}."
        case _:
            return []
    return [Told(CUSTOMER, text)]


def _to_the_staff(event: Any) -> list[Told]:
    match event:
        case TicketWarned() | ComplaintWarned():
            to, text = [event.to], f"{event.clock} is due soon, under {event.clause}."
        case TicketEscalated() | ComplaintEscalated():
            to, text = [event.to.value], f"{event.clock} is late since {_told(event)}."
        case ComplaintResponseStarted(levels=levels):
            to, text = list(levels), "A major complaint needs the three levels."
        case SparePartReorderAsked(free=free, level=level):
            to, text = [PURCHASING], f"{free} are left free; more is wanted at {level}."
        case SparePartCountDue():
            to, text = [STORE], "The parts are to be counted."
        case SparePartExpired(batch=batch):
            to, text = [STORE], f"Batch {batch} has expired."
        case MaintenanceVisitDue(visit=visit):
            to, text = [event.to], f"Visit {visit} is due."
        case MaintenanceVisitMissed(visit=visit):
            to, text = [event.to.value], f"Visit {visit} was not made by {_told(event)}."
        case _:
            return []
    return [Told(each, text) for each in to]


def _told(event: LevelEvent) -> str:
    return event.due.isoformat(timespec="minutes")
