"""Customers in columns: the signs of who is one, and of who is no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from .....domain.relationship import events
from .....projections.customer_facts import (
    DIMENSIONS,
    HEARD_OF,
    CustomerFact,
    DeliveryFact,
    Mark,
    Sign,
)
from .histories import Histories, Kind, class_of

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_COLUMNS = ["delivery", "delivered_on", "until"]
_TOLD_IN = {name: [name] for name in DIMENSIONS} | {"kind": ["type"]}
_SIGNS = {
    **dict.fromkeys(HEARD_OF, Sign.LIFE),
    events.RelationshipOpened: Sign.DEAL,
    events.PurchaseRecorded: Sign.DEAL,
    events.ContractSigned: Sign.DEAL,
    events.ContractRenewed: Sign.DEAL,
    events.CustomerLost: Sign.LOST,
    events.CustomerWonBack: Sign.WON_BACK,
}
_CLASSES = (
    *_SIGNS,
    events.RelationshipCorrected,
    events.RelationshipGraded,
    events.ProductDelivered,
)
KIND = Kind(classes=_CLASSES, columns=_COLUMNS, dimensions=_TOLD_IN)


def customers_of(histories: Histories) -> Iterator[CustomerFact]:
    """Yield as much of each customer as tells from when until when he was one."""
    facts: dict[int, CustomerFact] = {}
    rows = zip(
        histories.record.tolist(),
        histories.at.tolist(),
        *(histories.values(each).to_pylist() for each in ("name", *_COLUMNS)),
        *(histories.texts(each) for each in ("customer", "product", "type", "grade", "person")),
        strict=True,
    )
    for record, micros, name, delivery, day, until, customer, product, kind, grade, person in rows:
        at = _EPOCH + timedelta(microseconds=micros)
        fact = facts.get(record)
        if fact is None:
            fact = facts[record] = CustomerFact(
                customer_id=customer, kind=kind, grade=grade, responsible=person, opened_at=at
            )
        fact.kind, fact.grade = kind or fact.kind, grade or fact.grade
        fact.responsible = fact.responsible if person is None else person
        if delivery is not None:
            fact.deliveries[delivery] = DeliveryFact(product=product, day=day)
        if (cls := class_of(name)) in _SIGNS:
            fact.marks.append(Mark(at=at, sign=_SIGNS[cls], until=until))
    yield from facts.values()
