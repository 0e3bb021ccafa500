"""One row for each ticket: what an analyst wants to know of it, told by its events.

The figures are those that the ticket's own clocks put on record, so a report
cannot disagree with the aggregate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, get_args

import msgspec

from ..domain.people import Level
from ..domain.ticket import Status, events
from .asking import Dimension
from .clock_facts import PARTS, ClockFact, take_readings
from .facts import Facts
from .fold_by_event import FoldByEvent, Take

__all__ = ["DIMENSIONS", "FACTS", "NAME", "ClockFact", "Reply", "TicketFact"]

NAME = "ticket_facts"

_TO_DO = (Status.OPEN, Status.PAUSED)


class Reply(msgspec.Struct, kw_only=True, array_like=True):
    """The customer wrote, and so much later somebody answered."""

    at: datetime
    waited: timedelta


class TicketFact(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one ticket, as far as its events were taken in.

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
    area: str = ""
    grade: str = ""
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
    replies: list[Reply] = []
    first_resolved_at: datetime | None = None
    last_resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    reopenings: int = 0
    rested: timedelta = timedelta()
    paused_at: datetime | None = None
    pause_reason: str = ""
    waited: dict[str, timedelta] = {}
    escalated_to: list[str] = []
    escalated_at: dict[str, datetime] = {}
    turns: list[datetime] = []
    clocks: dict[str, ClockFact] = {}

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
            area=event.area,
            grade=event.grade,
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
        return self.status in _TO_DO

    def stretches(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield from when until when it was work to do; the last stretch may go on."""
        turns = sorted(self.turns)
        return zip_longest(turns[::2], turns[1::2])

    # --- What its events tell ---------------------------------------------------------

    def clocks_read(self, event: Any) -> None:
        """Take over what is promised and measured."""
        take_readings(self.clocks, event)

    def classified(self, event: events.TicketClassified) -> None:
        """Take over how urgent it is, and of what kind."""
        self.priority, self.kind = event.priority.value, event.kind.value

    def priority_changed(self, event: events.TicketPriorityChanged) -> None:
        """Take over how urgent it is now."""
        self.priority = event.priority.value

    def assigned(self, event: events.TicketAssigned) -> None:
        """Take over who has it now."""
        self.person, self.team = event.to, event.team

    def answered(self, event: events.TicketAnswered) -> None:
        """Count an answer, and how long the customer waited for it."""
        self.answers += 1
        self.answered_at = min(self.answered_at or event.at, event.at)
        self.answered_by = self.answered_by or event.by
        if self.first_resolved_at is None or event.at <= self.first_resolved_at:
            self.answers_until_resolved += 1
        if self.asked_at is not None and self.asked_at <= event.at:
            self.replies.append(Reply(at=event.at, waited=event.at - self.asked_at))
            self.asked_at = None

    def asked(self, event: events.TicketMessageReceived) -> None:
        """Note since when the customer waits for a reply."""
        self.asked_at = self.asked_at or event.at

    def handled(self, event: Any) -> None:
        """Note when somebody first did something about it."""
        self.handled_at = min(self.handled_at or event.at, event.at)

    def escalated(self, event: events.TicketEscalated) -> None:
        """Note which level was reached, and when."""
        to, due = event.to, event.due
        level = to.value
        self.escalated_to.append(level)
        self.escalated_at[level] = min(self.escalated_at.get(level, due), due)
        if to is not self.level and to.is_above(self.level):
            self.level = to

    def paused(self, event: events.TicketPaused) -> None:
        """Note since when it waits, unless it waits already."""
        self._becomes(Status.PAUSED, event.at)
        if self.paused_at is None:
            self.paused_at, self.pause_reason = event.at, event.reason

    def resumed(self, event: events.TicketResumed) -> None:
        """Note that work goes on."""
        self._goes_on(Status.OPEN, event.at)

    def resolved(self, event: events.TicketResolved) -> None:
        """Note who resolved it, and when: the first time, and the time that stands."""
        self._goes_on(Status.RESOLVED, event.at)
        self.resolved_by = event.by
        self.handled(event)
        self.first_resolved_at = self.first_resolved_at or event.at
        self.last_resolved_at = event.at

    def reopened(self, event: events.TicketReopened) -> None:
        """Count a reopening; the time for which it counted as resolved is nobody's."""
        self._goes_on(Status.OPEN, event.at)
        self.reopenings += 1
        self.reopened_at = self.reopened_at or event.at
        if self.last_resolved_at is not None:
            self.rested += event.at - self.last_resolved_at
        self.last_resolved_at = None

    def closed(self, event: events.TicketClosed) -> None:
        """Note that the loop is closed."""
        self._goes_on(Status.CLOSED, event.at)

    def cancelled(self, event: events.TicketCancelled) -> None:
        """Note that nobody needs it any more."""
        self._goes_on(Status.CANCELLED, event.at)

    def merged(self, event: events.TicketMerged) -> None:
        """Note that another ticket goes on for it."""
        self._goes_on(Status.MERGED, event.at)

    def _goes_on(self, status: Status, at: datetime) -> None:
        self._becomes(status, at)
        if self.paused_at is not None:
            waited = self.waited.get(self.pause_reason, timedelta()) + (at - self.paused_at)
            self.waited[self.pause_reason] = waited
            self.paused_at, self.pause_reason = None, ""

    def _becomes(self, status: Status, at: datetime) -> None:
        was_to_do, self.status = self.status in _TO_DO, status
        if (status in _TO_DO) is not was_to_do:
            self.turns.append(at)


_VERBS: Mapping[type, Take[TicketFact]] = {
    events.TicketClassified: TicketFact.classified,
    events.TicketPriorityChanged: TicketFact.priority_changed,
    events.TicketAssigned: TicketFact.assigned,
    events.TicketAnswered: TicketFact.answered,
    events.TicketMessageReceived: TicketFact.asked,
    events.TicketDiagnosed: TicketFact.handled,
    events.TicketSolutionOffered: TicketFact.handled,
    events.TicketWorkRecorded: TicketFact.handled,
    events.TicketPaused: TicketFact.paused,
    events.TicketResumed: TicketFact.resumed,
    events.TicketResolved: TicketFact.resolved,
    events.TicketReopened: TicketFact.reopened,
    events.TicketClosed: TicketFact.closed,
    events.TicketCancelled: TicketFact.cancelled,
    events.TicketMerged: TicketFact.merged,
}
#: Whatever moves clocks tells how they stand, before anything else.
_MOVES: Mapping[type, Iterable[Take[TicketFact]]] = {
    each: (TicketFact.clocks_read, *([_VERBS[each]] if each in _VERBS else []))
    for each in get_args(events.ClockEvent)
}

FACTS = Facts(
    name=NAME,
    kind="ticket",
    row=TicketFact,
    fold=FoldByEvent(
        begin=TicketFact.opened,
        takes={**_MOVES, events.TicketEscalated: (TicketFact.escalated,)},
        parts=PARTS,
    ),
    version=2,
    passes_by=(events.TicketNoted, events.TicketWarned),
)

DIMENSIONS: Mapping[str, Dimension] = {
    "priority": lambda fact: fact.priority,
    "kind": lambda fact: fact.kind,
    "product": lambda fact: fact.product,
    "model": lambda fact: fact.model,
    "fault": lambda fact: fact.fault,
    "customer": lambda fact: fact.customer_id,
    "channel": lambda fact: fact.channel,
    "area": lambda fact: fact.area,
    "grade": lambda fact: fact.grade,
    "team": lambda fact: fact.team,
    "person": lambda fact: fact.person,
    "served_by": lambda fact: fact.served_by,
    "level": lambda fact: fact.level.value,
    "status": lambda fact: fact.status.value,
}
