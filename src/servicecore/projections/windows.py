"""Which stretches of time a question asks about: the whole period, or each month of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from .asking import TIMES, Question
from .local_days import begins_in

_DAY = timedelta(days=1)
_MONTHS_OF_A_QUARTER = 3


def windows(question: Question, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is asked about, from first moment to first moment behind, in order.

    Where no period is asked for, it begins *since* then; by month and the like,
    with the one that lies in.
    """
    start, end = question.bounds
    units = tuple(name for name in question.by if name in TIMES)
    if not units:
        first_moment = start if question.period else since
        yield from [(first_moment, end)] if first_moment <= question.as_of else []
        return
    first, last = (
        each.astimezone(question.zone).year
        for each in (max(since, start), min(question.as_of, end))
    )
    edges = [
        edge
        for year in range(first - 1, last + 2)  # A week of last year may end in this one.
        for edge in edges_of(year, units, question.zone)
        if start <= edge <= end
    ]
    if question.period:
        edges = sorted({start, *edges, end})
    yield from (each for each in pairwise(edges) if since < each[1] and each[0] <= question.as_of)


@lru_cache(maxsize=512)
def edges_of(year: int, units: tuple[str, ...], zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the midnights of a year with which a day, a month … begins."""
    first, behind = date(year, 1, 1), date(year + 1, 1, 1)
    days = (first + n * _DAY for n in range((behind - first).days))
    return tuple(
        begins_in(day, zone)
        for day in days
        if any(TIMES[unit](day) != TIMES[unit](day - _DAY) for unit in units)
    )


def ends_of_quarters(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the midnight with which the quarter of *day* ends, and each that follows."""
    months = 12 * day.year + (day.month - 1) // _MONTHS_OF_A_QUARTER * _MONTHS_OF_A_QUARTER
    while True:
        months += _MONTHS_OF_A_QUARTER
        yield begins_in(date(months // 12, months % 12 + 1, 1), zone)
