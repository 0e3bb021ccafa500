"""What can be decided about revisits: planned, by hand or by rule, moved, held, called off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from ..calendar import WorkingCalendar
from ..days import day_of, must_be_a_date
from ..events import with_facts
from ..figures import RevisitRule
from ..quantities import SCORES, is_on
from ..refusals import all_told, must_be_told
from ..spans import Span
from . import refusals, revisit_events
from .anchors import COMPLAINT, REVISIT, Anchor
from .events import Grade, RelationshipEvent
from .findings import recorded
from .guards import (
    choice_of,
    must_be_after_delivery,
    must_be_open,
    must_be_ours,
    must_be_welcome,
    open_revisit,
)
from .relationship import Consent, CustomerRelationship
from .reminding import (
    missed_before,
    off_the_list,
    revisit_reminder,
    working_day,
    working_day_by,
)
from .revisit_events import Answers, FindingKind, Manner

# --- By hand -------------------------------------------------------------------------


def plan_revisit(
    file: CustomerRelationship,
    *,
    on: date,
    manner: Manner | str,
    content: str,
    clause: str,
    person: str = "",
    occasion: str = "",
    delivery_id: str = "",
    complaint_id: str = "",
    calendar: WorkingCalendar,
    at: datetime,
) -> list[RelationshipEvent]:
    """Plan to ask the customer how things are: when, in what manner, what about (pdr:2.1a).

    Args:
        file: Whom.
        on: When; a day off goes to the next working day.
        manner: By telephone, by mail or on site.
        content: What about.
        clause: What demands it.
        person: Who asks; whoever looks after the customer, by default.
        occasion: What it comes of, if nothing else may be planned for the same.
        delivery_id: The delivery it is about, if it is about one.
        complaint_id: The same for a complaint.
        calendar: On which days anybody works.
        at: When it is planned.

    Raises:
        NoConsentError: If the customer wants no contact.
        BeforeDeliveryError: If nothing was delivered by then.
        PastDayError: If the day is over.
        AlreadyPlannedError: If there is a revisit for that occasion.
    """
    must_be_ours(file, at)
    must_be_told(content=content, clause=clause)
    must_be_a_date(on=on)
    if file.consent is Consent.WITHDRAWN:
        must_be_welcome(file)
    must_be_after_delivery(file, on, delivery_id=delivery_id, complaint_id=complaint_id)
    if occasion and occasion in file.occasions:
        msg = f"customer {file.id}: a revisit for {occasion} is planned already (pdr:2.1a)"
        raise refusals.AlreadyPlannedError(msg)
    planned_on = working_day(on, calendar)
    _must_be_to_come(file, planned_on, calendar, at)
    new = revisit_events.RevisitPlanned(
        customer_id=file.id,
        revisit=len(file.revisits) + 1,
        nominal_on=on,
        planned_on=planned_on,
        manner=choice_of(Manner, manner, "manner", of=file.id),
        content=content,
        person=person or file.responsible,
        occasion=occasion,
        clause=clause,
        delivery_id=delivery_id,
        complaint_id=complaint_id,
        at=at,
    )
    return [_with_reminder(new, calendar)]


def reschedule(
    file: CustomerRelationship,
    *,
    revisit: int,
    on: date,
    reason: str,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[RelationshipEvent]:
    """Give a revisit another day; one that was missed may get one, too.

    Raises:
        PastDayError: If the day is over.
    """
    must_be_ours(file, at)
    must_be_told(reason=reason)
    must_be_a_date(on=on)
    known = open_revisit(file, revisit, "rescheduled")
    must_be_after_delivery(file, on, delivery_id=known.delivery_id, complaint_id=known.complaint_id)
    planned_on = working_day(on, calendar)
    _must_be_to_come(file, planned_on, calendar, at)
    moved = revisit_events.RevisitRescheduled(
        customer_id=file.id,
        revisit=revisit,
        nominal_on=on,
        planned_on=planned_on,
        reason=reason,
        readings=(revisit_reminder(revisit, planned_on, calendar),),
        at=at,
    )
    return [*missed_before(file, revisit, at), moved]


def call_off(
    file: CustomerRelationship, *, revisit: int, reason: str, at: datetime
) -> list[RelationshipEvent]:
    """Call a revisit off, for a reason; no other is planned for its occasion."""
    must_be_open(file, at)
    must_be_told(reason=reason)
    open_revisit(file, revisit, "called off")
    off = revisit_events.RevisitCalledOff(
        customer_id=file.id,
        revisit=revisit,
        reason=reason,
        readings=off_the_list(file, [revisit]),
        at=at,
    )
    return [*missed_before(file, revisit, at), off]


def hold(
    file: CustomerRelationship,
    *,
    revisit: int,
    by: str,
    answers: Answers,
    manner: Manner | str | None = None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[RelationshipEvent]:
    """Record what the customer was asked on a revisit, and told us (pdr:2.3a, pdr:2.4a).

    Raises:
        NoConsentError: If the customer had not agreed to be contacted.
        RevisitOverError: If it was held, or called off.
        BeforeDeliveryError: If there was nothing yet to ask about.
        BadRatingError: If a rating is none.
    """
    must_be_ours(file, at)
    known = open_revisit(file, revisit, "held")
    must_be_welcome(file)
    held_on = day_of(at, calendar)
    must_be_after_delivery(
        file, held_on, delivery_id=known.delivery_id, complaint_id=known.complaint_id
    )
    must_be_told(by=by)
    _must_be_whole(file, answers)
    held = revisit_events.RevisitHeld(
        customer_id=file.id,
        revisit=revisit,
        by=by,
        manner=known.manner if manner is None else choice_of(Manner, manner, "manner", of=file.id),
        held_on=held_on,
        answers=answers,
        readings=off_the_list(file, [revisit]),
        at=at,
    )
    found = recorded(file, _told_in(answers), revisit=revisit, at=at)
    return [*missed_before(file, revisit, at), held, *found]


# --- By rule -------------------------------------------------------------------------


def plan_by_rules(
    file: CustomerRelationship,
    rules: Iterable[RevisitRule],
    *,
    anchors: Iterable[Anchor],
    since: date | None = None,
    calendar: WorkingCalendar,
    at: datetime,
) -> list[RelationshipEvent]:
    """Plan what the *rules* demand after each of the *anchors*, and has not been planned yet.

    Args:
        file: Who is revisited.
        rules: When the standard wants it.
        anchors: What the rules count from.
        since: The first day to plan for; days gone by count too, by default, for
            a promise that was not kept is still a promise.
        calendar: On which days anybody works.
        at: When it is planned.
    """
    if not file.may_be_revisited:
        return []
    wanted = [
        each
        for anchor in anchors
        for rule in rules
        if rule.after == anchor.after and rule.is_for(file.grade.value)
        for each in _by_rule(file, rule, anchor, calendar, at)
        if since is None or each.planned_on >= since
    ]
    numbered = enumerate(wanted, start=len(file.revisits) + 1)
    return [_with_reminder(with_facts(each, revisit=n), calendar) for n, each in numbered]


def _by_rule(
    file: CustomerRelationship,
    rule: RevisitRule,
    anchor: Anchor,
    calendar: WorkingCalendar,
    at: datetime,
) -> Iterator[revisit_events.RevisitPlanned]:
    if rule.after == REVISIT and not _continues(file, rule, anchor):
        return
    for n, span in enumerate(rule.spans, start=1):
        occasion = _occasion(rule, f"{anchor.key}/{n}")
        planned_on = _day_by_rule(rule, span, anchor.day, calendar)
        has_reason = rule.after == COMPLAINT or file.has_delivery_by(planned_on)
        if occasion not in file.occasions and has_reason:
            yield revisit_events.RevisitPlanned(
                customer_id=file.id,
                revisit=0,
                nominal_on=span.after(anchor.day),
                planned_on=planned_on,
                manner=_manner(file, anchor),
                content=anchor.content,
                person=file.responsible,
                occasion=occasion,
                clause=rule.clause,
                delivery_id=anchor.delivery_id,
                complaint_id=anchor.complaint_id,
                at=at,
            )


def _continues(file: CustomerRelationship, rule: RevisitRule, anchor: Anchor) -> bool:
    """Tell whether a series of regular revisits begins, or goes on from the last of it."""
    series = [e for e in file.revisits.values() if e.occasion.startswith(_occasion(rule, ""))]
    if not series or anchor.revisit:
        return not series or series[-1].number == anchor.revisit
    return not series[-1].is_to_come


def _occasion(rule: RevisitRule, what: str) -> str:
    return f"{rule.name}/{what}"


def _day_by_rule(rule: RevisitRule, span: Span, day: date, calendar: WorkingCalendar) -> date:
    nominal = span.after(day)
    if rule.roll == "back" and (before := working_day_by(nominal, calendar)) >= day:
        return before
    return working_day(nominal, calendar)


def _manner(file: CustomerRelationship, anchor: Anchor) -> Manner:
    """Return telephone in general, on site for important customers and problems (pdr:2.2a)."""
    is_special = file.grade is Grade.KEY or anchor.after == COMPLAINT
    return Manner.ON_SITE if is_special else Manner.TELEPHONE


# -------------------------------------------------------------------------------------


def _with_reminder(
    planned: revisit_events.RevisitPlanned, calendar: WorkingCalendar
) -> revisit_events.RevisitPlanned:
    told = revisit_reminder(planned.revisit, planned.planned_on, calendar)
    return with_facts(planned, readings=(told,))


def _must_be_to_come(
    file: CustomerRelationship, planned_on: date, calendar: WorkingCalendar, at: datetime
) -> None:
    if planned_on < (today := day_of(at, calendar)):
        msg = f"customer {file.id}: a revisit cannot be planned for {planned_on}; today is {today}"
        raise refusals.PastDayError(msg)


def _told_in(answers: Answers) -> Iterator[tuple[FindingKind, str]]:
    """Yield what somebody has to deal with."""
    yield from ((FindingKind.PROBLEM, each) for each in answers.problems)
    yield from ((FindingKind.SUGGESTION, each) for each in answers.suggestions)
    yield from ((FindingKind.QUALITY, each) for each in answers.quality_findings)


def _must_be_whole(file: CustomerRelationship, answers: Answers) -> None:
    must_be_told(
        function=answers.function, performance=answers.performance, quality=answers.quality
    )
    all_told("problem", answers.problems)
    all_told("suggestion", answers.suggestions)
    all_told("quality finding", answers.quality_findings)
    all_told("new need", answers.new_needs)
    for name, rating in {"speed": answers.speed, "ability": answers.ability}.items():
        if not is_on(SCORES, rating):
            msg = (
                f"customer {file.id}: {name} is rated from {SCORES[0]} to {SCORES[-1]}, "
                f"got {rating!r} (pdr:2.3a)"
            )
            raise refusals.BadRatingError(msg)
