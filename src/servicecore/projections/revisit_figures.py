"""Whether customers are revisited, and what they tell (om2025:6.1c, pdr:2.4a).

Definitions (each figure says which of them it is):

* The *revisit rate* is held / planned, of the revisits whose day is over or that
  were held, in the period of that day; *in time*, if held that day or before.  Those
  still to come are open; those called off, or unwanted, do not count.
* *Revisits planned* belong to the same day, those *held* to when they were.
* *Findings* are what customers told, by what of them was told: the kind, the
  product, the department that has it, the cause, the problem in its own words
  (common ones come more than once); by month, they are the trend.  Words that are
  sealed are nobody's to compare.
* *Findings settled* is satisfied with the answer / told, *answer satisfaction*
  satisfied / asked.
"""

from __future__ import annotations

from datetime import timedelta

from .customer_facts import CustomerFact, RevisitFact
from .local_days import begins, ends
from .tally import Tally

_INSTANT = timedelta(microseconds=1)
_UNSAID = ("[sealed", "[restricted", "[erased")  #: How words begin that nobody can read.


def revisits(fact: CustomerFact, tally: Tally) -> None:
    """Count the revisits of a customer: planned, held, missed."""
    for each in fact.revisits.values():
        if each.held_at is not None:
            tally.total("revisits_held", each.held_at, also=(("manner", each.manner),))
        if not each.is_off:
            _count_planned(each, tally)


def _count_planned(revisit: RevisitFact, tally: Tally) -> None:
    day, over = begins(revisit.planned_on, tally), ends(revisit.planned_on, tally)
    held = revisit.held_at
    still_to_come = over - _INSTANT if held is None else None
    tally.total("revisits_planned", day)
    tally.share("revisit_rate", day, held is not None, after=still_to_come)
    tally.share("revisits_in_time", day, held is not None and held < over, after=still_to_come)
    if held is None:
        tally.unsettled("revisit_rate", day, upto=still_to_come)
        tally.total("revisits_missed", day, after=still_to_come)


def findings(fact: CustomerFact, tally: Tally) -> None:
    """Count what a customer told: of what kind, about what, and whether that was settled."""
    for each in fact.findings.values():
        told = {
            "kind": each.kind,
            "product": each.product,
            "department": each.department,
            "cause": each.cause,
        }
        if not each.what.startswith(_UNSAID):
            told[each.kind] = each.what.strip().casefold()
        for name, value in told.items():
            tally.named("findings", each.at, value or "not told", also=(("of", name),))
        tally.share("findings_settled", each.at, each.is_settled)
        if each.rated_at is not None and each.satisfied is not None:
            tally.share("answer_satisfaction", each.rated_at, each.satisfied)
