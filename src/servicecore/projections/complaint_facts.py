"""One row for each complaint: its steps, its rounds, and what the customer said in the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ..domain.complaint import events
from ..domain.complaint.events import Outcome
from .asking import Dimension
from .clock_facts import ClockFact, take_readings
from .facts import Facts

NAME = "complaint_facts"


@attrs.define(kw_only=True)
class ComplaintFact:
    """What is known of one complaint; :meth:`observe` is the only way in.

    *satisfied* is what the customer said when last asked after the handling;
    None if nobody asked.
    """

    complaint_id: str
    customer_id: str
    product: str
    channel: str
    received_at: datetime
    category: str = ""
    severity: str = ""
    cause: str = ""
    handler: str = ""
    department: str = ""
    rounds: int = 1
    registered_at: datetime | None = None
    analysed_at: datetime | None = None
    answered_at: datetime | None = None
    fed_back_at: datetime | None = None
    satisfied: bool | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    clocks: dict[str, ClockFact] = attrs.field(factory=dict)

    @classmethod
    def received(cls, event: events.ComplaintReceived) -> ComplaintFact:
        """Start the row of a complaint."""
        return cls(
            complaint_id=event.complaint_id,
            customer_id=event.customer_id,
            product=event.about.product,
            channel=event.channel,
            received_at=event.at,
        )

    def step_at(self, moment: datetime) -> str:
        """Return what it waited for: the first of its steps that was not taken by then."""
        steps = (
            ("to register", self.registered_at),
            ("to analyse", self.analysed_at),
            ("to answer", self.answered_at),
            ("to feed back", self.fed_back_at),
            ("to close", self.closed_at),
        )
        return next((name for name, taken in steps if not taken or taken > moment), "closed")

    def observe(self, event: Any) -> None:
        """Take one more event of this complaint into account."""
        take_readings(self.clocks, event)
        self._take_kind(event)
        self._take_step(event)

    def _take_kind(self, event: Any) -> None:
        match event:
            case events.ComplaintClassified():
                self.category = event.category.value
            case events.ComplaintAssessed():
                self.severity = event.severity.value
            case events.ComplaintAssigned():
                self.handler, self.department = event.to, event.department
            case events.ComplaintCauseFound():
                self.cause = event.cause
                self.analysed_at = self.analysed_at or event.at

    def _take_step(self, event: Any) -> None:
        match event:
            case events.ComplaintRegistered():
                self.registered_at = event.at
            case events.ComplaintAnswered():
                self.answered_at = min(self.answered_at or event.at, event.at)
            case events.ComplaintFedBack():
                self.fed_back_at = event.at
                # Who brings the outcome has answered, too (tender:2.1d).
                self.answered_at = self.answered_at or event.at
            case events.ComplaintSatisfied():
                self.satisfied = True
            case events.ComplaintDissatisfied():
                self.satisfied = False
            case events.ComplaintTakenUpAgain():
                self.rounds, self.fed_back_at = event.round, None
            case events.ComplaintClosed():
                self.closed_at, self.outcome = event.at, event.outcome


def _fold(fact: ComplaintFact | None, event: Any) -> ComplaintFact:
    fact = fact or ComplaintFact.received(event)
    fact.observe(event)
    return fact


FACTS = Facts(name=NAME, kind="complaint", row=ComplaintFact, fold=_fold)

DIMENSIONS: Mapping[str, Dimension] = {
    "category": lambda fact: fact.category,
    "severity": lambda fact: fact.severity,
    "product": lambda fact: fact.product,
    "customer": lambda fact: fact.customer_id,
    "channel": lambda fact: fact.channel,
    "person": lambda fact: fact.handler,
    "department": lambda fact: fact.department,
    "cause": lambda fact: fact.cause,
}
