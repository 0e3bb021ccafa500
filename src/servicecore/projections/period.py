"""Periods: whole local days, half open, in one time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"\d{4}")
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


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


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    behind = month - 1 + count
    return date(year, month, 1), date(year + behind // 12, behind % 12 + 1, 1)
