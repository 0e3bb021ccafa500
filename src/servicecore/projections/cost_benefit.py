"""What a year of service is expected to return, with everything that is assumed (psp:5.2b).

The documents give the goals (sales up, churn down), and no one's sales: whoever
asks says what they are, and every assumption is told with the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import attrs

from ..domain.figures import Goal

ChurnIn = Literal["relative", "points"]


class NoGoalError(LookupError):
    """A standard has no goal of that name."""


@attrs.frozen(kw_only=True)
class CostBenefit:
    """What is spent and gained in a year, in CNY, and what must be true for it."""

    cost: Decimal
    benefit: Decimal
    assumptions: Mapping[str, Decimal | str]

    @property
    def ratio(self) -> Decimal | None:
        """(benefit - cost) / cost; none where nothing is spent."""
        return (self.benefit - self.cost) / self.cost if self.cost else None


def expected(
    cost: Decimal,
    *,
    goals: tuple[Goal, ...],
    sales: Decimal,
    margin: Decimal,
    churned_sales: Decimal,
    churn_in: ChurnIn = "relative",
) -> CostBenefit:
    """Return what the goals would bring: sales that grow, and sales that are not lost.

    Args:
        cost: What is spent in the year.
        goals: The changes that the standard wants.
        sales: What is sold in a year, before.
        margin: What remains of sales, as a share of them.
        churned_sales: What is lost with customers who leave in a year, before.
        churn_in: Whether churn falls by a share of itself, or by points of all sales;
            the documents do not say (psp:5.2a).

    Raises:
        NoGoalError: If the standard does not want sales to grow, or churn to fall.
    """
    growth, churn = _change(goals, "sales"), _change(goals, "churn")
    kept = -churn * (churned_sales if churn_in == "relative" else sales)
    return CostBenefit(
        cost=cost,
        benefit=(sales * growth + kept) * margin,
        assumptions={
            "sales": sales,
            "margin": margin,
            "churned_sales": churned_sales,
            "sales_growth": growth,
            "churn_change": churn,
            "churn_in": churn_in,
        },
    )


def _change(goals: tuple[Goal, ...], name: str) -> Decimal:
    for each in goals:
        if each.name == name:
            return Decimal(str(each.change))
    msg = f"the standard has no goal {name!r}, so nobody can say what it would bring (psp:5.2b)"
    raise NoGoalError(msg)
