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

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import zip_longest

import attrs

from .asking import TIMES
from .cells import Kept
from .customer_facts import CustomerFact, Mark
from .local_days import begins, ends, last_moment
from .spells import REASONS, Patience, held_at, lives, spells
from .survival import Lives
from .tally import Tally
from .windows import windows

CHURN, LIFETIME, RETENTION = "churn", "lifetime", "retention"
#: What the part of the churn is called that has this reason.
CHURN_BY = {why: f"churn_{why}" for why in REASONS}
_MONTHS_OF_A_QUARTER = 3
_INSTANT = timedelta(microseconds=1)


@attrs.frozen
class Loyalty:
    """Measures of customers, who are taken for lost after so much *patience*."""

    patience: Patience

    def churn(self, fact: CustomerFact, tally: Tally) -> None:
        """Count a customer at the start of each stretch, and whether he was gone before its end."""
        found = spells(fact, tally, self.patience)
        for start, end in windows(tally, found[0].since):
            spell = held_at(start, found)
            if spell is None:
                self._nobody(start, tally)
                continue
            is_gone = spell.until is not None and spell.until < end
            tally.share(CHURN, start, is_gone)
            for why, measure in CHURN_BY.items():
                tally.share(measure, start, is_gone and spell.why == why)
            if not is_gone and tally.as_of < end:
                tally.unsettled(CHURN, start)

    def _nobody(self, start: datetime, tally: Tally) -> None:
        """Let a stretch be told of that had no customer at its start; its churn has no value."""
        for measure in (CHURN, *CHURN_BY.values()):
            tally.cell(measure, start, Kept)

    def turnover(self, fact: CustomerFact, tally: Tally) -> None:
        """Count when a customer came, went and came back."""
        first, *others = spells(fact, tally, self.patience)
        tally.total("customers_gained", first.since)
        for each in others:
            tally.total("customers_won_back", each.since)
        for each in (first, *others):
            if each.until is not None:
                tally.total("customers_lost", each.until, also=(("why", each.why),))

    def retention(self, fact: CustomerFact, tally: Tally) -> None:
        """Count a customer in his cohort, once for each quarter that is over since."""
        day = fact.first_delivered_on
        if day is None:
            return
        found, at, cohort = spells(fact, tally, self.patience), begins(day, tally), _quarter(day)
        for n, until in enumerate(_ends_of_quarters(day)):
            moment = last_moment(until, tally)
            if moment > tally.as_of:
                return
            also = (("cohort", cohort), ("after", f"{n:02}"))
            if cell := tally.cell(RETENTION, at, Kept, also):
                cell.n += 1
                cell.k += held_at(moment, found) is not None

    def lifetime(self, fact: CustomerFact, tally: Tally) -> None:
        """Count how long each spell of a customer has lasted, when it began."""
        found = spells(fact, tally, self.patience)
        for spell, (length, is_over) in zip(found, lives(found, tally.as_of), strict=True):
            if cell := tally.cell(LIFETIME, spell.since, Lives):
                cell.take(length, is_over=is_over)

    def renewals(self, fact: CustomerFact, tally: Tally) -> None:
        """Count contracts that ended, and those that were renewed."""
        for terms in fact.contracts.values():
            for term, following in zip_longest(terms, terms[1:]):
                self._count_term(term, following, tally)

    def _count_term(self, term: Mark, following: Mark | None, tally: Tally) -> None:
        if term.until is None:
            return
        end = ends(term.until, tally) - _INSTANT
        if end > tally.as_of:
            return
        decided = end + self.patience.grace
        is_renewed = following is not None and following.at <= decided
        tally.share("renewal_rate", end, is_renewed)
        if not is_renewed and tally.as_of <= decided:
            tally.unsettled("renewal_rate", end)


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


def _quarter(day: date) -> str:
    return TIMES["quarter"](day)


def _ends_of_quarters(day: date) -> Iterator[date]:
    """Yield the first day behind the quarter of *day*, and behind each that follows."""
    months = 12 * day.year + (day.month - 1) // _MONTHS_OF_A_QUARTER * _MONTHS_OF_A_QUARTER
    while True:
        months += _MONTHS_OF_A_QUARTER
        yield date(months // 12, months % 12 + 1, 1)
