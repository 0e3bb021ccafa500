"""Rules about the log itself: who did what when, in which order, because of what.

They look at every event that happened or was recorded in the period, and at the seals
and heads of the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import attrs

from ...domain.compliance import Check, Finding
from ...domain.events import Recorded
from ...domain.spans import Span
from ...storage import EventLog
from .. import archiving, heads
from ..tampering import Flaw
from ..verifying import Verdict
from .rules import Scope

_TRACEABLE = "om2025:4.3g"
_POLICY = "policy/"


@attrs.frozen(kw_only=True)
class EventRule:
    """What is demanded of every event that it *concerns*.

    *amiss* tells what is wrong with one, knowing the event before it in the log.
    """

    id: str
    clause: str
    says: str
    amiss: Callable[[Recorded, Recorded | None], str]
    concerns: Callable[[Recorded], bool] = lambda _: True
    version: str = "1"


def _who(recorded: Recorded, _: Recorded | None) -> str:
    return "" if recorded.provenance.actor.strip() else "nobody is named for it"


def _in_order(recorded: Recorded, before: Recorded | None) -> str:
    if before is None or before.recorded_at <= recorded.recorded_at:
        return ""
    return f"it was recorded at {recorded.recorded_at.isoformat()}, before {before.id}"


def _not_ahead(recorded: Recorded, _: Recorded | None) -> str:
    if recorded.occurred_at <= recorded.recorded_at:
        return ""
    return f"it was recorded before it happened, at {recorded.occurred_at.isoformat()}"


def _is_of_a_policy(recorded: Recorded) -> bool:
    return recorded.provenance.actor.startswith(_POLICY)


def _has_a_reason(recorded: Recorded, _: Recorded | None) -> str:
    known = recorded.provenance
    told = {"rule": known.rule, "version": known.rule_version, "cause": known.causation_id}
    missing = [name for name, value in told.items() if not value]
    return f"{known.actor} did it, and tells no {', no '.join(missing)}" if missing else ""


EVENT_RULES = (
    EventRule(
        id="event.who_what_when",
        clause=_TRACEABLE,
        says="Every event tells who did what when (ISO/IEC 27001, A.8.15).",
        amiss=_who,
    ),
    EventRule(
        id="event.clock_order",
        clause=_TRACEABLE,
        says="The moments of recording never fall (ISO/IEC 27001, A.8.17).",
        amiss=_in_order,
    ),
    EventRule(
        id="event.not_ahead",
        clause=_TRACEABLE,
        says="Nothing is recorded before it happened.",
        amiss=_not_ahead,
    ),
    EventRule(
        id="event.has_a_reason",
        clause=_TRACEABLE,
        says="What a policy did names its rule, its version and its cause.",
        amiss=_has_a_reason,
        concerns=_is_of_a_policy,
    ),
)


def in_good_time(scope: Scope, allowed: Span) -> EventRule:
    """Return the rule that nothing is put on record later than *allowed* after it happened.

    It does not concern what was imported: that it came late is what an import is.
    """

    def amiss(recorded: Recorded, _: Recorded | None) -> str:
        last_day = allowed.after(scope.local_day(recorded.occurred_at))
        if scope.local_day(recorded.recorded_at) <= last_day:
            return ""
        told = recorded.recorded_at.isoformat(timespec="seconds")
        return f"it was put on record at {told}, and happened {recorded.occurred_at.isoformat()}"

    return EventRule(
        id="event.in_good_time",
        clause=_TRACEABLE,
        says=f"Nothing is put on record later than {allowed} after it happened (house choice).",
        amiss=amiss,
        concerns=lambda recorded: not recorded.is_imported,
    )


@attrs.define
class Chronicle:
    """Looks at one event after the other, in the order of the log."""

    scope: Scope
    rules: tuple[EventRule, ...] = EVENT_RULES
    _population: Counter[str] = attrs.field(factory=Counter)
    _before: Recorded | None = None
    _found: dict[str, list[Finding]] = attrs.field(factory=dict)

    def take(self, recorded: Recorded) -> None:
        """Look at the next event."""
        if recorded.occurred_at in self.scope or recorded.recorded_at in self.scope:
            for rule in self.rules:
                if rule.concerns(recorded):
                    self._judge(rule, recorded)
        self._before = recorded

    def _judge(self, rule: EventRule, recorded: Recorded) -> None:
        self._population[rule.id] += 1
        if amiss := rule.amiss(recorded, self._before):
            finding = Finding(id=recorded.id, what=amiss, evidence=(recorded.position,))
            self._found.setdefault(rule.id, []).append(finding)

    def checks(self) -> Iterator[Check]:
        """Yield what was found."""
        for rule in self.rules:
            yield Check.of(
                rule.id,
                clause=rule.clause,
                version=rule.version,
                rule=rule.says,
                population=self._population[rule.id],
                findings=tuple(self._found.get(rule.id, ())),
            )


# --- Seals and heads -------------------------------------------------------------------


def sealed(verdict: Verdict | None) -> Check:
    """Return whether the log is as it was sealed; without a verdict, nobody could tell."""
    flaws = verdict.flaws if verdict else ()
    return Check.of(
        "log.seals",
        clause=_TRACEABLE,
        version="1",
        rule="The log is what was sealed of it.",
        population=verdict.size if verdict else 0,
        findings=_findings(flaws),
    )


def whole(log: EventLog) -> Check:
    """Return whether every history is as long as it was when heads were recorded."""
    return Check.of(
        "log.heads",
        clause="om2025:4.3b",
        version="1",
        rule="No history was cut short or taken away.",
        population=len(log.history(heads.SUBJECT)),
        findings=_findings(heads.check_heads(log)),
    )


def archived(log: EventLog) -> Check:
    """Return whether all that has left the log lies in an archive, by its certificate."""
    gone = archiving.gone_from(log)
    return Check.of(
        "log.archives",
        clause="om2025:4.3b",
        version="1",
        rule="No record leaves the log but by the rules: what is gone has its certificate.",
        population=len(gone.counts),
        findings=_findings(gone.flaws(log)),
    )


def _findings(flaws: Iterator[Flaw] | tuple[Flaw, ...]) -> tuple[Finding, ...]:
    return tuple(Finding(id=each.kind, what=each.what, evidence=()) for each in flaws)
