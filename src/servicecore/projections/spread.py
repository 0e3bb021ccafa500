"""A distribution of lengths of time that stand in columns; exact, as any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

_HALF = 32


class Spread:
    """A distribution of lengths of time: what ``statistics.Durations`` tells, of columns."""

    def __init__(self, columns: Sequence[npt.NDArray[Any]]) -> None:
        self._lengths = np.concatenate(columns).astype(np.int64)
        self.n = len(self._lengths)

    @property
    def mean(self) -> timedelta | None:
        """Their mean, or None of nothing; rounded to the microsecond."""
        if not self.n:
            return None
        # A sum of a million years would not fit into 64 bits.
        high = int((self._lengths >> _HALF).sum())
        low = int((self._lengths & (1 << _HALF) - 1).sum())
        return timedelta(microseconds=(high << _HALF) + low) / self.n

    def percentile(self, percent: int) -> timedelta | None:
        """Return the nearest-rank percentile: a length that was really observed."""
        if not self.n:
            return None
        rank = max(1, -(-percent * self.n // 100))
        return timedelta(microseconds=int(self._sorted[rank - 1]))

    @cached_property
    def _sorted(self) -> npt.NDArray[np.int64]:
        return np.sort(self._lengths)
