"""What a storage promises that outlives its process."""
# ruff: noqa: S101, S603, D102 - these are tests; their names are the sentences

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from threading import Event, Timer

import attrs
import pytest

from ...storage import Change, EventLog, Follower, open_log
from .events import CATALOGUE, FOLD, LIN, noted, opened
from .followers import Count, counted

_SECONDS = 60

_ADD = """
import sys
from servicecore.storage import open_log
from servicecore.testing.conformance.events import CATALOGUE, FOLD, LIN, noted, opened

url, me, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open_log(url, catalogue=CATALOGUE, attempts=1000) as log:
    for n in range(times):
        log.execute("case/shared", lambda _: [noted(me)], fold=FOLD, provenance=LIN)
        receipt = log.append(opened(f"case/{me}-{n}", "a", "b"), provenance=LIN)
        print(n, receipt.position, flush=True)
"""


def _adding(url: str, me: str, times: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _ADD, url, me, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _open(url: str) -> EventLog:
    return open_log(url, catalogue=CATALOGUE)


class DurableConformance:
    """Restarts, several processes, and processes that die."""

    def test_a_restart_forgets_nothing(self, url: str) -> None:
        command = attrs.evolve(LIN, command_id="c-1")
        with _open(url) as log:
            first = log.append(opened("case/1", "a"), provenance=command, tracking=("p", 1))
            log.take_snapshot("case/1", FOLD)
            Follower(log, "count", Count()).catch_up()
            before = list(log.since(0))

        with _open(url) as log:
            assert before == list(log.since(0))
            again = log.append(opened("case/1", "a"), provenance=command)
            assert attrs.evolve(first, repeated=True) == again
            assert log.storage.tracked("p") == 1
            log.append(Change("case/1", [noted("b")], after=2), provenance=LIN)
            Follower(log, "count", Count()).catch_up()
            assert counted(log) == {"case/1": 3}

    def test_several_processes_write_one_log(self, url: str) -> None:
        with _open(url) as log:
            processes = [_adding(url, me, 10) for me in ("x", "y", "z")]
            for process in processes:
                process.communicate(timeout=_SECONDS)

            assert [process.returncode for process in processes] == [0, 0, 0]
            assert len(list(log.since(0))) == 3 * 10 * 4
            shared = log.history("case/shared")
            assert list(range(1, 31)) == [each.version for each in shared]
            moments = [each.recorded_at for each in log.since(0)]
            assert sorted(moments) == moments

    def test_another_process_is_heard_of(self, url: str) -> None:
        given_up = Event()
        patience = Timer(_SECONDS, given_up.set)  # The other may die, and then says nothing.
        with _open(url) as log:
            process = _adding(url, "x", 1)
            patience.start()
            heard = [each.id for each in islice(log.subscribe(stop=given_up), 2)]
            patience.cancel()
            assert heard == ["case/shared#1", "case/x-0#1"]
            process.communicate(timeout=_SECONDS)

    @pytest.mark.parametrize("after", [1, 7, 20])
    def test_a_process_that_is_killed_leaves_whole_appends_only(self, url: str, after: int) -> None:
        process = _adding(url, "x", 10_000)
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(after)]
        process.kill()
        told += process.communicate()[0].splitlines()

        acknowledged = [line for line in told if len(line.split()) == 2]  # noqa: PLR2004
        with _open(url) as log:
            whole = [subject for subject in log.subjects() if subject != "case/shared"]
            assert len(acknowledged) <= len(whole) <= len(acknowledged) + 1
            assert all(len(log.history(subject)) == 3 for subject in whole)  # noqa: PLR2004
            assert int(acknowledged[-1].split()[1]) <= log.head()
            assert 0 <= len(log.history("case/shared")) - len(whole) <= 1
            log.append(opened("case/afterwards"), provenance=LIN)
