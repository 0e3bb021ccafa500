"""What can be decided about a plan of maintenance: its cycle, its visits, what they found.

The cycle names a nominal day for each visit; the visit is planned on the first
working day from then on.  The next one is planned when a visit is carried out,
or missed.
"""

from __future__ import annotations

from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..choices import one_of
from ..days import beginning_of, day_of, must_be_a_date
from ..people import Level
from ..refusals import must_be_told
from ..reminders import on_its_day, passed, settled, told
from ..sla import Reading, RungReached, State, Terms
from ..spans import Span
from ..standard import WORKING
from . import events, refusals
from .events import MaintenanceEvent, MaintenanceKind
from .plan import MaintenancePlan, Visit, evolve

VISIT, DUE, MISSED = "visit", "due", "missed"  #: The reminder of a visit, and its two levels.
_CLAUSE = "pdr:4.1a"


def plan_maintenance(
    maintenance_id: str,
    *,
    product: str,
    customer_id: str,
    kind: MaintenanceKind | str,
    every: Span,
    first_on: date,
    content: str,
    manner: str,
    person: str,
    standard: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[MaintenanceEvent]:
    """Plan to maintain a product: what, how often, in what manner, by whom (pdr:4.1a).

    Raises:
        UnknownMaintenanceKindError: If nothing of that kind is maintained.
        BadCycleError: If the cycle leads nowhere.
    """
    must_be_told(
        maintenance_id=maintenance_id,
        product=product,
        customer_id=customer_id,
        content=content,
        manner=manner,
        person=person,
    )
    must_be_a_date(first_on=first_on)
    _must_lead_on(maintenance_id, every)
    planned = events.MaintenancePlanned(
        maintenance_id=maintenance_id,
        product=product,
        customer_id=customer_id,
        kind=one_of(
            MaintenanceKind,
            kind,
            called=f"maintenance plan {maintenance_id}: kind",
            refusal=refusals.UnknownMaintenanceKindError,
            clause=_CLAUSE,
        ),
        every=every,
        first_on=first_on,
        content=content,
        manner=manner,
        person=person,
        standard=standard,
        calendar=calendar.reference,
        at=at,
    )
    return [planned, *_next_visit(evolve(None, planned), calendar=calendar, at=at)]


def revise(
    plan: MaintenancePlan,
    *,
    every: Span | None = None,
    content: str | None = None,
    manner: str | None = None,
    person: str | None = None,
    reason: str,
    at: datetime,
) -> list[MaintenanceEvent]:
    """Change the plan as feedback asks; a visit that has its day keeps it (pdr:4.1a).

    Raises:
        BadCycleError: If the cycle leads nowhere.
    """
    _must_go_on(plan, "revised", at)
    must_be_told(reason=reason)
    revised = events.MaintenanceRevised(
        maintenance_id=plan.id,
        every=plan.every if every is None else every,
        content=plan.content if content is None else content,
        manner=plan.manner if manner is None else manner,
        person=plan.person if person is None else person,
        counted_from=plan.visits[plan.newest].nominal_on,
        counted_from_visit=plan.newest,
        reason=reason,
        at=at,
    )
    must_be_told(content=revised.content, manner=revised.manner, person=revised.person)
    _must_lead_on(plan.id, revised.every)
    return [revised]


def end(plan: MaintenancePlan, *, reason: str, at: datetime) -> list[MaintenanceEvent]:
    """Plan no more visits, and drop those that were to come."""
    _must_go_on(plan, "ended", at)
    must_be_told(reason=reason)
    off = settled(plan.reminders)
    return [events.MaintenanceEnded(maintenance_id=plan.id, reason=reason, readings=off, at=at)]


# --- Visits --------------------------------------------------------------------------


def test(
    plan: MaintenancePlan,
    *,
    visit: int,
    by: str,
    has_passed: bool,
    result: str,
    at: datetime,
) -> list[MaintenanceEvent]:
    """Put on record that what a visit will do was tried out; the last trial counts (pdr:4.2b)."""
    _open_visit(plan, visit, "tested", at)
    must_be_told(by=by, result=result)
    tested = events.MaintenanceTested(
        maintenance_id=plan.id, visit=visit, by=by, has_passed=has_passed, result=result, at=at
    )
    return [tested]


def carry_out(
    plan: MaintenancePlan,
    *,
    visit: int,
    by: str,
    content: str,
    result: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[MaintenanceEvent]:
    """Record what a technician did, with its time, content and result (pdr:4.2a).

    Raises:
        NotTestedError: If it had to be tested beforehand, and had not passed.
        AlreadyCarriedOutError: If that was recorded.
    """
    known = _open_visit(plan, visit, "carried out", at)
    must_be_told(by=by, content=content, result=result)
    if plan.kind.is_tested_beforehand and (known.tested_at is None or at < known.tested_at):
        msg = (
            f"maintenance plan {plan.id}: visit {visit} is {plan.kind.value} maintenance, "
            f"and no test had passed by {at.isoformat()} (pdr:4.2b)"
        )
        raise refusals.NotTestedError(msg)
    theirs = (each for each in plan.reminders if each.round == visit)
    done = events.MaintenanceVisitCarriedOut(
        maintenance_id=plan.id,
        visit=visit,
        by=by,
        content=content,
        result=result,
        readings=settled(theirs, state=State.MET),
        at=at,
    )
    return [done, *_next_visit(plan, after=visit, calendar=calendar, at=at)]


def remind_if_due(
    plan: MaintenancePlan, /, *, at: datetime, terms: Terms
) -> list[MaintenanceEvent]:
    """Put on record which visits are to be made, and which were missed, once each.

    A visit may be made until its working day closes; then it is missed, and
    goes to the supervisor (house choice).
    """
    calendar = terms.calendars[WORKING]
    return [
        event
        for reading, rung in passed(plan.reminders, at)
        for event in _reminded(plan, reading, rung, calendar=calendar, at=at)
    ]


# -------------------------------------------------------------------------------------


def _reminded(
    plan: MaintenancePlan,
    reading: Reading,
    rung: RungReached,
    *,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[MaintenanceEvent]:
    number, facts = reading.round, told(reading, rung, clause=_CLAUSE, at=at)
    if rung.name == DUE:
        due = events.MaintenanceVisitDue(
            maintenance_id=plan.id, visit=number, to=plan.person, **facts
        )
        return [due]
    missed = events.MaintenanceVisitMissed(
        maintenance_id=plan.id, visit=number, to=Level.SUPERVISOR, **facts
    )
    return [missed, *_next_visit(plan, after=number, calendar=calendar, at=at)]


def _next_visit(
    plan: MaintenancePlan, *, after: int = 0, calendar: WorkingCalendar, at: datetime
) -> list[MaintenanceEvent]:
    """Plan the visit that follows, unless it has its day already."""
    if after != plan.newest:
        return []
    nominal = plan.nominal_day_of(after + 1)
    opening = calendar.next_open(beginning_of(nominal, calendar))
    planned = events.MaintenanceVisitPlanned(
        maintenance_id=plan.id,
        visit=after + 1,
        nominal_on=nominal,
        planned_on=day_of(opening, calendar),
        readings=(on_its_day(VISIT, nominal, calendar, round_=after + 1, over=MISSED),),
        at=at,
    )
    return [planned]


def _must_lead_on(maintenance_id: str, every: Span) -> None:
    if not isinstance(every, Span) or every.months < 0 or every.days < 0 or every == Span():
        msg = f"maintenance plan {maintenance_id}: a cycle of {every} leads to no later visit"
        raise refusals.BadCycleError(msg)


def _must_go_on(plan: MaintenancePlan, done: str, at: datetime) -> None:
    if at < plan.planned_at:
        msg = (
            f"maintenance plan {plan.id} was made at {plan.planned_at.isoformat()}, "
            f"so nothing of it can be {done} at {at.isoformat()}"
        )
        raise refusals.BeforePlanError(msg)
    if plan.has_ended:
        msg = f"maintenance plan {plan.id} has ended ({plan.ended_because}); nothing is {done}"
        raise refusals.PlanEndedError(msg)


def _open_visit(plan: MaintenancePlan, number: int, done: str, at: datetime) -> Visit:
    _must_go_on(plan, done, at)
    if number not in plan.visits:
        msg = f"maintenance plan {plan.id} has no visit {number} yet; the newest is {plan.newest}"
        raise refusals.UnknownVisitError(msg)
    visit = plan.visits[number]
    if visit.carried_out_at is not None:
        msg = (
            f"maintenance plan {plan.id}: visit {number} was carried out "
            f"at {visit.carried_out_at.isoformat()}, so it cannot be {done}"
        )
        raise refusals.AlreadyCarriedOutError(msg)
    return visit
