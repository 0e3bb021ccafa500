"""What can be decided about an improvement, round its circle: plan, do, check, act.

Every decision is told when it is taken (``at``) and under which *terms* feedback
is handled.  It returns the events to add, or refuses with an error that says
which rule stands in the way; ``[]`` means that there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..choices import one_of
from ..days import day_of
from ..people import Level
from ..refusals import IncompleteError, must_be_told
from ..sla import Terms
from ..spans import Span
from ..standard import WORKING
from . import events, record, refusals
from .events import Check, ImprovementEvent, Measure, Source
from .guards import must_be_at_least, must_be_in_order, must_be_open_to_checks, must_go_on
from .improvement import Improvement, ImprovementStatus
from .record import on_record

#: How long after the last measure the effect is looked at, by what standards call the turn.
TURNS = {"monthly": Span(months=1), "quarterly": Span(months=3), "yearly": Span(months=12)}


# --- Plan ----------------------------------------------------------------------------


def collect(
    improvement: Improvement | None,
    *,
    improvement_id: str,
    source: Source | str,
    about: str,
    origin: str = "",
    customer_id: str | None = None,
    at: datetime,
    terms: Terms,
) -> list[ImprovementEvent]:
    """Put feedback on record, once: what was collected before is left as it is (om2025:2.3b).

    Args:
        improvement: None, unless it was collected before.
        improvement_id: Its number.
        source: Where we learnt of it.
        about: What could be better.
        origin: The subject it comes from, such as ``complaint/C-1``.
        customer_id: Whom to answer, if it comes from a customer.
        at: When it was told.
        terms: What is promised for feedback.

    Raises:
        UnknownSourceError: If feedback does not come from there.
        IncompleteError: If nobody can tell what it is about.
    """
    if improvement is not None:
        return []
    must_be_told(improvement_id=improvement_id, about=about)
    if customer_id is not None:
        must_be_told(customer_id=customer_id)
    collected = events.ImprovementCollected(
        improvement_id=improvement_id,
        source=one_of(
            Source,
            source,
            called=f"improvement {improvement_id}: source",
            refusal=refusals.UnknownSourceError,
        ),
        about=about,
        origin=origin,
        customer_id=customer_id,
        standard=terms.standard,
        calendar=terms.calendars[WORKING].reference,
        at=at,
    )
    return on_record(None, collected, terms=terms)


def answer(
    improvement: Improvement, *, by: str, answer: str, at: datetime, terms: Terms
) -> list[ImprovementEvent]:
    """Tell the customer what becomes of the feedback (om2025:5.1d).

    Raises:
        NobodyToAnswerError: If it comes from no customer.
    """
    must_go_on(improvement, "answered", at)
    must_be_told(by=by, answer=answer)
    if improvement.customer_id is None:
        msg = f"improvement {improvement.id} comes from no customer, so nobody can be answered"
        raise refusals.NobodyToAnswerError(msg)
    answered = events.ImprovementAnswered(
        improvement_id=improvement.id, by=by, answer=answer, at=at
    )
    return on_record(improvement, answered, terms=terms)


def find_cause(
    improvement: Improvement, *, by: str, level: Level | str, cause: str, at: datetime, terms: Terms
) -> list[ImprovementEvent]:
    """Put the root cause on record, which a supervisor finds (om2025:2.3b).

    Raises:
        TooLowLevelError: If somebody below found it.
        ImprovementAlreadyAnalysedError: If it was found in this round.
    """
    must_go_on(improvement, "analysed", at)
    must_be_told(by=by, cause=cause)
    known = must_be_at_least(level, Level.SUPERVISOR, improvement, "analysed")
    if improvement.cause is not None:
        msg = f"improvement {improvement.id} has its root cause already: {improvement.cause}"
        raise refusals.ImprovementAlreadyAnalysedError(msg)
    must_be_in_order(improvement, "analysed", at)
    analysed = events.ImprovementAnalysed(
        improvement_id=improvement.id, by=by, level=known, cause=cause, at=at
    )
    return on_record(improvement, analysed, terms=terms)


def set_measures(
    improvement: Improvement,
    *,
    by: str,
    level: Level | str,
    measures: Iterable[Measure],
    at: datetime,
    terms: Terms,
) -> list[ImprovementEvent]:
    """Settle what will be done, by whom, until when; management does (om2025:2.3b).

    Raises:
        TooLowLevelError: If somebody below set them.
        NotAnalysedError: If the root cause is not known.
        MeasuresDoneError: If all that were set are carried out.
        IncompleteError: If there is no measure, or one leaves something out.
    """
    must_go_on(improvement, "planned for", at)
    must_be_told(by=by)
    known = must_be_at_least(level, Level.MANAGER, improvement, "planned for")
    _must_be_open_to_measures(improvement)
    must_be_in_order(improvement, "planned for", at)
    told = _whole(improvement, measures, at)
    first = len(improvement.measures) + 1
    measures_set = events.ImprovementMeasuresSet(
        improvement_id=improvement.id, by=by, level=known, measures=told, at=at
    )
    reminders = tuple(record.measure_reminder(n, each.due) for n, each in enumerate(told, first))
    return on_record(improvement, measures_set, terms=terms, reminders=reminders)


# --- Do ------------------------------------------------------------------------------


def carry_out(
    improvement: Improvement,
    *,
    measure: int,
    by: str,
    result: str,
    tracked: Iterable[str] = (),
    at: datetime,
    terms: Terms,
) -> list[ImprovementEvent]:
    """Put on record that a measure is done; after the last, its effect is to be checked.

    *tracked* says at which of :data:`TURNS` from then on (om2025:6.3b); others do not count.

    Raises:
        UnknownImprovementMeasureError: If no such measure was set.
        MeasureCarriedOutError: If it was done before.
    """
    must_go_on(improvement, "worked on", at)
    must_be_told(by=by, result=result)
    if measure in improvement.carried_out:
        msg = f"measure {measure} of improvement {improvement.id} was carried out before"
        raise refusals.MeasureCarriedOutError(msg)
    if measure not in improvement.measures_left:
        there = len(improvement.measures)
        msg = f"improvement {improvement.id} has {there} measures set, got number {measure}"
        raise refusals.UnknownImprovementMeasureError(msg)
    must_be_in_order(improvement, "worked on", at)
    is_last = improvement.measures_left == (measure,)
    checks = _checks(tracked, at, terms) if is_last else ()
    done = events.ImprovementMeasureCarriedOut(
        improvement_id=improvement.id, number=measure, by=by, result=result, checks=checks, at=at
    )
    calendar = terms.calendars[WORKING]
    to_come = (
        record.check_reminder(each.name, improvement.rounds, each.due_on, calendar)
        for each in checks
    )
    reminders = (*record.measure_done(improvement, measure, at=at), *to_come)
    return on_record(improvement, done, terms=terms, reminders=reminders)


# --- Check ---------------------------------------------------------------------------


def check_effect(
    improvement: Improvement,
    *,
    check: str = "",
    by: str,
    has_effect: bool,
    finding: str,
    at: datetime,
    terms: Terms,
) -> list[ImprovementEvent]:
    """Put on record whether the measures have an effect; the last look counts (om2025:6.3b).

    Raises:
        NothingToCheckError: If not all measures are carried out.
        UnknownCheckError: If no such check is planned; one out of turn has no name.
    """
    must_be_open_to_checks(improvement, "checked", at)
    must_be_told(by=by, finding=finding)
    if check and check not in improvement.checks_left:
        left = ", ".join(improvement.checks_left) or "none"
        msg = f"improvement {improvement.id} has no check {check!r} to come; left are {left}"
        raise refusals.UnknownCheckError(msg)
    checked = events.ImprovementEffectChecked(
        improvement_id=improvement.id,
        check=check,
        by=by,
        has_effect=has_effect,
        finding=finding,
        at=at,
    )
    reminders = record.check_done(improvement, check, at=at)
    return on_record(improvement, checked, terms=terms, reminders=reminders)


# --- It is late, or soon will be ---------------------------------------------------------


def remind_if_due(
    improvement: Improvement, /, *, at: datetime, terms: Terms
) -> list[ImprovementEvent]:
    """Put on record every level, measure and check that fell due by *at*, each once."""
    return record.levels_reached(improvement, at=at, terms=terms)


# -------------------------------------------------------------------------------------


def _must_be_open_to_measures(improvement: Improvement) -> None:
    if improvement.cause is None:
        msg = f"improvement {improvement.id} has no root cause yet; find it first (om2025:2.3b)"
        raise refusals.NotAnalysedError(msg)
    if improvement.status in {ImprovementStatus.CARRIED_OUT, ImprovementStatus.ADOPTED}:
        msg = (
            f"improvement {improvement.id} has all its measures carried out; check their effect, "
            "and take it up again if there is none (om2025:6.1e)"
        )
        raise refusals.MeasuresDoneError(msg)


def _whole(
    improvement: Improvement, measures: Iterable[Measure], at: datetime
) -> tuple[Measure, ...]:
    told = tuple(measures)
    if not told:
        msg = f"improvement {improvement.id} needs a measure, got none (om2025:2.3b)"
        raise IncompleteError(msg)
    for each in told:
        must_be_told(what=each.what, department=each.department, person=each.person)
        if each.due < at:
            msg = (
                f"improvement {improvement.id}: {each.what!r} cannot be due at "
                f"{each.due.isoformat()}, before it is set at {at.isoformat()}"
            )
            raise refusals.ImprovementOutOfOrderError(msg)
    return told


def _checks(tracked: Iterable[str], at: datetime, terms: Terms) -> tuple[Check, ...]:
    today = day_of(at, terms.calendars[WORKING])
    return tuple(
        Check(name=each, due_on=TURNS[each].after(today)) for each in tracked if each in TURNS
    )
