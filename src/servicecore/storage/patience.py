"""How often to try again, and how long to wait in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import attrs


@attrs.frozen(kw_only=True)
class Patience:
    """Try *tries* times; wait *first*, then twice as long each time, at most *longest*."""

    tries: int = 4
    first: timedelta = timedelta(milliseconds=50)
    longest: timedelta = timedelta(seconds=5)
    sleep: Callable[[float], object] = time.sleep

    def attempts(self) -> Iterator[int]:
        """Count the attempts, waiting between them."""
        wait = self.first
        for attempt in range(1, self.tries + 1):
            if attempt > 1:
                self.sleep(min(wait, self.longest).total_seconds())
                wait *= 2
            yield attempt
