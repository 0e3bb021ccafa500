"""What may stand in the history of a ticket.

Whatever moves a clock carries what was promised by it (*promises*: the new
deadlines, under which clause, standard and calendar) and what was measured
(*readings*: working time spent, met or missed, the deadline that now holds).
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from ..case import LevelEvent, Step, TermsChange
from ..events import event, fact, personal
from ..moments import instant
from ..people import Level
from ..sla import Course, Happening, under


class Priority(Enum):
    """How urgent a ticket is, by severity, scope and importance of the customer (om2025:2.2a)."""

    A = "A"  #: Product fault or safety (om2025:2.2b).
    B = "B"  #: Use, or replacement of a part (om2025:2.2c).
    C = "C"  #: Advice or suggestion (om2025:2.2d).


class Kind(Enum):
    """What sort of case it is: the time limits of om2025:8.1b differ by it."""

    GENERAL = "general"
    COMPLEX = "complex"
    SPECIAL = "special"
    EMERGENCY = "emergency"


@attrs.frozen(kw_only=True)
class CarriedClock:
    """How a clock ran in another ticket."""

    clock: str
    course: Course


@fact
class ClockFact(Step):
    """A step in the life of a ticket: an event that moves its clocks."""

    ticket_id: str


# --- A customer asks for help ------------------------------------------------


@event("ticket.opened")
class TicketOpened(ClockFact):
    """A customer asked for help, and service under *standard* began.

    The *area* it comes from is told where promises depend on it: somebody is later
    on site in a ``remote`` one (tender:2.1a).  The *grade* is that of the customer at
    the time, by which services are filed (om2025:4.3c).
    """

    happens = "opened"
    customer_id: str
    channel: str
    product: str
    model: str
    fault: str = personal(recognisable=True)
    fault_at: datetime | None = instant(default=None)
    contact: str = personal()
    area: str = ""
    grade: str = ""
    standard: str
    calendar: str

    @property
    def happening(self) -> Happening:
        """Promises may depend on how it came, and from where."""
        terms = under(self.standard, self.calendar)
        facts = {"channel": self.channel, **({"area": self.area} if self.area else {})}
        return Happening(self.happens, self.counts_from, facts=facts, terms=terms)


@event("ticket.acknowledged")
class TicketAcknowledged(ClockFact):
    """The customer was told that the request arrived."""

    happens = "acknowledged"
    automatic: bool


@event("ticket.classified")
class TicketClassified(ClockFact):
    """The ticket got its priority and kind, and with them its promises."""

    happens = "classified"
    priority: Priority
    kind: Kind = Kind.GENERAL

    @property
    def happening(self) -> Happening:
        """What is promised depends on priority and kind."""
        facts = {"priority": self.priority.value, "kind": self.kind.value}
        return Happening(self.happens, self.counts_from, facts=facts)


@event("ticket.priority_changed")
class TicketPriorityChanged(ClockFact):
    """The ticket turned out more or less urgent, so other promises hold from now on."""

    happens = "priority_changed"
    priority: Priority
    reason: str

    @property
    def happening(self) -> Happening:
        """What is promised depends on the priority."""
        return Happening(self.happens, self.counts_from, facts={"priority": self.priority.value})


@event("ticket.terms_changed")
class TicketTermsChanged(TermsChange, ClockFact):
    """It is served under another standard or calendar from now on; what was broken stays so."""

    standard: str
    calendar: str
    reason: str


# --- It is worked on ---------------------------------------------------------


@event("ticket.assigned")
class TicketAssigned(ClockFact):
    """Somebody, or a team, became the one to look after it."""

    happens = "assigned"
    to: str
    team: str = ""


@event("ticket.answered")
class TicketAnswered(ClockFact):
    """A person answered the customer; the first time, this is the first response."""

    happens = "answered"
    by: str
    is_first: bool


@event("ticket.message_received")
class TicketMessageReceived(ClockFact):
    """The customer wrote again, and waits for a reply."""

    happens = "message_received"
    text: str = personal(default="")


@event("ticket.noted")
class TicketNoted:
    """Somebody wrote down something the customer does not see."""

    ticket_id: str
    by: str
    text: str = personal()
    at: datetime = instant()


@event("ticket.diagnosed")
class TicketDiagnosed(ClockFact):
    """The cause of the fault was found: the first assessment."""

    happens = "diagnosed"
    by: str
    finding: str


@event("ticket.solution_offered")
class TicketSolutionOffered(ClockFact):
    """The customer was told what will be done, by whom, until when, at what cost (om2025:5.1a)."""

    happens = "solution_offered"
    by: str
    solution: str
    responsible: str
    ready_by: datetime | None = instant(default=None)
    cost: str = ""


@event("ticket.work_recorded")
class TicketWorkRecorded(ClockFact):
    """Work was done on the fault, from afar or on site."""

    happens = "work_recorded"
    by: str
    on_site: bool
    work: str

    @property
    def happening(self) -> Happening:
        """Work on site is an arrival."""
        return Happening("arrived" if self.on_site else self.happens, self.counts_from)


@event("ticket.paused")
class TicketPaused(ClockFact):
    """Work waits for *reason*: the customer, a part, a third party."""

    happens = "paused"
    reason: str

    @property
    def happening(self) -> Happening:
        """Which clocks stand still depends on the reason."""
        return Happening(self.happens, self.counts_from, reason=self.reason)


@event("ticket.resumed")
class TicketResumed(ClockFact):
    """Work goes on."""

    happens = "resumed"


# --- It comes to an end --------------------------------------------------------


@event("ticket.resolved")
class TicketResolved(ClockFact):
    """The fault is gone, as far as we know."""

    happens = "resolved"
    by: str
    solution: str


@event("ticket.confirmed")
class TicketConfirmed(ClockFact):
    """The customer agreed that the fault is gone (om2025:2.3a)."""

    happens = "confirmed"


@event("ticket.reopened")
class TicketReopened(ClockFact):
    """The fault is not gone, or came back."""

    happens = "reopened"
    reason: str = personal()


@event("ticket.closed")
class TicketClosed(ClockFact):
    """The loop is closed, with the customer's confirmation or without."""

    happens = "closed"
    is_confirmed: bool


@event("ticket.cancelled")
class TicketCancelled(ClockFact):
    """The customer needs no help any more, or it was never ours to give."""

    happens = "cancelled"
    reason: str


@event("ticket.merged")
class TicketMerged(ClockFact):
    """The same request stands in another ticket, which goes on for both.

    *carried* are the courses of its clocks, for the other one to take over.
    """

    happens = "merged"
    into: str
    carried: tuple[CarriedClock, ...] = ()


@event("ticket.absorbed")
class TicketAbsorbed(ClockFact):
    """It goes on for another ticket too, whose customer may have waited longer."""

    happens = "absorbed"
    other: str
    carried: tuple[CarriedClock, ...] = ()

    @property
    def happening(self) -> Happening:
        """The older clock goes on, with the pauses it had."""
        carried = tuple((each.clock, each.course) for each in self.carried)
        return Happening(self.happens, self.counts_from, carried=carried)


@event("ticket.split")
class TicketSplit(ClockFact):
    """A second request was found in it, and goes on as a ticket of its own."""

    happens = "split"
    into: str
    fault: str = personal(recognisable=True)
    customer_id: str
    channel: str
    product: str
    model: str
    contact: str = personal()
    area: str = ""
    grade: str = ""
    priority: Priority | None
    kind: Kind | None
    standard: str
    calendar: str


# --- It is late, or soon will be -------------------------------------------------


@fact
class _LevelReached(LevelEvent):
    """A level of its ladder was reached."""

    ticket_id: str


@event("ticket.warned")
class TicketWarned(_LevelReached):
    """Whoever has the ticket was warned that a deadline comes near."""

    to: str


@event("ticket.escalated")
class TicketEscalated(_LevelReached):
    """The next level became responsible (om2025:2.2e)."""

    to: Level


#: The events that move clocks.
ClockEvent = (
    TicketOpened
    | TicketAcknowledged
    | TicketClassified
    | TicketPriorityChanged
    | TicketAssigned
    | TicketAnswered
    | TicketMessageReceived
    | TicketDiagnosed
    | TicketSolutionOffered
    | TicketWorkRecorded
    | TicketPaused
    | TicketResumed
    | TicketResolved
    | TicketConfirmed
    | TicketReopened
    | TicketClosed
    | TicketCancelled
    | TicketMerged
    | TicketAbsorbed
    | TicketSplit
    | TicketTermsChanged
)
TicketEvent = ClockEvent | TicketNoted | TicketWarned | TicketEscalated
