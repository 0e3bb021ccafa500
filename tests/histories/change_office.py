"""Tickets whose ground moves: joined, split, served under other terms, replanned."""

from __future__ import annotations

from datetime import date

import attrs

from .office import Office
from .ticket_office import opened


def change_office() -> Office:
    """Return an office that has lived through every change midway."""
    office = Office(seed=4)
    desk, tickets = office.desk, office.desk.tickets
    for ticket_id in ("T-1", "T-2", "T-3"):
        opened(office, ticket_id, priority="B")
    tickets.pause("T-1", reason="parts", at=office.later(hours=2))
    tickets.merge("T-1", into="T-2", at=office.later(hours=2))
    tickets.split("T-2", into="T-4", fault="it hums", at=office.later(hours=2))
    tickets.change_terms(
        "T-3", to="tender_standard@1", reason="won the tender", at=office.later(hours=2)
    )
    current = desk.calendars.current
    following = attrs.evolve(
        current,
        version=2,
        holidays=(*current.holidays, date(2027, 1, 1)),
        week=dict(current.week),
        special=dict(current.special),
        breaks=dict(current.breaks),
        published_through=date(2027, 12, 31),
    )
    desk.calendars.publish(following, at=office.later(hours=2))
    for ticket_id in ("T-2", "T-3", "T-4"):
        tickets.resolve(ticket_id, by="Wu", solution="a new seal", at=office.later(hours=9))
    return office
