"""What can be decided about a complaint, from its receipt to the outcome.

Every decision is told when it is taken (``at``) and under which *terms* the
complaint is handled.  It returns the events to add, or refuses with an error
that says which rule stands in the way; ``[]`` means that there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ..days import must_have_happened
from ..people import Level
from ..refusals import IncompleteError, all_told, must_be_told
from ..sla import Terms
from . import events, refusals
from .complaint import Complaint
from .events import About, Category, ComplaintEvent, Measure, Severity, TeamMember
from .guards import must_be_in_hand, must_be_objective, must_not_be_closed
from .record import on_record

NOT_TOLD = "not told"  #: What a repair ticket says of a product that nobody named.

# --- A customer is dissatisfied --------------------------------------------------


def receive(
    complaint_id: str,
    *,
    customer_id: str,
    channel: str,
    what: str,
    about: About,
    standard: str,
    calendar: str,
    at: datetime,
    terms: Terms,
) -> list[ComplaintEvent]:
    """Take in a complaint, whatever it lacks: its registration completes it.

    Raises:
        IncompleteError: If nobody can tell who complains, how, or of what.
    """
    must_be_told(complaint_id=complaint_id, customer_id=customer_id, channel=channel, what=what)
    received = events.ComplaintReceived(
        complaint_id=complaint_id,
        customer_id=customer_id,
        channel=channel,
        what=what,
        about=about,
        standard=standard,
        calendar=calendar,
        at=at,
    )
    return on_record(None, received, terms=terms)


def register(
    complaint: Complaint,
    *,
    by: str,
    contact: str,
    demand: str,
    happened_at: datetime | None = None,
    at: datetime,
    terms: Terms,
) -> list[ComplaintEvent]:
    """Write it down completely, and so begin to handle it (psp:3.4a).

    Raises:
        AlreadyRegisteredError: If that was done.
        IncompleteError: If something is left out.
        NotYetHappenedError: If it would have happened after the complaint.
    """
    must_not_be_closed(complaint, "registered", at)
    must_be_told(by=by, contact=contact, demand=demand)
    if complaint.registered_at is not None:
        registered_at = complaint.registered_at.isoformat()
        msg = f"complaint {complaint.id} was registered at {registered_at} (psp:3.4a)"
        raise refusals.AlreadyRegisteredError(msg)
    happened = f"complaint {complaint.id}: happened_at"
    must_have_happened(happened, happened_at, by=complaint.opened_at, clause="psp:3.4a")
    registered = events.ComplaintRegistered(
        complaint_id=complaint.id,
        by=by,
        contact=contact,
        demand=demand,
        happened_at=happened_at,
        at=at,
    )
    return on_record(complaint, registered, terms=terms)


def acknowledge(
    complaint: Complaint, *, by: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Tell the customer that it arrived and will be handled (pdr:5.1a).

    Raises:
        ComplaintAlreadyAcknowledgedError: If that was done.
    """
    must_not_be_closed(complaint, "acknowledged", at)
    must_be_told(by=by)
    if complaint.acknowledged_at is not None:
        acknowledged_at = complaint.acknowledged_at.isoformat()
        msg = f"complaint {complaint.id} was acknowledged at {acknowledged_at} (pdr:5.1a)"
        raise refusals.ComplaintAlreadyAcknowledgedError(msg)
    acknowledged = events.ComplaintAcknowledged(complaint_id=complaint.id, by=by, at=at)
    return on_record(complaint, acknowledged, terms=terms)


def classify(
    complaint: Complaint, category: Category, *, by: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Say what it is about: product, service, delivery or something else (om2025:5.3a).

    Raises:
        ComplaintAlreadyClassifiedError: If that was said.
    """
    must_be_in_hand(complaint, "classified", at)
    must_be_told(by=by)
    if complaint.category is not None:
        known = complaint.category.value
        msg = f"complaint {complaint.id} was classified before, as {known} (om2025:5.3a)"
        raise refusals.ComplaintAlreadyClassifiedError(msg)
    classified = events.ComplaintClassified(
        complaint_id=complaint.id, by=by, category=category, at=at
    )
    return on_record(complaint, classified, terms=terms)


def assess(
    complaint: Complaint, severity: Severity, *, by: str, reason: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Judge how severe it is; it may turn out worse, or better, later."""
    must_be_in_hand(complaint, "assessed", at)
    must_be_told(by=by, reason=reason)
    must_be_objective(complaint, by)
    if severity is complaint.severity:
        return []
    assessed = events.ComplaintAssessed(
        complaint_id=complaint.id, by=by, severity=severity, reason=reason, at=at
    )
    return on_record(complaint, assessed, terms=terms)


# --- What follows from its kind ---------------------------------------------------


def request_repair(complaint: Complaint, *, at: datetime) -> list[ComplaintEvent]:
    """Ask for a repair if it is about the quality of a product, once (om2025:5.3b)."""
    if complaint.category is not Category.PRODUCT_QUALITY or complaint.repair_ticket is not None:
        return []
    requested = events.ComplaintRepairRequested(
        complaint_id=complaint.id,
        ticket_id=f"{complaint.id}-repair",
        customer_id=complaint.customer_id,
        channel=complaint.channel,
        product=complaint.about.product or NOT_TOLD,
        model=complaint.about.model or NOT_TOLD,
        fault=complaint.what,
        contact=complaint.contact,
        standard=complaint.standard,
        calendar=complaint.calendar,
        at=at,
    )
    return [requested]


def start_response(
    complaint: Complaint, levels: Sequence[str], *, clause: str, at: datetime
) -> list[ComplaintEvent]:
    """Let every level respond at once to a major complaint (om2025:7.1a)."""
    if complaint.severity is not Severity.MAJOR or complaint.response_levels:
        return []
    started = events.ComplaintResponseStarted(
        complaint_id=complaint.id, levels=tuple(levels), clause=clause, at=at
    )
    return [started]


def escalate_at_once(
    complaint: Complaint, *, to: Level, clause: str, at: datetime
) -> list[ComplaintEvent]:
    """Give it to a higher level without waiting for a deadline, as *clause* demands."""
    if complaint.status.is_settled or not to.is_above(complaint.level):
        return []
    escalated = events.ComplaintEscalated(
        complaint_id=complaint.id, to=to, clock="", rung="at_once", clause=clause, due=at, at=at
    )
    return [escalated]


# --- It is looked into ---------------------------------------------------------


def assign(
    complaint: Complaint, *, to: str, department: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Make somebody its handler, which begins the handling (om2025:5.3b)."""
    must_be_in_hand(complaint, "assigned", at)
    must_be_told(to=to, department=department)
    must_be_objective(complaint, to)
    assigned = events.ComplaintAssigned(
        complaint_id=complaint.id, to=to, department=department, at=at
    )
    return on_record(complaint, assigned, terms=terms)


def set_team(
    complaint: Complaint, members: Iterable[TeamMember], *, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Let people of several departments verify it (pdr:5.2a).

    Raises:
        OneDepartmentError: If they are all of one department.
    """
    must_be_in_hand(complaint, "given to a team", at)
    team = tuple(members)
    for each in team:
        must_be_told(person=each.person, department=each.department)
    departments = {each.department for each in team}
    if len(departments) <= 1:
        told = ", ".join(departments) or "nobody"
        msg = f"complaint {complaint.id} needs a team of several departments (pdr:5.2a), got {told}"
        raise refusals.OneDepartmentError(msg)
    must_be_objective(complaint, *(each.person for each in team))
    return on_record(
        complaint,
        events.ComplaintTeamSet(complaint_id=complaint.id, members=team, at=at),
        terms=terms,
    )


def investigate(
    complaint: Complaint, *, by: str, facts: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Put on record what had happened."""
    must_be_in_hand(complaint, "investigated", at)
    must_be_told(by=by, facts=facts)
    must_be_objective(complaint, by)
    investigated = events.ComplaintInvestigated(
        complaint_id=complaint.id, by=by, facts=facts, at=at
    )
    return on_record(complaint, investigated, terms=terms)


def find_cause(
    complaint: Complaint, *, by: str, cause: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Put the root cause on record (om2025:5.3c).

    Raises:
        NotInvestigatedError: If nobody has looked into it.
    """
    must_be_in_hand(complaint, "traced to its cause", at)
    must_be_told(by=by, cause=cause)
    must_be_objective(complaint, by)
    if complaint.investigated_at is None:
        msg = f"complaint {complaint.id} was not investigated, so its cause is a guess (pdr:5.2a)"
        raise refusals.NotInvestigatedError(msg)
    found = events.ComplaintCauseFound(complaint_id=complaint.id, by=by, cause=cause, at=at)
    return on_record(complaint, found, terms=terms)


def answer(
    complaint: Complaint, *, by: str, answer: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Give the customer a preliminary answer (tender:2.1d)."""
    must_be_in_hand(complaint, "answered", at)
    must_be_told(by=by, answer=answer)
    must_be_objective(complaint, by)
    answered = events.ComplaintAnswered(complaint_id=complaint.id, by=by, answer=answer, at=at)
    return on_record(complaint, answered, terms=terms)


def inform(
    complaint: Complaint, *, by: str, news: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Tell the customer how things stand (pdr:5.3b)."""
    must_not_be_closed(complaint, "told about", at)
    must_be_told(by=by, news=news)
    informed = events.ComplaintInformed(complaint_id=complaint.id, by=by, news=news, at=at)
    return on_record(complaint, informed, terms=terms)


# --- It is put right -------------------------------------------------------------


def propose_solution(
    complaint: Complaint,
    *,
    by: str,
    solution: str,
    met: Iterable[str] = (),
    at: datetime,
    terms: Terms,
) -> list[ComplaintEvent]:
    """Propose a solution and explain it, if need be after departments have *met* (psp:3.4b).

    Raises:
        NoCauseError: If the root cause is not known yet.
    """
    must_be_in_hand(complaint, "solved", at)
    must_be_told(by=by, solution=solution)
    departments = all_told("department", met)
    must_be_objective(complaint, by)
    if complaint.cause is None:
        msg = f"complaint {complaint.id} has no root cause yet; find it first (om2025:5.3c)"
        raise refusals.NoCauseError(msg)
    proposed = events.ComplaintSolutionProposed(
        complaint_id=complaint.id, by=by, solution=solution, met=departments, at=at
    )
    return on_record(complaint, proposed, terms=terms)


def plan(
    complaint: Complaint, measures: Iterable[Measure], *, by: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Settle what will be done, by which department, by whom, until when (pdr:5.3a).

    Raises:
        NoSolutionError: If this round of handling has no solution yet.
        IncompleteError: If there is no measure, or one leaves something out.
    """
    must_be_in_hand(complaint, "planned for", at)
    must_be_told(by=by)
    must_be_objective(complaint, by)
    if complaint.solution is None:
        msg = f"complaint {complaint.id} has no solution in round {complaint.rounds} (pdr:5.3a)"
        raise refusals.NoSolutionError(msg)
    planned = tuple(measures)
    if not planned:
        msg = f"a plan for complaint {complaint.id} needs a measure, got none (pdr:5.3a)"
        raise IncompleteError(msg)
    for each in planned:
        must_be_told(what=each.what, department=each.department, person=each.person)
    return on_record(
        complaint,
        events.ComplaintPlanned(complaint_id=complaint.id, by=by, measures=planned, at=at),
        terms=terms,
    )


def carry_out(
    complaint: Complaint, number: int, *, by: str, result: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Put on record that measure *number* of the plan is done.

    Raises:
        UnknownMeasureError: If the plan has no such measure.
        AlreadyCarriedOutError: If it was done before.
    """
    must_be_in_hand(complaint, "worked on", at)
    must_be_told(by=by, result=result)
    if number in complaint.carried_out:
        msg = f"measure {number} of complaint {complaint.id} was carried out before"
        raise refusals.AlreadyCarriedOutError(msg)
    if number not in complaint.measures_left:
        planned = len(complaint.measures)
        msg = f"complaint {complaint.id} has {planned} measures planned, got number {number}"
        raise refusals.UnknownMeasureError(msg)
    carried_out = events.ComplaintMeasureCarriedOut(
        complaint_id=complaint.id, number=number, by=by, result=result, at=at
    )
    return on_record(complaint, carried_out, terms=terms)


def feed_back(
    complaint: Complaint, *, by: str, result: str, at: datetime, terms: Terms
) -> list[ComplaintEvent]:
    """Tell the customer the outcome (om2025:5.3d).

    Raises:
        MeasuresLeftError: If nothing is planned, or not all of it is done.
    """
    must_be_in_hand(complaint, "fed back", at)
    must_be_told(by=by, result=result)
    must_be_objective(complaint, by)
    if not complaint.measures:
        msg = f"complaint {complaint.id} needs a plan before its outcome (om2025:5.3d)"
        raise refusals.MeasuresLeftError(msg)
    if complaint.measures_left:
        left = ", ".join(map(str, complaint.measures_left))
        msg = f"complaint {complaint.id} has an outcome when measure {left} is done (om2025:5.3d)"
        raise refusals.MeasuresLeftError(msg)
    fed_back = events.ComplaintFedBack(complaint_id=complaint.id, by=by, result=result, at=at)
    return on_record(complaint, fed_back, terms=terms)
