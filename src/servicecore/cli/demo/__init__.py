"""``servicecore demo``: a year of a service organisation, lived through and told."""

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

_LARGEST = 1000


def add(groups: Groups) -> None:
    """Add the demo."""
    parser = arguments.command(
        groups, "demo", "live through a year of a service organisation", run=run
    )
    parser.add_argument("--url", help="where to keep it; default: a temporary file")
    arguments.takes_standard(parser)
    parser.add_argument("--seed", type=int, default=1, help="which year to make up; default: 1")
    parser.add_argument(
        "--scale",
        type=_scale,
        default=1.0,
        help="how large; 1 (the default) has 320 customers and 2,000 requests for help",
    )


def run(args: argparse.Namespace) -> int:
    """Simulate a year, then tell what was promised, kept, broken and learnt."""
    from ...desk import ServiceDesk
    from ..desks import standard_of
    from .findings import Findings
    from .lives import START, midnight
    from .stage import SimulatedClock
    from .tale import tale
    from .year import live_through, made_whole, over_at

    began = perf_counter()
    standard = made_whole(standard_of(args))
    clock = SimulatedClock(midnight(START, standard.calendar.zone))
    with _place(args.url) as url, ServiceDesk.open(url, standard=standard, clock=clock) as desk:
        if desk.log.head():
            msg = f"the demo needs an empty place; {url} holds {desk.log.head()} events"
            raise CommandError(msg)
        with progress("the year") as advance:
            stage = live_through(desk, clock, seed=args.seed, scale=args.scale, tell=advance)
        found = Findings.of(desk, now=over_at(standard))
        if args.json:
            say_json(desk.reports.json(as_of=over_at(standard)))
        else:
            say("\n".join(tale(desk, found, seed=args.seed, refused=stage.refused)))
    warn(f"took {perf_counter() - began:.1f} s; {_what_next(args.url)}")
    return FOUND_SOMETHING if found.discrepancies else FINE


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not 0 < scale <= _LARGEST:
        msg = f"{text!r} is not a scale; expected a number above 0, at most {_LARGEST}"
        raise argparse.ArgumentTypeError(msg)
    return scale


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
    """Let SQLite not wait for the disk: a demo lost to a power failure can be run again."""
    if not url.startswith("sqlite:") or "synchronous=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}synchronous=off"
