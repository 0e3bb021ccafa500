"""What counters of the same make share: their drawer, and what everybody may ask of a record."""

from __future__ import annotations

from typing import Generic, TypeVar

import attrs

from ..domain.events import Recorded
from .drawer import Drawer

S = TypeVar("S")


@attrs.frozen
class Counter(Generic[S]):
    """A counter that keeps the records of one kind in its drawer."""

    _drawer: Drawer[S]

    def get(self, number: str, /) -> S:
        """Return a record as it is now.

        Raises:
            UnknownRecordError: If nothing is on record under that number.
        """
        return self._drawer.get(number)

    def history(self, number: str, /) -> list[Recorded]:
        """Return everything on record under a number, oldest first.

        Raises:
            UnknownRecordError: If there is nothing.
        """
        return self._drawer.history(number)
