"""A customer's file as its history leaves it: who it is, what was bought, asked, told, promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any

import attrs

from ..events import ImpossibleHistoryError
from ..histories import must_begin, must_belong
from ..reminders import Reminders, outstanding
from . import events, revisit_events
from .events import Grade, RelationshipEvent
from .revisit import (
    Finding,
    Revisit,
    RevisitStatus,
    finding_after,
    planned,
    revisit_after,
    unwanted,
)


class Consent(Enum):
    """Whether a customer agreed to be contacted."""

    NOT_ASKED = "not_asked"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@attrs.frozen(kw_only=True)
class Delivery:
    """Something that the customer got, and since when it is used."""

    id: str
    product: str
    project: str
    delivered_on: date
    used_on: date | None = None


@attrs.frozen(kw_only=True)
class Contract:
    """How long a contract with the customer holds, and whether it has lapsed.

    While it holds, the customer is *served_under* the standard that it names, if any.
    """

    id: str
    until: date
    served_under: str = ""
    renewals: int = 0
    has_lapsed: bool = False


@attrs.frozen(kw_only=True)
class Recovery:
    """What we are making up for."""

    number: int
    reason: str
    because_of: str
    begun_at: datetime


@attrs.frozen(kw_only=True, slots=False)
class CustomerRelationship:
    """All that is between a customer and us."""

    id: str
    name: str
    contact: str
    kind: str
    grade: Grade
    responsible: str
    opened_at: datetime
    standard: str
    calendar: str
    consent: Consent = Consent.NOT_ASKED
    preferences: Mapping[str, str] = attrs.field(factory=dict)
    services: Mapping[str, datetime] = attrs.field(factory=dict)
    purchases: tuple[str, ...] = ()
    deliveries: Mapping[str, Delivery] = attrs.field(factory=dict)
    years: tuple[int, ...] = ()
    revisits: Mapping[int, Revisit] = attrs.field(factory=dict)
    findings: Mapping[int, Finding] = attrs.field(factory=dict)
    points: int = 0
    benefits: tuple[str, ...] = ()
    contracts: Mapping[str, Contract] = attrs.field(factory=dict)
    at_risk_because: str = ""
    lost_because: str = ""
    lost_at: datetime | None = None
    won_back_at: datetime | None = None
    recovery: Recovery | None = None
    recoveries: tuple[str, ...] = ()  #: What each was begun because of.
    reminders: Reminders = ()

    @property
    def is_lost(self) -> bool:
        """Whether the customer has left us."""
        return bool(self.lost_because)

    @property
    def may_be_revisited(self) -> bool:
        """Whether anybody wants to hear from us."""
        return not self.is_lost and self.consent is not Consent.WITHDRAWN

    @cached_property
    def occasions(self) -> frozenset[str]:
        """What revisits were planned for; one that the customer would not have may come again."""
        wanted = (e for e in self.revisits.values() if e.status is not RevisitStatus.UNWANTED)
        return frozenset(each.occasion for each in wanted)

    @property
    def to_come(self) -> tuple[int, ...]:
        """The numbers of the revisits that are not over."""
        return tuple(each.number for each in self.revisits.values() if not each.status.is_over)

    def served_under(self, day: date) -> str:
        """Return the standard that a contract in force on *day* names, or nothing."""
        in_force = (
            each
            for each in self.contracts.values()
            if each.served_under and not each.has_lapsed and day <= each.until
        )
        last = max(in_force, key=lambda each: each.until, default=None)
        return last.served_under if last else ""

    def has_delivery_by(self, day: date) -> bool:
        """Tell whether anything had been delivered by then."""
        return any(each.delivered_on <= day for each in self.deliveries.values())


def evolve(
    relationship: CustomerRelationship | None, event: RelationshipEvent
) -> CustomerRelationship:
    """Return *relationship* as *event* leaves it; there is none before a file is opened.

    Raises:
        ImpossibleHistoryError: If *event* cannot come at this point.
    """
    if relationship is None:
        return _opened(event)
    must_belong(event, "customer_id", relationship.id, "the file of customer")
    reminders = outstanding(relationship.reminders, event)
    return attrs.evolve(relationship, reminders=reminders, **_facts(relationship, event))


def _opened(event: RelationshipEvent) -> CustomerRelationship:
    event = must_begin(event, events.RelationshipOpened, "a file was opened for the customer")
    return CustomerRelationship(
        id=event.customer_id,
        name=event.name,
        contact=event.contact,
        kind=event.kind,
        grade=event.grade,
        responsible=event.responsible,
        opened_at=event.at,
        standard=event.standard,
        calendar=event.calendar,
        reminders=event.readings,
    )


def _facts(file: CustomerRelationship, event: RelationshipEvent) -> dict[str, Any]:
    match event:
        case events.RelationshipOpened():
            msg = f"the file of customer {file.id} cannot be opened twice: {event}"
            raise ImpossibleHistoryError(msg)
        case (
            revisit_events.RevisitPlanned()
            | revisit_events.RevisitRescheduled()
            | revisit_events.RevisitCalledOff()
            | revisit_events.RevisitDue()
            | revisit_events.RevisitMissed()
            | revisit_events.RevisitHeld()
        ):
            return {"revisits": _revisits(file, event)}
        case (
            revisit_events.FindingRecorded()
            | revisit_events.FindingRouted()
            | revisit_events.FindingInvestigated()
            | revisit_events.FindingAnswered()
            | revisit_events.EffectTracked()
            | revisit_events.AnswerRated()
        ):
            return {"findings": _findings(file, event)}
        case (
            events.ContractSigned()
            | events.ContractRenewed()
            | events.ContractEnding()
            | events.ContractLapsed()
        ):
            return {"contracts": _contracts(file, event)}
        case _:
            return _facts_of_the_file(file, event) or _facts_of_loyalty(file, event)


def _facts_of_the_file(file: CustomerRelationship, event: Any) -> dict[str, Any]:  # noqa: C901, PLR0911
    match event:
        case events.RelationshipCorrected():
            return {
                "name": event.name,
                "contact": event.contact,
                "kind": event.kind,
                "responsible": event.responsible,
            }
        case events.RelationshipGraded(grade=grade):
            return {"grade": grade}
        case events.ConsentGiven():
            return {"consent": Consent.GIVEN}
        case events.ConsentWithdrawn():
            return {
                "consent": Consent.WITHDRAWN,
                "revisits": _without(file, event.unwanted),
            }
        case events.PreferenceNoted():
            return {"preferences": {**file.preferences, event.about: event.preference}}
        case events.ServiceRecorded():
            return {"services": {**file.services, event.record: event.at}}
        case events.PurchaseRecorded():
            return {"purchases": (*file.purchases, event.order_id)}
        case events.ProductDelivered():
            delivery = Delivery(
                id=event.delivery_id,
                product=event.product,
                project=event.project,
                delivered_on=event.delivered_on,
            )
            return {"deliveries": {**file.deliveries, delivery.id: delivery}}
        case events.ProductFirstUsed():
            used = attrs.evolve(_delivery(file, event), used_on=event.used_on)
            return {"deliveries": {**file.deliveries, used.id: used}}
        case revisit_events.RevisitYearBegun(year=year):
            return {"years": (*file.years, year)}
        case _:
            return {}


def _facts_of_loyalty(file: CustomerRelationship, event: Any) -> dict[str, Any]:  # noqa: PLR0911
    match event:
        case events.PointsEarned(points=points):
            return {"points": file.points + points}
        case events.PointsSpent(points=points) if points <= file.points:
            return {"points": file.points - points}
        case events.BenefitGranted(benefit=benefit):
            return {"benefits": (*file.benefits, benefit)}
        case events.CustomerAtRisk(reason=reason):
            return {"at_risk_because": reason}
        case events.RiskCleared():
            return {"at_risk_because": ""}
        case events.CustomerLost():
            return {
                "lost_because": event.reason,
                "lost_at": event.at,
                "at_risk_because": "",
                "recovery": None,
                "revisits": _without(file, event.unwanted),
            }
        case events.CustomerWonBack():
            return {"lost_because": "", "lost_at": None, "won_back_at": event.at}
        case events.RecoveryBegun() if file.recovery is None:
            recovery = Recovery(
                number=event.recovery,
                reason=event.reason,
                because_of=event.because_of,
                begun_at=event.at,
            )
            return {"recovery": recovery, "recoveries": (*file.recoveries, event.because_of)}
        case events.RecoveryEnded() if file.recovery and file.recovery.number == event.recovery:
            return {"recovery": None}
        case _:
            msg = f"{event} cannot happen to customer {file.id} at this point"
            raise ImpossibleHistoryError(msg)


def _delivery(file: CustomerRelationship, event: events.ProductFirstUsed) -> Delivery:
    if event.delivery_id not in file.deliveries:
        msg = f"{event} is about a delivery that customer {file.id} never got"
        raise ImpossibleHistoryError(msg)
    return file.deliveries[event.delivery_id]


def _revisits(file: CustomerRelationship, event: Any) -> Mapping[int, Revisit]:
    number = event.revisit
    if isinstance(event, revisit_events.RevisitPlanned):
        _must_be_next(file.revisits, number, event)
        return {**file.revisits, number: planned(event)}
    if number not in file.revisits:
        msg = f"{event} is about a revisit that was never planned for customer {file.id}"
        raise ImpossibleHistoryError(msg)
    return {**file.revisits, number: revisit_after(file.revisits[number], event)}


def _findings(file: CustomerRelationship, event: Any) -> Mapping[int, Finding]:
    number = event.finding
    if isinstance(event, revisit_events.FindingRecorded):
        _must_be_next(file.findings, number, event)
        new = Finding(number=number, kind=event.kind, what=event.what, revisit=event.revisit)
        return {**file.findings, number: new}
    if number not in file.findings:
        msg = f"{event} is about a finding that customer {file.id} never told of"
        raise ImpossibleHistoryError(msg)
    return {**file.findings, number: finding_after(file.findings[number], event)}


def _contracts(file: CustomerRelationship, event: Any) -> Mapping[str, Contract]:
    known = file.contracts.get(event.contract_id)
    match event:
        case events.ContractSigned() if known is None:
            contract = Contract(
                id=event.contract_id, until=event.until, served_under=event.served_under
            )
        case events.ContractRenewed() if known is not None:
            contract = Contract(
                id=known.id,
                until=event.until,
                served_under=known.served_under,
                renewals=event.renewals,
            )
        case events.ContractEnding() if known is not None:
            contract = known
        case events.ContractLapsed() if known is not None:
            contract = attrs.evolve(known, has_lapsed=True)
        case _:
            msg = f"{event} does not fit the contracts of customer {file.id}"
            raise ImpossibleHistoryError(msg)
    return {**file.contracts, contract.id: contract}


def _without(file: CustomerRelationship, numbers: tuple[int, ...]) -> Mapping[int, Revisit]:
    return {
        number: unwanted(each) if number in numbers else each
        for number, each in file.revisits.items()
    }


def _must_be_next(known: Mapping[int, Any], number: int, event: Any) -> None:
    if number != len(known) + 1:
        msg = f"{event} is out of turn: {len(known)} came before it"
        raise ImpossibleHistoryError(msg)
