"""A calendar is published while a complaint, an order, an improvement and a rating are open."""

from __future__ import annotations

from datetime import date

import attrs

from servicecore.standards import parse_standard

from .office import Office
from .ticket_office import opened

OURS = parse_standard(
    """
    extends = "post_delivery_regulation"
    id = "our_regulation"
    title = "Ours"

    [[clock]]
    name = "verification"
    of = "complaint"
    within = "3 working days"
    clause = "ours:1"

    [[clock]]
    name = "satisfactory_answer"
    of = "complaint"
    within = "10 working days"
    clause = "ours:2"

    [[clock]]
    name = "rating"
    of = "rating"
    within = "2 working days"
    clause = "ours:3"

    [[clock]]
    name = "confirmation"
    of = "order"
    within = "1 working days"
    starts = ["ordered"]
    stops = ["confirmed"]
    clause = "ours:4"
    """,
    source="ours.toml",
)


def notice_office(seed: int = 14) -> Office:
    """Let each kind of promise be made anew, and then kept or broken."""
    office = Office(seed, standard=OURS)
    desk = office.desk
    opened(office, "T-1", priority="B")
    desk.tickets.resolve("T-1", by="Wu", solution="换密封圈", at=office.later(hours=2))
    desk.tickets.confirm("T-1", at=office.later(hours=2))
    desk.complaints.receive(
        "C-1", customer_id="Acme", what="没有人回电话", ticket_id="T-1", at=office.later(hours=2)
    )
    desk.orders.place("O-1", customer_id="Acme", what="a pump", at=office.later(hours=2))
    desk.improvements.collect(
        "I-1", source="conversation", about="nobody calls", at=office.later(hours=2)
    )
    current = desk.calendars.current
    following = attrs.evolve(
        current,
        version=2,
        holidays=(*current.holidays, date(2025, 3, 5)),
        week=dict(current.week),
        special=dict(current.special),
        breaks=dict(current.breaks),
        published_through=date(2027, 12, 31),
    )
    desk.calendars.publish(following, at=office.later(hours=2))
    desk.orders.confirm("O-1", by="Li", at=office.later(hours=9))
    for _ in range(4):
        office.later(days=9)
    return office
