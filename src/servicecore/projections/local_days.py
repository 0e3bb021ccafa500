"""Days as moments: where a day begins depends on the zone that is asked in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .asking import TIMES

if TYPE_CHECKING:
    from .tally import Tally

_DAY, _INSTANT = timedelta(days=1), timedelta(microseconds=1)


def begins(day: date, tally: Tally) -> datetime:
    """Return the midnight with which *day* begins in the zone of the question."""
    return begins_in(day, tally.zone)


@lru_cache(maxsize=4096)
def begins_in(day: date, zone: ZoneInfo) -> datetime:
    """Return the midnight with which *day* begins in a zone."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(timezone.utc)


def ends(day: date, tally: Tally) -> datetime:
    """Return the midnight with which *day* ends."""
    return begins(day + _DAY, tally)


def local_day(moment: datetime, tally: Tally) -> date:
    """Return the date of *moment* in the zone of the question."""
    return moment.astimezone(tally.zone).date()


def last_moment(until: date, tally: Tally) -> datetime:
    """Return the last moment before the day *until*: that of a period which ends there."""
    return begins(until, tally) - _INSTANT


def is_of_the_time_of(moment: datetime, day: date, tally: Tally) -> bool:
    """Tell whether *day* counts where a stock is told of *moment*.

    It lies in the period asked of, and in the same year, quarter or month if
    that is what is grouped by.
    """
    start, end = tally.question.bounds
    told_of = local_day(moment, tally)
    return (tally.question.period is None or start <= begins(day, tally) < end) and all(
        TIMES[name](day) == TIMES[name](told_of) for name in tally.question.by if name in TIMES
    )
