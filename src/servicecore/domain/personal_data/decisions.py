"""What can be decided about the personal data of a customer.

There is one way: erasure is asked for, somebody else approves it, and it is carried
out when nothing has to be kept any more.  A customer to whose data nothing of this
ever happened has no record here; their data are active.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import attrs

from ..calendar import WorkingCalendar
from ..days import day_of
from ..people import same_person
from ..refusals import must_be_told
from ..spans import Span
from . import events, refusals
from .events import PersonalDataEvent
from .person import PersonalData, PersonalDataState

PRIVACY_OFFICER, AUDITOR = "privacy_officer", "auditor"
MAY_OPEN = (PRIVACY_OFFICER, AUDITOR)  #: In these roles, restricted data may be opened.


@attrs.frozen(kw_only=True)
class KeptRecord:
    """A record of a customer, and how long it has to be *kept* after it was *closed_at*.

    An open case has no such moment yet; what is no case, such as a customer's file,
    is not kept for its own sake and has no span.
    """

    subject: str
    closed_at: datetime | None = None
    kept: Span | None = None

    def until(self, calendar: WorkingCalendar) -> date | None:
        """Return the last day on which it has to be there, if that is known."""
        if self.closed_at is None or self.kept is None:
            return None
        return self.kept.after(day_of(self.closed_at, calendar))


# --- Erasure, step by step -----------------------------------------------------------


def ask_erasure(
    person: PersonalData | None, customer_id: str, *, by: str, reason: str, at: datetime
) -> list[PersonalDataEvent]:
    """Ask that the data of a customer be erased; until then, they are restricted.

    Raises:
        ErasureAskedError: If that was asked before.
        PersonErasedError: If they are erased.
    """
    must_be_told(customer_id=customer_id, by=by, reason=reason)
    _must_not_be_erased(person, customer_id)
    if person is not None and person.state is PersonalDataState.RESTRICTED:
        msg = f"erasure of the data of customer {customer_id} was asked for by {person.asked_by}"
        raise refusals.ErasureAskedError(msg)
    _must_be_in_order(person, at)
    return [events.PersonalDataErasureAsked(customer_id=customer_id, by=by, reason=reason, at=at)]


def withdraw(
    person: PersonalData | None, customer_id: str, *, by: str, reason: str, at: datetime
) -> list[PersonalDataEvent]:
    """Let the data be used again, since they are not to be erased after all.

    Raises:
        NoErasureAskedError: If nobody had asked.
    """
    must_be_told(by=by, reason=reason)
    _must_be_asked_for(person, customer_id, at)
    return [
        events.PersonalDataErasureWithdrawn(customer_id=customer_id, by=by, reason=reason, at=at)
    ]


def approve(
    person: PersonalData | None, customer_id: str, *, by: str, at: datetime
) -> list[PersonalDataEvent]:
    """Find that the data may be erased; whoever asked for it does not.

    Raises:
        NoErasureAskedError: If nobody had asked.
        OwnErasureError: If whoever asked is the one who approves.
    """
    must_be_told(by=by)
    asked = _must_be_asked_for(person, customer_id, at)
    if asked.approved_by:
        return []
    if same_person(by, asked.asked_by):
        msg = (
            f"erasure of the data of customer {customer_id} was asked for by {asked.asked_by}, "
            "who cannot approve it"
        )
        raise refusals.OwnErasureError(msg)
    return [events.PersonalDataErasureApproved(customer_id=customer_id, by=by, at=at)]


def erase(
    person: PersonalData | None,
    customer_id: str,
    *,
    by: str,
    records: Sequence[KeptRecord],
    calendar: WorkingCalendar,
    at: datetime,
) -> list[PersonalDataEvent]:
    """Give the receipt for an erasure, if nothing stands in its way (om2025:4.3b).

    Raises:
        NoErasureAskedError: If nobody had asked.
        NotApprovedError: If nobody else approved it.
        HeldError: If a hold is not released.
        RetentionError: If a record is open, or has to be kept for longer.
    """
    must_be_told(by=by)
    asked = _must_be_asked_for(person, customer_id, at)
    if not asked.approved_by:
        msg = f"erasure of the data of customer {customer_id} waits for somebody to approve it"
        raise refusals.NotApprovedError(msg)
    if asked.holds:
        name, reason = next(iter(asked.holds.items()))
        msg = f"the data of customer {customer_id} are held under {name!r}: {reason}"
        raise refusals.HeldError(msg)
    for record in records:
        must_not_be_kept(record, calendar, at)
    days = [day for record in records if (day := record.until(calendar)) is not None]
    erased = events.PersonalDataErased(
        customer_id=customer_id,
        by=by,
        records=tuple(record.subject for record in records),
        kept_until=max(days, default=None),
        at=at,
    )
    return [erased]


def readmit(
    person: PersonalData | None, customer_id: str, *, by: str, reason: str, at: datetime
) -> list[PersonalDataEvent]:
    """Take an erased customer on again; what was erased stays erased.

    Raises:
        NotErasedError: If they were not erased.
    """
    must_be_told(by=by, reason=reason)
    if person is None or person.state is not PersonalDataState.ERASED:
        msg = f"the data of customer {customer_id} were not erased, so they need no readmission"
        raise refusals.NotErasedError(msg)
    _must_be_in_order(person, at)
    return [events.PersonalDataReadmitted(customer_id=customer_id, by=by, reason=reason, at=at)]


# --- What stands in the way ----------------------------------------------------------


def hold(
    person: PersonalData | None, customer_id: str, *, hold: str, by: str, reason: str, at: datetime
) -> list[PersonalDataEvent]:
    """See to it that the data are not erased while somebody needs them.

    Raises:
        HeldError: If another hold has that name.
        PersonErasedError: If it is too late.
    """
    must_be_told(customer_id=customer_id, hold=hold, by=by, reason=reason)
    _must_not_be_erased(person, customer_id)
    if person is not None and hold in person.holds:
        msg = f"the data of customer {customer_id} are held under {hold!r} already"
        raise refusals.HeldError(msg)
    return [
        events.PersonalDataHeld(customer_id=customer_id, hold=hold, by=by, reason=reason, at=at)
    ]


def release_hold(
    person: PersonalData | None, customer_id: str, *, hold: str, by: str, reason: str, at: datetime
) -> list[PersonalDataEvent]:
    """End a hold.

    Raises:
        NoSuchHoldError: If there is none of that name.
    """
    must_be_told(by=by, reason=reason)
    if person is None or hold not in person.holds:
        msg = f"the data of customer {customer_id} are not held under {hold!r}"
        raise refusals.NoSuchHoldError(msg)
    return [
        events.PersonalDataHoldReleased(
            customer_id=customer_id, hold=hold, by=by, reason=reason, at=at
        )
    ]


def must_not_be_kept(record: KeptRecord, calendar: WorkingCalendar, at: datetime) -> None:
    """Refuse to part with a record that is open, or has to be kept for longer (om2025:4.3b).

    Raises:
        RetentionError: Naming the record, and until when it is kept.
    """
    if record.kept is None:
        return
    until = record.until(calendar)
    if until is None:
        msg = f"{record.subject} is open; it is kept for {record.kept} after its closing"
        raise refusals.RetentionError(msg)
    if day_of(at, calendar) <= until:
        msg = f"{record.subject} has to be kept through {until}, {record.kept} after its closing"
        raise refusals.RetentionError(msg)


# --- Who sees them -------------------------------------------------------------------


def disclose(
    person: PersonalData | None,
    customer_id: str,
    *,
    by: str,
    role: str,
    purpose: str,
    records: Sequence[str],
    at: datetime,
) -> list[PersonalDataEvent]:
    """Put on record who opens all that is on record of a customer, and for what purpose.

    Raises:
        PersonErasedError: If nothing is left to be opened.
        MayNotOpenError: If erasure was asked for, and it is neither a privacy officer
            nor an auditor who wants to open them.
    """
    must_be_told(customer_id=customer_id, by=by, purpose=purpose)
    _must_not_be_erased(person, customer_id)
    is_restricted = person is not None and person.state is PersonalDataState.RESTRICTED
    if is_restricted and role not in MAY_OPEN:
        msg = (
            f"erasure of the data of customer {customer_id} was asked for; they may be opened "
            f"in the role {' or '.join(MAY_OPEN)}, got {role!r}"
        )
        raise refusals.MayNotOpenError(msg)
    disclosed = events.PersonalDataDisclosed(
        customer_id=customer_id, by=by, role=role, purpose=purpose, records=tuple(records), at=at
    )
    return [disclosed]


# -------------------------------------------------------------------------------------


def _must_not_be_erased(person: PersonalData | None, customer_id: str) -> None:
    if person is not None and person.erased_at and person.state is PersonalDataState.ERASED:
        msg = f"the data of customer {customer_id} were erased at {person.erased_at.isoformat()}"
        raise refusals.PersonErasedError(msg)


def _must_be_asked_for(person: PersonalData | None, customer_id: str, at: datetime) -> PersonalData:
    _must_not_be_erased(person, customer_id)
    if person is None or person.state is not PersonalDataState.RESTRICTED:
        msg = f"nobody asked that the data of customer {customer_id} be erased"
        raise refusals.NoErasureAskedError(msg)
    _must_be_in_order(person, at)
    return person


def _must_be_in_order(person: PersonalData | None, at: datetime) -> None:
    if person is not None and person.changed_at is not None and at < person.changed_at:
        msg = (
            f"the data of customer {person.customer_id} have been {person.state.value} since "
            f"{person.changed_at.isoformat()}, so nothing was decided of them at {at.isoformat()}"
        )
        raise refusals.OutOfTurnError(msg)
