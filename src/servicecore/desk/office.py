"""What every counter of the desk shares: the log, the rulebook, the clock, the policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict, TypeVar

import attrs

from ..domain.calendar import WorkingCalendar
from ..domain.events import Provenance, Recorded
from ..domain.moments import in_utc
from ..domain.standard import Rulebook, ServiceStandard
from ..domain.ticket import Ticket, evolve
from ..policies import AcknowledgeAtOnce, Due, EscalateByDeadline, Policy, StartAtTheRightLevel
from ..projections import deadlines
from ..storage import EventLog, Fold, Receipt
from ..storage.follower import Follower
from ..storage.policy import Decision, PolicyFollower

S = TypeVar("S")
React = Literal["inline", "worker"]

TICKET: Fold[Ticket] = Fold(evolve, name="ticket")
FOLDS: dict[str, Fold[Any]] = {"ticket": TICKET}


class Why(TypedDict):
    """Who asked for something, as what, and why; every command takes these."""

    actor: NotRequired[str]
    role: NotRequired[str]
    command_id: NotRequired[str]
    correlation_id: NotRequired[str]
    causation_id: NotRequired[str]


@attrs.define
class Office:
    """The back room: it carries out decisions, and lets policies follow."""

    log: EventLog
    rulebook: Rulebook
    standard: ServiceStandard
    calendar: WorkingCalendar
    react: React = "inline"
    _policies: list[PolicyFollower] = attrs.field(init=False)
    _deadlines: Follower = attrs.field(init=False)
    _escalation: EscalateByDeadline = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._escalation = EscalateByDeadline(self.rulebook)
        self._policies = [
            self._following(each)
            for each in (AcknowledgeAtOnce(self.rulebook), StartAtTheRightLevel(self.rulebook))
        ]
        self._deadlines = self.follower(deadlines.NAME, deadlines.observe, deadlines.VERSION)

    def moment(self, at: datetime | None) -> datetime:
        """Return *at*, or the time by the desk's clock if nobody told."""
        return self.log.now() if at is None else in_utc(at, "at")

    def execute(
        self, subject: str, decide: Callable[[S | None], Iterable[Any]], fold: Fold[S], why: Why
    ) -> Receipt:
        """Carry out a command, and let the policies follow."""
        receipt = self.log.execute(subject, decide, fold=fold, provenance=provenance_of(why))
        if self.react == "inline":
            self.catch_up()
        return receipt

    def catch_up(self) -> None:
        """Let every policy deal with what was recorded."""
        head = -1
        while head != self.log.head():
            head = self.log.head()
            for policy in self._policies:
                policy.catch_up()

    def run_due(self, now: datetime) -> list[Receipt]:
        """Put on record every level of escalation that was reached by *now*."""
        self.catch_up()
        done: list[Receipt] = []
        while receipts := [each for each in self._fire(now) if each.events]:
            done += receipts
        return done

    def next_wake_up(self) -> datetime | None:
        """Return the first instant at which :meth:`run_due` will have something to do."""
        self._deadlines.catch_up()
        return deadlines.next_wake_up(self.log.tables.read(deadlines.NAME))

    def follower(self, name: str, handler: Any, version: int) -> Follower:
        """Return what keeps a read model up to date; its table is there from now on."""
        tables = self.log.tables
        if tables.active(name) is None:
            with tables.batch(name, version, upto=tables.position(name, version)):
                pass  # An empty batch makes the table.
            tables.activate(name, version)
        return Follower(self.log, name, handler, version=version)

    def _fire(self, now: datetime) -> list[Receipt]:
        self._deadlines.catch_up()
        passed = list(deadlines.passed(self.log.tables.read(deadlines.NAME), now))
        return [self._carry_out(each) for each in self._escalation.what_is_due(passed, now=now)]

    def _carry_out(self, due: Due) -> Receipt:
        policy = self._escalation
        provenance = Provenance(
            actor=f"policy/{policy.name}",
            rule=policy.name,
            rule_version=policy.version,
            causation_id=due.told_by,
            correlation_id=due.correlation_id,
        )
        fold = FOLDS[due.subject.partition("/")[0]]
        return self.log.execute(due.subject, due.decide, fold=fold, provenance=provenance)

    def _following(self, policy: Policy) -> PolicyFollower:
        def react(recorded: Recorded) -> list[Decision]:
            return [
                Decision(each.subject, each.decide, fold=FOLDS[each.subject.partition("/")[0]])
                for each in policy.react(recorded)
            ]

        def provenance(recorded: Recorded) -> Provenance:
            return Provenance(
                actor=f"policy/{policy.name}",
                rule=policy.name,
                rule_version=policy.version,
                causation_id=recorded.id,
                correlation_id=recorded.provenance.correlation_id or recorded.id,
            )

        return PolicyFollower(self.log, policy.name, react, provenance=provenance)


def provenance_of(why: Why) -> Provenance:
    """Return what goes on record of who asked; the desk itself, if nobody is named."""
    return Provenance(
        actor=why.get("actor", "desk"),
        role=why.get("role"),
        command_id=why.get("command_id"),
        correlation_id=why.get("correlation_id"),
        causation_id=why.get("causation_id"),
    )
