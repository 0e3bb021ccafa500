"""How tickets went: what they waited for, who had to step in, what was promised."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..domain.people import Level
from .tally import Tally
from .ticket_facts import TicketFact

CUSTOMER = "customer"  #: The reason of a pause in which nobody but the customer can go on.


def waits(fact: TicketFact, tally: Tally) -> None:
    """Count for what a ticket stood still, and who waited for whom, when it is resolved.

    Agents wait for the customer while it is paused for that; it is on hold while
    it is paused for anything else; the customer waits for us all the time that
    agents do not wait and that it does not count as resolved.
    """
    for reply in fact.replies:
        tally.length("next_reply_wall", reply.at, reply.waited)
    last = fact.last_resolved_at
    if last is None:
        return
    for_customer = fact.waited.get(CUSTOMER, timedelta())
    on_hold = sum(fact.waited.values(), timedelta()) - for_customer
    ours = last - fact.opened_at - fact.rested - for_customer
    tally.length("requester_wait", last, max(ours, timedelta()))
    tally.length("agent_wait", last, for_customer)
    tally.length("on_hold", last, on_hold)


def escalations(fact: TicketFact, tally: Tally) -> None:
    """Count tickets that went up, of those that were resolved or went up, whichever came first."""
    first, levels = fact.first_resolved_at, fact.escalated_at
    moments: list[datetime] = [*levels.values(), *([first] if first else [])]
    decided = min(moments, default=None)
    if decided is None:
        return
    tally.share("escalation_rate", decided, levels)
    for level in Level:
        if level is not Level.STAFF:
            tally.share(f"escalated_to_{level.value}", decided, level.value in levels)


def promised(fact: TicketFact, tally: Tally) -> None:
    """Count tickets, and those of which it was promised when somebody answers (psp:4.1b)."""
    tally.share("response_promised", fact.opened_at, "first_response" in fact.clocks)


def in_time(fact: TicketFact, tally: Tally) -> None:
    """Count what a standard wants to be done in a time, in the period of the opening.

    A ticket that nobody has answered counts as late from that time on.
    """
    for indicator in _ANSWERS:
        tally.within(indicator, fact.opened_at, fact.answered_at)
    for indicator in _HANDLINGS:
        tally.within(indicator, fact.opened_at, fact.handled_at)


#: What indicators of the first answer are called, and of the first handling.
_ANSWERS = ("timely_response", "outlet_response")
_HANDLINGS = ("outlet_first_handling",)
