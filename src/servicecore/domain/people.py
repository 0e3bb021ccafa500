"""Who serves: the levels of responsibility, and the roles people act in."""

from __future__ import annotations

from enum import Enum
from functools import cached_property


class Level(Enum):
    """Who is responsible for a case, from the first to the last resort (om2025:2.2e)."""

    STAFF = "staff"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"

    @cached_property
    def rank(self) -> int:
        """Its place from the bottom: 0 for staff."""
        return list(Level).index(self)

    def is_above(self, other: Level) -> bool:
        """Tell whether this level is responsible for what *other* could not settle."""
        return self.rank > other.rank


def same_person(one: str, other: str) -> bool:
    """Tell whether two names mean one person, however they are written; no name means nobody.

    >>> same_person("Wu  Lin", " wu lin"), same_person("", "")
    (True, False)
    """
    return bool(_as_read(one)) and _as_read(one) == _as_read(other)


def _as_read(name: str) -> str:
    return " ".join(name.split()).casefold()
