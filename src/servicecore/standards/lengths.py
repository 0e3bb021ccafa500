"""Lengths of time as a standard writes them: ``2 h``, ``5 working days``, ``3 years``."""

from __future__ import annotations

import re
from datetime import timedelta

from ..domain.spans import Span

LENGTH_EXPECTED = "a length such as '2 h', '15 min' or '5 working days'"
SPAN_EXPECTED = "a length such as '30 days', '6 months' or '3 years'"
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?) (s|min|h|d)")
_WORKING_DAYS = re.compile(r"(\d+) working days?")
_SPAN = re.compile(r"(\d+) (day|month|year)s?")


def parse_length(text: str) -> timedelta:
    """Return the length of time that *text* tells.

    >>> parse_length("4.5 h")
    datetime.timedelta(seconds=16200)

    Raises:
        ValueError: If it tells none.
    """
    found = _LENGTH.fullmatch(text)
    if found is None:
        msg = f"{text!r} is not a length; expected one such as '2 h' or '15 min'"
        raise ValueError(msg)
    number, unit = found.groups()
    return timedelta(**{_UNITS[unit]: float(number)})


def parse_working_days(text: str) -> int | None:
    """Return how many working days *text* tells, or None if it tells something else."""
    found = _WORKING_DAYS.fullmatch(text)
    return int(found[1]) if found else None


def parse_span(text: str) -> Span:
    """Return the days, months or years that *text* tells.

    >>> parse_span("3 years")
    Span(months=36, days=0)

    Raises:
        ValueError: If it tells none.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        msg = f"{text!r} is not a length; expected one such as '30 days' or '6 months'"
        raise ValueError(msg)
    number = int(found[1])
    match found[2]:
        case "day":
            return Span(days=number)
        case "month":
            return Span(months=number)
        case _:
            return Span(months=12 * number)
