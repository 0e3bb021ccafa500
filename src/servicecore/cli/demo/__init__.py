"""``servicecore demo``: a quarter of a service desk, lived through and told."""

# ruff: noqa: PLC0415  # --help must not wait for the desk.

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from .. import arguments
from ..arguments import Groups
from ..outcome import FINE, FOUND_SOMETHING, CommandError
from ..output import say, say_json, warn
from ..progress import progress

TICKETS = 600


def add(groups: Groups) -> None:
    """Add the demo."""
    parser = arguments.command(groups, "demo", "live through a quarter of a service desk", run=run)
    parser.add_argument("--url", help="where to keep it; by default a file that goes away again")
    arguments.takes_standard(parser)
    parser.add_argument("--seed", type=int, default=1, help="another quarter; default: 1")
    parser.add_argument(
        "--tickets", type=arguments.count, default=TICKETS, help=f"how many; default: {TICKETS}"
    )


def run(args: argparse.Namespace) -> int:
    """Simulate a quarter, then tell what was promised, kept and broken."""
    from ...desk import ServiceDesk
    from ..desks import standard_of
    from .findings import Findings
    from .lives import END, START, midnight, steps_of_a_quarter
    from .office import SimulatedClock, live_through
    from .tale import tale

    began = perf_counter()
    standard = standard_of(args)
    zone = standard.calendar.zone
    clock = SimulatedClock(midnight(START, zone))
    steps = steps_of_a_quarter(seed=args.seed, tickets=args.tickets, zone=zone)
    with _place(args.url) as url, ServiceDesk.open(url, standard=standard, clock=clock) as desk:
        if desk.log.head():
            msg = f"the demo needs an empty place; {url} holds {desk.log.head()} events"
            raise CommandError(msg)
        with progress("the quarter") as advance:
            end = midnight(END, zone)
            live_through(desk, clock, steps, until=end, tell=lambda done: advance(done, len(steps)))
        found = Findings.of(desk, now=end)
        if args.json:
            say_json(desk.reports.json(as_of=end))
        else:
            say("\n".join(tale(desk, found, seed=args.seed)))
    warn(f"took {perf_counter() - began:.1f} s; {_what_next(args.url)}")
    return FOUND_SOMETHING if found.discrepancies else FINE


def _what_next(url: str | None) -> str:
    if url is None or url.startswith("memory:"):
        return "nothing was kept, --url sqlite:///demo.db would keep it"
    return f"look around: servicecore ticket list --limit 10 --url {url}"


@contextmanager
def _place(url: str | None) -> Iterator[str]:
    if url is not None:
        yield _in_a_hurry(url)
        return
    with TemporaryDirectory() as folder:
        yield _in_a_hurry(f"sqlite:///{Path(folder) / 'demo.db'}")


def _in_a_hurry(url: str) -> str:
    """Let SQLite not wait for the disk: a play that a power failure ends can be played again."""
    if not url.startswith("sqlite:") or "synchronous=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}synchronous=off"
