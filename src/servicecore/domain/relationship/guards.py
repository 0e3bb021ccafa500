"""What any step in a customer's file demands."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TypeVar

from ..choices import one_of
from . import refusals
from .relationship import Consent, Contract, CustomerRelationship, Delivery
from .revisit import Finding, Revisit

W = TypeVar("W", bound=Enum)


def choice_of(words: type[W], word: W | str, called: str, *, of: str) -> W:
    """Return the grade, manner or kind of finding that *word* names.

    Raises:
        UnknownChoiceError: If there is no such word.
    """
    whose = f"customer {of}: {called}"
    return one_of(words, word, called=whose, refusal=refusals.UnknownChoiceError)


def must_be_open(file: CustomerRelationship, at: datetime) -> None:
    """Refuse what is said to have happened before the file was opened.

    Raises:
        BeforeFileError: If it is.
    """
    if at < file.opened_at:
        msg = (
            f"the file of customer {file.id} was opened at {file.opened_at.isoformat()}, "
            f"so nothing goes into it at {at.isoformat()}"
        )
        raise refusals.BeforeFileError(msg)


def must_be_ours(file: CustomerRelationship, at: datetime) -> None:
    """Refuse to carry on with a customer who has left us.

    Raises:
        CustomerIsLostError: If the customer has.
    """
    must_be_open(file, at)
    if file.is_lost:
        msg = f"customer {file.id} has left us ({file.lost_because}); win the customer back first"
        raise refusals.CustomerIsLostError(msg)


def must_be_welcome(file: CustomerRelationship) -> None:
    """Refuse to contact somebody who has not agreed to it.

    Raises:
        NoConsentError: If the customer has not.
    """
    if file.consent is not Consent.GIVEN:
        msg = (
            f"customer {file.id} has not agreed to be contacted (consent {file.consent.value}; "
            "个人信息保护法 arts. 13, 15)"
        )
        raise refusals.NoConsentError(msg)


def must_be_after_delivery(
    file: CustomerRelationship, day: date, *, delivery_id: str = "", complaint_id: str = ""
) -> None:
    """Refuse a revisit before the delivery; one about a complaint may come before it.

    Raises:
        UnknownDeliveryError: If nothing was delivered under that number.
        BeforeDeliveryError: If *day* is too early.
    """
    if delivery_id:
        delivered = delivery_of(file, delivery_id).delivered_on
        is_early, told = day < delivered, f"delivery {delivery_id} came on {delivered}"
    else:
        is_early = not complaint_id and not file.has_delivery_by(day)
        told = "nothing had been delivered"
    if is_early:
        msg = f"customer {file.id}: {told}, so there is no revisit on {day} (psp:3.3a)"
        raise refusals.BeforeDeliveryError(msg)


def delivery_of(file: CustomerRelationship, delivery_id: str) -> Delivery:
    """Return what was delivered under that number.

    Raises:
        UnknownDeliveryError: If it is nothing.
    """
    if delivery_id not in file.deliveries:
        known = ", ".join(file.deliveries) or "none"
        msg = f"customer {file.id} has no delivery {delivery_id!r}; on record are {known}"
        raise refusals.UnknownDeliveryError(msg)
    return file.deliveries[delivery_id]


def open_revisit(file: CustomerRelationship, number: int, done: str) -> Revisit:
    """Return a revisit that is not over.

    Raises:
        UnknownRevisitError: If it was never planned.
        RevisitOverError: If it was held or called off.
    """
    if number not in file.revisits:
        known = len(file.revisits)
        msg = f"customer {file.id} has no revisit {number!r}; {known} were planned"
        raise refusals.UnknownRevisitError(msg)
    revisit = file.revisits[number]
    if revisit.status.is_over:
        msg = (
            f"revisit {number} of customer {file.id} is {revisit.status.value}, "
            f"so it cannot be {done}: each is held once (pdr:2.4a)"
        )
        raise refusals.RevisitOverError(msg)
    return revisit


def open_finding(file: CustomerRelationship, number: int, done: str) -> Finding:
    """Return a finding that somebody still has to deal with.

    Raises:
        UnknownFindingError: If the customer never told of it.
        FindingSettledError: If the customer is satisfied.
    """
    if number not in file.findings:
        known = len(file.findings)
        msg = f"customer {file.id} has no finding {number!r}; {known} are on record"
        raise refusals.UnknownFindingError(msg)
    finding = file.findings[number]
    if finding.is_settled:
        msg = f"finding {number} of customer {file.id} is settled, so it is not {done} (pdr:2.5a)"
        raise refusals.FindingSettledError(msg)
    return finding


def contract_of(file: CustomerRelationship, contract_id: str) -> Contract:
    """Return a contract with the customer.

    Raises:
        UnknownContractError: If there is none of that number.
    """
    if contract_id not in file.contracts:
        known = ", ".join(file.contracts) or "none"
        msg = f"customer {file.id} has no contract {contract_id!r}; on record are {known}"
        raise refusals.UnknownContractError(msg)
    return file.contracts[contract_id]
