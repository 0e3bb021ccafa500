"""What the log promises those who wait for it, and many who write at once."""
# ruff: noqa: S101, PLR2004, D102 - these are tests; their names are the sentences

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

from ...storage import EventLog, NotYetRecordedError
from .events import FOLD, LIN, noted, opened


class WaitingConformance:
    """Nothing is missed, and nobody waits for ever."""

    # --- Waiting ----------------------------------------------------------------

    def test_waiting_ends_when_the_log_has_come_that_far(self, log: EventLog) -> None:
        later = Thread(target=lambda: log.append(opened("case/1", "a"), provenance=LIN))
        later.start()

        assert log.wait(1, timeout=60) >= 1
        later.join()

    def test_waiting_in_vain_ends_with_a_name(self, log: EventLog) -> None:
        with pytest.raises(NotYetRecordedError, match="position 1"):
            log.wait(1, timeout=0.01)

    def test_a_subscription_misses_nothing(self, log: EventLog) -> None:
        stop, seen = Event(), []

        def listen() -> None:
            for recorded in log.subscribe(after=0, stop=stop):
                seen.append(recorded.id)
                if len(seen) == 60:
                    stop.set()

        listener = Thread(target=listen)
        listener.start()
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda n: log.append(opened(f"case/{n}"), provenance=LIN), range(60)))
        listener.join(timeout=60)

        assert [each.id for each in log.since(0)] == seen

    def test_a_subscription_that_waits_can_be_stopped(self, log: EventLog) -> None:
        stop = Event()
        listener = Thread(target=lambda: list(log.subscribe(stop=stop)))
        listener.start()
        stop.set()
        listener.join(timeout=60)

        assert not listener.is_alive()

    # --- Many writers -----------------------------------------------------------

    def test_eight_threads_lose_and_skip_nothing(self, log: EventLog) -> None:
        done, read = Event(), []

        def follow() -> None:
            position = 0
            while not done.is_set() or position < log.head():
                for recorded in log.since(position):
                    position = recorded.position
                    read.append(recorded.id)

        def write(writer: int) -> None:
            for n in range(10):
                log.append(opened(f"case/{writer}-{n}", "a"), provenance=LIN)
                log.execute("case/shared", lambda _: [noted("x")], fold=FOLD, provenance=LIN)

        reader = Thread(target=follow)
        reader.start()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(8)))
        done.set()
        reader.join(timeout=60)

        everything = list(log.since(0))
        assert len(everything) == 8 * 10 * 3
        assert [each.id for each in everything] == read  # No position turned up late.
        assert list(range(1, 81)) == [each.version for each in log.history("case/shared")]
