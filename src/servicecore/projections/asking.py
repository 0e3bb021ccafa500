"""What can be asked: of which time, of which cases, by what, and as of when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from .period import Period

Dimension = Callable[[Any], str]  #: What a fact is grouped by.

#: What moments are grouped by; each figure has its moment, which its definition names.
TIMES: Mapping[str, Callable[[date], str]] = {
    "year": lambda day: f"{day.year:04}",
    "quarter": lambda day: f"{day.year:04}-Q{(day.month + 2) // 3}",
    "month": lambda day: f"{day.year:04}-{day.month:02}",
    "week": lambda day: "{:04}-W{:02}".format(*day.isocalendar()),
    "day": date.isoformat,
}
_EVER = (
    datetime.min.replace(tzinfo=timezone.utc),
    datetime.max.replace(tzinfo=timezone.utc),
)


class UnknownGroupingError(ValueError):
    """Figures were asked by something that the cases do not have."""


class UnknownChoiceError(ValueError):
    """Cases were to be chosen by a word that none of them can ever have."""


@attrs.frozen(kw_only=True)
class Question:
    """What is asked.

    *as_of* is the moment that is told of: what happened later has not happened
    yet.  *known_at* is a position in the log: what was recorded later is not
    known yet; None is all that is known now.
    """

    as_of: datetime
    period: Period | None = None
    by: tuple[str, ...] = ()
    where: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    zone: ZoneInfo = attrs.field(factory=lambda: ZoneInfo("UTC"))
    known_at: int | None = None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment that counts, and the first that does no more."""
        return (self.period.start, self.period.end) if self.period else _EVER

    def must_be_about(self, cases: str, dimensions: Mapping[str, Dimension]) -> None:
        """Refuse a question about what these cases do not have.

        Raises:
            UnknownGroupingError: If they have nothing of that name.
        """
        for name in self.by:
            if name not in dimensions and name not in TIMES:
                known = ", ".join([*dimensions, *TIMES])
                msg = f"{cases} cannot be grouped by {name!r}; expected {known}"
                raise UnknownGroupingError(msg)
        for name in self.where:
            if name not in dimensions:
                known = ", ".join(dimensions)
                msg = f"{cases} cannot be chosen by {name!r}; expected {known}"
                raise UnknownGroupingError(msg)


def names(told: str | Iterable[str]) -> tuple[str, ...]:
    """Return one name or several as several."""
    return (told,) if isinstance(told, str) else tuple(told)


def choices(told: Mapping[str, str | Iterable[str]] | None) -> dict[str, frozenset[str]]:
    """Return which values are asked for, by what they are values of."""
    return {name: frozenset(_values(name, values)) for name, values in (told or {}).items()}


def _values(name: str, told: object) -> tuple[str, ...]:
    values = (told,) if isinstance(told, str) else told
    if isinstance(values, Iterable):
        known = tuple(values)
        if all(isinstance(each, str) for each in known):
            return known
    msg = f"{name} is chosen by a text or several, got {told!r}"
    raise UnknownGroupingError(msg)
