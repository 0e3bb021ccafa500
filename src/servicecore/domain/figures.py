"""What else a service standard says, besides what it promises on one case.

Each figure has a name and cites its clause.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Literal

import attrs

from .refusals import RefusedError
from .sla.promise import told
from .spans import Span

Cycle = Literal["month", "quarter", "year"]
CostCycle = Literal["month", "quarter", "year", "once", "campaign"]
Roll = Literal["forward", "back"]
#: What rules of revisits count from.
COUNTED_FROM = ("delivery", "first_use", "complaint", "revisit", "new_year")
#: How many months each cycle has.
MONTHS: Mapping[Cycle, int] = {"month": 1, "quarter": 3, "year": 12}
_FOR_A_GRADE = "_customers"

#: Durations counted from a moment, which are told in days: months differ in length.
TOLD_IN_DAYS = (
    "churn_grace",
    "churn_silence",
    "risk_silence",
    "risk_look_back",
    "risk_look_ahead",
)


def times_a_year(cycle: Cycle) -> int:
    """Return how many times a *cycle* fits into a year."""
    return MONTHS["year"] // MONTHS[cycle]


class MissingTimesError(RefusedError):
    """The documents leave a time to the organisation, and the organisation has not set it."""


@attrs.frozen(kw_only=True)
class RevisitRule:
    """When a customer is asked how things are: each of the *spans* after something happened.

    A day off is *roll*-ed to the next working day, or back to the one before
    where the time must not be exceeded.  A rule called ``key_customers`` is for
    them alone.
    """

    name: str
    clause: str
    after: str
    spans: tuple[Span, ...]
    roll: Roll = "forward"

    def is_for(self, grade: str) -> bool:
        """Tell whether customers of this *grade* are revisited by it."""
        only_for = self.name.removesuffix(_FOR_A_GRADE)
        return only_for in {self.name, grade}

    def __str__(self) -> str:
        """Tell the rule: ``1 month, 3 months, 6 months after delivery``."""
        spans = ", ".join(map(str, self.spans))
        at_the_latest = "within " if self.roll == "back" else ""
        return f"{at_the_latest}{spans} after {self.after.replace('_', ' ')}"


@attrs.frozen(kw_only=True)
class Quota:
    """So many times, or so many hours, in every month, quarter or year; *each* at least so long."""

    name: str
    clause: str
    at_least: int | timedelta
    per: Cycle
    each: timedelta | None = None

    def __str__(self) -> str:
        """Tell the quota: ``at least 80 h a year``, ``at least 4 times a year, each 2 h``."""
        least = f"{self.at_least} times" if isinstance(self.at_least, int) else told(self.at_least)
        lasting = "" if self.each is None else f", each {told(self.each)}"
        return f"at least {least} a {self.per}{lasting}"


@attrs.frozen(kw_only=True)
class Duration:
    """How long something lasts or is kept: a warranty, a record."""

    name: str
    clause: str
    at_least: Span | None = None
    at_most: Span | None = None

    def __str__(self) -> str:
        """Tell the bound: ``at least 1 year``."""
        return f"at least {self.at_least}" if self.at_least else f"at most {self.at_most}"


@attrs.frozen(kw_only=True)
class Goal:
    """A change wanted within *per*, as a share: -0.05 is a twentieth less.

    Whether that is relative or in points, the documents do not say: whoever measures does.
    """

    name: str
    clause: str
    change: float
    per: Cycle

    def __str__(self) -> str:
        """Tell the change: ``-5% a year``."""
        return f"{self.change:+.0%} a {self.per}"


@attrs.frozen(kw_only=True)
class Cost:
    """What something costs, every so often or once."""

    name: str
    clause: str
    amount: Decimal
    currency: str
    per: CostCycle

    def __str__(self) -> str:
        """Tell the amount: ``30000 CNY a quarter``."""
        often = "once" if self.per == "once" else f"a {self.per}"
        return f"{self.amount} {self.currency} {often}"


@attrs.frozen(kw_only=True)
class Setting:
    """How the service is set up: departments, channels, what a survey asks."""

    name: str
    clause: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        """Tell the list."""
        return ", ".join(each.replace("_", " ") for each in self.values)


@attrs.frozen(kw_only=True)
class Scale:
    """Numbers by name: the weights of an index, or the scores from which grades are given."""

    name: str
    clause: str
    values: Mapping[str, float] = attrs.field(hash=False)

    def __str__(self) -> str:
        """Tell the list: ``three star 80, four star 90``."""
        told = (f"{name.replace('_', ' ')} {number:g}" for name, number in self.values.items())
        return ", ".join(told)


@attrs.frozen(kw_only=True)
class OpenTime:
    """A time that the documents leave to the organisation, without a default."""

    name: str
    of: str
    clause: str

    def __str__(self) -> str:
        """Tell that it is missing, where from: ``verification (pdr:5.2a)``."""
        return f"{self.name} ({self.clause})"
