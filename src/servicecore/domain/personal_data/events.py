"""What can happen to the personal data of a customer.

These events stand for ever, and outlive the key: none of them holds anything personal.
"""

from __future__ import annotations

from datetime import date, datetime

from ..events import event, fact
from ..moments import instant


@fact
class _Fact:
    """Something that was done with the data of a customer, by somebody."""

    customer_id: str
    by: str
    at: datetime = instant()


# --- Erasure, step by step -----------------------------------------------------------


@event("personal_data.erasure_asked")
class PersonalDataErasureAsked(_Fact):
    """Erasure was asked for: until then, nobody opens the data but to prove something."""

    reason: str


@event("personal_data.erasure_withdrawn")
class PersonalDataErasureWithdrawn(_Fact):
    """The data are not to be erased after all."""

    reason: str


@event("personal_data.erasure_approved")
class PersonalDataErasureApproved(_Fact):
    """Somebody other than the one who asked found that the data may be erased."""


@event("personal_data.erased")
class PersonalDataErased(_Fact):
    """The key is destroyed, and with it what it sealed in *records*: the receipt.

    The last of them had to be kept through *kept_until*, if any had to.
    """

    records: tuple[str, ...]
    kept_until: date | None = None


@event("personal_data.readmitted")
class PersonalDataReadmitted(_Fact):
    """The customer came back, and gets a new key; what was erased stays erased."""

    reason: str


# --- What stands in the way ----------------------------------------------------------


@event("personal_data.held")
class PersonalDataHeld(_Fact):
    """The data must not be erased for now: a court, an authority or a dispute needs them."""

    hold: str
    reason: str


@event("personal_data.hold_released")
class PersonalDataHoldReleased(_Fact):
    """A hold is over."""

    hold: str
    reason: str


# --- Who has seen them ---------------------------------------------------------------


@event("personal_data.disclosed")
class PersonalDataDisclosed(_Fact):
    """Somebody opened all that is on record of the customer: as what, and for what purpose."""

    role: str
    purpose: str
    records: tuple[str, ...]


PersonalDataEvent = (
    PersonalDataErasureAsked
    | PersonalDataErasureWithdrawn
    | PersonalDataErasureApproved
    | PersonalDataErased
    | PersonalDataReadmitted
    | PersonalDataHeld
    | PersonalDataHoldReleased
    | PersonalDataDisclosed
)
