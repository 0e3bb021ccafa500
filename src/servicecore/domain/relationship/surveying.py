"""Customers are asked how the project went, once a delivery (psp:3.3b)."""

from __future__ import annotations

from datetime import datetime

from . import events
from .events import RelationshipEvent
from .relationship import CustomerRelationship


def request_survey(
    file: CustomerRelationship, *, delivery_id: str, clause: str, at: datetime
) -> list[RelationshipEvent]:
    """Let the customer be asked about a delivery, unless nobody can, or they would not have it."""
    is_known = delivery_id in file.deliveries and delivery_id not in file.surveyed
    if not is_known or not file.contact.strip() or not file.may_be_revisited:
        return []
    requested = events.DeliverySurveyRequested(
        customer_id=file.id,
        delivery_id=delivery_id,
        survey_id=f"{file.id}-{delivery_id}-survey",
        product=file.deliveries[delivery_id].product,
        responsible=file.responsible,
        clause=clause,
        standard=file.standard,
        calendar=file.calendar,
        at=at,
    )
    return [requested]
