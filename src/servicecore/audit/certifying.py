"""The certificate of one clock of a ticket, from its history and what it was promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..domain.events import Recorded
from ..domain.sla import Certificate, certificate, keep_time
from ..domain.standard import Rulebook
from ..domain.ticket import replay


class UnknownClockError(LookupError):
    """A ticket has no such clock, or not in that round."""


def certify(
    history: Sequence[Recorded],
    rulebook: Rulebook,
    clock: str,
    *,
    round_: int | None = None,
    as_of: datetime,
) -> Certificate:
    """Return why *clock* shows what it shows at *as_of*; without *round_*, in its last round.

    Raises:
        UnknownClockError: If it had not begun by then.
        UnknownStandardError: If the standard it was served under is not known.
    """
    happened = [each for each in history if each.occurred_at <= as_of]
    if not happened:
        msg = f"no clock ran by {as_of.isoformat()}: nothing had happened"
        raise UnknownClockError(msg)
    opened = happened[0].event
    terms = rulebook.terms(opened.standard, opened.calendar)
    clocks = keep_time(replay(None, [each.event for each in happened]).timeline, terms)
    rounds = [each for each in clocks if each.name == clock and round_ in {None, each.round}]
    if not rounds:
        known = ", ".join(f"{each.name} #{each.round}" for each in clocks) or "none"
        wanted = clock if round_ is None else f"{clock} #{round_}"
        msg = f"{happened[0].subject} has no clock {wanted}; it has {known}"
        raise UnknownClockError(msg)
    return certificate(rounds[-1], as_of)
