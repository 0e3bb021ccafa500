"""Somebody follows the log while others write to it, and is told every position once, in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic, sleep

from servicecore import ServiceDesk

_PATIENCE = 120


@contextmanager
def followed(desk: ServiceDesk) -> Iterator[None]:
    """Let somebody follow the log meanwhile, and see to it that he missed nothing."""
    told: list[int] = []
    stop = Event()

    def follow() -> None:
        told.extend(each.position for each in desk.log.subscribe(stop=stop))

    follower = Thread(target=follow, daemon=True)
    follower.start()
    try:
        yield
        head, until = desk.log.head(), monotonic() + _PATIENCE
        while len(told) < head and monotonic() < until:
            sleep(0.01)
    finally:
        stop.set()
        follower.join(_PATIENCE)
    assert told == list(range(1, head + 1))
