"""How a complaint ends: the customer decides, round by round, until nothing is left.

Decisions in the manner of `decisions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..refusals import must_be_told, one_or_more
from ..sla import Terms
from . import events, refusals
from .complaint import Complaint, Status
from .events import ComplaintEvent, Outcome
from .guards import (
    must_be_after_receipt,
    must_be_in_hand,
    must_be_in_order,
    must_be_objective,
    must_not_be_closed,
)
from .record import levels_reached, on_record

_ENDS = {Status.SATISFIED: Outcome.SATISFIED, Status.EXHAUSTED: Outcome.EXHAUSTED}
_HANDLINGS_BEFORE_EXHAUSTION = 2  # The first, and the one after the second conversation.

# --- The customer decides ----------------------------------------------------------


def satisfy(
    complaint: Complaint, *, asked_by: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Take the customer's word that the outcome is satisfactory (psp:3.4c).

    Raises:
        NotFedBackError: If the customer does not know the outcome.
    """
    _must_be_asked(complaint, asked_by, at)
    satisfied = events.ComplaintSatisfied(complaint_id=complaint.id, asked_by=asked_by, at=at)
    return on_record(complaint, satisfied, terms=terms)


def dissatisfy(
    complaint: Complaint, *, asked_by: str, reason: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Take the customer's word that it is not, and why (pdr:5.4a).

    Raises:
        NotFedBackError: If the customer does not know the outcome.
    """
    _must_be_asked(complaint, asked_by, at)
    must_be_told(reason=reason)
    dissatisfied = events.ComplaintDissatisfied(
        complaint_id=complaint.id, asked_by=asked_by, reason=reason, at=at
    )
    return on_record(complaint, dissatisfied, terms=terms)


def take_up_again(complaint: Complaint, *, at: datetime, terms: Terms) -> list[ComplaintEvent]:
    """Handle it once more if the customer was not satisfied (pdr:5.4a)."""
    must_not_be_closed(complaint, "taken up again", at)
    if complaint.status is not Status.DISSATISFIED:
        return []
    must_be_in_order(complaint, "taken up again", at)
    again = events.ComplaintTakenUpAgain(
        complaint_id=complaint.id, round=complaint.rounds + 1, reason=complaint.grievance, at=at
    )
    return on_record(complaint, again, terms=terms)


# --- It comes to an end --------------------------------------------------------------


def exhaust(
    complaint: Complaint,
    *,
    by: str,
    reason: str,
    alternatives: Iterable[str],
    at: datetime,
    terms: Terms,
) -> list[ComplaintEvent]:
    """Put on record that nothing is left to do, and where else the customer may turn.

    Raises:
        NotHandledAgainError: If it was not handled a second time in vain.
        IncompleteError: If the customer was offered no alternative.
    """
    if complaint.status is not Status.DISSATISFIED:
        must_be_in_hand(complaint, "given up", at)
    must_be_in_order(complaint, "given up", at)
    must_be_told(by=by, reason=reason)
    offered = one_or_more(
        "alternative", alternatives, whose=f"complaint {complaint.id}", clause="house choice"
    )
    must_be_objective(complaint, by)
    if complaint.times_dissatisfied < _HANDLINGS_BEFORE_EXHAUSTION:
        msg = (
            f"complaint {complaint.id} was handled in vain {complaint.times_dissatisfied} times, "
            f"expected {_HANDLINGS_BEFORE_EXHAUSTION} before remedies are exhausted (om2025:5.3d)"
        )
        raise refusals.NotHandledAgainError(msg)
    exhausted = events.ComplaintExhausted(
        complaint_id=complaint.id, by=by, reason=reason, alternatives=offered, at=at
    )
    return on_record(complaint, exhausted, terms=terms)


def close(complaint: Complaint, *, by: str, at: datetime, terms: Terms) -> list[ComplaintEvent]:
    """Close it: with the customer satisfied, or with all remedies exhausted (tender:2.1e).

    Raises:
        CustomerNotSatisfiedError: If neither is on record.
    """
    must_not_be_closed(complaint, "closed again", at)
    must_be_told(by=by)
    must_be_objective(complaint, by)
    if complaint.status not in _ENDS:
        msg = (
            f"complaint {complaint.id} is {complaint.status.value}; it is handled until the "
            "customer is satisfied, or remedies are exhausted (pdr:5.4a)"
        )
        raise refusals.CustomerNotSatisfiedError(msg)
    must_be_in_order(complaint, "closed", at)
    closed = events.ComplaintClosed(
        complaint_id=complaint.id, by=by, outcome=_ENDS[complaint.status], at=at
    )
    return on_record(complaint, closed, terms=terms)


def report(
    complaint: Complaint,
    *,
    by: str,
    facts: str,
    course: str,
    result: str,
    cause: str,
    improvement: str,
    prevention: str,
    at: datetime,
) -> list[ComplaintEvent]:
    """Write down what can be learnt from it, and how a repeat is prevented (pdr:5.4b).

    Raises:
        NotSettledError: If there is no result yet.
        ComplaintOutOfOrderError: If it is said to have been written before the result.
        AlreadyReportedError: If there is a report.
        IncompleteError: If it leaves something out.
    """
    must_be_after_receipt(complaint, "reported on", at)
    must_be_told(
        by=by,
        facts=facts,
        course=course,
        result=result,
        cause=cause,
        improvement=improvement,
        prevention=prevention,
    )
    must_be_objective(complaint, by)
    if not complaint.status.is_settled:
        msg = f"complaint {complaint.id} is {complaint.status.value}: no result yet (pdr:5.4b)"
        raise refusals.NotSettledError(msg)
    must_be_in_order(complaint, "reported on", at)
    if complaint.reported_at is not None:
        msg = f"complaint {complaint.id} was reported on at {complaint.reported_at.isoformat()}"
        raise refusals.AlreadyReportedError(msg)
    reported = events.ComplaintReported(
        complaint_id=complaint.id,
        by=by,
        facts=facts,
        course=course,
        result=result,
        cause=cause,
        improvement=improvement,
        prevention=prevention,
        at=at,
    )
    return [reported]


# --- It is late, or soon will be -------------------------------------------------------


def change_terms(
    complaint: Complaint, *, standard: str, calendar: str, reason: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Promise what is still open anew, under another standard or calendar; nothing, if it is over.

    Promises already kept or broken stay as they are.
    """
    must_be_told(reason=reason)
    is_over = complaint.status is Status.CLOSED
    if is_over or (standard, calendar) == (complaint.standard, complaint.calendar):
        return []
    changed = events.ComplaintTermsChanged(
        complaint_id=complaint.id, standard=standard, calendar=calendar, reason=reason, at=at
    )
    return on_record(complaint, changed, terms=terms)


def escalate_if_due(complaint: Complaint, *, at: datetime, terms: Terms) -> list[ComplaintEvent]:
    """Put on record every level of the ladder that was reached by *at*, each once."""
    return levels_reached(complaint, at=at, terms=terms)


# -----------------------------------------------------------------------------------------


def _must_be_asked(complaint: Complaint, asked_by: str, at: datetime) -> None:
    must_not_be_closed(complaint, "rated", at)
    must_be_told(asked_by=asked_by)
    must_be_objective(complaint, asked_by)
    if complaint.status is not Status.FED_BACK:
        msg = (
            f"complaint {complaint.id} is {complaint.status.value}: customers are asked "
            "when they know the outcome (pdr:5.4a)"
        )
        raise refusals.NotFedBackError(msg)
    must_be_in_order(complaint, "rated", at)
