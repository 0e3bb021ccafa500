"""Time, as the domain sees it.

The domain never asks what time it is.  Every decision is told, so a history
replayed next year decides exactly what it decided today.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import attrs


class NaiveMomentError(ValueError):
    """A moment came without a UTC offset: nine o'clock where?"""


class MomentOutOfReachError(ValueError):
    """A moment that is before the year 1 in UTC, or after the year 9999."""


def in_utc(moment: datetime, name: str = "moment") -> datetime:
    """Return *moment* told in UTC.

    Raises:
        NaiveMomentError: If it has no UTC offset; a deadline without one falls
            at a different hour in every office.
        MomentOutOfReachError: If UTC has no year for it.
    """
    if not isinstance(moment, datetime):
        msg = f"{name} must be a datetime with a UTC offset, got {moment!r}"
        raise NaiveMomentError(msg)
    if moment.tzinfo is timezone.utc:
        return moment
    if moment.utcoffset() is None:
        msg = f"{name} needs a UTC offset, got {moment.isoformat()}"
        raise NaiveMomentError(msg)
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        msg = f"{name} must lie in the years 1 to 9999 of UTC, got {moment.isoformat()}"
        raise MomentOutOfReachError(msg) from None


def has_passed(deadline: datetime, now: datetime) -> bool:
    """Tell whether *deadline* is over; its very moment is still in time."""
    return now > deadline


def instant(**options: Any) -> Any:
    """Declare an event field that holds a moment in time; it is kept in UTC.

    Raises:
        NaiveMomentError: When the event is made, if the moment has no UTC offset.
    """
    return attrs.field(converter=_CONVERTER, **options)


def _told_in_utc(moment: datetime | None, field: attrs.Attribute[Any]) -> datetime | None:
    if moment is None or getattr(moment, "tzinfo", None) is timezone.utc:
        return moment
    return in_utc(moment, field.name)


_CONVERTER = attrs.Converter(_told_in_utc, takes_field=True)
