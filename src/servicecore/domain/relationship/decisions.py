"""What can be decided about a customer's file: who it is, what was delivered, who may call.

Revisits are decided in `revisiting`, what they found in `findings`, points and
contracts in `loyalty`, who stays and who leaves in `standing`.
"""

from __future__ import annotations

from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..days import day_of, must_be_a_date
from ..refusals import must_be_told
from ..standard import ServiceStandard
from . import events, refusals
from .anchors import NEW_YEAR
from .events import Grade, RelationshipEvent
from .guards import choice_of, delivery_of, must_be_open
from .relationship import Consent, CustomerRelationship
from .reminding import off_the_list, year_reminder


def open_file(
    customer_id: str,
    *,
    name: str,
    contact: str,
    kind: str,
    responsible: str,
    grade: Grade | str = Grade.ORDINARY,
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[RelationshipEvent]:
    """Open a file for a customer: who it is, how to reach it, who looks after it (om2025:5.2a).

    Raises:
        UnknownChoiceError: If there is no such grade.
        MissingTimesError: If nobody has set how often key customers are revisited.
    """
    must_be_told(
        customer_id=customer_id, name=name, contact=contact, kind=kind, responsible=responsible
    )
    known = _served(choice_of(Grade, grade, "grade", of=customer_id), standard)
    next_year = day_of(at, calendar).year + 1
    has_annual_plan = any(each.after == NEW_YEAR for each in standard.revisits)
    opened = events.RelationshipOpened(
        customer_id=customer_id,
        name=name,
        contact=contact,
        kind=kind,
        grade=known,
        responsible=responsible,
        standard=standard.reference,
        calendar=calendar.reference,
        readings=(year_reminder(next_year, calendar),) if has_annual_plan else (),
        at=at,
    )
    return [opened]


def correct(
    file: CustomerRelationship,
    *,
    name: str | None = None,
    contact: str | None = None,
    kind: str | None = None,
    responsible: str | None = None,
    reason: str,
    at: datetime,
) -> list[RelationshipEvent]:
    """Put right what the file says of the customer; what is not told stays."""
    must_be_open(file, at)
    must_be_told(reason=reason)
    corrected = events.RelationshipCorrected(
        customer_id=file.id,
        name=file.name if name is None else name,
        contact=file.contact if contact is None else contact,
        kind=file.kind if kind is None else kind,
        responsible=file.responsible if responsible is None else responsible,
        reason=reason,
        at=at,
    )
    must_be_told(
        name=corrected.name,
        contact=corrected.contact,
        kind=corrected.kind,
        responsible=corrected.responsible,
    )
    return [corrected]


def grade(
    file: CustomerRelationship,
    *,
    grade: Grade | str,
    reason: str,
    standard: ServiceStandard,
    at: datetime,
) -> list[RelationshipEvent]:
    """Say how important the customer is; revisits that have their day keep it (pdr:2.1b).

    Raises:
        UnknownChoiceError: If there is no such grade.
        MissingTimesError: If nobody has set how often key customers are revisited.
    """
    must_be_open(file, at)
    must_be_told(reason=reason)
    found = _served(choice_of(Grade, grade, "grade", of=file.id), standard)
    if found is file.grade:
        return []
    return [events.RelationshipGraded(customer_id=file.id, grade=found, reason=reason, at=at)]


# --- Who may call --------------------------------------------------------------------


def give_consent(
    file: CustomerRelationship, *, evidence: str, at: datetime
) -> list[RelationshipEvent]:
    """Put on record that the customer agreed to be contacted, and where that can be seen."""
    must_be_open(file, at)
    must_be_told(evidence=evidence)
    if file.consent is Consent.GIVEN:
        return []
    return [events.ConsentGiven(customer_id=file.id, evidence=evidence, at=at)]


def withdraw_consent(file: CustomerRelationship, *, at: datetime) -> list[RelationshipEvent]:
    """Put on record that the customer wants no more contact: no revisit that is to come is made."""
    must_be_open(file, at)
    if file.consent is Consent.WITHDRAWN:
        return []
    withdrawn = events.ConsentWithdrawn(
        customer_id=file.id, unwanted=file.to_come, readings=off_the_list(file, file.to_come), at=at
    )
    return [withdrawn]


# --- What stands in the file ---------------------------------------------------------


def note_preference(
    file: CustomerRelationship, *, about: str, preference: str, at: datetime
) -> list[RelationshipEvent]:
    """Note how the customer likes something done; the last word counts (om2025:5.2a)."""
    must_be_open(file, at)
    must_be_told(about=about, preference=preference)
    noted = events.PreferenceNoted(customer_id=file.id, about=about, preference=preference, at=at)
    return [noted]


def record_service(
    file: CustomerRelationship, *, record: str, at: datetime
) -> list[RelationshipEvent]:
    """Let a ticket or a complaint stand in the file, once (om2025:5.2a)."""
    if record in file.services:
        return []
    return [events.ServiceRecorded(customer_id=file.id, record=record, at=at)]


def record_purchase(
    file: CustomerRelationship, *, order_id: str, at: datetime
) -> list[RelationshipEvent]:
    """Let a confirmed order stand in the file, once; all but the first are repurchases."""
    if order_id in file.purchases:
        return []
    recorded = events.PurchaseRecorded(
        customer_id=file.id, order_id=order_id, is_repurchase=bool(file.purchases), at=at
    )
    return [recorded]


def deliver(
    file: CustomerRelationship,
    *,
    delivery_id: str,
    product: str,
    project: str = "",
    delivered_on: date,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[RelationshipEvent]:
    """Record what the customer got, and on which day: revisits count from it (psp:3.3a).

    Raises:
        AlreadyDeliveredError: If that delivery is on record.
        NotDeliveredYetError: If the day is still to come.
    """
    must_be_open(file, at)
    must_be_told(delivery_id=delivery_id, product=product)
    must_be_a_date(delivered_on=delivered_on)
    if delivery_id in file.deliveries:
        known = file.deliveries[delivery_id].delivered_on
        msg = f"customer {file.id}: delivery {delivery_id} came on {known}, and is recorded once"
        raise refusals.AlreadyDeliveredError(msg)
    if delivered_on > (today := day_of(at, calendar)):
        msg = (
            f"customer {file.id}: delivery {delivery_id} is dated {delivered_on}; today is {today}"
        )
        raise refusals.NotDeliveredYetError(msg)
    delivered = events.ProductDelivered(
        customer_id=file.id,
        delivery_id=delivery_id,
        product=product,
        project=project,
        delivered_on=delivered_on,
        at=at,
    )
    return [delivered]


def begin_use(
    file: CustomerRelationship,
    *,
    delivery_id: str,
    used_on: date,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[RelationshipEvent]:
    """Record since when a delivered product is used (om2025:5.2c).

    Raises:
        UnknownDeliveryError: If it was not delivered.
        AlreadyInUseError: If that is on record.
        NotDeliveredYetError: If it came later, or the day is still to come.
    """
    must_be_open(file, at)
    must_be_a_date(used_on=used_on)
    delivery, today = delivery_of(file, delivery_id), day_of(at, calendar)
    if delivery.used_on is not None:
        msg = f"customer {file.id}: delivery {delivery_id} has been in use since {delivery.used_on}"
        raise refusals.AlreadyInUseError(msg)
    if not delivery.delivered_on <= used_on <= today:
        msg = (
            f"customer {file.id}: delivery {delivery_id} came on {delivery.delivered_on} and today "
            f"is {today}, so it was not used for the first time on {used_on}"
        )
        raise refusals.NotDeliveredYetError(msg)
    used = events.ProductFirstUsed(
        customer_id=file.id, delivery_id=delivery_id, used_on=used_on, at=at
    )
    return [used]


# -------------------------------------------------------------------------------------


def _served(grade: Grade, standard: ServiceStandard) -> Grade:
    """Return *grade*, if the standard says how often such customers are revisited."""
    if grade is Grade.KEY:
        standard.must_be_whole(of="revisit")
    return grade
