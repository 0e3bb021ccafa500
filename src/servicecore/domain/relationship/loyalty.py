"""What is decided about points, benefits and contracts."""

from __future__ import annotations

from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..days import day_of, must_be_a_date
from ..quantities import is_whole
from ..refusals import must_be_told
from ..spans import Span
from ..standard import ServiceStandard
from . import events, refusals
from .events import RelationshipEvent
from .guards import contract_of, must_be_open
from .relationship import CustomerRelationship
from .reminding import contract_off_the_list, contract_reminder, lapsed_before

NOTICE = "contract_renewal_notice"  #: What standards call how long ahead an end is told of.


def earn_points(
    file: CustomerRelationship, points: int, *, reason: str, at: datetime
) -> list[RelationshipEvent]:
    """Give the customer loyalty points (om2025:5.2d).

    Raises:
        BadPointsError: If that is no number of points.
    """
    must_be_open(file, at)
    must_be_told(reason=reason)
    _must_be_points(file, points)
    return [events.PointsEarned(customer_id=file.id, points=points, reason=reason, at=at)]


def spend_points(
    file: CustomerRelationship, points: int, *, spent_on: str, at: datetime
) -> list[RelationshipEvent]:
    """Let the customer spend points, as many as there are (om2025:5.2d).

    Raises:
        TooFewPointsError: If there are not so many.
    """
    must_be_open(file, at)
    must_be_told(spent_on=spent_on)
    _must_be_points(file, points)
    if points > file.points:
        msg = (
            f"customer {file.id} has {file.points} points, and cannot spend {points} (om2025:5.2d)"
        )
        raise refusals.TooFewPointsError(msg)
    return [events.PointsSpent(customer_id=file.id, points=points, spent_on=spent_on, at=at)]


def grant_benefit(
    file: CustomerRelationship, benefit: str, *, reason: str, at: datetime
) -> list[RelationshipEvent]:
    """Give the customer what others do not get, once (om2025:5.2d)."""
    must_be_open(file, at)
    must_be_told(benefit=benefit, reason=reason)
    if benefit in file.benefits:
        return []
    return [events.BenefitGranted(customer_id=file.id, benefit=benefit, reason=reason, at=at)]


# --- Contracts -----------------------------------------------------------------------


def sign_contract(
    file: CustomerRelationship,
    contract_id: str,
    *,
    until: date,
    served_under: str = "",
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[RelationshipEvent]:
    """Sign a contract that holds until the end of a day; notice of that is given ahead.

    Requests and complaints of the customer are *served_under* that standard meanwhile.

    Raises:
        AlreadySignedError: If there is a contract of that number.
        ContractTermError: If it would be over already.
    """
    must_be_open(file, at)
    must_be_told(contract_id=contract_id)
    must_be_a_date(until=until)
    if contract_id in file.contracts:
        known = file.contracts[contract_id].until
        msg = f"contract {contract_id} of customer {file.id} was signed, until {known}; renew it"
        raise refusals.AlreadySignedError(msg)
    if until < (today := day_of(at, calendar)):
        msg = f"contract {contract_id} of customer {file.id} would end on {until}; today is {today}"
        raise refusals.ContractTermError(msg)
    signed = events.ContractSigned(
        customer_id=file.id,
        contract_id=contract_id,
        until=until,
        served_under=served_under,
        readings=(contract_reminder(contract_id, until, _notice(standard), calendar, term=1),),
        at=at,
    )
    return [signed]


def renew_contract(
    file: CustomerRelationship,
    contract_id: str,
    *,
    until: date,
    standard: ServiceStandard,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[RelationshipEvent]:
    """Let a contract hold for longer; one that has lapsed may be taken up again.

    Raises:
        UnknownContractError: If it was never signed.
        ContractTermError: If it would not hold for longer, or be over already.
    """
    must_be_open(file, at)
    must_be_a_date(until=until)
    contract, today = contract_of(file, contract_id), day_of(at, calendar)
    if until <= contract.until or until < today:
        msg = (
            f"contract {contract_id} of customer {file.id} holds until {contract.until} and today "
            f"is {today}, so it cannot be renewed until {until}"
        )
        raise refusals.ContractTermError(msg)
    renewals = contract.renewals + 1
    new = contract_reminder(contract_id, until, _notice(standard), calendar, term=renewals + 1)
    renewed = events.ContractRenewed(
        customer_id=file.id,
        contract_id=contract_id,
        until=until,
        renewals=renewals,
        readings=(*contract_off_the_list(file, contract_id), new),
        at=at,
    )
    return [*lapsed_before(file, contract_id, at), renewed]


# -------------------------------------------------------------------------------------


def _notice(standard: ServiceStandard) -> Span | None:
    told = standard.duration(NOTICE)
    return None if told is None else told.at_least


def _must_be_points(file: CustomerRelationship, points: int) -> None:
    if not is_whole(points, at_least=1):
        msg = f"customer {file.id}: points are whole and at least 1, got {points!r} (om2025:5.2d)"
        raise refusals.BadPointsError(msg)
