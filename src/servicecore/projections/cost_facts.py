"""One row for each ledger: what was budgeted, spent and gained, in CNY.

Definitions (each figure says which of them it is):

* *Cost* and *benefit* are sums of entries that nobody took back, by kind, on the day
  they were entered for.  A benefit rests on an assumption, which its entry names.
* *Budget* is what the standard allows, by kind, on the first day of each month,
  quarter or year; what is paid by the campaign stands at the start of the year.
* *Return on cost* is (benefit - cost) / cost (psp:5.2b); none where nothing was spent.

Sums are kept to the cent, and told as floats; the ledger itself holds Decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

import attrs

from ..domain import cost_ledger
from ..domain.calendar_periods import CalendarPeriod
from ..domain.cost_ledger import Budget, CostLedger
from ..domain.figures import Cycle
from .answer import Group, Measured
from .asking import Dimension
from .facts import Facts
from .local_days import begins
from .tally import Tally

_CYCLES: Mapping[str, Cycle] = {"month": "month", "quarter": "quarter"}


def _fold(ledger: CostLedger | None, event: Any) -> CostLedger:
    return cost_ledger.evolve(ledger, event)


FACTS = Facts(name="cost_facts", kind="cost_ledger", row=CostLedger, fold=_fold)
DIMENSIONS: Mapping[str, Dimension] = {
    "ledger": lambda ledger: ledger.id,
    "currency": lambda ledger: ledger.currency,
}


@attrs.define
class Money:
    """A sum of money over *n* entries, exact."""

    n: int = 0
    sum: Decimal = Decimal()

    def times(self, sign: int) -> Self:
        """Return it so many times."""
        return type(self)(sign * self.n, sign * self.sum)

    def add(self, other: Self) -> None:
        """Take *other* in."""
        self.n += other.n
        self.sum += other.sum

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell the sum."""
        return Measured(measure=measure, group=group, n=self.n, value=float(self.sum))


@attrs.define
class Return:
    """What was gained and what was spent, exact."""

    n: int = 0
    cost: Decimal = Decimal()
    benefit: Decimal = Decimal()

    def times(self, sign: int) -> Self:
        """Return it so many times."""
        return type(self)(sign * self.n, sign * self.cost, sign * self.benefit)

    def add(self, other: Self) -> None:
        """Take *other* in."""
        self.n += other.n
        self.cost += other.cost
        self.benefit += other.benefit

    def measured(self, measure: str, group: Group) -> Measured:
        """Tell how much more was gained than spent, as a share of what was spent."""
        value = float((self.benefit - self.cost) / self.cost) if self.cost else None
        return Measured(measure=measure, group=group, n=self.n, value=value)


def entries(ledger: CostLedger, tally: Tally) -> None:
    """Sum up what was spent and gained, by kind, and what that returned."""
    for entry in ledger.entries.values():
        if not entry.counts:
            continue
        at, also = begins(entry.entered_for, tally), (("kind", entry.kind),)
        if cell := tally.cell("benefit" if entry.is_benefit else "cost", at, Money, also):
            cell.add(Money(1, entry.amount))
        if returned := tally.cell("return_on_cost", at, Return):
            nothing = Decimal()
            spent, gained = (nothing, entry.amount) if entry.is_benefit else (entry.amount, nothing)
            returned.add(Return(1, spent, gained))


def budgets(ledger: CostLedger, tally: Tally) -> None:
    """Sum up what may be spent, by kind."""
    for budget in ledger.budgets:
        for day, amount in _instalments(budget, ledger.year):
            also = (("kind", budget.kind),)
            if cell := tally.cell("budget", begins(day, tally), Money, also):
                cell.add(Money(1, amount))


def _instalments(budget: Budget, year: int) -> Iterator[tuple[date, Decimal]]:
    first = date(year, 1, 1)
    if budget.per not in _CYCLES:
        yield first, budget.total
        return
    period = CalendarPeriod.holding(first, per=_CYCLES[budget.per])
    for _ in range(budget.times):
        yield period.first, budget.amount
        period = period.following
