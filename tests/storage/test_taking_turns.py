"""Whoever decides slowly is not kept waiting for ever by those who decide fast."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest

from servicecore.storage import Change, ConflictError, open_log
from servicecore.testing.conformance.events import CATALOGUE, FOLD, LIN, noted
from tests.waiting import until

HASTY = 3  # Programs have more threads than this, but each is in the way only once.


@pytest.fixture
def log():
    with open_log("memory:", catalogue=CATALOGUE, attempts=HASTY + 2) as log:
        yield log


def test_the_slow_one_gets_his_turn_while_others_hurry(log):
    stop, tries = Event(), []

    def hurry(_):
        while not stop.is_set():
            log.execute("case/1", lambda _: [noted("fast")], fold=FOLD, provenance=LIN)

    def slowly():
        first = iter([True])

        def think(_):
            tries.append(1)
            if next(first, False):  # He is too slow at first, or nothing is shown.
                head = log.head()
                until(lambda: log.head() > head, pause=0.001)
            sleep(0.02)  # Long enough for the others to add something, if they may.
            return [noted("slow")]

        return think

    with ThreadPoolExecutor(HASTY) as pool:
        hurrying = [pool.submit(hurry, n) for n in range(HASTY)]
        try:
            for _ in range(3):
                log.execute("case/1", slowly(), fold=FOLD, provenance=LIN)
        finally:
            stop.set()
        for each in hurrying:
            each.result()

    assert len(tries) >= 2 * 3
    texts = [each.event.text for each in log.history("case/1")]
    assert texts.count("slow") == 3


def test_there_is_an_end_to_patience(log):
    tries = []

    def overtaken(_):
        tries.append(1)
        log.append(*_note_behind(log), provenance=LIN)
        return [noted("never")]

    with pytest.raises(ConflictError):
        log.execute("case/1", overtaken, fold=FOLD, provenance=LIN)
    assert len(tries) == HASTY + 2


def _note_behind(log):
    return [Change("case/1", [noted("other")], after=len(log.history("case/1")))]
