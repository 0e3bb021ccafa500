"""How long it takes to keep the time of one case, and to tell what its clocks show.

Run with ``python benchmarks/sla.py``.  A case of twenty happenings is promised six
things, half of them on the calendar of Chinese offices.  Each figure is the best of
many turns, in microseconds of processor time, beside what it may take at most; what
others do on the machine does not count.  A what-if over 25,000 tickets may take 10 s:
where the file of a real desk is at hand (UCI 498, 24,918 tickets), it is imported and
then asked about in a shell, from the first word of the command to the last of the
answer, by the clock on the wall.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from timeit import repeat
from zipfile import ZipFile

# benchmarks/calendar.py must not be taken for the standard library's.
sys.path[:] = [each for each in sys.path if not each.endswith("benchmarks")]

import attrs  # noqa: E402

from servicecore.cli.outcome import FINE, FOUND_SOMETHING  # noqa: E402
from servicecore.domain.calendar import WorkingCalendar  # noqa: E402
from servicecore.domain.sla import (  # noqa: E402
    Happening,
    Rung,
    Target,
    Terms,
    certificate,
    keep_time,
)
from servicecore.exchange.scenario import assess  # noqa: E402
from servicecore.projections.what_if import what_if  # noqa: E402

Row = tuple[str, float, str, float, float]  #: What, our µs, "limit", its µs, how many times.

REAL_DESK = Path(__file__).parents[2] / "shared/data/uci_incident/incident_event_log.zip"
HOUR = timedelta(hours=1)
TURNS, RUNS = 15, 100
MONDAY = datetime(2026, 1, 5, 2, tzinfo=timezone.utc)
LADDER = (
    Rung(name="warning", to="assignee", share=0.8),
    Rung(name="supervisor", to="supervisor", share=1.0),
    Rung(name="manager", to="manager", share=1.5),
)
HAPPENED = (
    *("opened", "acknowledged", "assigned", "wrote", "noted", "answered", "assigned"),
    *("noted", "paused", "resumed", "noted", "diagnosed", "arrived", "noted", "wrote"),
    *("answered", "paused", "resumed", "noted", "solution_offered"),
)
CASE = tuple(
    Happening(
        what,
        MONDAY + n * 1.5 * HOUR,
        reason="customer" if what == "paused" else "",
        facts={"priority": "A", "channel": "mail"} if what == "opened" else {},
    )
    for n, what in enumerate(HAPPENED)
)


def measure() -> list[Row]:
    """Return what each takes."""
    terms, now = _terms(), CASE[-1].at
    clocks = keep_time(CASE, terms)
    live = [each for each in clocks if each.is_live]

    def readings():
        return [each.reading(now) for each in keep_time(CASE, terms)]

    scenario = _scenario()
    kept = f"the same, and the readings of {len(clocks)} clocks"
    return [
        *_over_all_tickets(),
        _row("keep the time of 20 happenings, 6 targets", lambda: keep_time(CASE, terms), 100),
        _row(kept, readings, 200),
        _row("the reading of one live clock, 2 pauses", lambda: live[0].reading(now), 50),
        _row("the certificate of one clock", lambda: certificate(live[0], now), 1000),
        _row("a scenario of one checkpoint", lambda: assess(scenario), 5000),
        _row("a what-if of one case", lambda: _what_if(terms, now), 10e6 / 25_000),
    ]


def _row(what: str, work: Callable[[], object], limit: float) -> Row:
    took = min(repeat(work, timer=process_time, number=RUNS, repeat=TURNS)) / RUNS * 1e6
    return what, took, "limit", limit, limit / took


def _over_all_tickets() -> Iterator[Row]:
    """Replay a whole desk under another standard, through the command itself."""
    if not REAL_DESK.exists():
        return
    limit = 10e6
    with TemporaryDirectory() as folder, ZipFile(REAL_DESK) as zipped:
        file, *_ = (zipped.extract(each, folder) for each in zipped.namelist())
        place = ("--url", f"sqlite:///{folder}/desk.db")
        aside = ("--quarantine", f"{folder}/aside.jsonl")
        _command("import", "tickets", file, "--mapping", "uci_incident", *aside, *place)
        for jobs in ("1", "2"):
            asked = ("tender_standard", "--as-of", "2016-12-31T00:00Z", "--jobs", jobs)
            began = perf_counter()
            _command("sla", "what-if", *asked, *place)
            took = (perf_counter() - began) * 1e6
            yield f"a what-if of 24,918 tickets, --jobs {jobs}", took, "limit", limit, limit / took


def _command(*words: str) -> None:
    command = [sys.executable, "-m", "servicecore", *words]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # it is our own
    # An import that sets rows aside says so; whatever else went wrong would be quick.
    if done.returncode not in {FINE, FOUND_SOMETHING}:
        done.check_returncode()


def _what_if(terms: Terms, now: datetime):
    return what_if("ticket/T-1", CASE, was=terms, instead=_stricter(), as_of=now)


@cache
def _stricter() -> Terms:
    return attrs.evolve(
        _terms(),
        standard="stricter@1",
        targets=tuple(
            attrs.evolve(each, within=each.within and each.within / 2) for each in _terms().targets
        ),
    )


def _terms() -> Terms:
    calendar = WorkingCalendar.china([2025, 2026])
    targets = (
        _target("acknowledgement", within=HOUR / 4, stops=("acknowledged",), pauses=()),
        _target("first_response", within=2 * HOUR, stops=("answered",), pauses=()),
        _target(
            "next_reply", within=4 * HOUR, starts=("wrote",), stops=("answered",), repeats=True
        ),
        _target("analysis", within=8 * HOUR, stops=("diagnosed",), calendar="working"),
        _target("resolution", within=48 * HOUR, stops=("resolved",), calendar="working"),
        _target("closing", working_days=15, stops=("closed",), calendar="working"),
    )
    return Terms(standard="bench@1", targets=targets, calendars={"working": calendar})


def _target(clock: str, **more):
    return Target(clock=clock, clause="bench", ladder=LADDER, **more)


def _scenario():
    week = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return {
        "calendar": {"timezone": "Asia/Shanghai", "week": week},
        "policy": {"targets": {"first_response": 3600, "resolution": 14400}},
        "timeline": [
            {"at": "2026-01-05T02:00:00Z", "type": "created"},
            {"at": "2026-01-05T03:00:00Z", "type": "hold"},
            {"at": "2026-01-05T04:00:00Z", "type": "resume"},
        ],
        "checkpoints": [{"at": "2026-01-05T05:00:00Z", "ask": ["resolution_due", "next_due"]}],
    }


if __name__ == "__main__":
    for name, took, _, limit, times in measure():
        print(f"{name:<45} {took:8.1f} µs, limit {limit}, {times:.1f} times")
