"""Who stays, who leaves, who buys again.

Definitions (each figure says which of them it is); when somebody is a customer,
`spells` says:

* *Churn* is gone / customers at the start, of the period, or of each month by month;
  where no period is asked for, of all there ever were.  It has three parts of the
  same *n*: who left, whose contract ended, and who lapsed, which is assumed.  While
  the period is not over, those who have stayed so far are open.
* *Customers gained*, *lost* and *won back* are counted when it happened.
* *Retention* is still there / customers first delivered to in the quarter that is the
  *cohort*, at the end of so many quarters *after* it; what is still to come has no figure.
* *Lifetime* is the time after which half have left, by Kaplan and Meier.
* The *repurchase rate* is ordered again by now / first ordered in the period
  (om2025:1.3c).
* The *renewal rate* is renewed by its end and some grace / contracts that ended in
  the period; those in their grace are open (om2025:1.3c).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import zip_longest

import attrs

from .customer_facts import CustomerFact, Mark
from .local_days import begins, ends
from .spells import REASONS, Patience, Spell, spells
from .tally import Tally

CHURN, LIFETIME, RETENTION = "churn", "lifetime", "retention"
#: What the part of the churn is called that has this reason.
CHURN_BY = {why: f"churn_{why}" for why in REASONS}
_INSTANT = timedelta(microseconds=1)


@attrs.frozen
class Loyalty:
    """Measures of customers, who are taken for lost after so much *patience*."""

    patience: Patience

    def churn(self, fact: CustomerFact, tally: Tally) -> None:
        """Count a customer at the start of each stretch, and whether he was gone before its end."""
        found = spells(fact, tally, self.patience)
        first = found[0].since
        for spell in _apart(found):
            tally.gone(CHURN, spell, first=first)
            for why, measure in CHURN_BY.items():
                tally.gone(measure, spell, first=first, is_so=spell.why == why, is_open=False)

    def turnover(self, fact: CustomerFact, tally: Tally) -> None:
        """Count when a customer came, went and came back."""
        for spell in spells(fact, tally, self.patience):
            came = "customers_gained" if spell.after is None else "customers_won_back"
            tally.total(came, spell.since, after=spell.after)
            why = (("why", spell.why),)
            tally.total("customers_lost", spell.until, also=why, after=spell.upto)

    def retention(self, fact: CustomerFact, tally: Tally) -> None:
        """Count a customer in his cohort, once for each quarter that is over since."""
        day = fact.first_delivered_on
        if day is None:
            return
        for spell in _apart(spells(fact, tally, self.patience)):
            tally.stayed(RETENTION, begins(day, tally), spell, is_new=spell.after is None)

    def lifetime(self, fact: CustomerFact, tally: Tally) -> None:
        """Count how long each spell of a customer has lasted, when it began."""
        for each in spells(fact, tally, self.patience):
            tally.life(LIFETIME, each)

    def renewals(self, fact: CustomerFact, tally: Tally) -> None:
        """Count contracts that ended, and those that were renewed."""
        for terms in fact.contracts.values():
            for term, following in zip_longest(terms, terms[1:]):
                self._count_term(term, following, tally)

    def _count_term(self, term: Mark, following: Mark | None, tally: Tally) -> None:
        if term.until is None:
            return
        end = ends(term.until, tally) - _INSTANT
        decided, just_before = end + self.patience.grace, end - _INSTANT
        is_renewed = following is not None and following.at <= decided
        tally.share("renewal_rate", end, is_renewed, after=just_before)
        if not is_renewed:
            tally.unsettled("renewal_rate", end, after=just_before, upto=decided)


def _apart(found: Iterable[Spell]) -> Iterator[Spell]:
    """Yield the spells so that no moment is in two: whoever leaves may be back at once."""
    earliest = None
    for each in found:
        since = each.since if earliest is None else max(each.since, earliest)
        yield attrs.evolve(each, since=since)
        earliest = each.until + _INSTANT


def purchases(fact: CustomerFact, tally: Tally) -> None:
    """Count orders, and customers who ordered again."""
    moments = sorted(fact.purchases)
    for n, at in enumerate(moments):
        tally.total("repurchases" if n else "first_purchases", at)
    if moments:
        again = len(moments) > 1
        tally.share("repurchase_rate", moments[0], again)
        if not again:
            tally.unsettled("repurchase_rate", moments[0])
