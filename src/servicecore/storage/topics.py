"""Which events somebody takes in, as their names tell."""

from __future__ import annotations

from typing import Self

import attrs


@attrs.frozen
class Topics:
    """Names of events that begin with *prefix*, but for a few."""

    prefix: str = ""
    but: frozenset[str] = frozenset()

    @classmethod
    def of(cls, told: str | Self) -> Self:
        """Return what *told* says; a text alone is what names begin with."""
        return cls(told) if isinstance(told, str) else told

    def __contains__(self, topic: str) -> bool:
        """Tell whether events of that name are taken in."""
        return topic.startswith(self.prefix) and topic not in self.but
