"""What is decided about customers who may leave, have left, or were let down by us."""

from __future__ import annotations

from datetime import datetime

from ..refusals import must_be_told
from . import events, refusals
from .events import RelationshipEvent
from .guards import must_be_open, must_be_ours
from .relationship import CustomerRelationship
from .reminding import off_the_list


def mark_at_risk(
    file: CustomerRelationship, *, reason: str, at: datetime
) -> list[RelationshipEvent]:
    """Say that we may lose the customer, and why (om2025:7.2a).

    Raises:
        AlreadyAtRiskError: If that was said.
    """
    must_be_ours(file, at)
    must_be_told(reason=reason)
    if file.at_risk_because:
        msg = f"customer {file.id} is at risk already: {file.at_risk_because} (om2025:7.2a)"
        raise refusals.AlreadyAtRiskError(msg)
    return [events.CustomerAtRisk(customer_id=file.id, reason=reason, at=at)]


def clear_risk(file: CustomerRelationship, *, reason: str, at: datetime) -> list[RelationshipEvent]:
    """Say that the customer is likely to stay.

    Raises:
        NotAtRiskError: If nobody thought otherwise.
    """
    must_be_ours(file, at)
    must_be_told(reason=reason)
    if not file.at_risk_because:
        msg = f"customer {file.id} is not at risk, so there is nothing to clear (om2025:7.2a)"
        raise refusals.NotAtRiskError(msg)
    return [events.RiskCleared(customer_id=file.id, reason=reason, at=at)]


def lose(file: CustomerRelationship, *, reason: str, at: datetime) -> list[RelationshipEvent]:
    """Put on record that the customer has left us, and why (psp:6.2a).

    Raises:
        CustomerIsLostError: If that is on record, or was not over by then.
    """
    must_be_ours(file, at)
    must_be_told(reason=reason)
    if file.won_back_at is not None and at < file.won_back_at:
        msg = (
            f"customer {file.id} was won back at {file.won_back_at.isoformat()}, "
            f"so they had left us before {at.isoformat()} (psp:6.2a)"
        )
        raise refusals.CustomerIsLostError(msg)
    lost = events.CustomerLost(
        customer_id=file.id,
        reason=reason,
        unwanted=file.to_come,
        readings=off_the_list(file, file.to_come),
        at=at,
    )
    return [lost]


def win_back(file: CustomerRelationship, *, reason: str, at: datetime) -> list[RelationshipEvent]:
    """Put on record that the customer came back (house choice).

    Raises:
        CustomerNotLostError: If the customer had not left by then.
    """
    must_be_open(file, at)
    must_be_told(reason=reason)
    if file.lost_at is None or at < file.lost_at:
        msg = f"customer {file.id} had not left us by {at.isoformat()} to be won back (psp:6.2a)"
        raise refusals.CustomerNotLostError(msg)
    return [events.CustomerWonBack(customer_id=file.id, reason=reason, at=at)]


# --- Recovery ------------------------------------------------------------------------


def begin_recovery(
    file: CustomerRelationship, *, reason: str, because_of: str, at: datetime
) -> list[RelationshipEvent]:
    """Set out to make up for something; *because_of* is what is on record of it.

    Raises:
        RecoveryOpenError: If we are at it.
    """
    must_be_ours(file, at)
    must_be_told(reason=reason, because_of=because_of)
    if file.recovery is not None:
        msg = (
            f"recovery {file.recovery.number} of customer {file.id} is open, because of "
            f"{file.recovery.because_of}: one at a time (pdr:3.3b)"
        )
        raise refusals.RecoveryOpenError(msg)
    begun = events.RecoveryBegun(
        customer_id=file.id,
        recovery=len(file.recoveries) + 1,
        reason=reason,
        because_of=because_of,
        at=at,
    )
    return [begun]


def recover(
    file: CustomerRelationship, *, reason: str, because_of: str, at: datetime
) -> list[RelationshipEvent]:
    """Begin a recovery unless one is open, or there was one for the same."""
    if file.is_lost or file.recovery is not None or because_of in file.recoveries:
        return []
    return begin_recovery(file, reason=reason, because_of=because_of, at=max(at, file.opened_at))


def end_recovery(
    file: CustomerRelationship, *, by: str, outcome: str, at: datetime
) -> list[RelationshipEvent]:
    """Put on record what the recovery came to.

    Raises:
        NoRecoveryError: If none was open by then.
    """
    must_be_open(file, at)
    must_be_told(by=by, outcome=outcome)
    if file.recovery is None or at < file.recovery.begun_at:
        msg = f"customer {file.id} had no open recovery at {at.isoformat()} to be ended (pdr:3.3b)"
        raise refusals.NoRecoveryError(msg)
    ended = events.RecoveryEnded(
        customer_id=file.id, recovery=file.recovery.number, by=by, outcome=outcome, at=at
    )
    return [ended]
