"""Lengths of time as people count them: three years, six months, thirty days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import attrs

_A_YEAR = 12  # Months.


class NotInDaysError(ValueError):
    """A length that is counted from moments was told in months."""


@attrs.frozen
class Span:
    """So many months and days; a month is as long as it happens to be."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """Return the date this long after *day*, clipped to the end of a shorter month.

        >>> Span(months=1).after(date(2025, 1, 31))
        datetime.date(2025, 2, 28)
        """
        years, month = divmod(day.month - 1 + self.months, _A_YEAR)
        year, month = day.year + years, month + 1
        last = monthrange(year, month)[1]
        return day.replace(year=year, month=month, day=min(day.day, last)) + timedelta(self.days)

    def before(self, day: date) -> date:
        """Return the date this long before *day*, clipped to the end of a shorter month."""
        return Span(months=-self.months, days=-self.days).after(day)

    @property
    def in_days(self) -> timedelta:
        """How long it is, whenever it begins.

        Raises:
            NotInDaysError: If that depends on the month.
        """
        if self.months:
            msg = f"{self} are not always equally long; expected days, such as '30 days'"
            raise NotInDaysError(msg)
        return timedelta(days=self.days)

    def __str__(self) -> str:
        """Tell it in years if it is full years: ``3 years``, ``6 months``, ``30 days``."""
        years, months = divmod(self.months, _A_YEAR)
        if months:
            years, months = 0, self.months
        parts = ((years, "year"), (months, "month"), (self.days, "day"))
        told = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
        return " and ".join(told) or "0 days"
