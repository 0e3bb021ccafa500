"""What comes back: reopened tickets, the same fault again, the same problem again.

All of these look ahead from a resolution or back from an opening, so the newest
ones are not settled yet: they count, and stand under *open* until they are.
"""

from __future__ import annotations

from ..domain.sla import State
from ..domain.ticket import Status
from .clock_facts import count_attainment
from .problems import REOPENED_WITHIN, RETURNED_WITHIN, is_reopened
from .tally import Tally
from .ticket_facts import TicketFact

_RESOLUTION = "resolution"


def reopenings(fact: TicketFact, tally: Tally) -> None:
    """Count tickets first resolved, and those reopened within 30 days of it."""
    first, back = fact.first_resolved_at, fact.reopened_at
    if first is None:
        return
    tally.share("reopen_rate", first, is_reopened(fact))
    if back is None:
        tally.unsettled("reopen_rate", first, upto=first + REOPENED_WITHIN)
    else:
        tally.length("time_to_reopening", back, back - first)


def first_contact(fact: TicketFact, tally: Tally) -> None:
    """Count tickets resolved with exactly one answer by a person, and not reopened."""
    if fact.first_resolved_at is not None:
        is_so = fact.answers_until_resolved == 1 and not is_reopened(fact)
        tally.share("first_contact_resolution", fact.first_resolved_at, is_so)


def repairs(fact: TicketFact, tally: Tally) -> None:
    """Count repairs in time, and those whose fault did not return within 30 days.

    A repair is what the *resolution* of a ticket was promised for.
    """
    clock = fact.clocks.get(_RESOLUTION)
    if clock is None:
        return
    count_attainment("repair_timeliness", clock, tally)
    resolved = fact.first_resolved_at
    if resolved is None:
        return
    tally.share_among("repair_success", resolved, fact.ticket_id, "lasting")
    if clock.state is not State.CANCELLED:
        tally.unsettled("repair_success", resolved, upto=resolved + RETURNED_WITHIN)


def repeats(fact: TicketFact, tally: Tally) -> None:
    """Count tickets, and those about what the customer had asked for within 90 days."""
    if fact.status is not Status.MERGED:
        tally.share_among("repeat_problems", fact.opened_at, fact.ticket_id, "repeated")
