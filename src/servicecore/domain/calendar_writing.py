"""Writing a calendar down, so that it reads back equal and has one fingerprint."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from .calendar_reading import Hours

if TYPE_CHECKING:
    from .calendar import WorkingCalendar


def plain(calendar: WorkingCalendar) -> dict[str, Any]:
    """Return what a calendar says in plain JSON values."""
    published = calendar.published_through
    return {
        "timezone": calendar.timezone,
        "week": {day: _pairs(hours) for day, hours in calendar.week},
        "holidays": [day.isoformat() for day in calendar.holidays],
        "special": {day.isoformat(): _pairs(hours) for day, hours in calendar.special},
        "breaks": {day.isoformat(): _pairs(hours) for day, hours in calendar.breaks},
        "published_through": published and published.isoformat(),
        "holiday_and_special": calendar.holiday_and_special,
        "local_times": calendar.local_times,
        "name": calendar.name,
        "version": calendar.version,
        "within": [plain(each) for each in calendar.within],
    }


def digest_of(calendar: WorkingCalendar) -> str:
    """Return the SHA-256 of what a calendar says, whatever it is called."""
    content = json.dumps(_unnamed(plain(calendar)), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _pairs(hours: Hours) -> list[list[str]]:
    return [list(each) for each in hours]


def _unnamed(calendar: dict[str, Any]) -> dict[str, Any]:
    within = [_unnamed(each) for each in calendar["within"]]
    return {**calendar, "name": "", "version": 1, "within": within}
