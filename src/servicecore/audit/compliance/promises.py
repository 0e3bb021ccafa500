"""Rules about promises: one for each clock of each standard, told by priority where there is one.

A promise belongs to the period in which it was decided: kept, or broken,
whichever came first.  One that is still open is no case yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import attrs

from ...domain.events import Recorded
from ...domain.moments import has_passed
from ...domain.sla import Reading, State, Target
from ...domain.standard import Rulebook
from .rules import Case, Record, Rule, Scope, positions

#: What standards call a kind of record, where that is another word.
_KEPT_AS = {"feedback": "improvement"}


def rules_of(rulebook: Rulebook) -> Iterator[Rule]:
    """Yield a rule for each promise that any standard in the book makes on a case."""
    alike: dict[tuple[str, str, str], list[Target]] = {}
    for standard in rulebook.standards:
        for each in standard.targets:
            alike.setdefault((each.of, each.clock, each.clause), []).append(each)
    return map(_rule, alike.values())


def _rule(targets: Sequence[Target]) -> Rule:
    """Return the rule about targets of one clock and clause."""
    target = targets[0]
    priorities = {each.when.get("priority", ()) for each in targets}
    is_of_one = len(priorities) == 1 and len(min(priorities)) == 1
    return Rule(
        id=f"{target.of}.{target.clock}",
        of=_KEPT_AS.get(target.of, target.of),
        clause=target.clause,
        says=f"{target.clock.replace('_', ' ').capitalize()} of each {target.of} is in time.",
        look=_Kept(target.clock, target.clause, min(priorities)[0] if is_of_one else ""),
    )


@attrs.frozen
class _Kept:
    """Looks whether what was promised on *clock* under *clause* was kept.

    It is told of the *priority* that was promised it, or else of the record's own.
    """

    clock: str
    clause: str
    priority: str

    def __call__(self, record: Record, scope: Scope) -> Iterator[Case]:
        own = getattr(getattr(record.state, "priority", None), "value", "")
        for key, promise in record.state.promises.items():
            if key[0] != self.clock or promise.clause != self.clause:
                continue
            reading = record.state.readings[key]
            if _decided(reading, scope.as_of) in scope:
                yield Case(
                    id=record.subject,
                    amiss=_amiss(reading),
                    evidence=positions(_told(record, key)),
                    group=self.priority or own,
                )


def _decided(reading: Reading, as_of: datetime) -> datetime | None:
    if reading.decided_at is not None:
        return None if has_passed(as_of, reading.decided_at) else reading.decided_at
    is_late = reading.state is State.RUNNING and has_passed(reading.due, as_of)
    return reading.due if is_late else None


def _amiss(reading: Reading) -> str:
    return "" if reading.state is State.MET else f"it was due at {reading.due.isoformat()}"


def _told(record: Record, key: tuple[str, int]) -> list[Recorded]:
    """Return the event that promised it last, and the one that measured it last."""
    promised = [e for e in record.history if key in _keys(e, "promises")]
    measured = [e for e in record.history if key in _keys(e, "readings")]
    return [*promised[-1:], *measured[-1:]]


def _keys(recorded: Recorded, what: str) -> set[tuple[str, int]]:
    return {(each.clock, each.round) for each in getattr(recorded.event, what, ())}
