"""Who waits for an event is woken by it; the poll is for other processes only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

from servicecore.storage import bell, open_log
from servicecore.testing.conformance.events import CATALOGUE, LIN, opened
from tests.waiting import PATIENCE


@pytest.fixture(autouse=True)
def _hardly_ever_polled(monkeypatch):
    monkeypatch.setattr(bell, "_POLL", 10 * PATIENCE)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_no_wake_up_is_lost(kind, tmp_path):
    """However the append and the wait fall together: 300 times, without a poll to help."""
    url = "memory:" if kind == "memory" else f"sqlite:///{tmp_path}/log.db?synchronous=off"
    with open_log(url, catalogue=CATALOGUE) as log:

        def write():
            for n in range(1, 301):
                log.append(opened(f"case/{n}"), provenance=LIN)
                if n % 2:
                    log.wait(n, timeout=PATIENCE)

        writer = Thread(target=write)
        writer.start()
        for position in range(1, 301):
            assert log.wait(position, timeout=PATIENCE) >= position
        writer.join(timeout=PATIENCE)


def test_the_first_who_waits_is_woken():
    ours, has_looked, is_there = bell.Bell(), Event(), Event()

    def look():
        has_looked.set()
        return is_there.is_set()

    with ThreadPoolExecutor(1) as pool:
        woken = pool.submit(ours.wait_until, look, timeout=2 * PATIENCE)
        has_looked.wait(PATIENCE)
        is_there.set()
        ours.ring()
        assert woken.result(PATIENCE)


def test_a_subscription_is_woken():
    seen, stop = [], Event()
    with open_log("memory:", catalogue=CATALOGUE) as log:

        def listen():
            for recorded in log.subscribe(stop=stop):
                seen.append(recorded.position)
                if len(seen) == 3:
                    return

        listener = Thread(target=listen)
        listener.start()
        for n in range(3):
            log.append(opened(f"case/{n}"), provenance=LIN)
        listener.join(timeout=PATIENCE)

    assert [1, 2, 3] == seen
