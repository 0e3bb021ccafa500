"""What can happen to a customer's file; what happens on revisits, `revisit_events` tells.

Name and contact stand in the two events that tell them, and nowhere else.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from ..case import LevelEvent
from ..events import event, fact, personal
from ..moments import instant
from ..sla import Reading
from .revisit_events import RevisitEvent


class Grade(Enum):
    """How important a customer is: key and frequent ones are revisited more often (pdr:2.1b)."""

    KEY = "key"
    FREQUENT = "frequent"
    ORDINARY = "ordinary"


@fact
class _Fact:
    """Something that happened between a customer and us."""

    customer_id: str
    at: datetime = instant()


@fact
class _Reminding(_Fact):
    """Something that changes what is to be reminded of."""

    readings: tuple[Reading, ...] = ()


# --- The file ------------------------------------------------------------------------


@event("relationship.opened")
class RelationshipOpened(_Reminding):
    """A file was opened for a customer, who is looked after by *responsible* (om2025:5.2a)."""

    name: str = personal()
    contact: str = personal()
    kind: str
    grade: Grade
    responsible: str
    standard: str
    calendar: str


@event("relationship.corrected")
class RelationshipCorrected(_Fact):
    """What the file says of the customer was not right, or is not any more."""

    name: str = personal()
    contact: str = personal()
    kind: str
    responsible: str
    reason: str


@event("relationship.graded")
class RelationshipGraded(_Fact):
    """The customer turned out to be more, or less, important."""

    grade: Grade
    reason: str


@event("relationship.consent_given")
class ConsentGiven(_Fact):
    """The customer agreed to be contacted; *evidence* says where that can be seen."""

    evidence: str = personal()


@event("relationship.consent_withdrawn")
class ConsentWithdrawn(_Reminding):
    """The customer does not want to be contacted any more; nobody makes the *unwanted* revisits."""

    unwanted: tuple[int, ...] = ()


@event("relationship.preference_noted")
class PreferenceNoted(_Fact):
    """The customer likes something done in some way (om2025:5.2a)."""

    about: str
    preference: str = personal()


@event("relationship.service_recorded")
class ServiceRecorded(_Fact):
    """A ticket or a complaint of the customer stands in the file (om2025:5.2a)."""

    record: str


@event("relationship.purchase_recorded")
class PurchaseRecorded(_Fact):
    """An order of the customer was confirmed; it *is_repurchase* if it was not the first."""

    order_id: str
    is_repurchase: bool


@event("relationship.delivered")
class ProductDelivered(_Fact):
    """The customer got a product, in a project if there is one; revisits count from the day."""

    delivery_id: str
    product: str
    project: str
    delivered_on: date


@event("relationship.first_used")
class ProductFirstUsed(_Fact):
    """The customer began to use what was delivered."""

    delivery_id: str
    used_on: date


# --- Loyalty and contracts -----------------------------------------------------------


@event("relationship.points_earned")
class PointsEarned(_Fact):
    """The customer earned loyalty points (om2025:5.2d)."""

    points: int
    reason: str


@event("relationship.points_spent")
class PointsSpent(_Fact):
    """The customer spent loyalty points on something."""

    points: int
    spent_on: str


@event("relationship.benefit_granted")
class BenefitGranted(_Fact):
    """The customer gets what others do not: an offer, priority (om2025:5.2d)."""

    benefit: str
    reason: str


@event("relationship.contract_signed")
class ContractSigned(_Reminding):
    """A contract with the customer holds until the end of *until*.

    It may have the customer *served_under* a standard of its own.
    """

    contract_id: str
    until: date
    served_under: str = ""


@event("relationship.contract_renewed")
class ContractRenewed(_Reminding):
    """A contract holds for longer; *renewals* counts how often that happened."""

    contract_id: str
    until: date
    renewals: int


@event("relationship.contract_ending")
class ContractEnding(LevelEvent):
    """It was noticed that a contract ends soon: time to renew it."""

    customer_id: str
    contract_id: str
    until: date
    to: str


@event("relationship.contract_lapsed")
class ContractLapsed(LevelEvent):
    """A contract ended without having been renewed."""

    customer_id: str
    contract_id: str
    until: date


# --- Staying and leaving -------------------------------------------------------------


@event("relationship.at_risk")
class CustomerAtRisk(_Fact):
    """Somebody saw that we may lose the customer (om2025:7.2a)."""

    reason: str


@event("relationship.risk_cleared")
class RiskCleared(_Fact):
    """The customer is likely to stay."""

    reason: str


@event("relationship.lost")
class CustomerLost(_Reminding):
    """The customer left us: nobody makes the *unwanted* revisits, and a recovery is over."""

    reason: str
    unwanted: tuple[int, ...] = ()


@event("relationship.won_back")
class CustomerWonBack(_Fact):
    """The customer came back."""

    reason: str


@event("relationship.recovery_begun")
class RecoveryBegun(_Fact):
    """We let the customer down, and set out to make up for it; *because_of* is on record too."""

    recovery: int
    reason: str
    because_of: str


@event("relationship.recovery_ended")
class RecoveryEnded(_Fact):
    """What went wrong was made up for, or not: *outcome* says."""

    recovery: int
    by: str
    outcome: str


RelationshipEvent = (
    RelationshipOpened
    | RelationshipCorrected
    | RelationshipGraded
    | ConsentGiven
    | ConsentWithdrawn
    | PreferenceNoted
    | ServiceRecorded
    | PurchaseRecorded
    | ProductDelivered
    | ProductFirstUsed
    | PointsEarned
    | PointsSpent
    | BenefitGranted
    | ContractSigned
    | ContractRenewed
    | ContractEnding
    | ContractLapsed
    | CustomerAtRisk
    | RiskCleared
    | CustomerLost
    | CustomerWonBack
    | RecoveryBegun
    | RecoveryEnded
    | RevisitEvent
)
