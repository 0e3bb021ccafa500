"""What the rules demand of any step in the life of a complaint."""

from __future__ import annotations

from datetime import datetime

from ..people import same_person
from . import refusals
from .complaint import Complaint, Status

#: What changes where a complaint stands; nothing that rests on it happens before it.
_TURNS = frozenset(
    {
        "received",
        "registered",
        "fed_back",
        "satisfied",
        "dissatisfied",
        "taken_up_again",
        "exhausted",
    }
)


def must_be_after_receipt(complaint: Complaint, done: str, at: datetime) -> None:
    """Refuse what is said to have happened before the customer complained.

    Raises:
        BeforeReceiptError: If it is.
    """
    if at < complaint.opened_at:
        msg = (
            f"complaint {complaint.id} was received at {complaint.opened_at.isoformat()}, "
            f"so it cannot have been {done} at {at.isoformat()}"
        )
        raise refusals.BeforeReceiptError(msg)


def must_not_be_closed(complaint: Complaint, done: str, at: datetime) -> None:
    """Refuse to go on with a complaint that is over.

    Raises:
        ComplaintEndedError: If it is closed.
    """
    must_be_after_receipt(complaint, done, at)
    if complaint.status is Status.CLOSED:
        msg = f"complaint {complaint.id} is closed, so it cannot be {done}"
        raise refusals.ComplaintEndedError(msg)


def must_be_in_hand(complaint: Complaint, done: str, at: datetime) -> None:
    """Refuse to handle what is not registered yet, or what is up to the customer.

    Raises:
        NotRegisteredError: If it is not registered completely.
        NotInHandError: If the customer knows the outcome.
        ComplaintOutOfOrderError: If it is said to have happened before that.
    """
    must_not_be_closed(complaint, done, at)
    if complaint.status is Status.RECEIVED:
        msg = f"complaint {complaint.id} is not registered yet, so it cannot be {done} (psp:3.4a)"
        raise refusals.NotRegisteredError(msg)
    if complaint.status is not Status.IN_HAND:
        msg = f"complaint {complaint.id} is {complaint.status.value}, so it cannot be {done}"
        raise refusals.NotInHandError(msg)
    must_be_in_order(complaint, done, at)


def must_be_in_order(complaint: Complaint, done: str, at: datetime) -> None:
    """Refuse what is said to have happened before the complaint came to where it stands.

    Raises:
        ComplaintOutOfOrderError: If it is.
    """
    turn = next(each for each in reversed(complaint.timeline) if each.what in _TURNS)
    if at < turn.at:
        msg = (
            f"complaint {complaint.id} was {turn.what.replace('_', ' ')} at "
            f"{turn.at.isoformat()}, so it cannot have been {done} at {at.isoformat()}"
        )
        raise refusals.ComplaintOutOfOrderError(msg)


def must_be_objective(complaint: Complaint, *people: str) -> None:
    """Refuse to let anybody handle a complaint about themselves.

    Raises:
        HandlerIsSubjectError: If one of *people* is the one complained of.
    """
    subject = complaint.about.person
    if any(same_person(subject, each) for each in people):
        msg = (
            f"complaint {complaint.id} is about {subject}, "
            "who cannot handle it (objectivity, ISO 10002)"
        )
        raise refusals.HandlerIsSubjectError(msg)
