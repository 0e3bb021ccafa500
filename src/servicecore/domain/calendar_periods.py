"""Months, quarters and years, as quotas count them: whole days of the wall calendar."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Self

import attrs

from .calendar import WorkingCalendar
from .days import beginning_of
from .figures import MONTHS, Cycle
from .refusals import RefusedError

_A_YEAR = MONTHS["year"]
_NAME = re.compile(r"([0-9]{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?")


class NoPeriodError(RefusedError, ValueError):
    """A month, quarter or year was told as something else."""


@attrs.frozen(order=True)
class CalendarPeriod:
    """One month, quarter or year; *number* is its place among all of its kind."""

    per: Cycle
    number: int

    @classmethod
    def holding(cls, day: date, *, per: Cycle) -> Self:
        """Return the period that *day* lies in.

        >>> CalendarPeriod.holding(date(2025, 5, 31), per="quarter").name
        '2025-Q2'
        """
        return cls(per, (day.year * _A_YEAR + day.month - 1) // MONTHS[per])

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the period written as ``2025``, ``2025-Q2`` or ``2025-05``.

        Raises:
            NoPeriodError: If it is none of these.
        """
        found = _NAME.fullmatch(name) if isinstance(name, str) else None
        if found is None or not MINYEAR <= int(found[1]) < MAXYEAR:
            msg = f"{name!r} is not a period; expected one like '2025', '2025-Q2' or '2025-05'"
            raise NoPeriodError(msg)
        year, quarter, month = int(found[1]), found[2], found[3]
        if quarter:
            return cls.holding(date(year, 3 * int(quarter), 1), per="quarter")
        if month:
            return cls.holding(date(year, int(month), 1), per="month")
        return cls.holding(date(year, 1, 1), per="year")

    @property
    def name(self) -> str:
        """How it is written: ``2025``, ``2025-Q2``, ``2025-05``."""
        year, month = f"{self.first.year:04}", self.first.month
        match self.per:
            case "month":
                return f"{year}-{month:02}"
            case "quarter":
                return f"{year}-Q{(month + 2) // 3}"
            case _:
                return year

    @property
    def first(self) -> date:
        """Its first day."""
        year, month = divmod(self.number * MONTHS[self.per], _A_YEAR)
        return date(year, month + 1, 1)

    @property
    def until(self) -> date:
        """The first day behind it."""
        return self.following.first

    @property
    def following(self) -> CalendarPeriod:
        """The one after it."""
        return attrs.evolve(self, number=self.number + 1)

    def end(self, calendar: WorkingCalendar) -> datetime:
        """Return the midnight with which it ends where *calendar* is kept."""
        return beginning_of(self.until, calendar)

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.until
