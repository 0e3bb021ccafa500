"""How satisfied are customers, how sure is that, and how many of them were asked?

Definitions (each figure says which of them it is):

* *CSAT* is the share of answers that give 4 or 5 of 5 overall; answers in which
  that does not apply do not count.  *Scores* are means, each with its number.
* *NPS* is 100 (p - d): the share of 9 and 10 less that of 0 to 6, of 0 to 10.
  *CES* is the mean of 1 to 7; 7 is easiest.
* Answers belong to the moment they were given; of several to one survey the last
  counts, of those given by the moment asked about.
* The *response rate* is answered / sent, in the period of the sending; surveys
  that may still be answered count, and stand under *open*.
* *Coverage* is asked / services: tickets closed, in the period in which they ceased
  to be work.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ..domain.ticket import Status
from .answer import Answer, Group, Measured
from .intervals import newcombe
from .statistics import Share
from .survey_facts import SurveyFact
from .tally import Tally
from .ticket_facts import TicketFact

CSAT = "csat"  #: What the share of satisfied customers is called.
SATISFIED = frozenset({4, 5})
EASIEST: Group = (("direction", "7 is easiest"),)  #: Which end of the CES is the good one.


# --- What one survey adds ----------------------------------------------------------------


def responses(fact: SurveyFact, tally: Tally) -> None:
    """Count surveys when they were sent, and those that were answered since."""
    tally.share("response_rate", fact.sent_at, fact.answered_at is not None)
    if not fact.is_over:
        tally.unsettled("response_rate", fact.sent_at, upto=fact.open_until)


def asked_about(fact: SurveyFact, tally: Tally) -> None:
    """Count what customers were asked about, when they were."""
    tally.distinct("asked_about", fact.sent_at, fact.about)


def answers(fact: SurveyFact, tally: Tally) -> None:
    """Count what customers answered, when they did."""
    if (at := fact.answered_at) is None:
        return
    tally.share("dissatisfied", at, fact.dissatisfied)
    if fact.overall is not None:
        tally.share(CSAT, at, fact.overall in SATISFIED)
        tally.score("overall_score", at, fact.overall)
    for name, score in fact.scores.items():
        tally.score("score", at, score, also=(("dimension", name),))
    if fact.ces is not None:
        tally.score("ces", at, fact.ces, also=EASIEST)
    if fact.nps is not None:
        tally.promotion("nps", at, fact.nps)


# --- What one service adds ---------------------------------------------------------------


def coverage(fact: TicketFact, tally: Tally) -> None:
    """Count a ticket that is closed, when it ceased to be work (om2025:4.2d)."""
    if fact.status is Status.CLOSED:
        about = f"ticket/{fact.ticket_id}"
        tally.share_among("survey_coverage", max(fact.turns), about, "asked")


# --- Before and after --------------------------------------------------------------------


def change(before: Answer, after: Answer) -> Answer:
    """Tell how the CSAT of each group differs, *after* less *before* (psp:6.2b)."""
    earlier, later = _shares(before), _shares(after)
    told = [
        each
        for group in sorted(earlier.keys() | later.keys())
        for each in _change(group, earlier.get(group, Share()), later.get(group, Share()))
    ]
    return attrs.evolve(after, period=None, measured=tuple(told))


def _shares(answer: Answer) -> dict[Group, Share]:
    told = (each for each in answer if each.measure == CSAT)
    return {each.group: Share(each.k or 0, each.n) for each in told}


def _change(group: Group, before: Share, after: Share) -> Iterator[Measured]:
    yield Measured.of_share("csat_before", group, before, open_=0)
    yield Measured.of_share("csat_after", group, after, open_=0)
    low, high = newcombe(before, after) or (None, None)
    is_known = before.value is not None and after.value is not None
    yield Measured(
        measure="csat_difference",
        group=group,
        n=before.n + after.n,
        value=after.value - before.value if is_known else None,  # type: ignore[operator]
        low=low,
        high=high,
    )
