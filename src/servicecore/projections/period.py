"""Periods: whole local days, half open, in one time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", re.ASCII)


class UnknownPeriodError(ValueError):
    """A period is not written as one, or ends before it begins."""


class UnknownZoneError(ValueError):
    """There is no time zone of that name."""


@attrs.frozen(kw_only=True)
class Period:
    """All moments from the first day up to, and without, the last."""

    name: str
    zone: ZoneInfo
    first: date
    until: date

    @classmethod
    def parse(cls, text: str, *, zone: str = "UTC") -> Period:
        """Return the period written as ``2026``, ``2026-Q3``, ``2026-09`` or two dates.

        ``2026-09-01..2026-10-01`` is half open: September.

        Raises:
            UnknownPeriodError: If it is none of these, or reversed.
            UnknownZoneError: If the zone does not exist.
        """
        first, until = _dates(text)
        if until <= first:
            msg = f"period {text!r} ends before it begins"
            raise UnknownPeriodError(msg)
        return cls(name=text, zone=zone_named(zone), first=first, until=until)

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return self._midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment behind it."""
        return self._midnight(self.until)

    @property
    def before(self) -> Period:
        """The one before it: as many months if it is whole months, else as many days.

        >>> Period.parse("2026-Q1").before.name, Period.parse("2026-03").before.name
        ('2025-Q4', '2026-02')
        """
        months = _months_between(self.first, self.until)
        first = _plus_months(self.first, -months) if months else self.first - self._length
        return attrs.evolve(self, name=_name(first, self.first), first=first, until=self.first)

    @property
    def _length(self) -> timedelta:
        return self.until - self.first

    def __contains__(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.zone).astimezone(timezone.utc)


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of that name.

    Raises:
        UnknownZoneError: If there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"{name!r} is no time zone; expected a name like 'Asia/Shanghai'"
        raise UnknownZoneError(msg) from None


def _dates(text: str) -> tuple[date, date]:
    try:
        if found := _QUARTER.fullmatch(text):
            return _months(int(found[1]), 3 * int(found[2]) - 2, 3)
        if found := _MONTH.fullmatch(text):
            return _months(int(found[1]), int(found[2]), 1)
        if _YEAR.fullmatch(text):
            return _months(int(text), 1, 12)
        if found := _DAYS.fullmatch(text):
            return date.fromisoformat(found[1]), date.fromisoformat(found[2])
    except ValueError:
        pass
    msg = (
        f"{text!r} is no period; expected one like '2026', '2026-Q3', '2026-09' "
        "or '2026-09-01..2026-10-01'"
    )
    raise UnknownPeriodError(msg)


def _name(first: date, until: date) -> str:
    """Return the shortest way to write the days from *first* to *until*."""
    year, month = f"{first.year:04}", first.month
    names = {12: year, 3: f"{year}-Q{(month + 2) // 3}", 1: f"{year}-{month:02}"}
    months = _months_between(first, until)
    is_one = months in names and (month - 1) % months == 0
    return names[months] if is_one else f"{first}..{until}"


def _months_between(first: date, until: date) -> int:
    """Return how many whole months that is, or 0."""
    if first.day != 1 or until.day != 1:
        return 0
    return 12 * (until.year - first.year) + until.month - first.month


def _plus_months(day: date, months: int) -> date:
    count = 12 * day.year + day.month - 1 + months
    return day.replace(year=count // 12, month=count % 12 + 1)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    behind = month - 1 + count
    return date(year, month, 1), date(year + behind // 12, behind % 12 + 1, 1)
