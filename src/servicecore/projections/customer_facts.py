"""One row for each customer: what was bought, asked, told and promised, and who left when.

Name and contact are not in it: they stand in the customer's file, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import attrs

from ..domain.relationship import events, revisit_events
from .asking import Dimension
from .facts import Facts

NAME = "relationship_facts"


class Sign(Enum):
    """What something that happened says of whether the customer is with us."""

    DEAL = "deal"  #: Something was agreed on: whoever had gone is back.
    LIFE = "life"  #: The customer was heard of.
    LOST = "lost"
    WON_BACK = "won_back"


@attrs.frozen(kw_only=True)
class Mark:
    """A sign and its moment; a contract holds *until* the end of a day."""

    at: datetime
    sign: Sign
    until: date | None = None


@attrs.frozen(kw_only=True)
class DeliveryFact:
    """What was delivered, and when."""

    product: str
    day: date


@attrs.define(kw_only=True)
class RevisitFact:
    """A revisit that was planned; one that is *off* is nobody's to make."""

    planned_on: date
    manner: str
    product: str = ""
    held_at: datetime | None = None
    was_missed: bool = False
    is_off: bool = False


@attrs.define(kw_only=True)
class FindingFact:
    """What a customer told, who has it, why it was so, and whether the answer satisfied."""

    at: datetime
    kind: str
    what: str
    product: str
    department: str = ""
    cause: str = ""
    has_helped: bool = False
    satisfied: bool | None = None
    rated_at: datetime | None = None

    @property
    def is_settled(self) -> bool:
        """The answer satisfied; what was done for the quality has helped, too."""
        return self.satisfied is True and (self.kind != "quality" or self.has_helped)


@attrs.define(kw_only=True)
class CustomerFact:
    """What is known of one customer; :meth:`observe` is the only way in.

    *contracts* are the terms of each, in their order: when it was agreed on, and
    its last day.
    """

    customer_id: str
    kind: str
    grade: str
    responsible: str
    opened_at: datetime
    marks: list[Mark] = attrs.field(factory=list)
    deliveries: dict[str, DeliveryFact] = attrs.field(factory=dict)
    purchases: list[datetime] = attrs.field(factory=list)
    contracts: dict[str, list[Mark]] = attrs.field(factory=dict)
    revisits: dict[int, RevisitFact] = attrs.field(factory=dict)
    findings: dict[int, FindingFact] = attrs.field(factory=dict)
    at_risk_because: str = ""
    recovery_because: str = ""

    @classmethod
    def opened(cls, event: events.RelationshipOpened) -> CustomerFact:
        """Start the row of a customer."""
        return cls(
            customer_id=event.customer_id,
            kind=event.kind,
            grade=event.grade.value,
            responsible=event.responsible,
            opened_at=event.at,
            marks=[Mark(at=event.at, sign=Sign.DEAL)],
        )

    @property
    def product(self) -> str:
        """What was delivered first; nothing, if nothing was."""
        first = min(self.deliveries.values(), key=lambda each: each.day, default=None)
        return first.product if first else ""

    @property
    def first_delivered_on(self) -> date | None:
        """The day of the first delivery."""
        return min((each.day for each in self.deliveries.values()), default=None)

    def observe(self, event: Any) -> None:
        """Take one more event of this customer into account."""
        self._take_file(event)
        self._take_standing(event)
        self._take_revisit(event)
        self._take_finding(event)
        if isinstance(event, HEARD_OF):
            self.marks.append(Mark(at=event.at, sign=Sign.LIFE))

    def _take_file(self, event: Any) -> None:
        match event:
            case events.RelationshipCorrected():
                self.kind, self.responsible = event.kind, event.responsible
            case events.RelationshipGraded(grade=grade):
                self.grade = grade.value
            case events.PurchaseRecorded(at=at):
                self.purchases.append(at)
                self.marks.append(Mark(at=at, sign=Sign.DEAL))
            case events.ProductDelivered():
                delivery = DeliveryFact(product=event.product, day=event.delivered_on)
                self.deliveries[event.delivery_id] = delivery
            case events.ContractSigned() | events.ContractRenewed():
                term = Mark(at=event.at, sign=Sign.DEAL, until=event.until)
                self.contracts.setdefault(event.contract_id, []).append(term)
                self.marks.append(term)

    def _take_standing(self, event: Any) -> None:
        match event:
            case events.CustomerAtRisk(reason=reason):
                self.at_risk_because = reason
            case events.RiskCleared():
                self.at_risk_because = ""
            case events.RecoveryBegun(reason=reason):
                self.recovery_because = reason
            case events.RecoveryEnded():
                self.recovery_because = ""
            case events.CustomerLost():
                self.at_risk_because = self.recovery_because = ""
                self.marks.append(Mark(at=event.at, sign=Sign.LOST))
                self._call_off(event.unwanted)
            case events.ConsentWithdrawn():
                self._call_off(event.unwanted)
            case events.CustomerWonBack(at=at):
                self.marks.append(Mark(at=at, sign=Sign.WON_BACK))

    def _take_revisit(self, event: Any) -> None:
        match event:
            case revisit_events.RevisitPlanned():
                delivery = self.deliveries.get(event.delivery_id)
                self.revisits[event.revisit] = RevisitFact(
                    planned_on=event.planned_on,
                    manner=event.manner.value,
                    product=delivery.product if delivery else self.product,
                )
            case revisit_events.RevisitRescheduled():
                self.revisits[event.revisit].planned_on = event.planned_on
            case revisit_events.RevisitCalledOff():
                self._call_off([event.revisit])
            case revisit_events.RevisitMissed():
                self.revisits[event.revisit].was_missed = True
            case revisit_events.RevisitHeld():
                held = self.revisits[event.revisit]
                held.held_at, held.manner = event.at, event.manner.value

    def _take_finding(self, event: Any) -> None:
        match event:
            case revisit_events.FindingRecorded():
                told_on = self.revisits.get(event.revisit)
                self.findings[event.finding] = FindingFact(
                    at=event.at,
                    kind=event.kind.value,
                    what=event.what,
                    product=told_on.product if told_on else self.product,
                )
            case revisit_events.FindingRouted():
                self.findings[event.finding].department = event.department
            case revisit_events.FindingInvestigated():
                finding = self.findings[event.finding]
                finding.cause, finding.has_helped = event.cause, False
            case revisit_events.EffectTracked():
                self.findings[event.finding].has_helped = event.has_helped
            case revisit_events.FindingAnswered():
                self.findings[event.finding].satisfied = None
            case revisit_events.AnswerRated():
                finding = self.findings[event.finding]
                finding.satisfied, finding.rated_at = event.is_satisfied, event.at

    def _call_off(self, revisits: Any) -> None:
        for number in revisits:
            self.revisits[number].is_off = True


#: What a customer does, or answers; what we only think or plan is no sign of life.
HEARD_OF = (
    events.ConsentGiven,
    events.ProductFirstUsed,
    events.ServiceRecorded,
    events.PointsSpent,
    revisit_events.RevisitHeld,
    revisit_events.AnswerRated,
)


def _fold(fact: CustomerFact | None, event: Any) -> CustomerFact:
    if fact is None:
        return CustomerFact.opened(event)
    fact.observe(event)
    return fact


FACTS = Facts(name=NAME, kind="relationship", row=CustomerFact, fold=_fold)

DIMENSIONS: Mapping[str, Dimension] = {
    "kind": lambda fact: fact.kind,
    "grade": lambda fact: fact.grade,
    "product": lambda fact: fact.product,
    "customer": lambda fact: fact.customer_id,
    "person": lambda fact: fact.responsible,
}
