"""Waiting until something is so, however slow or busy the machine is.

A limit that nobody comes near costs nothing; one that is just enough fails one day.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

import pytest

PATIENCE = 60.0  #: Seconds after which what has not happened will hardly happen.

T = TypeVar("T")


def until(true: Callable[[], T], *, pause: float = 0.01, patience: float = PATIENCE) -> T:
    """Look every *pause* seconds whether it is *true*, and return what was found then."""
    limit = monotonic() + patience
    while not (found := true()):
        if monotonic() > limit:
            pytest.fail(f"it did not come to {true}")
        sleep(pause)
    return found
