"""Whenever something happens that revisits count from, they get their days.

After a delivery and its first use, when a year begins, and on from each revisit
where a standard wants them regularly (psp:3.3a, om2025:5.2b, 5.2c, pdr:2.1a,
2.1b).  The standard of the customer's file says when.  Each planned revisit names its
occasion, so nothing is planned twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar

import attrs

from ..domain.days import day_of
from ..domain.events import Recorded
from ..domain.relationship import (
    Anchor,
    ConsentGiven,
    CustomerRelationship,
    CustomerWonBack,
    ProductDelivered,
    ProductFirstUsed,
    RelationshipEvent,
    RelationshipGraded,
    RevisitCalledOff,
    RevisitHeld,
    RevisitMissed,
    RevisitYearBegun,
    anchors,
    revisiting,
)
from ..domain.standard import Rulebook
from .wanted import Wanted


@attrs.frozen
class PlanRevisits:
    """No customer is forgotten after the delivery."""

    rulebook: Rulebook
    name: ClassVar[str] = "revisits"
    version: ClassVar[str] = "1"
    listens: ClassVar[tuple[type, ...]] = (
        ProductDelivered,
        ProductFirstUsed,
        RevisitHeld,
        RevisitMissed,
        RevisitCalledOff,
        RevisitYearBegun,
        RelationshipGraded,
        ConsentGiven,
        CustomerWonBack,
    )

    def react(self, recorded: Recorded) -> list[Wanted]:
        """Plan what counts from this event, or everything to come if more may be planned now."""
        match recorded.event:
            case RelationshipGraded(at=at) | ConsentGiven(at=at) | CustomerWonBack(at=at):
                return [Wanted(recorded.subject, partial(self._catch_up, at=at))]
            case event if isinstance(event, self.listens):
                return [Wanted(recorded.subject, partial(self._go_on, event=event))]
            case _:
                return []

    def _go_on(self, file: CustomerRelationship, event: Any) -> list[RelationshipEvent]:
        return self._plan(file, _counted_from(file, event), event.at)

    def _catch_up(self, file: CustomerRelationship, at: datetime) -> list[RelationshipEvent]:
        """Plan what the file has been missing, from today on."""
        today = day_of(at, self.rulebook.calendar(file.calendar))
        every = [*anchors.anchors_of(file), anchors.asked(today)]
        return self._plan(file, every, at, since=today)

    def _plan(
        self,
        file: CustomerRelationship,
        every: Iterable[Anchor],
        at: datetime,
        *,
        since: date | None = None,
    ) -> list[RelationshipEvent]:
        return revisiting.plan_by_rules(
            file,
            self.rulebook.standard(file.standard).revisits,
            anchors=every,
            since=since,
            calendar=self.rulebook.calendar(file.calendar),
            at=at,
        )


def _counted_from(file: CustomerRelationship, event: Any) -> list[Anchor]:
    match event:
        case ProductDelivered(delivery_id=delivery_id, delivered_on=day):
            return [anchors.delivered(file.deliveries[delivery_id]), anchors.asked(day)]
        case ProductFirstUsed(delivery_id=delivery_id, used_on=day):
            return [anchors.used(file.deliveries[delivery_id], day)]
        case (
            RevisitHeld(held_on=day, revisit=number) | RevisitMissed(planned_on=day, revisit=number)
        ):
            return [anchors.asked(day, revisit=number)]
        case RevisitCalledOff(revisit=number):
            day = file.revisits[number].planned_on
            return [anchors.asked(day, revisit=number)]
        case RevisitYearBegun(year=year):
            return [anchors.new_year(year)]
        case _:
            return []
