"""Rules about what falls due on a day: revisits, copies of what is on record, checks like these.

Something belongs to the period in which it was decided: done by the end of its last
day, or not done by then.  What is called off before is no case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

import attrs

from ...domain.compliance import events as checks
from ...domain.events import Recorded
from ...domain.relationship import revisit_events as revisits
from ...domain.relationship.revisit import RevisitStatus
from ...domain.safekeeping import events as copies
from ...domain.standard import Rulebook
from .rules import Case, Look, Record, Rule, Scope, positions

_DAY = timedelta(days=1)
_NOT_TO_BE_MADE = (RevisitStatus.CALLED_OFF, RevisitStatus.UNWANTED)


@attrs.frozen(kw_only=True)
class _Owed:
    """Something that was to be done *on* a day at the latest, and what shows that it was."""

    what: str
    on: date
    promised: Recorded
    done: Recorded | None = None
    done_on: date | None = None


def _by_its_day(owed: Callable[[Record, Scope], Iterable[_Owed]]) -> Look:
    """Look whether all that is *owed* was done by its day."""

    def look(record: Record, scope: Scope) -> Iterator[Case]:
        for each in owed(record, scope):
            gone_by = scope.midnight(each.on + _DAY)
            is_so = each.done_on is not None and each.done_on <= each.on
            decided = each.done.occurred_at if is_so and each.done else gone_by
            if decided in scope and decided <= scope.as_of:
                shown = [each.promised, *([each.done] if each.done else [])]
                amiss = "" if is_so else f"it was due on {each.on}"
                yield Case(
                    id=f"{record.subject}{each.what}", amiss=amiss, evidence=positions(shown)
                )

    return look


# --- Revisits --------------------------------------------------------------------------


def rules_of(rulebook: Rulebook) -> Iterator[Rule]:
    """Yield a rule for each clause by which any standard in the book has customers revisited."""
    clauses = {each.clause for known in rulebook.standards for each in known.revisits}
    for clause in sorted(clauses):
        yield Rule(
            id="relationship.revisited",
            of="relationship",
            clause=clause,
            says="A customer is revisited by the day that was planned for it.",
            look=_by_its_day(_revisits_under(clause)),
        )


def _revisits_under(clause: str) -> Callable[[Record, Scope], Iterator[_Owed]]:
    def owed(record: Record, _: Scope) -> Iterator[_Owed]:
        missed = record.of(revisits.RevisitMissed)
        held = {each.event.revisit: each for each in record.of(revisits.RevisitHeld)}
        for planned in record.of(revisits.RevisitPlanned):
            if planned.event.clause != clause:
                continue
            revisit = record.state.revisits[planned.event.revisit]
            what = f", revisit {revisit.number}"
            gone_by = [each for each in missed if each.event.revisit == revisit.number]
            for each in gone_by:
                yield _Owed(what=what, on=each.event.planned_on, promised=planned)
            done = held.get(revisit.number)
            if done is not None and done.event.held_on <= revisit.planned_on:
                yield _Owed(
                    what=what,
                    on=revisit.planned_on,
                    promised=planned,
                    done=done,
                    done_on=done.event.held_on,
                )
            elif not gone_by and revisit.status not in _NOT_TO_BE_MADE:
                yield _Owed(what=what, on=revisit.planned_on, promised=planned, done=done)

    return owed


# --- Copies and checks -----------------------------------------------------------------


def _copies(record: Record, scope: Scope) -> Iterator[_Owed]:
    made = {each.event.number: each for each in record.of(copies.CopyMade)}
    for expected in record.of(copies.CopyExpected):
        done = made.get(expected.event.number)
        what = f", copy {expected.event.number}"
        yield _owed(what, expected, done, on=expected.event.due_on, scope=scope)


def _checks(record: Record, scope: Scope) -> Iterator[_Owed]:
    for scheduled in record.of(checks.ComplianceScheduled):
        if scheduled.event.due_on is not None:
            done = next(iter(record.of(checks.ComplianceChecked)), None)
            yield _owed("", scheduled, done, on=scheduled.event.due_on, scope=scope)


def _owed(what: str, promised: Recorded, done: Recorded | None, *, on: date, scope: Scope) -> _Owed:
    """Return what was owed, done on the day on which it happened."""
    done_on = scope.local_day(done.occurred_at) if done else None
    return _Owed(what=what, on=on, promised=promised, done=done, done_on=done_on)


RULES = (
    Rule(
        id="safekeeping.in_time",
        of="safekeeping",
        clause="om2025:4.3e",
        says="What is on record is copied and archived as often as the standard says.",
        look=_by_its_day(_copies),
    ),
    Rule(
        id="compliance.in_time",
        of="compliance",
        clause="om2025:4.3f",
        says="A quarter is checked by the day that was set for it.",
        look=_by_its_day(_checks),
    ),
)
