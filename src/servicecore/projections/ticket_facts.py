"""One row for each ticket: what an analyst wants to know of it, told by its events.

The figures are those that the ticket's own clocks put on record, so a report
cannot disagree with the aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

import attrs

from ..domain.people import Level
from ..domain.ticket import Status, events
from .asking import Dimension
from .clock_facts import ClockFact, take_readings
from .facts import Facts

__all__ = ["DIMENSIONS", "FACTS", "NAME", "ClockFact", "Reply", "TicketFact"]

NAME = "ticket_facts"


@attrs.frozen(kw_only=True)
class Reply:
    """The customer wrote, and so much later somebody answered."""

    at: datetime
    waited: timedelta


@attrs.define(kw_only=True)
class TicketFact:
    """What is known of one ticket; :meth:`observe` is the only way in.

    *waited* is the wall time it stood still, by reason, and *rested* the time it
    counted as resolved before it was reopened.  *turns* are the moments at which
    it began and ceased to be work to do, in turn.  It was *escalated_at* the moment
    a level was reached, whenever that was noticed.
    """

    ticket_id: str
    customer_id: str
    product: str
    channel: str
    opened_at: datetime
    model: str = ""
    fault: str = ""
    status: Status = Status.OPEN
    priority: str = ""
    kind: str = ""
    team: str = ""
    person: str = ""
    resolved_by: str = ""
    answered_by: str = ""
    level: Level = Level.STAFF
    answers: int = 0
    answers_until_resolved: int = 0
    answered_at: datetime | None = None
    handled_at: datetime | None = None
    asked_at: datetime | None = None
    replies: list[Reply] = attrs.field(factory=list)
    first_resolved_at: datetime | None = None
    last_resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    reopenings: int = 0
    rested: timedelta = timedelta()
    paused_at: datetime | None = None
    pause_reason: str = ""
    waited: dict[str, timedelta] = attrs.field(factory=dict)
    escalated_to: list[str] = attrs.field(factory=list)
    escalated_at: dict[str, datetime] = attrs.field(factory=dict)
    turns: list[datetime] = attrs.field(factory=list)
    clocks: dict[str, ClockFact] = attrs.field(factory=dict)

    @classmethod
    def opened(cls, event: events.TicketOpened) -> TicketFact:
        """Start the row of a ticket."""
        return cls(
            ticket_id=event.ticket_id,
            customer_id=event.customer_id,
            product=event.product,
            model=event.model,
            fault=event.fault,
            channel=event.channel,
            opened_at=event.at,
            turns=[event.at],
        )

    @property
    def served_by(self) -> str:
        """Who did the service: whoever resolved it, else whoever has it, else who answered."""
        return self.resolved_by or self.person or self.answered_by

    @property
    def is_to_do(self) -> bool:
        """Somebody has to do something about it."""
        return self.status is Status.OPEN or self.status is Status.PAUSED

    def stretches(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield from when until when it was work to do; the last stretch may go on."""
        turns = sorted(self.turns)
        return zip_longest(turns[::2], turns[1::2])

    def observe(self, event: Any) -> None:
        """Take one more event of this ticket into account."""
        was_to_do = self.is_to_do
        take_readings(self.clocks, event)
        self._take_up(event)
        self._take_course(event)
        if self.is_to_do is not was_to_do:
            self.turns.append(event.at)

    def _take_up(self, event: Any) -> None:
        """Copy who has it, and what was done about it."""
        match event:
            case events.TicketClassified():
                self.priority, self.kind = event.priority.value, event.kind.value
            case events.TicketPriorityChanged():
                self.priority = event.priority.value
            case events.TicketAssigned():
                self.person, self.team = event.to, event.team
            case events.TicketAnswered():
                self._answered(event)
            case events.TicketMessageReceived():
                self.asked_at = self.asked_at or event.at
            case (
                events.TicketDiagnosed()
                | events.TicketSolutionOffered()
                | events.TicketWorkRecorded()
            ):
                self.handled_at = min(self.handled_at or event.at, event.at)
            case events.TicketEscalated():
                self.escalated_to.append(event.to.value)
                before = self.escalated_at.get(event.to.value, event.due)
                self.escalated_at[event.to.value] = min(before, event.due)
                self.level = event.to if event.to.is_above(self.level) else self.level

    def _take_course(self, event: Any) -> None:
        """Copy how far it is."""
        match event:
            case events.TicketPaused():
                self.status = Status.PAUSED
                if self.paused_at is None:
                    self.paused_at, self.pause_reason = event.at, event.reason
            case events.TicketResumed():
                self._goes_on(event.at, Status.OPEN)
            case events.TicketResolved():
                self._resolved(event)
            case events.TicketReopened():
                self._reopened(event)
            case events.TicketClosed():
                self._goes_on(event.at, Status.CLOSED)
            case events.TicketCancelled():
                self._goes_on(event.at, Status.CANCELLED)
            case events.TicketMerged():
                self._goes_on(event.at, Status.MERGED)

    def _answered(self, event: events.TicketAnswered) -> None:
        self.answers += 1
        self.answered_at = min(self.answered_at or event.at, event.at)
        self.answered_by = self.answered_by or event.by
        if self.first_resolved_at is None or event.at <= self.first_resolved_at:
            self.answers_until_resolved += 1
        if self.asked_at is not None and self.asked_at <= event.at:
            self.replies.append(Reply(at=event.at, waited=event.at - self.asked_at))
            self.asked_at = None

    def _resolved(self, event: events.TicketResolved) -> None:
        self._goes_on(event.at, Status.RESOLVED)
        self.resolved_by = event.by
        self.handled_at = min(self.handled_at or event.at, event.at)
        self.first_resolved_at = self.first_resolved_at or event.at
        self.last_resolved_at = event.at

    def _reopened(self, event: events.TicketReopened) -> None:
        self._goes_on(event.at, Status.OPEN)
        self.reopenings += 1
        self.reopened_at = self.reopened_at or event.at
        if self.last_resolved_at is not None:
            self.rested += event.at - self.last_resolved_at
        self.last_resolved_at = None

    def _goes_on(self, at: datetime, status: Status) -> None:
        self.status = status
        if self.paused_at is not None:
            waited = self.waited.get(self.pause_reason, timedelta()) + (at - self.paused_at)
            self.waited[self.pause_reason] = waited
            self.paused_at, self.pause_reason = None, ""


def _fold(fact: TicketFact | None, event: Any) -> TicketFact:
    fact = fact or TicketFact.opened(event)
    fact.observe(event)
    return fact


FACTS = Facts(name=NAME, kind="ticket", row=TicketFact, fold=_fold)

DIMENSIONS: Mapping[str, Dimension] = {
    "priority": lambda fact: fact.priority,
    "kind": lambda fact: fact.kind,
    "product": lambda fact: fact.product,
    "model": lambda fact: fact.model,
    "fault": lambda fact: fact.fault,
    "customer": lambda fact: fact.customer_id,
    "channel": lambda fact: fact.channel,
    "team": lambda fact: fact.team,
    "person": lambda fact: fact.person,
    "served_by": lambda fact: fact.served_by,
    "level": lambda fact: fact.level.value,
    "status": lambda fact: fact.status.value,
}
