"""How the circle of an improvement closes: adopted, taken up again, closed or dropped.

Decisions in the manner of `decisions`.
"""

from __future__ import annotations

from datetime import datetime

from ..refusals import must_be_told
from ..sla import Terms
from . import events, record, refusals
from .events import ImprovementEvent
from .guards import must_be_in_order, must_be_open_to_checks, must_go_on
from .improvement import Improvement, ImprovementStatus
from .record import on_record


def adopt(
    improvement: Improvement, *, by: str, standard_practice: str, at: datetime, terms: Terms
) -> list[ImprovementEvent]:
    """Make what had an effect the standard way of working (om2025:2.3e).

    Raises:
        NoEffectError: If nobody found an effect, or not in the last look.
    """
    must_be_open_to_checks(improvement, "adopted", at)
    must_be_told(by=by, standard_practice=standard_practice)
    if improvement.has_effect is not True:
        found = "no effect" if improvement.has_effect is False else "nothing, for nobody looked"
        msg = f"improvement {improvement.id}: the last look found {found} (om2025:6.1e)"
        raise refusals.NoEffectError(msg)
    if standard_practice == improvement.standard_practice:
        return []  # That is how we work already.
    adopted = events.ImprovementAdopted(
        improvement_id=improvement.id, by=by, standard_practice=standard_practice, at=at
    )
    return on_record(improvement, adopted, terms=terms)


def take_up_again(
    improvement: Improvement, *, by: str, reason: str, at: datetime, terms: Terms
) -> list[ImprovementEvent]:
    """Begin the circle anew with what had no effect, or has it no longer (om2025:6.1e).

    Raises:
        HasEffectError: If the last look did not find that.
    """
    must_be_open_to_checks(improvement, "taken up again", at)
    must_be_told(by=by, reason=reason)
    if improvement.has_effect is not False:
        found = "an effect" if improvement.has_effect else "nothing, for nobody looked"
        msg = f"improvement {improvement.id}: the last look found {found} (om2025:6.1e)"
        raise refusals.HasEffectError(msg)
    again = events.ImprovementTakenUpAgain(
        improvement_id=improvement.id, round=improvement.rounds + 1, by=by, reason=reason, at=at
    )
    return on_record(improvement, again, terms=terms, reminders=record.all_off(improvement))


def close(
    improvement: Improvement, *, by: str, at: datetime, terms: Terms
) -> list[ImprovementEvent]:
    """Close what is the standard way of working, when its effect was tracked to the end.

    Raises:
        NotAdoptedError: If it is not the standard way of working.
        NoEffectError: If the last look found that it has no effect any more.
        ChecksLeftError: If a check of the effect is still to be made.
        CustomerNotAnsweredError: If the customer does not know of it.
    """
    must_go_on(improvement, "closed", at)
    must_be_told(by=by)
    if improvement.status is not ImprovementStatus.ADOPTED:
        msg = f"improvement {improvement.id} is {improvement.status.value}, not adopted"
        raise refusals.NotAdoptedError(msg)
    if improvement.has_effect is False:
        msg = f"improvement {improvement.id} has no effect any more; take it up again"
        raise refusals.NoEffectError(msg)
    if improvement.checks_left:
        left = ", ".join(f"{name} on {day}" for name, day in improvement.checks_left.items())
        msg = f"improvement {improvement.id} is still to be checked: {left} (om2025:6.3b)"
        raise refusals.ChecksLeftError(msg)
    if improvement.customer_id is not None and improvement.answered_at is None:
        msg = f"improvement {improvement.id}: {improvement.customer_id} was not answered"
        raise refusals.CustomerNotAnsweredError(msg)
    must_be_in_order(improvement, "closed", at)
    closed = events.ImprovementClosed(improvement_id=improvement.id, by=by, at=at)
    return on_record(improvement, closed, terms=terms)


def drop(
    improvement: Improvement, *, by: str, reason: str, at: datetime, terms: Terms
) -> list[ImprovementEvent]:
    """Do nothing more about it, and say why; what was promised lapses."""
    must_go_on(improvement, "dropped", at)
    must_be_told(by=by, reason=reason)
    must_be_in_order(improvement, "dropped", at)
    dropped = events.ImprovementDropped(improvement_id=improvement.id, by=by, reason=reason, at=at)
    return on_record(improvement, dropped, terms=terms, reminders=record.all_off(improvement))


def change_terms(
    improvement: Improvement,
    *,
    standard: str,
    calendar: str,
    reason: str,
    at: datetime,
    terms: Terms,
) -> list[ImprovementEvent]:
    """Promise what is still open anew, under another standard or calendar; nothing, if it is over.

    Promises already kept or broken stay as they are.
    """
    must_be_told(reason=reason)
    is_over = improvement.status.is_over
    if is_over or (standard, calendar) == (improvement.standard, improvement.calendar):
        return []
    changed = events.ImprovementTermsChanged(
        improvement_id=improvement.id, standard=standard, calendar=calendar, reason=reason, at=at
    )
    return on_record(improvement, changed, terms=terms)
