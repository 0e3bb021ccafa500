"""What the rules of revisits count from: a delivery, its first use, a complaint, a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from ..figures import COUNTED_FROM
from .relationship import CustomerRelationship, Delivery

DELIVERY, FIRST_USE, COMPLAINT, REVISIT, NEW_YEAR = COUNTED_FROM


@attrs.frozen(kw_only=True)
class Anchor:
    """Something that rules count from: *after* what, which one by its *key*, and on which day.

    *revisit* is the number of the revisit that is counted from, if it is one.
    """

    after: str
    key: str
    day: date
    content: str
    delivery_id: str = ""
    complaint_id: str = ""
    revisit: int = 0


def delivered(delivery: Delivery) -> Anchor:
    """Count from a delivery (psp:3.3a)."""
    return Anchor(
        after=DELIVERY,
        key=delivery.id,
        day=delivery.delivered_on,
        content=f"the use of {delivery.product}, and latent problems",
        delivery_id=delivery.id,
    )


def used(delivery: Delivery, since: date) -> Anchor:
    """Count from the first use of a delivery (om2025:5.2c)."""
    return Anchor(
        after=FIRST_USE,
        key=delivery.id,
        day=since,
        content=f"the first use of {delivery.product}",
        delivery_id=delivery.id,
    )


def complained(complaint_id: str, *, told_by: str, day: date) -> Anchor:
    """Count from the outcome of a complaint, told by the event *told_by* (pdr:5.4a)."""
    return Anchor(
        after=COMPLAINT,
        key=told_by,
        day=day,
        content=f"whether complaint {complaint_id} was settled",
        complaint_id=complaint_id,
    )


def asked(day: date, *, revisit: int = 0) -> Anchor:
    """Count from a revisit, or from whatever begins a series of them (om2025:5.2b)."""
    return Anchor(
        after=REVISIT,
        key=str(day),
        day=day,
        content="how things are, and new needs",
        revisit=revisit,
    )


def new_year(year: int) -> Anchor:
    """Count from the beginning of a year (pdr:2.1a)."""
    return Anchor(
        after=NEW_YEAR,
        key=str(year),
        day=date(year, 1, 1),
        content=f"products and service in {year}, and new needs",
    )


def anchors_of(file: CustomerRelationship) -> Iterator[Anchor]:
    """Yield all that a customer's file says rules count from."""
    for delivery in file.deliveries.values():
        yield delivered(delivery)
        if delivery.used_on is not None:
            yield used(delivery, delivery.used_on)
    for year in file.years:
        yield new_year(year)
