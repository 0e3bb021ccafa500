"""How old what is open is, in classes; exactly a day old is 0-1 days."""

from __future__ import annotations

from datetime import timedelta

_DAY = timedelta(days=1)
#: The longest of each class, which is still in it.
AGES = (
    (1 * _DAY, "0-1 days"),
    (3 * _DAY, "1-3 days"),
    (7 * _DAY, "3-7 days"),
    (30 * _DAY, "7-30 days"),
)
OLDER = "> 30 days"


def age_of(age: timedelta) -> str:
    """Return the class of an *age*."""
    return next((name for most, name in AGES if age <= most), OLDER)
