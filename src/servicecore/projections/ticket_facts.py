"""One row for each ticket: what an analyst wants to know of it, told by its events.

The figures are those that the ticket's own clocks put on record, so a report
cannot disagree with the aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import msgspec

from ..domain.events import Recorded
from ..domain.moments import has_passed
from ..domain.people import Level
from ..domain.sla import State
from ..domain.ticket import Status, events
from ..storage import Batch
from ..storage.tables import Reading as Rows

NAME = "ticket_facts"
VERSION = 1
KIND = "ticket/"


@attrs.define(kw_only=True)
class ClockFact:
    """How one clock of a ticket stands, as last told at *told_at*.

    *decided* is when its promise was kept or broken, whichever came first, as far
    as that was told: a broken one stays broken under a new promise, after a
    reopening, and when the ticket is cancelled.
    """

    clause: str
    started_at: datetime
    due: datetime
    spent: timedelta
    state: State
    told_at: datetime
    decided: datetime | None = None

    def is_breached(self, as_of: datetime) -> bool:
        """Tell whether a promise was broken by *as_of*, decided or not."""
        if self.state in {State.MET, State.MISSED}:
            return self.state is State.MISSED
        until = as_of if self.state is State.RUNNING else self.told_at
        return self.decided is not None or has_passed(self.due, until)

    def decided_at(self, as_of: datetime) -> datetime | None:
        """Return when it was met or missed, whichever came first, or None while it is open."""
        if self.decided is not None:
            return self.decided
        return self.due if self.is_breached(as_of) else None


@attrs.define(kw_only=True)
class TicketFact:
    """What is known of one ticket; :meth:`observe` is the only way in.

    *waited* is the wall time it stood still, by reason.
    """

    ticket_id: str
    customer_id: str
    product: str
    channel: str
    opened_at: datetime
    status: Status = Status.OPEN
    priority: str = ""
    kind: str = ""
    team: str = ""
    person: str = ""
    level: Level = Level.STAFF
    answers: int = 0
    answered_at: datetime | None = None
    first_resolved_at: datetime | None = None
    last_resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    reopenings: int = 0
    paused_at: datetime | None = None
    pause_reason: str = ""
    waited: dict[str, timedelta] = attrs.field(factory=dict)
    escalated_to: list[str] = attrs.field(factory=list)
    clocks: dict[str, ClockFact] = attrs.field(factory=dict)

    @classmethod
    def opened(cls, event: events.TicketOpened) -> TicketFact:
        """Start the row of a ticket."""
        return cls(
            ticket_id=event.ticket_id,
            customer_id=event.customer_id,
            product=event.product,
            channel=event.channel,
            opened_at=event.at,
        )

    def observe(self, event: Any) -> None:  # noqa: C901, PLR0912
        """Take one more event of this ticket into account."""
        self._take_readings(event)
        match event:
            case events.TicketClassified():
                self.priority, self.kind = event.priority.value, event.kind.value
            case events.TicketPriorityChanged():
                self.priority = event.priority.value
            case events.TicketAssigned():
                self.person, self.team = event.to, event.team
            case events.TicketAnswered():
                self.answers += 1
                self.answered_at = min(self.answered_at or event.at, event.at)
            case events.TicketPaused():
                self.status = Status.PAUSED
                if self.paused_at is None:
                    self.paused_at, self.pause_reason = event.at, event.reason
            case events.TicketResumed():
                self._goes_on(event.at, Status.OPEN)
            case events.TicketResolved():
                self._goes_on(event.at, Status.RESOLVED)
                self.first_resolved_at = self.first_resolved_at or event.at
                self.last_resolved_at = event.at
            case events.TicketReopened():
                self._goes_on(event.at, Status.OPEN)
                self.reopenings += 1
                self.reopened_at = self.reopened_at or event.at
                self.last_resolved_at = None
            case events.TicketClosed():
                self._goes_on(event.at, Status.CLOSED)
            case events.TicketCancelled():
                self._goes_on(event.at, Status.CANCELLED)
            case events.TicketMerged():
                self._goes_on(event.at, Status.MERGED)
            case events.TicketEscalated():
                self.escalated_to.append(event.to.value)
                self.level = event.to if event.to.is_above(self.level) else self.level

    def _take_readings(self, event: Any) -> None:
        promised = {(each.clock, each.round): each for each in getattr(event, "promises", ())}
        for reading in getattr(event, "readings", ()):
            name, promise = _name(reading.clock, reading.round), promised.get(reading.key)
            told = promise or self.clocks[name]
            self.clocks[name] = ClockFact(
                clause=told.clause,
                started_at=told.started_at,
                due=reading.due,
                spent=reading.spent,
                state=reading.state,
                told_at=event.at,
                decided=reading.decided_at,
            )

    def _goes_on(self, at: datetime, status: Status) -> None:
        self.status = status
        if self.paused_at is not None:
            waited = self.waited.get(self.pause_reason, timedelta()) + (at - self.paused_at)
            self.waited[self.pause_reason] = waited
            self.paused_at, self.pause_reason = None, ""


_decoder = msgspec.json.Decoder(TicketFact)
_encoder = msgspec.json.Encoder()


def observe(batch: Batch, recorded: Sequence[Recorded]) -> None:
    """Bring the rows of the tickets in *recorded* up to date."""
    ours = [each for each in recorded if each.subject.startswith(KIND)]
    stored = batch.get_many({each.subject for each in ours})
    facts = {subject: _decoder.decode(value) for subject, value in stored.items()}
    for each in ours:
        if each.subject not in facts:
            facts[each.subject] = TicketFact.opened(each.event)
        facts[each.subject].observe(each.event)
    batch.put_many((subject, None, _encoder.encode(fact)) for subject, fact in facts.items())


def scan(rows: Rows) -> Iterator[TicketFact]:
    """Yield the facts of every ticket, by its number."""
    for row in rows.scan():
        yield _decoder.decode(row.value)


def _name(clock: str, round_: int) -> str:
    return clock if round_ == 1 else f"{clock}#{round_}"
