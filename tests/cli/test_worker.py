"""Workers as programs of their own: they start, stop, die, and take over from each other."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from datetime import datetime, timedelta, timezone
from functools import partial
from time import monotonic

import pytest

from servicecore import ServiceDesk
from tests import waiting
from tests.moments import REQUEST
from tests.waiting import PATIENCE

from .conftest import servicecore

until = partial(waiting.until, pause=0.05)
LONG_AGO = datetime.now(timezone.utc) - timedelta(days=40)


class Program:
    """A worker in a process of its own."""

    def __init__(self, url, *more):
        self.name = more[more.index("--name") + 1] if "--name" in more else None
        command = [sys.executable, "-m", "servicecore", "worker", "--url", url]
        self.process = subprocess.Popen(
            [*command, "--listen", "127.0.0.1:0", *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = []
        while not (found := re.search(r"listening on (\S+)", self.line())):
            pass
        self.address = f"http://{found[1]}"

    def line(self):
        line = self.process.stderr.readline()
        assert line, f"it stopped: {self.said}"
        self.said.append(line)
        return line

    def get(self, path):
        try:
            with urllib.request.urlopen(f"{self.address}{path}", timeout=PATIENCE) as answer:  # noqa: S310
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers["Content-Type"], refused.read().decode()

    def health(self):
        return json.loads(self.get("/health")[2])

    def is_(self, state):
        return self.health()["state"] == state

    def end(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, "".join(self.said) + err


@pytest.fixture
def start():
    programs = []

    def start(url, *more):
        programs.append(Program(url, *more))
        return programs[-1]

    yield start
    for each in programs:
        each.end(signal.SIGKILL)


def opened(url, *numbers):
    with ServiceDesk.open(url, react="worker") as desk:
        for number in numbers:
            desk.tickets.open(number, **REQUEST, at=LONG_AGO)


def levels(url, number):
    with ServiceDesk.open(url, react="worker") as desk:
        return levels_in(desk, number)


def levels_in(desk, number):
    events = [each.event for each in desk.tickets.history(number)]
    return sorted((each.clock, each.rung) for each in events if getattr(each, "rung", None))


def levels_without_workers():
    with ServiceDesk.open("memory:") as desk:
        desk.tickets.open("T-1", **REQUEST, at=LONG_AGO)
        desk.run_due()
        return levels_in(desk, "T-1")


@pytest.mark.parametrize("storage", ["sqlite", "postgresql"])
def test_the_second_takes_over_from_a_first_that_is_killed(request, storage, tmp_path, start):
    url = f"sqlite:///{tmp_path}/service.db"
    if storage == "postgresql":
        url = request.getfixturevalue("postgresql").fresh()
    opened(url, "T-1")
    both = [start(url, "--name", name, "--lease", "2 s") for name in ("one", "other")]
    # Whoever came first may be silent for so long on a busy machine that the other takes over.
    until(lambda: sorted(each.health()["state"] for each in both) == ["standing by", "working"])
    first, second = both if both[0].is_("working") else reversed(both)
    until(lambda: second.health()["leader"] == first.name or second.is_("working"))

    first.end(signal.SIGKILL)
    opened(url, "T-2")
    expected = levels_without_workers()
    until(lambda: second.is_("working") and levels(url, "T-2") == expected)

    assert levels(url, "T-1") == expected
    assert len(set(expected)) == len(expected) > 0
    code, out, err = second.end(signal.SIGTERM)
    assert (code, out) == (0, "")
    assert "SIGTERM: stopping" in err
    assert f"{second.name} is stopped" in err
    assert "Traceback" not in err


def test_it_seals_what_comes_in_and_tells_how_far_it_is(tmp_path, start):
    url, key = f"sqlite:///{tmp_path}/service.db", tmp_path / "seal.key"
    verifier = servicecore("audit", "key", "service.example/log", "--out", key).out.strip()
    opened(url, "T-1")
    worker = start(url, "--seal", "--key", str(key))

    def sealer():
        (found,) = (each for each in worker.health()["followers"] if each["name"] == "sealer")
        return found

    until(lambda: sealer()["events_behind"] == 0)
    opened(url, "T-2")
    until(lambda: sealer()["position"] > 4 and sealer()["events_behind"] == 0)
    until(lambda: 'follower_lag_seconds{follower="sealer"} 0' in worker.get("/metrics")[2])
    assert servicecore("audit", "verify", "--url", url, "--verifier", verifier).code == 0

    with closing(sqlite3.connect(tmp_path / "service.db", timeout=60)) as hand, hand:
        hand.execute("UPDATE log_events SET state = CAST(replace(state, 'Acme', 'Ecma') AS BLOB)")
    worker.end(signal.SIGTERM)
    refuses = start(url, "--seal", "--key", str(key))
    until(lambda: "nothing was signed" in (refuses.health()["trouble"] or ""))
    assert refuses.get("/health")[0] == 503


def test_it_seals_with_a_key_or_not_at_all(tmp_path):
    url = f"sqlite:///{tmp_path}/service.db"
    opened(url)
    done = servicecore("worker", "--once", "--seal", "--url", url)
    assert (done.code, "say which key signs" in done.err) == (2, True)


def test_it_stops_soon_and_lets_the_next_begin_at_once(tmp_path, start):
    url = f"sqlite:///{tmp_path}/service.db"
    opened(url, "T-1")
    first = start(url, "--name", "first", "--lease", "1 h")
    until(lambda: first.is_("working"))
    second = start(url, "--name", "second")
    until(lambda: second.is_("standing by"))

    before = monotonic()
    assert first.end(signal.SIGTERM)[0] == 0
    assert monotonic() - before < 30  # Who starts and stops workers seldom waits longer.
    until(lambda: second.is_("working"))


def test_health_and_metrics_can_be_asked(tmp_path, start):
    url = f"sqlite:///{tmp_path}/service.db"
    opened(url, "T-1")
    worker = start(url)
    until(lambda: worker.is_("working") and worker.health()["rounds"])

    status, kind, text = worker.get("/health")
    health = json.loads(text)
    assert (status, kind, health["well"]) == (200, "application/json", True)
    until(lambda: all(each["events_behind"] == 0 for each in worker.health()["followers"]))
    status, kind, text = worker.get("/metrics")
    assert (status, kind.partition(";")[0]) == (200, "application/openmetrics-text")
    assert text.endswith("# EOF\n")
    assert "servicecore_worker_working 1\n" in text
    assert worker.get("/")[0] == 404


def test_what_it_says_can_be_read_by_a_machine(tmp_path):
    url = f"sqlite:///{tmp_path}/service.db"
    opened(url, "T-1")

    said = servicecore("worker", "--once", "--url", url, "--log", "json", "--verbose").err

    lines = [json.loads(line) for line in said.splitlines()]
    assert {"worker_changed", "worker_round"} <= {line["event"] for line in lines}
    reached = [line for line in lines if line["event"] == "follower_position"]
    assert {line["position"] for line in reached if line["follower"] == "ticket_facts"} >= {
        max(line["position"] for line in lines if line["event"] == "worker_round")
    }


def test_once_does_what_there_is_to_do(tmp_path):
    url = f"sqlite:///{tmp_path}/service.db"
    opened(url, "T-1")

    done = servicecore("worker", "--once", "--json", "--url", url)

    health = json.loads(done.out)
    assert (done.code, health["well"]) == (0, True)
    assert health["rounds"] == 2  # In the second, there was nothing new.
    assert all(each["events_behind"] == 0 for each in health["followers"])
    assert levels(url, "T-1")


def test_notices_go_to_a_file_or_are_shown(tmp_path):
    url, file = f"sqlite:///{tmp_path}/service.db", tmp_path / "notices"
    with ServiceDesk.open(url, react="worker"):
        pass
    places = {"-": ["--notices", "-"], "file": ["--notices", str(file)]}
    for told in places.values():  # Whoever registers first begins with what happens from now on.
        assert servicecore("worker", "--once", "--url", url, *told).code == 0
    with ServiceDesk.open(url, react="worker") as desk:
        desk.tickets.open("T-1", **REQUEST)

    shown = servicecore("worker", "--once", "--url", url, *places["-"])
    kept = servicecore("worker", "--once", "--url", url, *places["file"], "--json")

    assert "ticket/T-1, to customer: " in shown.out
    assert json.loads(file.read_text())["key"] == "ticket/T-1#2/customer"
    behind = {each["name"]: each["events_behind"] for each in json.loads(kept.out)["followers"]}
    assert behind["notices_file"] == 0


def test_notices_cannot_go_where_no_file_can_be(tmp_path):
    url = f"sqlite:///{tmp_path}/service.db"
    ServiceDesk.open(url).close()
    for nowhere in (tmp_path, tmp_path / "none" / "notices"):
        told = servicecore("worker", "--once", "--url", url, "--notices", str(nowhere))
        assert (told.code, "its folder must be there" in told.err) == (2, True)


@pytest.mark.parametrize("address", ["9464x", "localhost", ":70000"])
def test_an_address_that_is_none_is_refused(address):
    refused = servicecore("worker", "--listen", address)

    assert (refused.code, refused.out) == (2, "")
    assert "expected one like 127.0.0.1:9464" in refused.err
