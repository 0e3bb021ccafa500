"""How complaints are handled: in time, to the end, to the customer's satisfaction.

* *Timeliness* of each step that was promised: met / decided, in the period of
  the decision; the time to a step belongs to the period in which it was taken.
* *Handling rate*: of the complaints received in the period, those that are
  closed by now.
* *Handling satisfaction*: satisfied / closed and asked, in the period of the
  closing; what the customer said last counts.
* *Re-handled*: of the closed, those that took more than one round.
"""

from __future__ import annotations

from .clock_facts import clock_of, count_attainment
from .complaint_facts import ComplaintFact
from .tally import Tally

_STEPS = {
    "complaint_registered": "registered_at",
    "complaint_analysed": "analysed_at",
    "complaint_answered": "answered_at",
    "complaint_closed": "closed_at",
}


def timeliness(fact: ComplaintFact, tally: Tally) -> None:
    """Count every step that was promised, and how long each took on the wall clock."""
    for name, clock in fact.clocks.items():
        count_attainment(f"complaint_{clock_of(name)}_attainment", clock, tally)
    for measure, moment in _STEPS.items():
        taken = getattr(fact, moment)
        if taken is not None:
            tally.length(measure, taken, taken - fact.received_at)


def handling(fact: ComplaintFact, tally: Tally) -> None:
    """Count complaints that came, that were closed, and how."""
    closed = fact.closed_at
    tally.total("complaints_received", fact.received_at)
    tally.share("complaint_handling_rate", fact.received_at, closed is not None)
    for instant, moment in tally.instants(fact.received_at, closed):
        tally.length("complaints_open", moment, instant - fact.received_at)
        tally.total("complaints_open_by_step", moment, also=(("step", fact.step_at(moment)),))
    if closed is None:
        return
    tally.share("complaints_rehandled", closed, fact.rounds > 1)
    if fact.satisfied is not None:
        tally.share("complaint_handling_satisfaction", closed, fact.satisfied)


def weak_points(fact: ComplaintFact, tally: Tally) -> None:
    """Count what complaints are about, and why they came (om2025:5.3e)."""
    for name in ("category", "product", "cause"):
        value = getattr(fact, name) or "not told"
        tally.total("weak_points", fact.received_at, also=(("of", name), ("what", value)))
